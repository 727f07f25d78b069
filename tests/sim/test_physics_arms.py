"""Arms that are past the middle of what they are in must leave on the side on which the agent is."""

import numpy as np
import pytest

from tests.sim.drive import STILL, drive
from tests.worlds import make_world


@pytest.mark.parametrize("depth", [0.04, 0.05, 0.06, 0.07])
def test_agent_in_a_thin_wall_is_pushed_out_gently(depth: float):
    """With any heading, and an arm past the middle of the wall: critically damped contacts give at most 2 m/s."""
    for yaw in np.linspace(-np.pi, np.pi, 60):
        world = make_world(hiders=[(3.95 - 0.15 + depth, 3, yaw)], walls=[(4, 3, 0.05, 2, 0.5)])
        world.bodies.velocity[0, 0, 0] = 0.01  # what rests sleeps
        drive(world, STILL)
        assert np.abs(world.bodies.velocity[0, 0, :3]).max() < 2.0, (yaw, world.bodies.velocity)
        assert world.bodies.pose[0, 0, 0] < 3.83


@pytest.mark.parametrize("depth", [0.03, 0.05, 0.07, 0.09])
def test_agents_with_crossed_arms_part_gently(depth: float):
    """Two that ran into each other, with any headings."""
    for first in np.linspace(-np.pi, np.pi, 21):
        for second in np.linspace(-np.pi, np.pi, 21):
            world = make_world(hiders=[(3, 3, first), (3.3 - depth, 3, second)])
            world.bodies.velocity[0, :, 0] = 0.01
            drive(world, STILL)
            assert np.abs(world.bodies.velocity[0, :, :3]).max() < 2.0, (first, second, world.bodies.velocity)
