"""The adapter to PettingZoo: its own conformance tests over all kinds of games, and what they leave out."""

import pickle
from collections.abc import Mapping

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from pettingzoo.test import api_test, max_cycles_test, parallel_api_test, parallel_seed_test, render_test, seed_test
from pettingzoo.test.state_test import state_test

from hideseek.env import pettingzoo
from hideseek.env.batch import HideAndSeek
from hideseek.env.pettingzoo import ParallelHideAndSeek, env, parallel_env
from hideseek.game.config import make_game
from hideseek.game.statistics import STATISTIC_NAMES
from hideseek.game.version import VERSION
from tests.env.games import NO_BOUNDS, SHORT, VARIATIONS

strict = pytest.mark.filterwarnings("error")
games = pytest.mark.parametrize(("game", "changes"), VARIATIONS.values(), ids=VARIATIONS.keys())
DICT_SPACES = "ignore:.*(is not a NumPy array|should be gymnasium.spaces.box)"
"""PettingZoo's test of the other interface warns of dictionaries and MultiDiscrete, which it supports."""


def actions_at(world: ParallelHideAndSeek, step: int) -> dict[str, np.ndarray]:
    """Return an action of every agent that depends on the step alone."""
    random = np.random.default_rng(step)
    return {agent: random.integers(0, [11, 11, 11, 2, 2]) for agent in world.possible_agents}


def play(world: ParallelHideAndSeek, first: int, end: int) -> list[tuple]:
    return [world.step(actions_at(world, step)) for step in range(first, end)]


@games
@strict
def test_parallel_api(game: str, changes: dict):
    parallel_api_test(parallel_env(game, **changes), num_cycles=30)


@games
@strict
def test_equal_seeds_give_equal_episodes(game: str, changes: dict):
    parallel_seed_test(lambda: parallel_env(game, **changes), num_cycles=20)
    seed_test(lambda: env(game, **changes), num_cycles=20)


@games
@pytest.mark.filterwarnings("error", DICT_SPACES)
def test_agents_in_turn(game: str, changes: dict):
    """PettingZoo's other interface."""
    api_test(env(game, **changes), num_cycles=30)


@games
@pytest.mark.filterwarnings("error", NO_BOUNDS)
def test_state(game: str, changes: dict):
    state_test(env(game, **changes), parallel_env(game, **changes))


@games
@strict
def test_pictures(game: str, changes: dict):
    def make(render_mode: str):
        # The test begins with "human", whatever the modes are.
        return env(game, render_mode="rgb_array" if render_mode == "human" else render_mode, **changes)

    render_test(make)


@strict
def test_max_cycles():
    max_cycles_test(pettingzoo)


@games
@strict
def test_everything_is_in_its_space(game: str, changes: dict):
    """Observations and the state, from the reset to the end."""
    world = parallel_env(game, seed=3, **changes)
    observations, _ = world.reset()
    for step in range(world.game.horizon + 1):
        for agent, observation in observations.items():
            space = world.observation_space(agent)
            assert observation.keys() == space.spaces.keys()
            for name, value in observation.items():
                assert space[name].contains(value), (agent, name, value)
                assert value.dtype == space[name].dtype
        assert world.state_space.contains(world.state())
        if step < world.game.horizon:
            observations, *_ = world.step(actions_at(world, step))


def test_episode_ends_by_truncation_at_the_horizon():
    """All agents at once, none terminated; then there are no agents, until the reset."""
    world = parallel_env("quadrant", **SHORT)
    world.reset(seed=1)
    agents = ["hider_0", "hider_1", "seeker_0", "seeker_1"]
    assert world.agents == world.possible_agents == agents
    for step in range(12):
        observations, rewards, terminations, truncations, infos = world.step(actions_at(world, step))
        for given in (observations, rewards, terminations, truncations, infos):
            assert list(given) == agents
        assert not any(terminations.values())
        assert all(over == (step == 11) for over in truncations.values())
        assert all(isinstance(reward, float) for reward in rewards.values())
    assert world.agents == []
    world.reset()
    assert world.agents == agents


@games
def test_last_observation_is_that_of_the_episode_that_ended(game: str, changes: dict):
    """It is what the same world shows after as many steps in a game that goes on."""
    short = parallel_env(game, **changes)
    steps = changes["horizon"]
    # Twice the horizon and half the fraction: the same preparation.
    fraction = changes["preparation_fraction"] / 2
    long = parallel_env(game, **{**changes, "horizon": 2 * steps, "preparation_fraction": fraction})
    short.reset(seed=5)
    long.reset(seed=5)
    ended, goes_on = play(short, 0, steps), play(long, 0, steps)
    for mine, theirs in zip(ended, goes_on, strict=True):
        assert data_equivalence(mine[0], theirs[0], exact=True)
        assert mine[1] == theirs[1]
    assert ended[-1][3]["hider_0"]
    assert not goes_on[-1][3]["hider_0"]
    time = short.state()[-1]
    assert time == 1.0
    np.testing.assert_array_equal(short.state()[:-1], long.state()[:-1])


@games
def test_agrees_with_the_batch(game: str, changes: dict):
    """Same seed and actions: same rewards and infos as `HideAndSeek`, episode after episode."""
    world = parallel_env(game, seed=8, **changes)
    batch = HideAndSeek(make_game(game, **changes), 1, seed=8)
    batch.reset()
    for episode in range(2):
        world.reset()
        for step in range(world.game.horizon):
            actions = actions_at(world, 100 * episode + step)
            joint = np.array(list(actions.values()), np.int8)[None]
            _, rewards, _, truncations, infos = world.step(actions)
            _, reward, done, info = batch.step(joint[..., :3], joint[..., 3], joint[..., 4])
            assert list(rewards.values()) == reward[0].tolist()
            assert all(over == done[0] for over in truncations.values())
            for given in infos.values():
                assert given["hidden"] == info["hidden"][0]
                assert given["preparation"] == info["preparation"][0]
                np.testing.assert_array_equal(given["statistics"], info["statistics"][0] if done[0] else 0.0)


def test_infos_have_the_same_fields_at_every_step():
    """Some learners make buffers for them after the first reset."""
    world = parallel_env("quadrant", **SHORT)
    _, infos = world.reset(seed=0)
    shapes = [infos, *(result[4] for result in play(world, 0, 12))]
    for given in shapes:
        for info in given.values():
            assert info.keys() == {"hidden", "preparation", "statistics"}
            assert info["statistics"].shape == (len(STATISTIC_NAMES),)
    assert [given["hider_0"]["preparation"] for given in shapes] == [True] * 4 + [False] * 9


def test_infos_of_a_reset_say_who_is_seen():
    """A world in which a seeker sees a hider at the start, and one in which none does."""
    found = {}
    world = parallel_env("quadrant", **SHORT)
    for seed in range(20):
        observations, infos = world.reset(seed=seed)
        seen = any(observations[f"seeker_{k}"]["sees_agents"][k : k + 2].any() for k in range(2))
        assert infos["hider_0"]["hidden"] == (not seen)
        found[seen] = True
    assert len(found) == 2


def test_what_is_returned_is_not_overwritten():
    world = parallel_env("quadrant", **SHORT)
    observations, infos = world.reset(seed=0)
    kept = pickle.dumps((observations, infos))
    first = world.step(actions_at(world, 0))
    kept_first = pickle.dumps(first)
    play(world, 1, 12)
    world.reset()
    assert data_equivalence((observations, infos), pickle.loads(kept), exact=True)
    assert data_equivalence(first, pickle.loads(kept_first), exact=True)


def test_without_a_seed_every_environment_is_another():
    """And resets without a seed go on to new layouts."""
    layouts = []
    for _ in range(2):
        world = parallel_env("quadrant", **SHORT)
        layouts += [world.reset()[0]["hider_0"]["self"].tobytes() for _ in range(2)]
    assert len(set(layouts)) == 4


def test_seed_of_the_constructor_is_that_of_the_first_reset():
    made, reset = parallel_env("quadrant", seed=4), parallel_env("quadrant")
    assert data_equivalence(made.reset()[0], reset.reset(seed=4)[0], exact=True)
    assert data_equivalence(made.reset()[0], reset.reset()[0], exact=True)


def test_goes_on_after_pickling():
    """Vectorisers send environments to other processes."""
    world = parallel_env("random-walls", **SHORT)
    world.reset(seed=2)
    play(world, 0, 3)
    copy = pickle.loads(pickle.dumps(world))
    assert data_equivalence(play(world, 3, 12), play(copy, 3, 12), exact=True)


def test_picture_is_of_the_moment():
    world = parallel_env("quadrant", render_mode="rgb_array", **SHORT)
    world.reset(seed=0)
    before = world.render()
    assert (before.ndim, before.shape[2], before.dtype) == (3, 3, np.uint8)
    np.testing.assert_array_equal(world.render(), before)
    play(world, 0, 12)
    after = world.render()
    assert after.shape == before.shape
    assert (after != before).any()
    world.close()
    world.close()


@pytest.mark.parametrize(("view", "shape"), [("oblique", (480, 640, 3)), ("top", (518, 480, 3))])
def test_picture_is_in_the_view_asked_for(view, shape):
    world = parallel_env("quadrant", render_mode="rgb_array", render_view=view, **SHORT)
    world.reset(seed=0)
    assert world.render().shape == shape


def test_name_has_the_version():
    assert str(parallel_env("random-walls")) == f"hideseek_random_walls_v{VERSION}"
    assert parallel_env(make_game("quadrant", hiders=1)).metadata["name"] == f"hideseek_quadrant_v{VERSION}"
    assert parallel_env("quadrant").metadata["render_fps"] == pytest.approx(1 / 0.075)


def test_a_game_can_be_changed_like_a_name():
    changed = parallel_env(make_game("quadrant", hiders=3), seekers=1, max_cycles=7).game
    assert changed == make_game("quadrant", hiders=3, seekers=1, horizon=7)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"game": "chess"}, ValueError, "unknown game 'chess'; known games: quadrant"),
        ({"game": 3}, TypeError, "game is 3, expected"),
        ({"game": make_game("quadrant"), "size": 3}, ValueError, "unknown option 'size'"),
        ({"size": 3}, ValueError, "unknown option 'size'"),
        ({"hiders": 0}, ValueError, "hiders is 0, expected"),
        ({"max_cycles": 0}, ValueError, "horizon is 0, expected"),
        ({"max_cycles": 5, "horizon": 5}, ValueError, "max_cycles is 5 and horizon 5, expected one"),
        ({"render_mode": "human"}, ValueError, "render_mode is 'human', expected one of 'rgb_array'"),
        ({"render_view": "side"}, ValueError, "render_view is 'side', expected one of 'oblique', 'top'"),
        ({"seed": -1}, ValueError, "seed is -1, expected"),
        ({"seed": "one"}, ValueError, "seed is 'one', expected"),
    ],
)
def test_impossible_environment_is_refused(arguments: dict, error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        parallel_env(**arguments)


def without(actions: Mapping, agent: str) -> dict:
    return {name: action for name, action in actions.items() if name != agent}


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda a: without(a, "seeker_1"), ValueError, "actions lack seeker_1, expected"),
        (lambda a: {}, ValueError, "actions lack hider_0, hider_1, seeker_0, seeker_1"),
        (lambda a: {**a, "seeker_2": a["seeker_1"]}, ValueError, "unknown agents seeker_2"),
        (lambda a: list(a.values()), TypeError, "actions is .*expected a dictionary"),
        (lambda a: {**a, "hider_1": [5, 5, 11, 0, 0]}, ValueError, r"action of hider_1 has \[5, 5, 11, 0, 0\]"),
        (lambda a: {**a, "hider_1": [5, 5, 5, -1, 0]}, ValueError, "action of hider_1 has"),
        (lambda a: {**a, "hider_1": [5, 5, 5, 0, 2]}, ValueError, "action of hider_1 has"),
        (lambda a: {**a, "hider_1": [5, 5, 5, 0]}, ValueError, r"action of hider_1 has shape \(4,\), expected \(5,\)"),
        (lambda a: {**a, "hider_1": [5.0] * 5}, TypeError, "action of hider_1 is .*expected integers"),
        (lambda a: {**a, "hider_1": None}, TypeError, "action of hider_1 is None, expected integers"),
    ],
)
def test_bad_actions_are_refused(spoil, error: type[Exception], message: str):
    """And nothing has happened: the world goes on as one that was never asked."""
    world, undisturbed = parallel_env("quadrant", **SHORT), parallel_env("quadrant", **SHORT)
    world.reset(seed=0)
    undisturbed.reset(seed=0)
    with pytest.raises(error, match=message):
        world.step(spoil(actions_at(world, 0)))
    assert data_equivalence(play(world, 0, 2), play(undisturbed, 0, 2), exact=True)


def test_calls_out_of_order_are_refused():
    world = parallel_env("quadrant", render_mode="rgb_array", **SHORT)
    for call in (lambda: world.step(actions_at(world, 0)), world.state, world.render):
        with pytest.raises(RuntimeError, match="before the first reset"):
            call()
    world.reset(seed=0)
    play(world, 0, 12)
    with pytest.raises(RuntimeError, match="after the end of the episode: call reset"):
        world.step(actions_at(world, 0))
    with pytest.raises(ValueError, match="seed is -1"):
        world.reset(seed=-1)
    with pytest.raises(RuntimeError, match="without render_mode"):
        parallel_env("quadrant").render()
