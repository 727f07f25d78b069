"""The measure of overlaps against depths worked out by hand."""

import math

import pytest

from benchmarks.overlap import KINDS, deepest_overlaps
from tests.worlds import NORTH, SOUTH, make_world

ROOT = math.sqrt(0.5)
FAR = (-5.0, -5.0, 0.0)


def depths(**options) -> dict[str, float]:
    """Return the kinds of pairs that overlap in a world, and how deep [m]."""
    world = make_world(**{"hiders": [FAR], **options})
    return {kind: depth for kind, depth in deepest_overlaps(world.bodies, world.counts).items() if depth > 1e-6}


def test_bodies_apart_do_not_overlap():
    """Not even where the circles around them do: a diagonal gap of 1 cm between two cubes."""
    gap = 0.5 + 0.01
    assert not depths(boxes=[(2, 2, 0), (2 + gap, 2 + gap, 0)], ramps=[(4, 4, 0)], walls=[(1, 4, 0.05, 1, 0.5)])


@pytest.mark.parametrize(("turn", "depth"), [(0.0, 0.03), (0.25 * math.pi, 0.03 + 0.5 * ROOT - 0.25)])
def test_two_boxes(turn: float, depth: float):
    """Centres 0.47 m apart; an edge reaches further than a side by 0.25 (root 2 - 1)."""
    assert depths(boxes=[(2, 2, 0), (2.47, 2, turn)]) == {"box box": pytest.approx(depth, abs=1e-6)}


def test_stacked_boxes_overlap_by_height():
    """The upper one is 2 cm too low."""
    assert depths(boxes=[(2, 2, 0), (2.1, 2, 0.4, 0.73)]) == {"box box": pytest.approx(0.02, abs=1e-6)}


def test_two_agents():
    """Spheres of 0.15 m, 0.25 m apart in space."""
    assert depths(hiders=[(2, 2, 0), (2.2, 2, 0, 0.3)]) == {"agent agent": pytest.approx(0.05, abs=1e-6)}


@pytest.mark.parametrize(
    ("place", "depth"),
    [((2.38, 2, 0), 0.02), ((2.35, 2.35, 0), 0.15 - 0.1 * math.sqrt(2.0)), ((2.2, 2, 0), 0.15 + 0.05)],
    ids=["beside", "corner", "inside"],
)
def test_agent_and_box(place: tuple, depth: float):
    """Beside a face, at a corner, and with its centre inside, 5 cm from the nearest face."""
    assert depths(hiders=[place], boxes=[(2, 2, 0)]) == {"agent box": pytest.approx(depth, abs=1e-6)}


@pytest.mark.parametrize(
    ("place", "depth"),
    [
        ((2, 2.1, 0, 0.3), 0.15 - 0.15 * ROOT),
        ((2, 2.3, 0), 0.15 - 0.2 * ROOT),
        ((2, 1.62, 0), 0.02),
        ((2.38, 1.9, 0), 0.02),
    ],
    ids=["slope", "foot", "back", "side"],
)
def test_agent_and_ramp(place: tuple, depth: float):
    """Of a ramp at (2, 2) the slope passes through the centre, at 45 degrees, down to the north."""
    assert depths(hiders=[place], ramps=[(2, 2, SOUTH)]) == {"agent ramp": pytest.approx(depth, abs=1e-6)}


@pytest.mark.parametrize(
    ("box", "depth"), [((2, 1.51, 0), 0.01), ((2, 2.25, 0, 0.48), 0.02 * ROOT)], ids=["back", "slope"]
)
def test_box_and_ramp(box: tuple, depth: float):
    """A box behind the ramp, and one whose lower edge is 2 cm below the middle of the slope."""
    assert depths(boxes=[box], ramps=[(2, 2, SOUTH)]) == {"box ramp": pytest.approx(depth, abs=1e-6)}


def test_two_ramps():
    """Back to back, with the same 1 cm."""
    assert depths(ramps=[(2, 2, SOUTH), (2, 1.51, NORTH)]) == {"ramp ramp": pytest.approx(0.01, abs=1e-6)}


@pytest.mark.parametrize(("kind", "body"), [("agent", "hiders"), ("box", "boxes"), ("ramp", "ramps")])
def test_walls_and_floor(kind: str, body: str):
    """Each kind of body 2 cm in a wall, and 1 cm in the floor."""
    reach = 0.15 if kind == "agent" else 0.25
    wall = (4.0, 2.0, 0.05, 1.0, 0.5)
    found = depths(**{body: [(3.95 + 0.02 - reach, 2, 0, reach - 0.01)], "walls": [wall]})
    assert found == {f"{kind} wall": pytest.approx(0.02, abs=1e-6), "floor": pytest.approx(0.01, abs=1e-6)}


def test_kinds_are_numbered_by_their_bodies():
    """Each is named for the pair that its number stands for."""
    names = ("agent", "box", "ramp", "wall")
    for b in range(4):
        for a in range(min(b + 1, 3)):
            assert KINDS[a + b * (b + 1) // 2] == f"{names[a]} {names[b]}"
