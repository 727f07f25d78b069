"""Cylinders: what runs or stands into one leaves it along the expected normal, and nothing gets through."""

import math

import numpy as np
import pytest

from tests.sim.drive import STILL, drive
from tests.worlds import EAST, World, make_world

FREE = {"gravity": 0.0, "agent_damping": 0.0, "agent_damping_z": 0.0, "box_damping": 0.0, "ramp_damping": 0.0}
CYLINDER = (2.0, 2.0, 0.8, 6.0)
"""So high that everything at 3 m is beside it."""
HIGH, TOP = 3.0, 6.0
OVERLAP, GAP = 0.004, 0.001
ROOT = math.sqrt(0.5)
LONG = (0.825, 0.075, 0.25)
Place = tuple[float, float, float, float]
CASES: dict[str, tuple[str, Place, tuple[float, float, float]]] = {
    "sphere beside it": ("hiders", (2.95, 2.0, EAST, HIGH), (1, 0, 0)),
    "sphere obliquely beside it": ("hiders", (2 + 0.95 * ROOT, 2 + 0.95 * ROOT, 0.75 * math.pi, HIGH), (ROOT, ROOT, 0)),
    "sphere on top": ("hiders", (2.3, 2.1, 0.0, TOP + 0.15), (0, 0, 1)),
    "sphere at the rim": ("hiders", (2.8 + 0.15 * ROOT, 2.0, EAST, TOP + 0.15 * ROOT), (ROOT, 0, ROOT)),
    "box's side": ("boxes", (3.05, 2.0, 0.0, HIGH), (1, 0, 0)),
    "box's side, turned": (
        "boxes",
        (2 + 1.05 * math.cos(0.4), 2 + 1.05 * math.sin(0.4), 0.4, HIGH),
        (math.cos(0.4), math.sin(0.4), 0),
    ),
    "box's edge": ("boxes", (2.8 + 0.5 * ROOT, 2.0, 0.25 * math.pi, HIGH), (1, 0, 0)),
    "box on top": ("boxes", (2.0, 2.0, 0.3, TOP + 0.25), (0, 0, 1)),
    "ramp's back": ("ramps", (2.0, 3.05, 0.0, HIGH), (0, 1, 0)),
    "ramp on top": ("ramps", (2.0, 2 + 1 / 12, 0.0, TOP + 0.25), (0, 0, 1)),
}
"""What touches, where it just does so, and the normal."""
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def build(case: tuple, overlap: float) -> tuple[World, int]:
    """Return a world with the cylinder and one body `overlap` in it, and which body that is."""
    kind, place, normal = case
    x, y, yaw, z = place
    shifted = (x - overlap * normal[0], y - overlap * normal[1], yaw, z - overlap * normal[2])
    places = {"hiders": [(-5, -5, 0)]} | {kind: [shifted]}
    return make_world(**places, cylinders=[CYLINDER]), 0 if kind == "hiders" else 1


def separate(case: tuple, overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a body's displacement and its velocity after one step."""
    world, body = build(case, overlap)
    before = world.bodies.pose[0, body].astype(float)
    drive(world, STILL, 1, world.game.physics._replace(**FREE))
    return world.bodies.pose[0, body] - before, world.bodies.velocity[0, body].astype(float)


@each_case
def test_what_overlaps_leaves_along_the_normal(case: tuple):
    """After one step the overlap is gone; nobody turns."""
    moved, _ = separate(case, OVERLAP)
    normal = np.array(case[2])
    along = moved[:3] @ normal
    assert 0.9 * OVERLAP < along < 4.0 * OVERLAP
    np.testing.assert_allclose(moved[:3], along * normal, atol=1e-5)
    assert abs(moved[3]) < 1e-5


@each_case
def test_what_does_not_touch_is_left_alone(case: tuple):
    """A millimetre apart: nothing moves."""
    moved, velocity = separate(case, -GAP)
    assert not moved.any()
    assert not velocity.any()


@pytest.mark.parametrize("angle", np.linspace(0.0, 2.0 * math.pi, 8, endpoint=False))
def test_nobody_gets_through(angle: float):
    """At full force towards the middle, an agent stays outside, however it is turned."""
    way = np.array([math.cos(angle), math.sin(angle)])
    world = make_world(hiders=[(*(3.0 + 1.6 * way), angle)], cylinders=[(3.0, 3.0, 0.9, 0.5)])
    poses = drive(world, (*(-90.0 * way), 0.0), 20)
    away = np.linalg.norm(poses[:, 0, :2] - 3.0, axis=1)
    assert away.min() > 0.9 + 0.15 - 0.02
    assert away[-1] < 0.9 + 0.2


def test_a_box_is_pushed_against_it_and_stops():
    """Its side turns flat to where they touch; it goes no further."""
    world = make_world(hiders=[(3.0, 0.9, 0.0)], boxes=[(3.0, 1.31, 0.2)], cylinders=[(3.0, 3.0, 0.9, 0.5)])
    poses = drive(world, (0.0, 90.0, 0.0), 20)
    assert poses[:, 1, 1].max() < 3.0 - 0.9 - 0.25 + 0.03
    assert poses[-1, 1, 1] > 3.0 - 0.9 - 0.25 - 0.02


def test_an_agent_can_stand_on_it():
    """And drive over it."""
    world = make_world(hiders=[(2.6, 3.0, EAST, 0.65)], cylinders=[(3.0, 3.0, 0.9, 0.5)])
    drive(world, STILL, 5)
    assert world.bodies.pose[0, 0, 2] == pytest.approx(0.65, abs=1e-3)
    drive(world, (72.0, 0.0, 0.0), 3)
    assert world.bodies.pose[0, 0, 0] > 2.75
    assert world.bodies.pose[0, 0, 2] == pytest.approx(0.65, abs=5e-3)


def test_its_friction_is_its_own():
    """Who pushes obliquely against it slides along it, unless its friction is high."""
    ways = []
    for friction in (0.01, 1.0):
        world = make_world(hiders=[(3.0, 2.0 - 0.05, 0.0)], cylinders=[(3.0, 3.0, 0.9, 0.5)])
        drive(world, (40.0, 90.0, 0.0), 4, world.game.physics._replace(cylinder_friction=friction))
        ways.append(world.bodies.pose[0, 0, 0] - 3.0)
    assert ways[0] > ways[1] + 0.1


def test_a_cylinder_of_no_radius_is_none():
    """An agent runs through the place where it would be."""
    world = make_world(hiders=[(2.0, 3.0, 0.0)], cylinders=[(3.0, 3.0, 0.0, 0.5)])
    free = make_world(hiders=[(2.0, 3.0, 0.0)])
    for each in (world, free):
        drive(each, (90.0, 0.0, 0.0), 5)
    np.testing.assert_array_equal(world.bodies.pose, free.bodies.pose)
