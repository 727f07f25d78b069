"""Which boxes there are, and the cells where everything begins."""

import numpy as np
import pytest

from hideseek.game.config import PRESETS, Game, make_game
from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.build import draw_layouts
from hideseek.sim.state import Bodies

WORLDS = 400
LONG_X, LONG_Y, CUBE = (1.65, 0.15, 0.5), (0.15, 1.65, 0.5), (0.5, 0.5, 0.5)
SMALL = 1e-4
both_games = pytest.mark.parametrize("game", PRESETS.values(), ids=PRESETS.keys())


def cells_of(bodies: Bodies) -> np.ndarray:
    """Return the lower left cell of every body [world, body, 2], and -1 of those that do not exist."""
    corners = bodies.pose[..., :2] - bodies.half_size[..., :2]
    return np.where(bodies.exists[..., None], np.floor(corners / CELL + SMALL).astype(int), -1)


def footprint(bodies: Bodies) -> np.ndarray:
    """Return how many cells a body takes along x and y [world, body, 2]."""
    return np.ceil(2.0 * bodies.half_size[..., :2] / CELL - SMALL).astype(int)


def boxes(game: Game) -> slice:
    return slice(game.agents, game.agents + game.boxes_max)


def test_footprints():
    """Agents take 2 x 2 cells, cubes and ramps 3 x 3, long boxes 9 x 1 or 1 x 9."""
    game = PRESETS["random-walls"]
    bodies, _ = draw_layouts(game, 50)
    sizes = footprint(bodies)
    assert (sizes[:, : game.agents] == 2).all()
    assert (sizes[:, boxes(game).stop :] == 3).all()
    kinds = {tuple(size) for size in sizes[:, boxes(game)][bodies.exists[:, boxes(game)]].tolist()}
    assert kinds == {(9, 1), (1, 9), (3, 3)}


@both_games
def test_no_cell_is_taken_twice(game: Game):
    """By bodies or by walls, though the bodies themselves would leave room in it."""
    bodies, _ = draw_layouts(game, WORLDS)
    cells, sizes = cells_of(bodies), footprint(bodies)
    for w in range(WORLDS):
        taken = np.zeros((GRID, GRID), int)
        for body in np.flatnonzero(bodies.exists[w]):
            (x, y), (across, up) = cells[w, body], sizes[w, body]
            taken[x : x + across, y : y + up] += 1
        assert taken.max() == 1
        for k in range(bodies.wall_count[w]):
            low, high = (np.round((bodies.wall_centre[w, k] + sign * (bodies.wall_half[w, k] + 0.05)) / CELL - 0.5)
                         for sign in (-1, 1))  # fmt: skip
            first, last = np.minimum(low, high).astype(int), np.maximum(low, high).astype(int)
            along = int(np.argmax(bodies.wall_half[w, k, :2]))
            line = int(bodies.wall_centre[w, k, 1 - along] / CELL)
            strip = (taken if along == 1 else taken.T)[line, first[along] : last[along] + 1]
            assert not strip.any() or bodies.wall_half[w, k, :2].max() < 0.06


@both_games
def test_bodies_are_shifted_within_their_cells(game: Game):
    """By up to what the cells are larger: 0.1 m for agents, cubes and ramps, 0.15 and 0.05 m for long boxes."""
    bodies, _ = draw_layouts(game, WORLDS)
    shift = bodies.pose[..., :2] - bodies.half_size[..., :2] - cells_of(bodies) * CELL
    spare = footprint(bodies) * CELL - 2.0 * bodies.half_size[..., :2]
    share = shift[bodies.exists] / spare[bodies.exists]
    assert share.min() > -0.01
    assert share.max() < 1.01
    assert np.quantile(share, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.06)


def test_anywhere_leaves_a_margin_of_cells():
    """The lower left cell is 1 to 28 less the footprint, along both axes."""
    game = make_game("random-walls", outer_wall_probability=0.0, rooms_max=1)
    bodies, _ = draw_layouts(game, 1500)
    cells = cells_of(bodies)
    cube = np.isclose(bodies.half_size[:, boxes(game)], 0.25).all(-1)
    for drawn, size in (
        (cells[:, [0, game.hiders]], 2),
        (cells[:, boxes(game)][cube], 3),
        (cells[:, boxes(game).stop :], 3),
    ):
        assert (drawn.min(), drawn.max()) == (1, GRID - size - 2)


def test_quadrant_boxes_begin_in_its_cells():
    """Lower left cells 16 to 25 along x, where 15 is the wall, and 1 to 10 along y."""
    game = make_game("quadrant")
    bodies, _ = draw_layouts(game, WORLDS)
    cells = cells_of(bodies)[:, boxes(game)].reshape(-1, 2)
    assert cells.min(0).tolist() == [16, 1]
    assert cells.max(0).tolist() == [25, 10]


def test_quadrant_ramp_begins_anywhere():
    """Inside in about a quarter of the worlds."""
    game = make_game("quadrant")
    bodies, _ = draw_layouts(game, WORLDS)
    ramp = bodies.pose[:, -1]
    inside = (ramp[:, 0] > 3.1) & (ramp[:, 1] < 3.1)
    assert 0.08 < inside.mean() < 0.4


def test_quadrant_seekers_begin_in_the_three_other_quarters():
    """In each of them with about equal chances."""
    game = make_game("quadrant")
    bodies, _ = draw_layouts(game, 900)
    seekers = bodies.pose[:, game.hiders, :2] > 3.0
    quarter = 2 * seekers[:, 0] + seekers[:, 1]
    shares = np.bincount(quarter, minlength=4) / 900
    assert shares[2] == 0.0
    np.testing.assert_allclose(shares[[0, 1, 3]], 1 / 3, atol=0.06)


def test_team_mates_begin_within_three_cells():
    """With half a metre of radius the others' lower left cells are 3 before to 2 after the first's, as drawn."""
    game = make_game("random-walls", hiders=3, seekers=3, rooms_max=1)
    bodies, _ = draw_layouts(game, WORLDS)
    cells = cells_of(bodies)
    for first in (0, game.hiders):
        offsets = cells[:, first + 1 : first + 3] - cells[:, first : first + 1]
        assert (offsets.min(), offsets.max()) == (-3, 2)


def test_first_of_a_team_begins_anywhere():
    """Seekers are not drawn near hiders."""
    game = make_game("random-walls", rooms_max=1)
    cells = cells_of(draw_layouts(game, WORLDS)[0])
    offsets = np.abs(cells[:, game.hiders] - cells[:, 0]).max(1)
    assert np.median(offsets) > 6


def test_long_boxes_come_first():
    """Those along x, then those along y, then cubes; all half a metre high."""
    game = make_game("random-walls")
    bodies, _ = draw_layouts(game, WORLDS)
    order = {LONG_X: 0, LONG_Y: 1, CUBE: 2}
    for w in range(WORLDS):
        present = bodies.exists[w, boxes(game)]
        sizes = 2.0 * bodies.half_size[w, boxes(game)][present].astype(float)
        kinds = [order[tuple(size.round(3).tolist())] for size in sizes]
        assert kinds == sorted(kinds)


def test_numbers_of_boxes_are_uniform():
    """Boxes in 3 to 9; long ones in 3 to that number; those along x in 0 to the number of long ones."""
    game = make_game("random-walls")
    bodies, _ = draw_layouts(game, 1500)
    half = bodies.half_size[:, boxes(game)]
    count, along_x = bodies.exists[:, boxes(game)].sum(1), (half[..., 0] > 0.5).sum(1)
    elongated = along_x + (half[..., 1] > 0.5).sum(1)
    # Worlds with many long boxes are drawn again more often, which tilts the numbers a little.
    np.testing.assert_allclose(np.bincount(count, minlength=10)[3:] / 1500, 1 / 7, atol=0.05)
    five = elongated[count == 5]
    np.testing.assert_allclose(np.bincount(five, minlength=6)[3:6] / len(five), 1 / 3, atol=0.12)
    assert set(elongated[count == 9]) <= set(range(3, 10))
    three = along_x[elongated == 3]
    np.testing.assert_allclose(np.bincount(three, minlength=4) / len(three), 1 / 4, atol=0.08)


def test_crowded_worlds_are_drawn_again_until_all_is_placed():
    """Seven cubes in the quadrant, where a world's first draw mostly fails: all stand there, in every world."""
    game = make_game("quadrant", boxes_min=7, boxes_max=7)
    bodies, _ = draw_layouts(game, 100)
    placed = bodies.pose[:, boxes(game)]
    assert bodies.exists.all()
    assert (placed[..., 0] > 3.1).all()
    assert (placed[..., 1] < 3.1).all()


def test_agents_are_three_tenths_of_a_metre_wide():
    """Half sizes are their radius."""
    game = make_game("quadrant")
    bodies, _ = draw_layouts(game, 2)
    np.testing.assert_allclose(bodies.half_size[:, : game.agents], 0.15)
    np.testing.assert_allclose(bodies.half_size[:, boxes(game).stop :], 0.25)
