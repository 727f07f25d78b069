"""Every kind of contact against geometry: two bodies that overlap a little part along the expected normal.

Without gravity, damping and floor nothing but the contact acts.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from tests.sim.drive import STILL, drive
from tests.worlds import NORTH, WEST, World, make_world

FREE = {"gravity": 0.0, "agent_damping": 0.0, "agent_damping_z": 0.0, "box_damping": 0.0, "ramp_damping": 0.0}
LONG = (0.825, 0.075, 0.25)
OVERLAP = 0.004
"""How deep the bodies are in each other at first [m]."""
GAP = 0.001
ROOT = math.sqrt(0.5)
UP, HIGH = (0.0, 0.0, 1.0), 3.0
WALL, WALL_TOP = (2.0, 2.0, 0.5, 0.05, 6.0), 6.0
"""A wall along x, so high that everything at `HIGH` is beside it."""
BODIES = {"sphere": "hiders", "box": "boxes", "ramp": "ramps"}


@dataclass(frozen=True)
class Case:
    """Where one body just touches another: pulled out along `normal`, they part; pushed in, they overlap.

    `first` and `second` are (kind, x, y, yaw, z); the second is at (2, 2, HIGH), or is `WALL`.
    """

    name: str
    first: tuple
    normal: tuple[float, float, float]
    second: tuple = ("box", 2, 2, 0.0, HIGH)
    long_boxes: bool = False
    central: bool = True
    """The contact's forces pass through both centres of mass: nobody turns."""

    def build(self, overlap: float) -> World:
        """Return the world with the first body moved `overlap` against the normal."""
        kind, *place = self.first
        shift = overlap * np.array(self.normal)
        x, y, yaw, z = place
        places = {"hiders": [], "boxes": [], "ramps": []}
        places[BODIES[kind]].append((x - shift[0], y - shift[1], yaw, z - shift[2]))
        walls = [WALL] if self.second == "wall" else []
        if not walls:
            places[BODIES[self.second[0]]].append(self.second[1:])
        places["hiders"] = places["hiders"] or [(-5, -5, 0)]
        return make_world(**places, walls=walls, box_half=LONG if self.long_boxes else (0.25, 0.25, 0.25))

    def bodies(self, world: World) -> tuple[int, int | None]:
        """Return the indices of the first and the second body; None for a wall."""
        begin = {"sphere": 0, "box": world.counts.agent, "ramp": world.counts.agent + world.counts.box}
        first = begin[self.first[0]]
        if self.second == "wall":
            return first, None
        second = begin[self.second[0]]
        return first, second + 1 if second == first else second


def ramp(yaw: float = 0.0) -> tuple:
    return ("ramp", 2, 2, yaw, HIGH)


SPHERE_CASES = [
    Case("sphere beside a wall", ("sphere", 2, 2.2, NORTH, HIGH), (0, 1, 0), "wall"),
    Case("sphere before the end of a wall", ("sphere", 2.65, 2, 0.5 * math.pi, HIGH), (1, 0, 0), "wall"),
    Case("sphere at a wall's corner",
         ("sphere", 2.5 + 0.15 * ROOT, 2.05 + 0.15 * ROOT, 0.75 * math.pi, HIGH), (ROOT, ROOT, 0), "wall"),
    Case("sphere on a wall", ("sphere", 2, 2, 0, WALL_TOP + 0.15), UP, "wall"),
    Case("sphere at a wall's upper edge",
         ("sphere", 2, 2.05 + 0.15 * ROOT, NORTH, WALL_TOP + 0.15 * ROOT), (0, ROOT, ROOT), "wall"),
    Case("sphere beside a box", ("sphere", 1.6, 2, 0.5 * math.pi, HIGH), (-1, 0, 0)),
    Case("sphere beside a turned box",
         ("sphere", 2 + 0.4 * math.cos(0.4), 2 + 0.4 * math.sin(0.4), 0.4 - 0.5 * math.pi, HIGH),
         (math.cos(0.4), math.sin(0.4), 0), ("box", 2, 2, 0.4, HIGH)),
    Case("sphere on a box", ("sphere", 2.1, 2, 0, HIGH + 0.4), UP),
    Case("sphere under a box", ("sphere", 2, 2, 0, HIGH - 0.4), (0, 0, -1)),
    Case("sphere at a box's upper corner",
         ("sphere", *(2.25 + 0.15 / math.sqrt(3),) * 2, 0.75 * math.pi, HIGH + 0.25 + 0.15 / math.sqrt(3)),
         (1 / math.sqrt(3),) * 3),
    Case("sphere on a ramp's slope", ("sphere", 2, 2 + 0.15 * ROOT, NORTH, HIGH + 0.15 * ROOT), (0, ROOT, ROOT),
         ramp(), central=False),
    Case("sphere on a turned ramp's slope", ("sphere", 2 - 0.15 * ROOT, 2, WEST, HIGH + 0.15 * ROOT), (-ROOT, 0, ROOT),
         ramp(0.5 * math.pi), central=False),
    Case("sphere behind a ramp", ("sphere", 2, 1.6, NORTH, HIGH), (0, -1, 0), ramp()),
    Case("sphere beside a ramp", ("sphere", 2.4, 2 - 1 / 12, 0.5 * math.pi, HIGH - 0.1), (1, 0, 0), ramp()),
    Case("sphere above a ramp's upper edge", ("sphere", 2, 1.75, 0, HIGH + 0.4), UP, ramp()),
    Case("sphere before a ramp's foot", ("sphere", 2, 2.4, NORTH, HIGH - 0.25), (0, 1, 0), ramp()),
    Case("sphere beside a sphere", ("sphere", 2.3, 2, 0.5 * math.pi, HIGH), (1, 0, 0),
         ("sphere", 2, 2, -0.5 * math.pi, HIGH)),
    Case("sphere obliquely above a sphere", ("sphere", 2, 2 + 0.3 * ROOT, NORTH, HIGH + 0.3 * ROOT), (0, ROOT, ROOT),
         ("sphere", 2, 2, 0, HIGH)),
]  # fmt: skip
OBJECT_CASES = [
    Case("box beside a wall", ("box", 2, 2.3, 0, HIGH), (0, 1, 0), "wall"),
    Case("box's edge at a wall", ("box", 2, 2.05 + 0.5 * ROOT, 0.25 * math.pi, HIGH), (0, 1, 0), "wall"),
    Case("box on a wall", ("box", 2, 2, 0.3, WALL_TOP + 0.25), UP, "wall"),
    Case("long box beside a wall", ("box", 2, 2.125, 0, HIGH), (0, 1, 0), "wall", long_boxes=True),
    Case("long box at a wall's end", ("box", 3.325, 2, 0, HIGH), (1, 0, 0), "wall", long_boxes=True),
    Case("box beside a box", ("box", 2.5, 2, 0, HIGH), (1, 0, 0)),
    Case("box's edge at a box", ("box", 2, 2 - 0.25 - 0.5 * ROOT, 0.25 * math.pi, HIGH), (0, -1, 0)),
    Case("two turned boxes side by side",
         ("box", 2 - 0.5 * math.sin(0.4), 2 + 0.5 * math.cos(0.4), 0.4, HIGH),
         (-math.sin(0.4), math.cos(0.4), 0), ("box", 2, 2, 0.4, HIGH)),
    Case("box on a box", ("box", 2, 2, 0.3, HIGH + 0.5), UP),
    Case("box under a box", ("box", 2, 2, 0.3, HIGH - 0.5), (0, 0, -1)),
    Case("long boxes crossed", ("box", 2, 2, 0.5 * math.pi, HIGH + 0.5), UP, long_boxes=True),
    Case("ramp's back at a wall", ("ramp", 2, 2.3, 0, HIGH), (0, 1, 0), "wall"),
    Case("ramp's foot at a wall", ("ramp", 2, 2.3, NORTH, HIGH), (0, 1, 0), "wall"),
    Case("ramp's side at a wall", ("ramp", 2 - 1 / 12, 2.3, 0.5 * math.pi, HIGH), (0, 1, 0), "wall", central=False),
    Case("ramp on a wall", ("ramp", 2, 2 + 1 / 12, 0, WALL_TOP + 0.25), UP, "wall"),
    Case("ramp's back at a box", ("ramp", 2, 2.5, 0, HIGH), (0, 1, 0)),
    Case("ramp's foot at a box", ("ramp", 2, 2.5, NORTH, HIGH + 0.1), (0, 1, 0)),
    Case("ramp's side at a box", ("ramp", 2.5, 2, 0, HIGH), (1, 0, 0), central=False),
    Case("ramp on a box", ("ramp", 2, 2, 0, HIGH + 0.5), UP),
    Case("ramp under a box", ("ramp", 2, 2.25, 0, HIGH - 0.5), (0, 0, -1)),
    Case("ramp's slope under a box's lower edge", ("ramp", 2, 2.3, NORTH, HIGH - 0.2), (0, ROOT, -ROOT),
         central=False),
    Case("ramps back to back", ("ramp", 2, 1.5, NORTH, HIGH), (0, -1, 0), ramp()),
    Case("ramps side by side", ("ramp", 2.5, 2, 0, HIGH), (1, 0, 0), ramp(), central=False),
    Case("ramp on a ramp", ("ramp", 2, 1.75, 0.5 * math.pi, HIGH + 0.5), UP, ramp()),
    Case("ramp's lower edge on a ramp's slope", ("ramp", 2, 2.3, 0, HIGH + 0.2), (0, ROOT, ROOT), ramp(),
         central=False),
]  # fmt: skip
CASES = SPHERE_CASES + OBJECT_CASES


def named(cases: list[Case]):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def separate(case: Case, overlap: float, steps: int = 1) -> tuple[World, np.ndarray, np.ndarray]:
    """Return the world, both bodies' displacements [2, x y z yaw] and velocities (zero for a wall) after some steps."""
    world = case.build(overlap)
    before = world.bodies.pose[0].astype(float)
    drive(world, STILL, steps, world.game.physics._replace(**FREE))
    first, second = case.bodies(world)
    moved, velocity = world.bodies.pose[0] - before, world.bodies.velocity[0].astype(float)
    if second is None:
        return world, np.stack([moved[first], np.zeros(4)]), np.stack([velocity[first], np.zeros(4)])
    return world, moved[[first, second]], velocity[[first, second]]


@named(CASES)
def test_overlapping_bodies_part_along_the_normal(case: Case):
    """After one step the overlap is gone, and they moved along the normal alone."""
    _, moved, _ = separate(case, OVERLAP)
    apart = moved[0, :3] - moved[1, :3]
    along = apart @ np.array(case.normal)
    assert along > 0.9 * OVERLAP
    assert along < 4.0 * OVERLAP
    aside = np.linalg.norm(apart - along * np.array(case.normal))
    assert aside < (1e-5 if case.central else 0.3 * along)


@named([case for case in CASES if case.central])
def test_central_contacts_turn_nobody(case: Case):
    """The yaw stays to a microradian."""
    _, moved, _ = separate(case, OVERLAP)
    assert np.abs(moved[:, 3]).max() < 1e-5


@named([case for case in CASES if case.second != "wall"])
def test_contacts_conserve_momentum(case: Case):
    """What one body gets the other loses, mass for mass: centres of mass, where a ramp turns."""
    world, _, velocity = separate(case, OVERLAP)
    momentum = np.zeros(3)
    for body, speed in zip(case.bodies(world), velocity, strict=True):
        momentum += speed[:3]
        if body >= world.counts.agent + world.counts.box:
            yaw = world.bodies.pose[0, body, 3]
            momentum[:2] += speed[3] * np.array([math.cos(yaw), math.sin(yaw)]) / 12.0
    assert np.abs(velocity[:, :3]).max() > 0.01
    np.testing.assert_allclose(momentum, 0.0, atol=1e-4)


@named(CASES)
def test_bodies_that_do_not_touch_leave_each_other_alone(case: Case):
    """A millimetre apart: nothing moves."""
    _, moved, velocity = separate(case, -GAP)
    assert not moved.any()
    assert not velocity.any()


@pytest.mark.parametrize(("yaw", "x"), [(0.0, 0.18), (0.5 * math.pi, 0.15), (-0.5 * math.pi, 0.15)])
def test_arms_reach_beyond_the_body_at_the_sides_only(yaw: float, x: float):
    """Their skin is 0.18 m from the middle sideways, and within the body's radius to the front."""
    for distance, touches in ((x - 0.002, True), (x + 0.001, False)):
        world = make_world(hiders=[(2.0 - distance, 3, yaw, HIGH)], walls=[(2.5, 3, 0.5, 0.5, 6.0)])
        drive(world, STILL, 1, world.game.physics._replace(**FREE))
        assert (world.bodies.velocity[0, 0, 0] < 0.0) == touches


def test_arm_contact_turns_the_agent():
    """The arms are 0.075 m ahead of the axis: a wall in the west that touches one pushes the front (south) east."""
    world = make_world(hiders=[(2.178, 3, 0, HIGH)], walls=[(1.5, 3, 0.5, 0.5, 6.0)])
    drive(world, STILL, 1, world.game.physics._replace(**FREE))
    assert world.bodies.velocity[0, 0, 3] > 0.1


@pytest.mark.parametrize("yaw", [0.0, 0.3, 1.2])
def test_box_lies_flat_against_a_wall(yaw: float):
    """Pressed against it by a push through its middle, a box turns until its side touches."""
    world = make_world(hiders=[(2, 2.75, 0)], boxes=[(2, 2.375, yaw)], walls=[WALL])
    poses = drive(world, (0, -90.0, 0), 20)
    quarter = 0.5 * math.pi
    assert abs(poses[-1, 1, 3] - quarter * round(poses[-1, 1, 3] / quarter)) < 0.02
    assert poses[-1, 1, 1] == pytest.approx(2.3, abs=0.003)
