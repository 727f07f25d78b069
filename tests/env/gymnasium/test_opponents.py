"""Who plays the other team."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hideseek import load_policy
from hideseek.env.actor_observation import seen_by
from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv
from hideseek.env.gymnasium.opponents import Act, Opponent, make_opponent
from hideseek.game.config import make_game
from hideseek.learn.files import RunError
from tests.env.games import SHORT

GAME = make_game("quadrant", hiders=3, **SHORT)
HIDERS, SEEKERS = slice(0, 3), slice(3, 5)


def batch(worlds: int = 400) -> HideAndSeek:
    return HideAndSeek(GAME, worlds, seed=1, thread_count=1, autoreset=False)


def acting(opponent: Opponent) -> Act:
    return make_opponent(opponent, GAME, seen_by)


def test_random_actions_are_uniform():
    """Every value of every part, within five standard deviations; agents are not alike."""
    env = batch()
    actions = acting("random")(env, env.reset(), HIDERS)
    assert actions.shape == (400, 3, 5)
    for part, choices in enumerate((11, 11, 11, 2, 2)):
        counts = np.bincount(actions[..., part].ravel(), minlength=choices)
        expected = actions[..., part].size / choices
        assert len(counts) == choices
        assert np.abs(counts - expected).max() < 5 * expected**0.5
    assert 0.02 < (actions[:, 0, 0] == actions[:, 1, 0]).mean() < 0.2


def test_random_actions_change_with_step_and_episode_and_repeat_with_the_seed():
    env = batch(50)
    drawn = []
    for episode in (1, None, 1):
        observation = env.reset(seed=episode)
        for _ in range(2):
            actions = acting("random")(env, observation, SEEKERS)
            drawn.append(actions)
            joint = np.full((50, 5, 5), 5, np.int8)
            joint[..., 3:] = 0
            observation = env.step(joint[..., :3], joint[..., 3], joint[..., 4])[0]
    first, second, other_episode, _, again, _ = drawn
    assert (first != second).mean() > 0.5
    assert (first != other_episode).mean() > 0.5
    np.testing.assert_array_equal(first, again)


def test_still_opponents_do_nothing():
    env = batch(2)
    actions = acting("still")(env, env.reset(), SEEKERS)
    np.testing.assert_array_equal(actions, np.broadcast_to([5, 5, 5, 0, 0], (2, 2, 5)))


@pytest.mark.parametrize("team", ["hiders", "seekers"])
def test_function_is_given_what_the_other_team_sees(team: str):
    """What a controller of that team would be given, at every step, the first of an episode included."""
    seen = []

    def still(observation: dict[str, np.ndarray]) -> np.ndarray:
        seen.append(observation)
        members = observation["self"].shape[1]
        return np.tile([5, 5, 5, 0, 0], (2, members))

    other = "seekers" if team == "hiders" else "hiders"
    mine = HideAndSeekVectorEnv(GAME, 2, thread_count=1, team=team, opponent=still)
    theirs = HideAndSeekVectorEnv(GAME, 2, thread_count=1, team=other, opponent="still")
    mine.reset(seed=3)
    observation, _ = theirs.reset(seed=3)
    nothing = np.tile([5, 5, 5, 0, 0], (2, mine.single_action_space.shape[0] // 5))
    for _ in range(14):
        mine.step(nothing)
        assert seen[-1].keys() == observation.keys()
        for name, value in observation.items():
            np.testing.assert_array_equal(seen[-1][name], value, err_msg=name)
        observation, *_ = theirs.step(np.tile([5, 5, 5, 0, 0], (2, theirs.single_action_space.shape[0] // 5)))


def test_function_moves_the_other_team():
    """Seekers who run east after preparation get there, those who are still do not."""

    def run_east(observation: dict[str, np.ndarray]) -> np.ndarray:
        return np.tile([10, 5, 5, 0, 0], (1, observation["self"].shape[1]))

    places = []
    for opponent in (run_east, "still"):
        env = HideAndSeekEnv(GAME, team="hiders", opponent=opponent)
        env.reset(seed=3)
        for _ in range(12):
            env.step(np.array([5, 5, 5, 0, 0] * 3))
        places.append(env._worlds.env.bodies.pose[0, SEEKERS, 0].copy())
    assert (places[0] > places[1] + 0.5).all()


DOORS = {"game": load_policy("zoo:doors").game, "team": "seekers", "opponent": "zoo:doors"}
"""Seekers who stand still among trained hiders, in the game of these."""


def hiders_of(env: HideAndSeekEnv | HideAndSeekVectorEnv) -> np.ndarray:
    """Return where the hiders are [world, hider, ...]."""
    return env._worlds.env.bodies.pose[:, :2].copy()


def watch(env: HideAndSeekVectorEnv, seed: list[int], steps: int = 12) -> np.ndarray:
    """Return where the hiders go while the seekers stand still [step, world, ...]."""
    env.reset(seed=seed)
    places = []
    for _ in range(steps):
        env.step(np.tile([5, 5, 5, 0, 0], (env.num_envs, 2)))
        places.append(hiders_of(env))
    return np.array(places)


def test_trained_policy_moves_the_other_team():
    """By its name or loaded, in one world and in a batch: the same world, equally seeded, goes the same way."""
    named, loaded = HideAndSeekEnv(**DOORS), HideAndSeekEnv(**DOORS | {"opponent": load_policy("zoo:doors")})
    for env in (named, loaded):
        env.reset(seed=5)
        start = hiders_of(env)
        for _ in range(12):
            env.step(np.tile([5, 5, 5, 0, 0], 2))
    np.testing.assert_array_equal(hiders_of(named), hiders_of(loaded))
    assert np.abs(hiders_of(named) - start)[..., :2].max() > 0.3
    # Products of matrices of other sizes may round otherwise.
    batch = watch(HideAndSeekVectorEnv(num_envs=2, thread_count=1, **DOORS), [5, 6])
    np.testing.assert_allclose(batch[-1, :1], hiders_of(named), atol=0.05)


def test_trained_policy_draws_by_the_world():
    """Neither the other worlds' seeds nor what was played before matter; other seeds are other episodes."""
    env = HideAndSeekVectorEnv(num_envs=3, thread_count=1, **DOORS)
    first, other = watch(env, [1, 2, 3]), watch(env, [4, 2, 5], 5)
    np.testing.assert_array_equal(first[:5, 1], other[:, 1])
    assert (first[:5, 0] != other[:, 0]).any()
    np.testing.assert_array_equal(watch(env, [1, 2, 3]), first)


@pytest.mark.parametrize("mode", ["SameStep", "NextStep"])
def test_trained_policy_forgets_at_the_end_of_an_episode(mode: str):
    """The second episode of a world is the first one of a world in that state."""
    game = replace(load_policy("zoo:doors").game, horizon=10, preparation_fraction=0.4)
    options = {"thread_count": 1, "autoreset_mode": mode, **DOORS, "game": game}
    env, fresh = HideAndSeekVectorEnv(num_envs=2, **options), HideAndSeekVectorEnv(num_envs=2, **options)
    watch(env, [1, 2], 10 if mode == "SameStep" else 11)
    fresh.reset(seed=0)
    fresh._worlds.env.set_state(env._worlds.env.get_state())
    fresh._worlds._observation = fresh._worlds.env.observe()
    still = np.tile([5, 5, 5, 0, 0], (2, 2))
    for _ in range(8):
        env.step(still)
        fresh.step(still)
        np.testing.assert_array_equal(hiders_of(env), hiders_of(fresh))


@pytest.mark.parametrize(
    ("opponent", "error", "message"),
    [
        ("strong", ValueError, "opponent is 'strong', expected one of"),
        ("zoo:nobody", ValueError, "'nobody', expected one of"),
        (Path("nowhere"), RunError, "there is no run folder nowhere"),
    ],
)
def test_opponents_that_there_are_not_are_refused(opponent: object, error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        HideAndSeekEnv(GAME, opponent=opponent)  # pyright: ignore[reportArgumentType]


def test_policy_of_a_game_with_other_features_is_refused():
    with pytest.raises(ValueError, match=r"zoo:doors cannot play this game: it is observed as .*, expected"):
        HideAndSeekEnv("random-walls", opponent="zoo:doors")


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (np.zeros((1, 5), int), ValueError, r"what the opponent returned has shape \(1, 5\), expected \(1, 10\)"),
        (np.full((1, 10), 11), ValueError, "what the opponent returned has .* expected 0 to below"),
        (None, TypeError, "what the opponent returned is None, expected integers"),
    ],
)
def test_function_that_returns_nonsense_is_refused(returned: object, error: type[Exception], message: str):
    env = HideAndSeekEnv(GAME, opponent=lambda observation: returned)  # pyright: ignore[reportArgumentType]
    env.reset(seed=0)
    with pytest.raises(error, match=message):
        env.step(np.array([5, 5, 5, 0, 0] * 3))
