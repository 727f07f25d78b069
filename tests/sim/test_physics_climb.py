"""Up ramps, on top of boxes and walls, and down again."""

import numpy as np
import pytest

from tests.sim.drive import FULL_FORCE, STILL, drive, hold
from tests.worlds import SOUTH, make_world

SOUTHWARDS = (0, -FULL_FORCE, 0)
EASTWARDS = (FULL_FORCE, 0, 0)
ON_TOP = 0.65
"""Height of the centre of an agent that stands on a box, a ramp's edge or an inner wall [m]."""
AGENT, OBJECT = 0, 1
BLOCK = (3.0, 2.2, 1.0, 0.05, 0.5)
"""A wall that stops a box at (3, 2.5) from being pushed south."""


def first_step_at(heights: np.ndarray, height: float) -> int:
    """Return after how many steps an agent is that high; fail if it never is."""
    assert heights.max() > height, heights
    return int(np.argmax(heights > height)) + 1


@pytest.mark.parametrize("yaw", [0.0, 1.0])
def test_agent_climbs_a_blocked_ramp_onto_a_wall(yaw: float):
    """From the floor to the top of an inner wall in about three steps, whichever way it looks; the ramp stays."""
    world = make_world(hiders=[(3, 3.4, yaw)], ramps=[(3, 3, SOUTH)], walls=[(3, 2.7, 1.0, 0.05, 0.5)])
    poses = drive(world, SOUTHWARDS, 5)
    assert first_step_at(poses[:, AGENT, 2], ON_TOP - 0.01) <= 4
    assert poses[:, AGENT, 2].max() < 0.8
    np.testing.assert_allclose(poses[-1, OBJECT], (3.0, 3.0, 0.25, 0.0), atol=0.005)


def test_agent_climbs_a_blocked_ramp_onto_a_box_and_stays():
    """When it stops pushing on top, it comes to rest on the box."""
    world = make_world(hiders=[(3, 3.4, 0)], boxes=[(3, 2.5, 0)], ramps=[(3, 3, SOUTH)], walls=[BLOCK])
    drive(world, SOUTHWARDS, 4)
    resting = drive(world, STILL, 12)[-1]
    assert resting[AGENT, 2] == pytest.approx(ON_TOP, abs=1e-3)
    assert 2.25 < resting[AGENT, 1] < 2.75


def test_agent_gets_no_higher_from_behind_or_from_the_side():
    """Only the slope leads up: at the ramp's back and sides an agent pushes it along the floor."""
    for place, force in (((3, 2.5, 0), (0, FULL_FORCE, 0)), ((2.5, 3, 0), EASTWARDS)):
        world = make_world(hiders=[place], ramps=[(3, 3, SOUTH)])
        poses = drive(world, force, 8)
        assert poses[:, AGENT, 2].max() < 0.2
        assert np.linalg.norm(poses[-1, OBJECT, :2] - (3, 3)) > 0.5


def test_agent_runs_up_a_free_ramp_and_pushes_it_along():
    """It gets half way up while the ramp slides away under it."""
    world = make_world(hiders=[(3, 3.6, 0)], ramps=[(3, 3, SOUTH)])
    poses = drive(world, SOUTHWARDS, 6)
    assert 0.25 < poses[:, AGENT, 2].max() < ON_TOP
    assert poses[3, OBJECT, 1] < 2.6
    np.testing.assert_allclose(poses[:, :, 0], 3.0, atol=1e-4)


def test_agent_slides_down_a_ramp():
    """Friction 0.01 does not hold on 45 degrees: it leaves the slope at its foot."""
    world = make_world(hiders=[(3, 2.95, 0, 0.55)], ramps=[(3, 3, SOUTH)])
    poses = drive(world, STILL, 16)
    assert poses[-1, AGENT, 2] == pytest.approx(0.15, abs=0.003)
    assert poses[-1, AGENT, 1] - poses[-1, OBJECT, 1] > 0.25


@pytest.mark.parametrize("support", ["box", "wall", "elongated"])
def test_agent_stands_on_top(support: str):
    """For a second and a half, to a tenth of a millimetre, and what it stands on does not move."""
    half = (0.825, 0.075, 0.25) if support == "elongated" else (0.25, 0.25, 0.25)
    boxes = [] if support == "wall" else [(3, 3, 0)]
    walls = [(3, 3, 1.0, 0.05, 0.5)] if support == "wall" else []
    world = make_world(hiders=[(3, 3, 0.4, ON_TOP)], boxes=boxes, walls=walls, box_half=half)
    start = world.bodies.pose[0].copy()
    poses = drive(world, STILL, 20)
    np.testing.assert_allclose(poses[-1], start, atol=2e-4)


def test_agent_runs_along_a_wall():
    """Friction there is 0.01 (0.5 N), so it gets faster than on the floor: (90 - 0.5) / 10 = 8.95 m/s."""
    world = make_world(hiders=[(1, 3, 0, ON_TOP)], walls=[(4, 3, 4.0, 0.05, 0.5)])
    poses = drive(world, EASTWARDS, 9)
    np.testing.assert_allclose(poses[:, AGENT, 2], ON_TOP, atol=0.002)
    assert world.bodies.velocity[0, AGENT, 0] == pytest.approx(8.95, abs=0.05)
    np.testing.assert_allclose(poses[:, AGENT, 1], 3.0, atol=1e-4)


def test_agent_runs_off_the_end_of_a_wall_and_falls():
    """Back to the floor."""
    world = make_world(hiders=[(3, 3, 0, ON_TOP)], walls=[(3, 3, 0.5, 0.05, 0.5)])
    assert drive(world, EASTWARDS, 10)[-1, AGENT, 2] == pytest.approx(0.15, abs=0.015)


def test_agent_surfs_on_the_box_that_it_holds():
    """From on top it drives itself and the box: 90 N against 20 N of friction, about 6.5 m/s after 7 steps."""
    world = make_world(hiders=[(3, 3, 0, ON_TOP)], boxes=[(3, 3, 0)])
    hold(world, 0, 0)
    poses = drive(world, EASTWARDS, 7)
    assert world.bodies.velocity[0, OBJECT, 0] == pytest.approx(6.5, abs=0.2)
    np.testing.assert_allclose(poses[:, AGENT, 0] - poses[:, OBJECT, 0], 0.0, atol=2e-3)
    np.testing.assert_allclose(poses[:, AGENT, 2] - poses[:, OBJECT, 2], 0.4, atol=2e-3)
    assert poses[-1, OBJECT, 0] > 5.3


def test_agent_leaves_a_box_that_it_does_not_hold():
    """Without a grip it runs off; friction (10 N at most) hardly moves the box."""
    world = make_world(hiders=[(3, 3, 0, ON_TOP)], boxes=[(3, 3, 0)])
    poses = drive(world, EASTWARDS, 6)
    assert poses[-1, AGENT, 2] < 0.2
    assert abs(poses[-1, OBJECT, 0] - 3.0) < 0.05


def test_ramp_on_a_box_stays():
    """Objects can be stacked: a ramp, held up in the original's worlds by nothing but the box."""
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, 0)], ramps=[(3.05, 3.0, 0.3, 0.75)])
    poses = drive(world, STILL, 20)
    np.testing.assert_allclose(poses[-1, 2], (3.05, 3.0, 0.75, 0.3), atol=5e-3)
