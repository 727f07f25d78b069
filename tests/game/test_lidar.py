"""Lidar: 30 level rays, fixed to the world."""

import math

import numpy as np
import pytest

from hideseek.game.lidar import sense_lidar
from hideseek.sim.rays import hit_body, hit_cuboid, hit_cylinders, invert
from tests.worlds import World, make_world

EASTWARD, NORTHWARD, WESTWARD = 0, 7.5, 15


def scan(world: World) -> np.ndarray:
    lidar = np.full((1, world.counts.agent, 30), np.nan, np.float32)
    sense_lidar(world.params, world.bodies, world.counts, lidar, 0)
    return lidar[0]


def test_empty_world_reports_the_fill_value():
    """A ray that hits nothing reports 6 m."""
    assert np.all(scan(make_world(hiders=[(3, 3, 0)])) == 6.0)


def test_rays_do_not_turn_with_the_agent():
    """Ray 0 points along x and ray 15 along -x whatever the yaw; distances are from the centre."""
    for yaw in (0.0, 1.0, 17.0):
        world = make_world(hiders=[(2, 3, yaw)], walls=[(3.05, 3, 0.05, 1, 0.5)], boxes=[(1, 3, 0)])
        row = scan(world)[0]
        assert row[EASTWARD] == pytest.approx(1.0, abs=1e-5)
        assert row[WESTWARD] == pytest.approx(0.75, abs=1e-5)


def test_hits_beyond_six_metres_are_not_clipped():
    """Six metres is what an empty ray reports, not a range."""
    assert scan(make_world(hiders=[(0, 3, 0)], boxes=[(9.25, 3, 0)]))[0, EASTWARD] == pytest.approx(9.0, abs=1e-5)


def test_rays_pass_over_walls_from_above_them():
    """An agent on a box is higher than the inner walls."""
    walls = [(3, 3, 0.05, 1, 0.5), (4, 3, 0.05, 1, 4.0)]
    assert scan(make_world(hiders=[(2, 3, 0)], walls=walls))[0, 0] == pytest.approx(0.95, abs=1e-5)
    assert scan(make_world(hiders=[(2, 3, 0, 0.65)], walls=walls))[0, 0] == pytest.approx(1.95, abs=1e-5)


def test_cylinder_is_hit():
    """A quarter of a metre off its middle, and not from above it."""
    cylinder = [(4, 3.3, 0.5, 0.5)]
    assert scan(make_world(hiders=[(2, 3, 0)], cylinders=cylinder))[0, EASTWARD] == pytest.approx(1.6, abs=1e-5)
    assert scan(make_world(hiders=[(2, 3, 0, 0.65)], cylinders=cylinder))[0, EASTWARD] == 6.0


def test_ramp_is_hit_where_its_slope_has_the_height_of_the_ray():
    """The ray is 0.1 m below the ramp's middle, so the slope is 0.1 m in front of it; behind, the face is upright."""
    ramp = [(3, 3, math.pi / 2)]
    from_slope = make_world(hiders=[(1, 3, 0)], ramps=ramp)
    from_behind = make_world(hiders=[(5, 3, 0)], ramps=ramp)
    assert scan(from_slope)[0, EASTWARD] == pytest.approx(2.0 - 0.1, abs=1e-5)
    assert scan(from_behind)[0, WESTWARD] == pytest.approx(2.0 - 0.25, abs=1e-5)


def test_agents_are_hit_at_their_sphere_and_not_by_themselves():
    """Both see each other's near side."""
    rows = scan(make_world(hiders=[(2, 3, 0)], seekers=[(4, 3, 0)]))
    assert rows[0, EASTWARD] == pytest.approx(1.85, abs=1e-5)
    assert rows[1, WESTWARD] == pytest.approx(1.85, abs=1e-5)
    assert np.count_nonzero(rows < 6.0) == 2


def test_absent_boxes_are_not_hit():
    """Spare capacity is not there."""
    world = make_world(hiders=[(2, 3, 0)], boxes=[(3, 3, 0)])
    world.bodies.exists[0, 1] = False
    assert np.all(scan(world) == 6.0)


@pytest.mark.parametrize("ray", range(30))
def test_ray_points_twelve_degrees_further_each(ray: int):
    """Counter-clockwise from the world's x axis: a thin post two metres off is hit by its own ray alone."""
    angle = math.radians(12.0 * ray)
    post = (3 + 2 * math.cos(angle), 3 + 2 * math.sin(angle), angle)
    row = scan(make_world(hiders=[(3, 3, 0.7)], boxes=[post], box_half=(0.05, 0.05, 0.25)))[0]
    assert np.flatnonzero(row < 6.0).tolist() == [ray]
    assert row[ray] == pytest.approx(1.95, abs=1e-4)


@pytest.mark.parametrize(
    "obstacle",
    [{"boxes": [(3.4, 3, 0)]}, {"ramps": [(3.4, 3, math.pi / 2 * 3)]}, {"walls": [(3.2, 3, 0.05, 1, 0.5)]}],
)
def test_touching_something_reads_the_agents_radius(obstacle: dict):
    """Distances are from the centre, 0.15 m behind the skin."""
    assert scan(make_world(hiders=[(3, 3, 0)], **obstacle))[0, EASTWARD] == pytest.approx(0.15, abs=1e-5)


def test_nearest_thing_counts():
    """What is behind it is not seen."""
    world = make_world(hiders=[(1, 3, 0)], boxes=[(3, 3, 0)], walls=[(4, 3, 0.05, 1, 4.0)])
    assert scan(world)[0, EASTWARD] == pytest.approx(1.75, abs=1e-5)


def test_ray_passes_under_what_is_raised():
    """A box on another box does not stop rays 0.15 m above the floor; one half a step up does."""
    for height, distance in ((0.75, 6.0), (0.39, 1.75)):
        world = make_world(hiders=[(1, 3, 0)], boxes=[(3, 3, 0, height)])
        assert scan(world)[0, EASTWARD] == pytest.approx(distance, abs=1e-5)


def test_arms_of_others_are_hit():
    """An agent that shows its side reaches 0.18 m, at the height where its arms are."""
    rows = scan(make_world(hiders=[(2, 3, 0, 0.1)], seekers=[(4, 3.075, 0)]))
    assert rows[0, EASTWARD] == pytest.approx(2.0 - 0.18, abs=1e-4)


def test_lidar_is_the_same_with_the_originals_quirks():
    """Rays start from the centre."""
    worlds = [make_world(hiders=[(2, 3, 1)], boxes=[(3, 3, 0.2)], original_quirks=quirks) for quirks in (False, True)]
    np.testing.assert_array_equal(*map(scan, worlds))


def test_lidar_agrees_with_rays_in_space():
    """Slices of random worlds give the same distances as lines through the solid bodies, to a tenth of a millimetre."""
    generator = np.random.default_rng(3)
    for _ in range(20):
        world = _random_world(generator)
        rows = scan(world)
        for viewer in range(world.counts.agent):
            expected = [_nearest(world, viewer, j * math.pi / 15.0) for j in range(30)]
            np.testing.assert_allclose(rows[viewer], expected, atol=1e-4)


def _random_world(generator: np.random.Generator) -> World:
    def places(count: int, low: float, high: float) -> list[np.ndarray]:
        return list(generator.uniform([0.5, 0.5, -4.0, low], [5.5, 5.5, 4.0, high], (count, 4)))

    walls = [(*generator.uniform(0.5, 5.5, 2), *generator.uniform(0.05, 0.5, 2), 0.5) for _ in range(3)]
    return make_world(
        hiders=places(2, 0.12, 0.7),
        seekers=places(2, 0.12, 0.7),
        boxes=places(4, 0.2, 0.5),
        ramps=places(2, 0.2, 0.5),
        box_half=(0.825, 0.075, 0.25),
        walls=walls,
        cylinders=[(*generator.uniform(1.5, 4.5, 2), generator.uniform(0.2, 1.0), 0.5)],
    )


def _nearest(world: World, viewer: int, angle: float) -> float:
    bodies = world.bodies
    origin = tuple(bodies.pose[0, viewer, :3].astype(float))
    direction = (math.cos(angle), math.sin(angle), 0.0)
    inverse = tuple(invert(component) for component in direction)
    others = [body for body in range(world.counts.body) if body != viewer]
    places = [hit_body(bodies.pose, bodies.half_size, world.counts, 0, body, origin, direction) for body in others]
    for k in range(bodies.wall_count[0]):
        relative = tuple(np.array(origin) - bodies.wall_centre[0, k])
        places.append(hit_cuboid(relative, inverse, tuple(bodies.wall_half[0, k].astype(float))))
    nearest = min(*places, hit_cylinders(bodies, 0, origin, direction))
    return nearest if nearest < math.inf else 6.0
