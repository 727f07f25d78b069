"""Walls, rooms and doors, and who begins where."""

import numpy as np
import pytest
from scipy import ndimage

from hideseek.game.config import PRESETS, make_game
from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.build import draw_layouts
from hideseek.game.layout.walls import DOOR_CELLS
from hideseek.sim.state import Bodies

WORLDS = 300
MIDDLE = 3.0


def inner_length(bodies: Bodies) -> np.ndarray:
    """Return per world the inner walls' total length [m]."""
    inner = (bodies.wall_half[..., 2] > 0.0) & (bodies.wall_half[..., 2] < 1.0)
    return 2.0 * (bodies.wall_half[..., :2].max(-1) * inner).sum(1)


def passable_cells(bodies: Bodies, w: int) -> np.ndarray:
    """Return which cells are clear of walls in a world, bounded by the floor's border."""
    centres = (np.arange(GRID) + 0.5) * CELL
    free = np.zeros((GRID, GRID), bool)
    free[1:-1, 1:-1] = True
    for centre, half in zip(bodies.wall_centre[w], bodies.wall_half[w], strict=True):
        inside = [np.abs(centres - centre[axis]) < half[axis] + CELL / 2 - 0.01 for axis in range(2)]
        free &= ~(inside[0][:, None] & inside[1]) | (half[0] == 0.0)
    return free


@pytest.mark.parametrize("game", PRESETS.values(), ids=PRESETS.keys())
def test_every_room_can_be_reached(game):
    """Through the doors, all free cells are connected."""
    bodies, _ = draw_layouts(game, 100)
    assert bodies.wall_count.max() == game.counts.wall
    for w in range(100):
        assert ndimage.label(passable_cells(bodies, w))[1] == 1


@pytest.mark.parametrize(("dropout", "doors"), [(0.0, 2), (1.0, 1)])
def test_quadrant_doors(dropout: float, doors: int):
    """Without dropout both walls of the quadrant have a door, with certain dropout one of them."""
    bodies, _ = draw_layouts(make_game("quadrant", door_dropout=dropout), WORLDS)
    vertical = (bodies.wall_half[..., 0] < 0.06) & (np.abs(bodies.wall_centre[..., 0] - MIDDLE - CELL / 2) < 0.01)
    whole_vertical, whole_horizontal = 15 * CELL - 0.1, 14 * CELL - 0.1
    lost = whole_vertical + whole_horizontal - inner_length(bodies)
    lost_in_vertical = whole_vertical - 2.0 * (bodies.wall_half[..., 1] * vertical).sum(1)
    opening = (DOOR_CELLS + 1) * CELL + 0.1
    # A door at the end of a wall has one wall beside it, not two, and shortens it by 0.1 m less.
    assert np.all(np.abs(lost - doors * opening) < doors * 0.1 + 1e-4)
    assert (lost_in_vertical > 0.1).mean() == pytest.approx(doors / 2, abs=0.1)


def test_quadrant_places():
    """Boxes begin inside the quadrant, seekers outside, hiders inside where the game says so."""
    game = make_game("quadrant", hiders_in_quadrant=True)
    bodies, _ = draw_layouts(game, WORLDS)
    inside = (bodies.pose[..., 0] > MIDDLE) & (bodies.pose[..., 1] < MIDDLE + CELL)
    assert inside[:, : game.hiders].all()
    assert not inside[:, game.hiders : game.agents].any()
    assert inside[:, game.agents : game.agents + game.boxes_max].all()
    anywhere, _ = draw_layouts(make_game("quadrant"), WORLDS)
    hiders_inside = (anywhere.pose[:, 0, 0] > MIDDLE) & (anywhere.pose[:, 0, 1] < MIDDLE)
    assert 0.1 < hiders_inside.mean() < 0.4


def door_centres(bodies: Bodies) -> np.ndarray:
    """Return per world where the doors of both quadrant walls are along them [m], NaN where one has none."""
    centres = np.full((len(bodies.pose), 2), np.nan)
    for w in range(len(centres)):
        free = passable_cells(bodies, w)
        for wall, opening in enumerate((free[GRID // 2, : GRID // 2], free[GRID // 2 :, GRID // 2])):
            if opening.any():
                centres[w, wall] = (np.flatnonzero(opening).mean() + 0.5) * CELL + wall * MIDDLE
    return centres


def test_practice_begins_near_the_doors():
    """Hiders and boxes are inside; each box is as often near its door as far away, some bar it from the beginning."""
    game = make_game("quadrant", practice=1.0, door_dropout=0.0)
    bodies, _ = draw_layouts(game, WORLDS)
    inside = (bodies.pose[..., 0] > MIDDLE) & (bodies.pose[..., 1] < MIDDLE + CELL)
    assert inside[:, : game.hiders].all()
    boxes = slice(game.agents, game.agents + game.boxes_max)
    assert inside[:, boxes].all()
    position, doors = bodies.pose[:, boxes, :2], door_centres(bodies)
    along = np.stack((position[:, 0, 1], position[:, 1, 0]), 1) - doors
    across = np.stack((position[:, 0, 0] - MIDDLE, MIDDLE - position[:, 1, 1]), 1)
    barred = (np.abs(along) < 0.2) & (across < 0.6)
    assert 1 / 15 < barred.mean() < 4 / 15
    plain, _ = draw_layouts(make_game("quadrant", hiders_in_quadrant=True, door_dropout=0.0), WORLDS)
    assert np.median(np.abs(along)) < 0.6 < np.median(np.abs(plain.pose[:, 4, 1] - door_centres(plain)[:, 0]))


def test_practice_takes_the_door_that_there_is():
    """In worlds with one door both boxes are near it, on average nearer than to where the other would be."""
    game = make_game("quadrant", practice=1.0, door_dropout=1.0)
    bodies, _ = draw_layouts(game, WORLDS)
    doors = door_centres(bodies)
    vertical = np.isnan(doors[:, 1])
    assert 0 < vertical.sum() < WORLDS
    assert (np.isnan(doors).sum(1) == 1).all()
    position = bodies.pose[:, game.agents : game.agents + game.boxes_max, :2]
    for box in range(game.boxes_max):
        assert np.median(np.abs(position[vertical, box, 1] - doors[vertical, 0])) < 0.7
        assert np.median(np.abs(position[~vertical, box, 0] - doors[~vertical, 1])) < 0.7


def test_long_boxes_of_practice_stay_in_the_room():
    """They are longer than the wall that is left beside many doors."""
    game = make_game("quadrant", practice=1.0, elongated_min=2, elongated_max=2)
    bodies, _ = draw_layouts(game, WORLDS)
    boxes = slice(game.agents, game.agents + game.boxes_max)
    low, high = (bodies.pose[:, boxes, :2] + sign * bodies.half_size[:, boxes, :2] for sign in (-1, 1))
    assert (low[..., 0] > MIDDLE + CELL).all()
    assert (low[..., 1] > CELL).all()
    assert (high[..., 0] < 2.0 * MIDDLE - CELL).all()
    assert (high[..., 1] < MIDDLE).all()


def test_practice_is_drawn_for_a_share_of_the_worlds():
    """All hiders start inside in about that share (and in a few others), and without practice nothing changes."""

    def all_inside(game) -> float:
        pose = draw_layouts(game, WORLDS)[0].pose[:, : game.hiders]
        return float(((pose[..., 0] > MIDDLE) & (pose[..., 1] < MIDDLE + CELL)).all(1).mean())

    assert 0.4 < all_inside(make_game("quadrant", practice=0.5)) < 0.65
    assert all_inside(make_game("quadrant")) < 0.15


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_outer_walls_come_first_or_not_at_all(probability: float):
    """The border's four high walls are walls 0 to 3 where they exist; inner walls are low."""
    bodies, _ = draw_layouts(make_game("random-walls", outer_wall_probability=probability), WORLDS)
    outer_count = int(4 * probability)
    heights = 2.0 * bodies.wall_half[..., 2]
    assert (heights[:, :outer_count] == 4.0).all()
    assert set(np.unique(heights[:, outer_count:])) == {0.0, 0.5}


def test_one_room_has_no_inner_walls():
    """With one room at most there are the outer walls alone, or none."""
    bodies, _ = draw_layouts(make_game("random-walls", rooms_max=1), WORLDS)
    assert set(bodies.wall_count) == {0, 4}


def test_a_wall_leaves_room_on_both_sides():
    """The wall between two rooms is more than six cells from the parallel outer walls."""
    bodies, _ = draw_layouts(make_game("random-walls", rooms_max=2, outer_wall_probability=1.0), WORLDS)
    half = bodies.wall_half[:, 4:, :2].max(-1)
    segment = 4 + half.argmax(1)[half.max(1) > 0.0]
    world = np.flatnonzero(half.max(1) > 0.0)
    across = bodies.wall_half[world, segment, :2].argmin(-1)
    line = np.round(bodies.wall_centre[world, segment, across] / CELL - 0.5)
    assert line.min() > 6
    assert line.max() < GRID - 1 - 6


def test_teams_begin_together_in_random_walls():
    """A team's members begin within its radius, to the cell, of its first; the teams are apart from each other."""
    game = make_game("random-walls", hiders=3, seekers=3)
    bodies, _ = draw_layouts(game, WORLDS)
    for first in (0, game.hiders):
        offsets = bodies.pose[:, first + 1 : first + 3, :2] - bodies.pose[:, first : first + 1, :2]
        assert np.abs(offsets).max() <= 3 * CELL + 0.1
    between = np.hypot(*(bodies.pose[:, 0, :2] - bodies.pose[:, game.hiders, :2]).T)
    assert between.mean() > 2.0
