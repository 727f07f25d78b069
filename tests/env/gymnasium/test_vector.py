"""A batch of worlds for Gymnasium: to the bit what single worlds are under Gymnasium's own vectoriser."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.vector.utils import batch_space
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics

from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv, environment_id
from hideseek.game.config import make_game
from hideseek.game.statistics import STATISTIC_NAMES
from tests.env.games import NO_BOUNDS, SHORT, TEAM_CASES

strict = pytest.mark.filterwarnings("error", NO_BOUNDS)
cases = pytest.mark.parametrize(("game", "team", "changes"), TEAM_CASES)


def actions_at(env: gymnasium.vector.VectorEnv, step: int) -> np.ndarray:
    """Return actions that depend on the step alone."""
    assert isinstance(env.single_action_space, gymnasium.spaces.MultiDiscrete)
    return np.random.default_rng(step).integers(0, np.stack([env.single_action_space.nvec] * env.num_envs))


def play(env: gymnasium.vector.VectorEnv, first: int, end: int) -> list[tuple]:
    return [env.step(actions_at(env, step)) for step in range(first, end)]


def vector(worlds: int = 3, **arguments: object) -> HideAndSeekVectorEnv:
    return HideAndSeekVectorEnv("quadrant", worlds, **{"thread_count": 1, **SHORT, **arguments})  # pyright: ignore[reportArgumentType]


def row(observation: dict[str, np.ndarray], w: int) -> dict[str, np.ndarray]:
    return {name: value[w] for name, value in observation.items()}


@cases
@strict
def test_is_what_single_worlds_are(game: str, team: str, changes: dict):
    """All that steps return, over the end of an episode, and resets with and without seeds."""

    def single() -> HideAndSeekEnv:
        return HideAndSeekEnv(game, team=team, **changes)

    theirs = SyncVectorEnv([single] * 3, autoreset_mode=AutoresetMode.SAME_STEP)
    mine = HideAndSeekVectorEnv(game, 3, team=team, thread_count=1, **changes)
    assert mine.single_observation_space == theirs.single_observation_space
    assert mine.observation_space == theirs.observation_space
    assert mine.single_action_space == theirs.single_action_space
    assert mine.action_space == theirs.action_space
    for seed in (5, None, [3, None, 1]):
        assert data_equivalence(mine.reset(seed=seed), theirs.reset(seed=seed), exact=True)
        for step in range(changes["horizon"] + 3):
            actions = actions_at(mine, step)
            for one, other in zip(mine.step(actions), theirs.step(actions), strict=True):
                assert data_equivalence(one, other, exact=True), step


@strict
def test_some_worlds_can_be_reset():
    """With and without seeds, as by Gymnasium's vectoriser; afterwards worlds end at different steps."""
    theirs = SyncVectorEnv([lambda: HideAndSeekEnv("quadrant", **SHORT)] * 3, autoreset_mode=AutoresetMode.SAME_STEP)
    mine = vector()
    for env in (mine, theirs):
        env.reset(seed=0)
        play(env, 0, 5)
    for seed, mask in ((None, [False, True, False]), (9, [True, False, False]), ([1, 2, None], [True, False, True])):
        results = [env.reset(seed=seed, options={"reset_mask": np.array(mask)}) for env in (mine, theirs)]
        assert data_equivalence(*results, exact=True)
        for step in range(17):
            one, other = (env.step(actions_at(env, step)) for env in (mine, theirs))
            assert data_equivalence(one, other, exact=True), step


@cases
def test_everything_is_in_its_space(game: str, team: str, changes: dict):
    """The first observations, those of steps, and the last ones of episodes."""
    env = HideAndSeekVectorEnv(game, 2, team=team, thread_count=1, **changes)
    assert env.observation_space == batch_space(env.single_observation_space, 2)
    assert env.observation_space.contains(env.reset(seed=0)[0])
    for step in range(changes["horizon"]):
        actions = env.action_space.sample()
        observation, *_, infos = env.step(actions)
        assert env.observation_space.contains(observation)
        assert ("final_obs" in infos) == (step == changes["horizon"] - 1)
    for final in infos["final_obs"]:
        assert env.single_observation_space.contains(final)


def test_end_of_an_episode():
    """In the step that ends it, the observation is the next episode's, and what was last seen is in the infos."""
    env = vector()
    env.reset(seed=0)
    *_, before, last = play(env, 0, 12)
    observation, rewards, terminations, truncations, infos = last
    assert not before[3].any()
    assert not terminations.any()
    assert truncations.all()
    assert np.isin(np.abs(rewards), (1.0, 10.0)).all()
    assert not observation["self"][..., 10].any()
    for w in range(3):
        assert (infos["final_obs"][w]["self"][:, 10] == 1.0).all()
        # An agent moves less than a metre in a step.
        moved = np.abs(infos["final_obs"][w]["self"] - row(before[0], w)["self"])[:, :2]
        assert moved.max() < 1.0
    assert infos["_final_obs"].all()
    assert infos["_final_info"].all()
    assert infos["final_info"]["statistics"].shape == (3, len(STATISTIC_NAMES))
    assert not infos["final_info"]["preparation"].any()
    assert infos["preparation"].all()
    assert not infos["statistics"].any()


def test_what_is_returned_is_not_overwritten():
    env = vector()
    first = env.reset(seed=0)
    results = [first, *play(env, 0, 13)]
    again = vector()
    assert data_equivalence(results, [again.reset(seed=0), *play(again, 0, 13)], exact=True)
    assert not any(np.shares_memory(results[k][0]["self"], results[k + 1][0]["self"]) for k in range(13))


def test_threads_and_number_of_worlds_do_not_matter():
    many, few = vector(7, thread_count=2), vector(2, thread_count=1)
    many.reset(seed=0)
    few.reset(seed=0)
    for step in range(13):
        actions = actions_at(many, step)
        one, other = many.step(actions), few.step(actions[:2])
        assert data_equivalence({name: value[:2] for name, value in one[0].items()}, other[0], exact=True)
        np.testing.assert_array_equal(one[1][:2], other[1])


def test_make_vec():
    """The batch by default, with options of the game; single worlds where that is asked for, with the same episodes."""
    name = environment_id("quadrant")
    batch = gymnasium.make_vec(name, num_envs=2, team="seekers", thread_count=1, hiders=1, **SHORT)
    single = gymnasium.make_vec(name, num_envs=2, vectorization_mode="sync", team="seekers", hiders=1, **SHORT)
    assert isinstance(batch, HideAndSeekVectorEnv)
    assert batch.game == make_game("quadrant", hiders=1, **SHORT)
    assert batch.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert data_equivalence(batch.reset(seed=3)[0], single.reset(seed=3)[0], exact=True)
    np.testing.assert_array_equal(play(batch, 0, 12)[-1][1], play(single, 0, 12)[-1][1])


def test_gymnasium_wrappers_work():
    """Those that follow episodes and those that rearrange infos."""
    env = DictInfoToList(RecordEpisodeStatistics(vector()))
    env.reset(seed=0)
    *_, (_, _, _, _, infos) = play(env, 0, 12)
    assert [info["episode"]["l"] for info in infos] == [12] * 3
    assert all(info["final_info"]["statistics"].shape == (len(STATISTIC_NAMES),) for info in infos)


def test_pictures_of_all_worlds():
    env = vector(2, render_mode="rgb_array")
    env.reset(seed=0)
    first, second = env.render()
    assert first.shape == second.shape
    assert first.dtype == np.uint8
    assert (first != second).any()
    with pytest.raises(RuntimeError, match="without render_mode"):
        vector(1).render()
    above = vector(2, render_mode="rgb_array", render_view="top")
    above.reset(seed=0)
    assert [picture.shape for picture in above.render()] == [(518, 480, 3)] * 2


def test_without_a_seed_every_world_is_another():
    layouts = np.concatenate([vector(2).reset()[0]["self"][:, 0, :2] for _ in range(2)])
    assert len(np.unique(layouts, axis=0)) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"worlds": 0}, "num_envs is 0, expected"),
        ({"worlds": 2.0}, r"num_envs is 2\.0, expected"),
        ({"thread_count": 0}, "thread_count is 0, expected"),
        ({"team": None}, "team is None, expected one of"),
        ({"opponent": None}, "opponent is None, expected one of"),
        ({"render_mode": "human"}, "render_mode is 'human', expected"),
        ({"colour": "red"}, "unknown option 'colour'"),
    ],
)
def test_impossible_environment_is_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        vector(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"seed": -1}, ValueError, "seed is -1, expected"),
        ({"seed": 2**64 - 1}, ValueError, "seed is .*, expected an integer from 0"),
        ({"seed": [1, 2]}, ValueError, "seed has 2 values, expected one for each of 3 worlds"),
        ({"seed": [1, 2, -3]}, ValueError, "seed is -3, expected"),
        ({"seed": 1.5}, TypeError, r"seed is 1\.5, expected an integer, or a sequence"),
        ({"options": {"mask": 1}}, ValueError, "unknown option 'mask' of reset, expected reset_mask"),
        ({"options": {"reset_mask": [True] * 3}}, TypeError, "reset_mask is of type list, expected an array of flags"),
        ({"options": {"reset_mask": np.ones(2, bool)}}, ValueError, r"reset_mask has shape \(2,\), expected \(3\)"),
        ({"options": {"reset_mask": np.zeros(3, bool)}}, ValueError, "reset_mask names no world"),
    ],
)
def test_impossible_resets_are_refused(arguments: dict, error: type[Exception], message: str):
    """And nothing has happened."""
    env, undisturbed = vector(), vector()
    env.reset(seed=0)
    undisturbed.reset(seed=0)
    with pytest.raises(error, match=message):
        env.reset(**arguments)
    assert data_equivalence(play(env, 0, 2), play(undisturbed, 0, 2), exact=True)


def test_first_reset_is_of_all_worlds():
    with pytest.raises(RuntimeError, match="first reset was called for some worlds"):
        vector().reset(options={"reset_mask": np.array([True, False, True])})


def test_bad_actions_are_refused():
    env = vector()
    with pytest.raises(RuntimeError, match="before the first reset"):
        env.step(actions_at(env, 0))
    env.reset(seed=0)
    actions = actions_at(env, 0)
    for bad, error, message in (
        (actions[:2], ValueError, r"actions has shape \(2, 10\), expected \(3, 10\)"),
        (actions + 20, ValueError, "actions has .* for an agent, expected 0 to below"),
        (actions * 1.0, TypeError, "actions is an array of shape .*expected integers"),
    ):
        with pytest.raises(error, match=message):
            env.step(bad)
