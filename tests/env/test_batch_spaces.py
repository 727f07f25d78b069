"""The batch as its spaces describe it, and its pictures."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from tests.env.games import SHORT, VARIATIONS

games = pytest.mark.parametrize(("game", "changes"), VARIATIONS.values(), ids=VARIATIONS.keys())


@games
def test_actions_can_be_sampled_and_observations_are_in_their_space(game: str, changes: dict):
    """Over the end of an episode; no field has another shape or type."""
    env = HideAndSeek(make_game(game, **changes), 3, seed=1)
    env.action_space.seed(0)
    observation = env.reset()
    for _ in range(changes["horizon"] + 1):
        assert observation.keys() == env.observation_space.spaces.keys()
        for name, value in observation.items():
            space = env.observation_space[name]
            assert isinstance(space, gymnasium.spaces.Box)
            assert (value.shape, value.dtype) == (space.shape, space.dtype)
            assert space.contains(value), name
        observation, *_ = env.step(*env.action_space.sample())


def test_every_value_of_an_action_is_sampled():
    env = HideAndSeek(make_game("quadrant"), 200)
    movement, grab, lock = env.action_space.sample()
    assert np.unique(movement).tolist() == list(range(11))
    assert np.unique(grab).tolist() == np.unique(lock).tolist() == [0, 1]


@pytest.mark.parametrize("space", ["action_space", "observation_space"])
def test_spaces_need_gymnasium_and_nothing_else_does(space: str):
    """The error says what to install."""
    code = f"""
import sys
sys.modules["gymnasium"] = None
import hideseek
env = hideseek.HideAndSeek(hideseek.make_game("quadrant"), 1)
env.{space}
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert result.stderr.rstrip().endswith(
        "gymnasium is not installed; install it with: pip install 'hideseek[gymnasium]'"
    )


def test_pictures_are_of_the_world_and_view_asked_for():
    env = HideAndSeek(make_game("quadrant", **SHORT), 2, seed=0)
    with pytest.raises(RuntimeError, match="render was called before the first reset"):
        env.render()
    env.reset()
    first, second, above = env.render(), env.render(1), env.render(1, "top")
    assert (first.shape, first.dtype) == ((480, 640, 3), np.uint8)
    assert (first != second).any()
    assert above.shape == (518, 480, 3)
    np.testing.assert_array_equal(env.render(0), first)
    for world, view, message in ((2, "top", "world is 2, expected"), (0, "side", "view is 'side', expected one of")):
        with pytest.raises(ValueError, match=message):
            env.render(world, view)
