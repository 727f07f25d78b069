"""Lines through single bodies and through whole worlds."""

import math

import pytest

from hideseek.sim.rays import (
    MISS,
    hit_body,
    hit_cuboid,
    hit_cylinder,
    hit_ramp,
    hit_sphere,
    invert,
    is_hit_first,
)
from tests.worlds import EAST, World, make_world

HALF = (0.5, 1.0, 2.0)


def cuboid(origin, direction):
    return hit_cuboid(origin, tuple(invert(component) for component in direction), HALF)


def meets(world: World, body: int, origin, direction) -> float:
    return hit_body(world.bodies.pose, world.bodies.half_size, world.counts, 0, body, origin, direction)


def sees(world: World, viewer: int, body: int) -> bool:
    pose = world.bodies.pose[0].astype(float)
    return is_hit_first(world.bodies, world.counts, 0, viewer, body, tuple(pose[viewer, :3]), tuple(pose[body, :3]))


def test_cuboid_is_entered_at_its_near_face():
    """The place is a share of the segment."""
    assert cuboid((-2.5, 0.0, 0.0), (4.0, 0.0, 0.0)) == pytest.approx(0.5)
    assert cuboid((0.0, -5.0, 1.5), (0.0, 2.0, 0.0)) == pytest.approx(2.0)


def test_line_from_inside_a_cuboid_meets_the_far_face():
    """As in MuJoCo, a ray that starts inside a geom hits its surface on the way out."""
    assert cuboid((0.25, 0.0, 0.0), (1.0, 0.0, 0.0)) == pytest.approx(0.25)


def test_line_beside_or_behind_a_cuboid_misses():
    """Parallel to a face outside it, and pointing away."""
    assert cuboid((-2.0, 1.1, 0.0), (1.0, 0.0, 0.0)) == MISS
    assert cuboid((-2.0, 0.0, 0.0), (-1.0, 0.0, 0.0)) == MISS


def test_ramp_is_met_on_its_slope_from_the_front():
    """The slope climbs along -y: at half its height it is in the middle."""
    assert hit_ramp((0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.25, 0.25, 0.25)) == pytest.approx(1.0)
    assert hit_ramp((0.0, 1.0, 0.2), (0.0, -1.0, 0.0), (0.25, 0.25, 0.25)) == pytest.approx(1.2)


def test_ramp_is_met_on_its_upright_face_from_behind():
    """The upright face is at local y = -0.25."""
    assert hit_ramp((0.0, -1.0, 0.2), (0.0, 1.0, 0.0), (0.25, 0.25, 0.25)) == pytest.approx(0.75)


def test_ramp_does_not_fill_the_upper_half_of_its_cube():
    """A line across, above the slope, passes; below it, it hits the side."""
    assert hit_ramp((-1.0, 0.1, 0.0), (1.0, 0.0, 0.0), (0.25, 0.25, 0.25)) == MISS
    assert hit_ramp((-1.0, -0.1, 0.0), (1.0, 0.0, 0.0), (0.25, 0.25, 0.25)) == pytest.approx(0.75)


def test_sphere_is_met_in_front():
    """Through the middle, past it, and from inside."""
    assert hit_sphere((-2.0, 0.0, 0.0), (2.0, 0.0, 0.0), 0.5) == pytest.approx(0.75)
    assert hit_sphere((-2.0, 0.6, 0.0), (2.0, 0.0, 0.0), 0.5) == MISS
    assert hit_sphere((0.0, 0.0, 0.0), (0.0, 2.0, 0.0), 0.5) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("origin", "direction", "place"),
    [
        ((-2.0, 0.0, 0.1), (2.0, 0.0, 0.0), 0.75),
        ((-2.0, 0.3, 0.1), (1.0, 0.0, 0.0), 1.6),
        ((0.1, 0.0, 3.0), (0.0, 0.0, -2.0), 1.375),
        ((-1.5, 0.0, 0.75), (1.0, 0.0, -0.5), 1.0),
        ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.5),
        ((0.0, 0.0, 0.0), (0.0, 0.0, -1.0), 0.25),
        ((-2.0, 0.51, 0.1), (1.0, 0.0, 0.0), MISS),
        ((-2.0, 0.0, 0.26), (1.0, 0.0, 0.0), MISS),
        ((0.6, 0.0, 3.0), (0.0, 0.0, -1.0), MISS),
        ((-2.0, 0.0, 0.1), (-1.0, 0.0, 0.0), MISS),
    ],
    ids=[
        "side",
        "off the middle",
        "top",
        "edge",
        "from inside",
        "bottom from inside",
        "beside",
        "over",
        "along",
        "behind",
    ],
)
def test_cylinder_is_met_at_its_side_and_its_ends(origin, direction, place):
    """Of radius 0.5, upright, from -0.25 to 0.25."""
    assert hit_cylinder(origin, direction, 0.5, 0.25) == pytest.approx(place)


@pytest.mark.parametrize(("radius", "height", "seen"), [(0.5, 0.5, False), (0.5, 0.1, True), (0.0, 0.5, True)])
def test_cylinder_blocks_sight(radius: float, height: float, seen: bool):
    """Unless it is lower than the line, or is none."""
    world = make_world(hiders=[(1, 3, EAST)], seekers=[(4, 3, 0)], cylinders=[(2.5, 3.2, radius, height)])
    assert sees(world, 0, 1) == seen


def test_turned_box_is_met_at_its_corner():
    """A cube turned by 45 degrees is wider by the square root of 2."""
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, math.pi / 4)])
    assert meets(world, 1, (1.0, 3.0, 0.25), (1.0, 0.0, 0.0)) == pytest.approx(2.0 - 0.25 * math.sqrt(2.0), abs=1e-6)


def test_arms_of_an_agent_are_part_of_it():
    """A line over the left arm, which a body of radius 0.15 alone would let pass."""
    world = make_world(hiders=[(3, 3, 0)])
    arm = (3.0 - 0.13, 3.0 - 0.075, 0.15 - 0.05)
    assert meets(world, 0, (arm[0], arm[1] - 1.0, arm[2]), (0.0, 1.0, 0.0)) == pytest.approx(0.95, abs=1e-6)
    beside = (arm[0] - 0.04, arm[1] - 1.0, arm[2])
    assert meets(world, 0, beside, (0.0, 1.0, 0.0)) == pytest.approx(1.0 - 0.03, abs=1e-6)
    turned = make_world(hiders=[(3, 3, math.pi)])
    assert meets(turned, 0, beside, (0.0, 1.0, 0.0)) == pytest.approx(1.15 - 0.03, abs=1e-6)


@pytest.mark.parametrize(("x", "seen"), [(2.0, False), (5.0, True)])
def test_wall_blocks_only_between(x: float, seen: bool):
    """A wall between two agents hides them from each other, one behind the target does not."""
    world = make_world(hiders=[(1, 3, EAST)], seekers=[(4, 3, 0)], walls=[(x, 3, 0.05, 1, 0.5)])
    assert sees(world, 0, 1) == seen
    assert sees(world, 1, 0) == seen


def test_sight_passes_over_a_low_wall():
    """From on top of a box one sees over a wall of half a metre."""
    world = make_world(hiders=[(1, 3, EAST, 0.65)], boxes=[(4, 3, 0, 0.6)], walls=[(2, 3, 0.05, 1, 0.5)])
    assert sees(world, 0, 1)


def test_arm_of_a_third_agent_blocks():
    """Arms hide what is behind them, though the body beside them does not reach into the line."""
    clear = make_world(hiders=[(1, 3, EAST), (2.5, 3.17, 0)], seekers=[(4, 3, 0)])
    world = make_world(hiders=[(1, 3, EAST, 0.1), (2.5, 3.17, 0.6)], seekers=[(4, 3, 0, 0.1)])
    assert sees(clear, 0, 2)
    assert not sees(world, 0, 2)


def test_absent_body_does_not_block():
    """Spare capacity is not there."""
    world = make_world(hiders=[(1, 3, EAST)], seekers=[(4, 3, 0)], boxes=[(2, 3, 0)])
    assert not sees(world, 0, 1)
    world.bodies.exists[0, 2] = False
    assert sees(world, 0, 1)
