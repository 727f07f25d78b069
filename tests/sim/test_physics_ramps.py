"""Ramps that are pressed into the floor."""

import numpy as np
import pytest

from tests.sim.drive import STILL, drive
from tests.worlds import make_world

SUNK = 0.02


@pytest.mark.parametrize("gap", [0.05, -0.005])
def test_a_sunk_ramp_is_not_pushed_sideways_by_what_is_above_it(gap: float):
    """Whether the box hovers over the ramp or stands on it."""
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3.05, 3.02, 0.2)], ramps=[(3, 3, 0)])
    box, ramp = 1, 2
    world.bodies.pose[0, ramp, 2] = 0.25 - SUNK
    world.bodies.pose[0, box, 2] = 0.5 - SUNK + 0.25 + gap
    before = world.bodies.pose[0].copy()
    after = drive(world, STILL)[-1]
    assert np.abs(after[:, :2] - before[:, :2]).max() < 0.001
    assert after[ramp, 2] > before[ramp, 2] + 0.005
