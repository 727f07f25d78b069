"""Bodies that move on their own: driven, turning, falling, sliding, resting."""

import math

import numpy as np
import pytest

from tests.sim.drive import FULL_FORCE, STILL, drive
from tests.worlds import EAST, NORTH, World, make_world

H = 0.005
"""Length of a substep [s]."""
SUBSTEPS = 15


def one_agent(yaw: float = 0.0, z: float | None = None) -> World:
    return make_world(hiders=[(0, 1, yaw) if z is None else (0, 1, yaw, z)], boxes=[(3, 3, 0)], ramps=[(5, 5, 0)])


def test_agent_from_rest_at_full_force():
    """The original's measured displacements after 1 to 5 steps (docs/environment.md)."""
    poses = drive(one_agent(), (FULL_FORCE, 0, 0), 5)
    np.testing.assert_allclose(poses[:, 0, 0], [0.185, 0.586, 1.088, 1.643, 2.220], atol=0.001)


@pytest.mark.parametrize(("bucket", "measured"), [(6, 0.77), (7, 2.6), (10, 7.95)])
def test_terminal_speed(bucket: int, measured: float):
    """Force less 10 N of friction, over 10 N s/m; at the ends of steps, in mid-bounce, the speed is a little off."""
    world, force = one_agent(), 18.0 * (bucket - 5)
    poses = drive(world, (force, 0, 0), 40)
    assert (poses[-1, 0, 0] - poses[-19, 0, 0]) / (18 * 0.075) == pytest.approx((force - 10.0) / 10.0, abs=0.01)
    assert world.bodies.velocity[0, 0, 0] == pytest.approx(measured, abs=0.1)


@pytest.mark.parametrize("yaw", [EAST, NORTH, 0.7])
def test_forces_are_along_the_axes_of_the_world(yaw: float):
    """Wherever an agent looks, the same force moves it the same way, without turning it."""
    poses = drive(one_agent(yaw), (FULL_FORCE, 0, 0), 3)
    straight = drive(one_agent(), (FULL_FORCE, 0, 0), 3)
    np.testing.assert_allclose(poses[:, 0, :3], straight[:, 0, :3], atol=1e-5)
    np.testing.assert_allclose(poses[:, 0, 3], yaw, atol=1e-6)


def test_opposite_forces_mirror_the_motion():
    """West is the mirror image of east, and south of north."""
    east, west = (drive(one_agent(), (sign * FULL_FORCE, 0, 0), 4)[:, 0, :2] - (0, 1) for sign in (1, -1))
    north, south = (drive(one_agent(), (0, sign * FULL_FORCE, 0), 4)[:, 0, :2] - (0, 1) for sign in (1, -1))
    np.testing.assert_allclose(east, -west, atol=1e-5)
    np.testing.assert_allclose(north, -south, atol=1e-5)
    np.testing.assert_allclose(east[:, 0], north[:, 1], atol=1e-5)


def test_friction_holds_against_a_weak_push():
    """Less than 10 N, friction's 0.2 times 50 N, hardly moves an agent: a soft contact creeps."""
    poses = drive(one_agent(), (8.0, 0, 0), 10)
    assert 0.0 <= poses[-1, 0, 0] < 0.02
    moving = drive(one_agent(), (12.0, 0, 0), 10)
    assert moving[-1, 0, 0] > 0.05


@pytest.mark.parametrize("bucket", [0, 4, 6, 10])
def test_yaw_rate(bucket: int):
    """Inertia hardly matters: 1.8 rad/s for each bucket, 0.135 rad a step, from the second step on."""
    world = one_agent()
    poses = drive(world, (0, 0, 18.0 * (bucket - 5)), 3)
    assert world.bodies.velocity[0, 0, 3] == pytest.approx(1.8 * (bucket - 5), rel=1e-6)
    np.testing.assert_allclose(np.diff(poses[:, 0, 3]), 0.135 * (bucket - 5), rtol=1e-5)


def test_coasting_agent_slows_down_with_its_time_constant():
    """In the air, m / b = 0.1 s: v falls to v / (1 + h / 0.1) in a substep, and the whole way is 0.1 v."""
    world = one_agent(z=6.0)
    world.bodies.velocity[0, 0, 0] = 8.0
    poses = drive(world, STILL, 6)
    for step in range(6):
        assert poses[step, 0, 0] == pytest.approx(8.0 * 0.1 * (1.0 - 1.05 ** (-SUBSTEPS * (step + 1))), abs=1e-4)
    assert world.bodies.velocity[0, 0, 0] == pytest.approx(8.0 * 1.05**-90, abs=1e-4)


@pytest.mark.parametrize("speed", [2.0, 5.0, 8.0])
def test_stopping_distance_of_an_agent(speed: float):
    """Friction g = 10 m/s2 and damping b = 10 / s: v / b - g / b^2 ln(1 + b v / g), 0.58 m from 8 m/s."""
    world = one_agent()
    world.bodies.velocity[0, 0, 0] = speed
    poses = drive(world, STILL, 8)
    expected = speed / 10.0 - 0.1 * math.log(1.0 + speed)
    assert poses[-1, 0, 0] == pytest.approx(expected, abs=0.01)
    np.testing.assert_allclose(poses[-1], poses[-2], atol=1e-4)


def test_turning_agent_follows_the_closed_form():
    """At each substep v <- (v + h f / m) / (1 + h b / m), then the angle advances by h v."""
    world = one_agent()
    world.bodies.velocity[0, 0, 3] = speed = -3.0
    poses = drive(world, (0, 0, 36.0), 1)
    angle, inertia, damping = 0.0, 0.009, 10.0
    for _ in range(SUBSTEPS):
        speed = (speed + H * 36.0 / inertia) / (1.0 + H * damping / inertia)
        angle += H * speed
    assert poses[0, 0, 3] == pytest.approx(angle, abs=1e-6)
    assert world.bodies.velocity[0, 0, 3] == pytest.approx(speed, abs=1e-6)


@pytest.mark.parametrize(("body", "damping"), [(0, 1.0), (1, 0.01), (2, 0.1)])
def test_free_fall(body: int, damping: float):
    """An agent, a box and a ramp fall at 50 m/s2, each with its own damping."""
    world = one_agent()
    world.bodies.pose[0, body, 2] = height = 4.0
    poses, speed = drive(world, STILL, 4), 0.0
    for step in range(4):
        for _ in range(SUBSTEPS):
            speed = (speed - 50.0 * H) / (1.0 + H * damping)
            height += H * speed
        assert poses[step, body, 2] == pytest.approx(height, abs=1e-5)
    assert world.bodies.velocity[0, body, 2] == pytest.approx(speed, rel=1e-6)


def test_driven_agent_in_the_air_follows_the_closed_form():
    """Without friction the time constant is 0.1 s."""
    world = one_agent(z=4.0)
    poses, speed, x = drive(world, (FULL_FORCE, 0, 0), 4), 0.0, 0.0
    for step in range(4):
        for _ in range(SUBSTEPS):
            speed = (speed + H * FULL_FORCE) / (1.0 + H * 10.0)
            x += H * speed
        assert poses[step, 0, 0] == pytest.approx(x, abs=1e-5)


@pytest.mark.parametrize("body", [0, 1, 2])
def test_dropped_body_lands_and_stays_on_the_floor(body: int):
    """From 0.3 m: no bounce to speak of, and at last its underside lies on the floor."""
    world = one_agent()
    half = world.bodies.half_size[0, body, 2]
    world.bodies.pose[0, body, 2] = half + 0.3
    poses = drive(world, STILL, 16)[:, body, 2] - half
    assert poses.min() > -0.06
    assert poses[2:].max() < 0.02
    np.testing.assert_allclose(poses[-4:], 0.0, atol=2e-4)


@pytest.mark.parametrize(("body", "damping"), [(1, 0.01), (2, 0.1)])
@pytest.mark.parametrize("heading", [0.0, 0.5 * math.pi, math.pi])
def test_sliding_object_stops_by_friction(body: int, damping: float, heading: float):
    """With v = 6 m/s, g = 10 m/s2, damping b: after v / b - g / b^2 ln(1 + b v / g), about v^2 / 2 g = 1.8 m."""
    world = one_agent()
    world.bodies.velocity[0, body, :2] = 6.0 * math.cos(heading), 6.0 * math.sin(heading)
    start = world.bodies.pose[0, body].copy()
    poses = drive(world, STILL, 12)[:, body] - start
    distance = np.linalg.norm(poses[:, :2], axis=1)
    expected = 6.0 / damping - 10.0 / damping**2 * math.log(1.0 + damping * 6.0 / 10.0)
    # A substep moves a body with the speed at its end, so that it loses h v / 2 on the whole.
    assert distance[-1] == pytest.approx(expected - 0.5 * H * 6.0, abs=0.005)
    assert distance[-1] == pytest.approx(1.8, abs=0.1)
    assert np.argmax(distance > distance[-1] - 1e-4) in (7, 8)


def test_spinning_box_stops_by_friction():
    """Its corners, 0.354 m from the axis, rub with 10 N: mu g r / (I / m) = 84.9 rad/s2, 10 rad/s last 0.12 s."""
    world = one_agent()
    world.bodies.velocity[0, 1, 3] = 10.0
    poses = drive(world, STILL, 6)
    assert poses[0, 1, 3] > 0.3
    assert poses[-1, 1, 3] == pytest.approx(10.0**2 / (2 * 84.9), rel=0.15)
    np.testing.assert_allclose(poses[-1, 1, :2], (3.0, 3.0), atol=1e-4)
    assert world.bodies.velocity[0, 1].tolist() == [0.0] * 4


def test_resting_bodies_stay_exactly():
    """Nobody acts, nothing moves by a single bit."""
    world = one_agent()
    before = world.bodies.pose.copy()
    drive(world, STILL, 20)
    np.testing.assert_array_equal(world.bodies.pose, before)
    assert not world.bodies.velocity.any()


def test_absent_boxes_neither_move_nor_collide():
    """Spare capacity lies at the origin, where an agent runs through."""
    world = make_world(hiders=[(-1, 0, 0)], boxes=[(3, 3, 0)], spare_boxes=2)
    alone = make_world(hiders=[(-1, 0, 0)], boxes=[(3, 3, 0)])
    poses = drive(world, (FULL_FORCE, 0, 0), 6)
    np.testing.assert_array_equal(poses[:, 0], drive(alone, (FULL_FORCE, 0, 0), 6)[:, 0])
    assert not world.bodies.pose[0, 2:].any()


def test_spinning_ramp_turns_about_its_centre_of_mass():
    """In the air: its centre of mass, 1/12 m from the yaw axis towards the high end, flies straight on."""
    world = one_agent()
    world.place(2, 3, 3, 0.0, z=6.0)
    world.bodies.velocity[0, 2] = 0.5, 0.0, 0.0, 8.0
    free = world.game.physics._replace(ramp_damping=0.0, gravity=0.0)
    poses = drive(world, STILL, 6, free)[:, 2].astype(float)
    centre = poses[:, :2] + np.stack([np.sin(poses[:, 3]), -np.cos(poses[:, 3])], axis=1) / 12.0
    seconds = 0.075 * np.arange(1, 7)
    np.testing.assert_allclose(centre[:, 0], 3.0 + (0.5 + 8.0 / 12.0) * seconds, atol=0.01)
    np.testing.assert_allclose(centre[:, 1], 3.0 - 1.0 / 12.0, atol=0.02)
    np.testing.assert_allclose(poses[:, 3], 8.0 * seconds, rtol=0.05)
