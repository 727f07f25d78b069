"""Where doors are, and the way through them."""

import numpy as np
import pytest

from hideseek.evaluate.scripted.rooms import LEFT, UPPER, Doors
from hideseek.game.config import make_game
from hideseek.game.layout.build import draw_layouts
from hideseek.sim.state import AGENT_RADIUS
from tests.evaluate.behaviour.scenes import DOOR_X, DOOR_Y, SECOND_DOOR_X, SECOND_DOOR_Y, room

GRAZE = 0.05
"""A way keeps this far from walls [m]."""


def test_doors_are_found():
    """One or two, each in the middle of its opening."""
    one, two = (Doors(room([(5.0, 1.0)], count).bodies) for count in (1, 2))
    assert one.exists.tolist() == [[True, False]]
    assert two.exists.tolist() == [[True, True]]
    np.testing.assert_allclose(two.middle[0, LEFT], (DOOR_X, DOOR_Y), atol=1e-6)
    np.testing.assert_allclose(two.middle[0, UPPER], (SECOND_DOOR_X, SECOND_DOOR_Y), atol=1e-6)


def test_random_layouts_have_one_or_two_doors():
    """Half of them each; where the middle is said to be an agent fits through."""
    bodies, _ = draw_layouts(make_game("quadrant"), 400, seed=5)
    doors = Doors(bodies)
    counts = np.bincount(doors.exists.sum(1), minlength=3)
    assert counts[0] == 0
    assert 140 < counts[1] < 260
    for w, wall in zip(*np.nonzero(doors.exists), strict=True):
        apart = np.abs(bodies.wall_centre[w, :, :2] - doors.middle[w, wall]) - bodies.wall_half[w, :, :2]
        space = np.linalg.norm(np.maximum(apart, 0.0), axis=1)[: bodies.wall_count[w]]
        assert space.min() > 0.29 > AGENT_RADIUS


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0.5, 0.5), (5.5, 0.5)),
        ((5.5, 0.5), (0.5, 5.5)),
        ((0.5, 2.8), (5.5, 5.5)),
        ((5.5, 5.5), (4.0, 2.0)),
        ((1.0, 3.5), (3.5, 2.9)),
        ((3.3, 0.4), (2.8, 2.9)),
        ((5.0, 1.0), (3.5, 2.5)),
    ],
)
@pytest.mark.parametrize("doors", [1, 2])
def test_the_way_leads_there_and_through_no_wall(start: tuple, end: tuple, doors: int):
    """Walked in small steps; it may graze corners, which agents slide along."""
    world = room([(5.0, 1.0)], doors)
    finder, target = Doors(world.bodies), np.array([end])
    position = np.array([start], float)
    half = world.bodies.wall_half[0, : world.bodies.wall_count[0], :2]
    centre = world.bodies.wall_centre[0, : world.bodies.wall_count[0], :2]
    for _ in range(1000):
        way = finder.way(position, target) - position
        length = np.linalg.norm(way)
        if length < 0.02 and np.linalg.norm(target - position) < 0.02:
            return
        position = position + way * min(1.0, 0.05 / max(length, 1e-9))
        space = np.linalg.norm(np.maximum(np.abs(position - centre) - half, 0.0), axis=1).min()
        assert space > GRAZE, position
    pytest.fail(f"did not arrive: {position}")


def test_length_of_a_way_counts_doors_and_corners():
    """Straight where nothing is between, else through the door, which is at (3.1, 1.0), or around the room."""
    finder = Doors(room([(5.0, 1.0)], 1).bodies)
    door = finder.middle[0, LEFT]

    def length(start: tuple[float, float], end: tuple[float, float]) -> float:
        return float(finder.length(np.array([start]), np.array([end]))[0])

    assert length((3.5, 0.5), (5.0, 2.5)) == pytest.approx(2.5)
    assert length((1.0, 1.0), (5.0, 2.0)) == pytest.approx(
        np.hypot(*(door - (1.0, 1.0))) + np.hypot(*(door - (5.0, 2.0)))
    )
    assert length((1.0, 2.0), (5.0, 4.0)) > np.hypot(4.0, 2.0) + 0.1
    assert length((5.0, 4.0), (5.0, 2.0)) > np.hypot(*(door - (5.0, 4.0))) + np.hypot(*(door - (5.0, 2.0)))
