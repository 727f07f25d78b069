"""Nothing passes through walls or the floor, at whatever speed and angle."""

import math

import numpy as np
import pytest

from benchmarks.overlap import deepest_overlaps
from tests.sim.drive import FULL_FORCE, STILL, drive
from tests.worlds import EAST, World, make_world

THIN = (4.0, 3.0, 0.05, 6.0, 0.5)
"""A long inner wall: its west face is at x = 3.95, its northern end at y = 9."""
FACE = 3.95
LONG = (0.825, 0.075, 0.25)
DEEPEST = 0.06
"""At 9 m/s a body gets 4.5 cm deep in one substep before anything can act."""


def sunk(world: World) -> float:
    """Return how deep the deepest body is in a wall [m]."""
    overlaps = deepest_overlaps(world.bodies, world.counts)
    return max(depth for kind, depth in overlaps.items() if kind.endswith("wall"))


def deepest_on_the_way(world: World, force: tuple, steps: int) -> float:
    """Drive, and return how deep anything was in a wall after any of the steps [m]."""
    depths = []
    for _ in range(steps):
        drive(world, force)
        depths.append(sunk(world))
    return max(depths)


@pytest.mark.parametrize("force", [(90, 0, 0), (90, 90, 0), (90, -90, 0), (90, 0, 90)])
@pytest.mark.parametrize("start", np.linspace(2.0, 2.2, 6))
def test_agent_stops_at_a_thin_wall(start: float, force: tuple):
    """Straight, obliquely and spinning, from many distances; then it presses on and stays outside."""
    world = make_world(hiders=[(start, 3 - 0.2 * np.sign(force[1]), EAST)], walls=[THIN])
    assert deepest_on_the_way(world, force, 8) < DEEPEST
    poses = drive(world, (FULL_FORCE, 0, 0), 20)
    # Sideways its arms keep it 0.18 m away.
    assert FACE - 0.185 < poses[-1, 0, 0] < FACE - 0.145


@pytest.mark.parametrize("yaw", [0.0, 0.2, 0.5, 0.785, 1.2])
@pytest.mark.parametrize("half", [(0.25, 0.25, 0.25), LONG, (0.075, 0.825, 0.25)])
def test_box_thrown_at_a_thin_wall_bounces_off(half: tuple, yaw: float):
    """At 9 m/s, end on, flat or obliquely: no deeper than one substep takes it, and outside at the end."""
    world = make_world(hiders=[(0, 0, 0)], boxes=[(2.5, 3, yaw)], walls=[THIN], box_half=half)
    world.bodies.velocity[0, 1, 0] = 9.0
    assert deepest_on_the_way(world, STILL, 14) < DEEPEST
    assert sunk(world) < 0.002
    assert world.bodies.pose[0, 1, 0] < FACE


@pytest.mark.parametrize("yaw", [0.0, 0.3, 0.6, 1.0, 1.4])
@pytest.mark.parametrize("half", [(0.25, 0.25, 0.25), LONG])
def test_box_turns_beside_a_wall(half: tuple, yaw: float):
    """Drifting to the wall at 2 m/s, its foremost corner stops at the face."""
    reach = half[0] * abs(math.cos(yaw)) + half[1] * abs(math.sin(yaw))
    world = make_world(hiders=[(0, 0, 0)], boxes=[(FACE - reach - 0.1, 3, yaw)], walls=[THIN], box_half=half)
    world.bodies.velocity[0, 1, 0] = 2.0
    assert deepest_on_the_way(world, STILL, 10) < 0.02
    assert sunk(world) < 0.001


@pytest.mark.parametrize("yaw", [0.0, 0.4, 0.8])
def test_box_pushed_at_a_thin_wall_stays_outside(yaw: float):
    """An agent that runs it into the wall at full force, and presses on."""
    for y in (2.9, 3.0, 3.1):
        world = make_world(hiders=[(2.3, y, EAST)], boxes=[(2.8, 3, yaw)], walls=[THIN])
        assert deepest_on_the_way(world, (FULL_FORCE, 0, 0), 20) < DEEPEST
        assert world.bodies.pose[0, 1, 0] < FACE - 0.2


@pytest.mark.parametrize("yaw", np.linspace(0.0, 5.5, 6))
def test_ramp_thrown_at_a_thin_wall_bounces_off(yaw: float):
    """With its back, sides, foot and edges ahead."""
    world = make_world(hiders=[(0, 0, 0)], ramps=[(3.0, 3, yaw)], walls=[THIN])
    world.bodies.velocity[0, 1, 0] = 9.0
    assert deepest_on_the_way(world, STILL, 14) < DEEPEST
    assert sunk(world) < 0.002
    assert world.bodies.pose[0, 1, 0] < FACE


@pytest.mark.parametrize("offset", [-0.15, -0.05, 0.0, 0.05, 0.15])
def test_agent_hits_the_end_of_a_wall(offset: float):
    """It bounces off or slips past, but never cuts the corner."""
    world = make_world(hiders=[(4.0 + offset, 10.5, 0)], walls=[THIN])
    assert deepest_on_the_way(world, (0, -FULL_FORCE, 0), 12) < DEEPEST


@pytest.mark.parametrize("yaw", [0.0, 0.4, 0.785])
def test_agent_hits_the_corner_of_a_box(yaw: float):
    """Diagonally at full speed: it sinks in by less than 5 cm and pushes the box on."""
    world = make_world(hiders=[(2, 2, 0)], boxes=[(3, 3, yaw)])
    depths = []
    for _ in range(8):
        drive(world, (FULL_FORCE, FULL_FORCE, 0))
        depths.append(deepest_overlaps(world.bodies, world.counts)["agent box"])
    assert max(depths) < 0.05
    assert np.linalg.norm(world.bodies.pose[0, 1, :2] - (3, 3)) > 0.5


def test_agent_in_a_corner_stays_inside():
    """Pressed into the corner of two outer walls it looks at, its arms touch: (0.13 + 0.075) sqrt(1/2) + 0.05 away."""
    walls = [(5.9, 3, 0.05, 2.85, 4.0), (3, 5.9, 2.85, 0.05, 4.0)]
    world = make_world(hiders=[(4.5, 4.5, 0.75 * math.pi)], walls=walls)
    poses = drive(world, (FULL_FORCE, FULL_FORCE, 0), 25)
    np.testing.assert_allclose(poses[-1, 0, :3], (5.655, 5.655, 0.15), atol=2e-3)


@pytest.mark.parametrize("yaw", [0.25, 0.75, 1.25, 1.75])
@pytest.mark.parametrize("start", [2.0, 2.1, 2.2, 2.3])
def test_agent_runs_into_a_corner_at_full_speed(start: float, yaw: float):
    """At 8 m/s along both axes a substep takes it 4 cm into both walls at once; pressed on, it stays inside."""
    walls = [(5.9, 3, 0.05, 2.85, 4.0), (3, 5.9, 2.85, 0.05, 4.0)]
    world = make_world(hiders=[(start, start, yaw * math.pi)], walls=walls)
    drive(world, (FULL_FORCE, FULL_FORCE, 0), 4)
    assert world.bodies.velocity[0, 0, :2].min() > 7.0
    assert deepest_on_the_way(world, (FULL_FORCE, FULL_FORCE, 0), 16) < DEEPEST
    assert world.bodies.pose[0, 0, :2].min() > 5.65
    assert world.bodies.pose[0, 0, :2].max() < 5.702


@pytest.mark.parametrize("body", [0, 1, 2])
def test_nothing_falls_through_the_floor(body: int):
    """Dropped from 10 m it hits at 31 m/s, or 15 cm a substep, and still comes to rest on top."""
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, 0)], ramps=[(5, 5, 0)])
    half = world.bodies.half_size[0, body, 2]
    world.bodies.pose[0, body, 2] = 10.0
    poses = drive(world, STILL, 40)
    assert poses[:, body, 2].min() > 0.0
    assert poses[-1, body, 2] == pytest.approx(half, abs=1e-3)
