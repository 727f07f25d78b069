"""Who plays the other team."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv
from hideseek.env.gymnasium.opponents import act_as
from hideseek.game.config import make_game
from tests.env.games import SHORT

GAME = make_game("quadrant", hiders=3, **SHORT)
HIDERS, SEEKERS = slice(0, 3), slice(3, 5)


def batch(worlds: int = 400) -> HideAndSeek:
    return HideAndSeek(GAME, worlds, seed=1, thread_count=1, autoreset=False)


def test_random_actions_are_uniform():
    """Every value of every part, within five standard deviations; agents are not alike."""
    env = batch()
    actions = act_as("random", env, env.reset(), HIDERS)
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
            actions = act_as("random", env, observation, SEEKERS)
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
    actions = act_as("still", env, env.reset(), SEEKERS)
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
