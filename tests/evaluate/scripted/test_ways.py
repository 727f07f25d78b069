"""Ways around objects, for agents and for what they hold."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.paths import CELLS, MARGIN, SIZE, free_cells, steps_to
from hideseek.evaluate.scripted.ways import (
    AHEAD,
    cell_of,
    copies_of,
    straight_ways,
    way_around,
    with_holder,
    without_objects,
)
from hideseek.game.config import make_game

BOX = 1
"""Body of the first box."""


@pytest.fixture
def env() -> HideAndSeek:
    """Return an open floor with four boxes and a ramp, of which the first box is in the middle and turned."""
    env = HideAndSeek(make_game("exploration"), 1)
    env.reset()
    env.bodies.pose[0, BOX:, :2] = [[3.0, 3.0], [0.5, 5.5], [1.2, 5.5], [1.9, 5.5], [2.6, 5.5]]
    env.bodies.pose[0, BOX, 3] = 0.25 * np.pi
    return env


def test_objects_take_the_cells_around_them(env: HideAndSeek):
    """As far as the margin, in their own axes; one may be left out."""
    walls = free_cells(env.bodies, 1)
    free = without_objects(walls, env.bodies, BOX)
    centres = (np.arange(CELLS) + 0.5) * SIZE
    x, y = np.meshgrid(centres, centres, indexing="ij")
    along, across = abs(x + y - 6.0) / 2**0.5, abs(x - y) / 2**0.5
    near = (along < 0.25 + MARGIN) & (across < 0.25 + MARGIN)
    np.testing.assert_array_equal(free[0, 20:40, 20:40], ~near[20:40, 20:40])
    without = without_objects(walls, env.bodies, BOX, np.array([BOX]))
    assert without[0, 20:40, 20:40].all()
    assert not without[0, :8, 50:].any()
    copies = without_objects(np.repeat(walls, 2, 0), copies_of(env.bodies, 0, 2), BOX, np.array([BOX, -1]))
    np.testing.assert_array_equal(copies, np.concatenate([without, free]))


def test_who_holds_something_needs_room(env: HideAndSeek):
    """Where it stands, and on the floor."""
    free = without_objects(free_cells(env.bodies, 1), env.bodies, BOX)
    both = with_holder(free, np.array([[0.4, 0.0]]))
    np.testing.assert_array_equal(both[0, : CELLS - 4], free[0, 4:])
    assert not both[0, CELLS - 4 :].any()


def test_ways_lead_straight_on_and_around(env: HideAndSeek):
    """Straight where nothing is in the way, and around the box without coming near it where it is."""
    walls = free_cells(env.bodies, 1)
    free = without_objects(walls, env.bodies, BOX)
    place, goal = np.array([[1.05, 1.05]]), np.array([[2.05, 1.55]])
    np.testing.assert_allclose(way_around(walls, free, goal, place, 0.05), goal, atol=SIZE)
    place, goal = np.array([[1.55, 3.05]]), np.array([[4.55, 3.05]])
    steps = steps_to(free, goal, 0.05)
    for _ in range(10):
        way, is_found = straight_ways(free, steps, place)
        assert is_found.all()
        assert np.linalg.norm(way - place) < 1.5 * AHEAD * SIZE
        for share in np.linspace(0.0, 1.0, 50):
            assert free[0, *cell_of(place[0] + share * (way[0] - place[0]))]
        place = way
    np.testing.assert_allclose(place, goal, atol=SIZE)


def test_where_there_is_no_way_objects_are_pushed(env: HideAndSeek):
    """Who stands in a ring of objects goes through it; who leans on one steps away from it first."""
    walls = free_cells(env.bodies, 1)
    free = walls.copy()
    free[0, 20:41, 20:41] = False
    free[0, 26:35, 26:35] = True
    place, goal = np.array([[3.05, 3.05]]), np.array([[5.05, 3.05]])
    assert not straight_ways(free, steps_to(free, goal, 0.05), place)[1].any()
    way = way_around(walls, free, goal, place, 0.05)
    assert way[0, 0] > 4.0
    leaning = np.array([[4.05, 3.05]])
    assert straight_ways(free, steps_to(free, goal, 0.05), leaning)[1].all()
