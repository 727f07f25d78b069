"""Cylinders as MuJoCo has them: one step of what touches them, and rays."""

import math

import numpy as np
import pytest

from hideseek.game.config import Game, make_game
from hideseek.game.layout.build import draw_layouts
from hideseek.sim.engine import step_physics
from hideseek.sim.mujoco_twin import build_mjcf, make_twin, read_state, step_twin
from hideseek.sim.rays import hit_cylinders
from hideseek.sim.state import Bodies
from tests.needs import import_mujoco
from tests.sim.one_step import WARMUP_STEPS, WORLDS, assert_small, one_step_differences
from tests.worlds import World, make_world

mujoco = import_mujoco()
RADIUS = 0.9
LONG = (0.825, 0.075, 0.25)
SPEED = 0.5
"""Towards the cylinder [m/s]: what is at rest sleeps."""


def nearest(x: float, y: float, half: tuple[float, ...]) -> float:
    """Return how far a point in a rectangle's frame is from it."""
    return math.hypot(max(abs(x) - half[0], 0.0), max(abs(y) - half[1], 0.0))


def stand_at(world: World, body: int, half: tuple[float, ...], rng: np.random.Generator) -> None:
    """Put a body somewhere around the cylinder, turned, a few millimetres in it, on its way further in."""
    angle, yaw, depth = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(-3.0, 3.0), rng.uniform(0.0005, 0.02)
    way = np.array([math.cos(angle), math.sin(angle)])
    x, y = -math.cos(angle - yaw), -math.sin(angle - yaw)
    low, high = RADIUS - depth, RADIUS + 2.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if nearest(middle * x, middle * y, half) < RADIUS - depth else (low, middle)
    world.place(body, *(3.0 + low * way), yaw)
    world.bodies.velocity[0, body, :2] = -SPEED * way


def one_step_errors(kind: str, half: tuple[float, ...], count: int = 80) -> np.ndarray:
    """Return how far one step of a body that touches a cylinder ends from where it does in MuJoCo [mm]."""
    rng, errors = np.random.default_rng(0), []
    for _ in range(count):
        others = {} if kind == "hiders" else {kind: [(0, 0, 0)]}
        world = make_world(
            hiders=[(-9, -9, 0)],
            **others,
            cylinders=[(3.0, 3.0, RADIUS, 0.5)],
            box_half=LONG if half == LONG else (0.25,) * 3,
        )
        body = 0 if kind == "hiders" else 1
        stand_at(world, body, half, rng)
        control = np.zeros((1, 1, 3), np.float32)
        twin = make_twin(world.bodies, world.counts, world.game.physics, 0)
        theirs = Bodies(*(array.copy() for array in world.bodies))
        step_twin(twin, control)
        read_state(twin, theirs, 0)
        step_physics(world.bodies, world.counts, world.game.physics, control)
        errors.append(1e3 * np.linalg.norm((world.bodies.pose - theirs.pose)[0, body, :3]))
    return np.array(errors)


@pytest.mark.parametrize(
    ("kind", "half", "bars"),
    [
        ("hiders", (0.15, 0.15), (0.1, 2.0, 5.0, 20.0)),
        ("boxes", (0.25, 0.25), (0.2, 2.0, 4.0, 10.0)),
        ("boxes", LONG, (0.2, 2.0, 4.0, 10.0)),
        ("ramps", (0.25, 0.25), (4.0, 10.0, 20.0, 40.0)),
    ],
    ids=["sphere", "cube", "elongated box", "ramp"],
)
def test_what_touches_a_cylinder_goes_where_mujoco_moves_it(kind: str, half: tuple, bars: tuple):
    """Median, 95 %, 99 % and the worst, after one step from up to 2 cm inside [mm]."""
    assert_small(one_step_errors(kind, half), *bars)


def crowded(seed: int) -> Game:
    """Return a game in which little room is left around a large cylinder."""
    count = 2 + seed % 4
    return make_game(
        "shelter",
        horizon=WARMUP_STEPS + 11,
        hiders=2,
        boxes_min=count,
        boxes_max=count,
        elongated_min=seed % 3,
        elongated_max=seed % 3,
        diameter_min=2.0,
        diameter_max=3.0,
        reach=0.5,
    )


def test_games_around_a_cylinder_go_on_as_in_mujoco():
    """Positions [mm], yaws [rad], velocities [m/s] of all that moves, rewards but for a ray, and the rules exactly."""
    found = [part for seed in range(30) for part in one_step_differences(crowded(seed), seed)]
    position, yaw, velocity = (
        np.concatenate([getattr(x, name) for x in found]) for name in ("position", "yaw", "velocity")
    )
    assert len(position) > 1000
    assert_small(position, 0.1, 10.0, 40.0, 400.0)
    assert_small(yaw, 1e-4, 0.01, 0.1, 1.5)
    assert_small(velocity, 1e-3, 0.2, 1.5, 8.0)
    assert not np.concatenate([x.rules for x in found]).any()
    assert np.concatenate([x.reward for x in found]).mean() < 0.1
    assert len(found) * WORLDS >= 900


def test_the_twin_has_the_cylinder():
    """Upright, of the world's size and of the game's friction; other games have none."""
    game = make_game("shelter")
    bodies, _ = draw_layouts(game, 2)
    model = mujoco.MjModel.from_xml_string(build_mjcf(bodies, game.counts, game.physics, 1))
    (geom,) = np.flatnonzero(model.geom_type == mujoco.mjtGeom.mjGEOM_CYLINDER)
    np.testing.assert_allclose(model.geom_size[geom, :2], bodies.cylinder_size[1, 0], rtol=1e-6)
    np.testing.assert_allclose(model.body_pos[model.geom_bodyid[geom]], bodies.cylinder_centre[1, 0], rtol=1e-6)
    assert model.geom_friction[geom, 0] == 1.0
    assert (model.geom_condim[geom], model.geom_contype[geom], model.geom_conaffinity[geom]) == (3, 1, 1)


def test_rays_meet_a_cylinder_where_mujoco_s_do():
    """From all around and above, at its side, its top and past it."""
    game = make_game("shelter")
    bodies, _ = draw_layouts(game, 1)
    twin = make_twin(bodies, game.counts, game.physics, 0)
    mujoco.mj_forward(twin.model, twin.data)
    (geom,) = np.flatnonzero(twin.model.geom_type == mujoco.mjtGeom.mjGEOM_CYLINDER)
    rng, hits = np.random.default_rng(0), 0
    for _ in range(500):
        origin = rng.uniform([0.0, 0.0, 0.0], [6.0, 6.0, 1.5])
        target = bodies.cylinder_centre[0, 0] + rng.uniform(-1.3, 1.3, 3) * [1.0, 1.0, 0.3]
        way = target - origin
        theirs = mujoco.mju_rayGeom(
            twin.data.geom_xpos[geom], twin.data.geom_xmat[geom], twin.model.geom_size[geom], origin, way,
            mujoco.mjtGeom.mjGEOM_CYLINDER,
        )  # fmt: skip
        ours = hit_cylinders(bodies, 0, tuple(origin), tuple(way))
        assert ours == pytest.approx(theirs if theirs >= 0.0 else math.inf, abs=1e-5)
        hits += theirs >= 0.0
    assert 100 < hits < 450
