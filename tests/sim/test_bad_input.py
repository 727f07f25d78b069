"""What the physics refuses, before it does anything."""

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.game.layout.build import draw_layouts
from hideseek.sim.engine import step_physics
from hideseek.sim.mujoco_twin import build_mjcf, make_twin
from hideseek.sim.state import Physics

GAME = make_game("quadrant")
BODIES, _ = draw_layouts(GAME, 2)


@pytest.mark.parametrize(
    ("control", "error", "message"),
    [
        (np.zeros((2, 4, 2), np.float32), ValueError, r"control has shape \(2, 4, 2\), expected \(2, 4, 3\)"),
        (np.zeros((1, 4, 3), np.float32), ValueError, r"control has shape \(1, 4, 3\), expected \(2, 4, 3\)"),
        (np.zeros((2, 4, 3), np.int64), TypeError, "control is of type int64, expected an array of numbers"),
        (None, TypeError, "control is of type NoneType, expected an array of numbers"),
    ],
)
def test_control_that_does_not_fit_is_refused(control, error, message):
    with pytest.raises(error, match=message):
        step_physics(BODIES, GAME.counts, Physics(), control)


@pytest.mark.parametrize("build", [build_mjcf, make_twin])
@pytest.mark.parametrize("w", [-1, 2, 0.5])
def test_worlds_that_are_not_there_have_no_twin(build, w):
    with pytest.raises(ValueError, match=f"w is {w}, expected an integer from 0 to 1"):
        build(BODIES, GAME.counts, Physics(), w)
