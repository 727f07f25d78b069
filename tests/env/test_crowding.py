"""More contacts than the simulator has room for are reported."""

import warnings

import numpy as np
import pytest

from hideseek import HideAndSeek, make_game
from hideseek.sim import workspace


def test_contacts_that_were_left_out_are_counted_and_reported_once(monkeypatch: pytest.MonkeyPatch):
    """With room for a few, in a world whose bodies all lie on top of each other."""
    monkeypatch.setattr(workspace, "ROWS_PER_BODY", 3)
    game = make_game("quadrant")
    env = HideAndSeek(game, 2)
    env.reset()
    still = np.full((2, game.agents, 3), 5, np.int8), *np.zeros((2, 2, game.agents), np.int8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env.step(*still)
    assert env.crowded_steps == 0
    state, second = env.get_state(np.array([1])), np.array([1])
    state["pose"][0, :, :2] = state["pose"][0, 0, :2] + np.random.default_rng(0).uniform(-0.2, 0.2, (7, 2))
    state["velocity"][:] = 0.5  # what is at rest stays as it is
    env.set_state(state, second)
    with pytest.warns(RuntimeWarning, match="more contacts than there is room for, 20: some were left out"):
        env.step(*still)
    assert env.crowded_steps == 1
    assert all(np.isfinite(array).all() for array in env.bodies)
    env.set_state(state, second)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env.step(*still)
    assert env.crowded_steps == 2
