"""Where walls stand on the grid of cells, how thick and long they are, and how wide their doors."""

import numpy as np
import pytest

from benchmarks.layouts import drawn_layouts, rooms_and_doors
from hideseek.game.config import PRESETS, Game, make_game
from hideseek.game.floor import CELL
from hideseek.game.layout.build import build_world, draw_layouts
from hideseek.game.layout.scratch import allocate_layout_scratch
from hideseek.game.numbers import numbers_of
from hideseek.sim.state import Bodies

WORLDS = 300
OUTER = 4
FENCED = make_game("random-walls", outer_wall_probability=1.0)
both_games = pytest.mark.parametrize("game", [PRESETS["quadrant"], FENCED], ids=PRESETS.keys())


def inner_walls(bodies: Bodies, w: int) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high corners on the floor of a fenced world's inner walls [m]."""
    walls = slice(OUTER, bodies.wall_count[w])
    centre, half = bodies.wall_centre[w, walls, :2], bodies.wall_half[w, walls, :2]
    return centre - half, centre + half


def pieces(bodies: Bodies, w: int, axis: int, line: float) -> np.ndarray:
    """Return from where to where a world's low walls across `axis` run at a line, in order [piece, 2]."""
    low, high = inner_walls(bodies, w)
    across = np.abs((low + high)[:, axis] / 2.0 - line) < 1e-3
    spans = np.stack([low[across, 1 - axis], high[across, 1 - axis]], 1)
    return spans[np.argsort(spans[:, 0])]


@both_games
def test_border_stands_on_the_outermost_cells(game: Game):
    """Centre lines 0.1 m inside the floor's edge, 0.1 m thick, 4 m high: what is free is 0.15 to 5.85 m."""
    bodies, _ = draw_layouts(game, 3)
    for w in range(3):
        centre, half = bodies.wall_centre[w, :OUTER], bodies.wall_half[w, :OUTER]
        lines = [(round(float(x), 4), round(float(y), 4)) for x, y in centre[:, :2]]
        assert sorted(lines) == [(0.1, 3.0), (3.0, 0.1), (3.0, 5.9), (5.9, 3.0)]
        np.testing.assert_allclose(np.sort(half[:, :2], 1), [[0.05, 2.85]] * OUTER, atol=1e-5)
        np.testing.assert_allclose([centre[:, 2], half[:, 2]], 2.0)


@both_games
def test_inner_walls_lie_on_the_grid(game: Game):
    """A tenth of a metre thick about a line of cell centres, half a metre high, standing on the floor."""
    bodies, _ = draw_layouts(game, WORLDS)
    for w in range(WORLDS):
        walls = slice(OUTER, bodies.wall_count[w])
        centre, half = bodies.wall_centre[w, walls], bodies.wall_half[w, walls]
        np.testing.assert_allclose([centre[:, 2], half[:, 2]], 0.25, atol=1e-6)
        for position, size in zip(centre[:, :2], half[:, :2], strict=True):
            cells = (position[np.isclose(size, 0.05, atol=1e-5)] / CELL) % 1.0
            assert np.isclose(cells, 0.5, atol=1e-3).any()


@both_games
def test_walls_run_from_cell_centre_to_cell_centre(game: Game):
    """Less half a thickness at either end: n cells make (n - 1) times 0.2 m less 0.1 m."""
    bodies, _ = draw_layouts(game, WORLDS)
    lengths = np.concatenate([2.0 * bodies.wall_half[w, : bodies.wall_count[w], :2].max(1) for w in range(WORLDS)])
    cells = (lengths + 0.1) / CELL
    np.testing.assert_allclose(cells, np.round(cells), atol=1e-3)


@both_games
def test_inner_walls_neither_cross_nor_overlap(game: Game):
    """They meet at most."""
    bodies, _ = draw_layouts(game, WORLDS)
    for w in range(WORLDS):
        low, high = inner_walls(bodies, w)
        overlap = np.all((low[:, None] < high[None] - 1e-5) & (low[None] < high[:, None] - 1e-5), axis=-1)
        assert not (overlap & ~np.eye(len(low), dtype=bool)).any()


def test_quadrant_is_the_lower_right_quarter():
    """Its walls are those of cell 15: at x = 3.1 m from the south up to y = 3.1 m, and from there to the east."""
    bodies, _ = draw_layouts(make_game("quadrant"), WORLDS)
    for w in range(WORLDS):
        upright, level = pieces(bodies, w, 0, 3.1), pieces(bodies, w, 1, 3.1)
        assert len(upright) + len(level) == bodies.wall_count[w] - OUTER
        assert upright.min() > 0.149
        assert upright.max() < 3.051
        assert level.min() > 3.149
        assert level.max() < 5.851


def test_door_is_seven_tenths_of_a_metre_wide():
    """Between the two pieces of a wall; a door at a wall's end leaves one piece, and opens up to another wall."""
    bodies, _ = draw_layouts(make_game("quadrant", door_dropout=0.0), WORLDS)
    openings = set()
    for w in range(WORLDS):
        for axis in range(2):
            spans = pieces(bodies, w, axis, 3.1)
            assert 1 <= len(spans) <= 2
            if len(spans) == 2:
                openings.add(round(float(spans[1, 0] - spans[0, 1]), 3))
    assert openings == {0.7}


def test_every_random_wall_has_one_door():
    """There are as many doors as walls, one fewer than rooms."""
    layouts = drawn_layouts(FENCED, WORLDS, seed=0)
    assert set(layouts.rooms) == {1, 2, 3, 4}
    np.testing.assert_array_equal(np.isfinite(layouts.doors[..., 0]).sum(1), layouts.rooms - 1)


def test_doors_of_a_wall_can_be_anywhere():
    """Every start between the wall's ends is drawn, near the ends as well as in the middle."""
    layouts = drawn_layouts(make_game("quadrant", door_dropout=0.0), 600, seed=0)
    upright = layouts.doors[..., 0] == 1
    starts = layouts.doors[..., 2][upright]
    assert set(starts) == set(range(1, 14))
    assert np.bincount(starts.astype(int)).max() < 3 * np.bincount(starts.astype(int))[1:].min()


def test_one_door_is_dropped_in_half_of_the_quadrants():
    """The wall that stays closed is either one with equal chances, never both."""
    bodies, _ = draw_layouts(make_game("quadrant"), 600)
    lengths = np.array([[np.ptp(pieces(bodies, w, axis, 3.1), axis=1).sum() for axis in range(2)] for w in range(600)])
    closed = np.isclose(lengths, [2.9, 2.7], atol=1e-3)
    assert not closed.all(1).any()
    assert closed.any(1).mean() == pytest.approx(0.5, abs=0.08)
    assert closed[closed.any(1), 0].mean() == pytest.approx(0.5, abs=0.1)


def test_rooms_are_one_to_four_with_equal_chances():
    """And the floor is fenced in in half of the worlds, whatever the rooms."""
    layouts = drawn_layouts(make_game("random-walls"), 800, seed=0)
    shares = np.bincount(layouts.rooms, minlength=5)[1:] / 800
    assert len(shares) == 4
    np.testing.assert_allclose(shares, 0.25, atol=0.06)
    fenced = (layouts.wall_half[..., 2] > 1.0).sum(1) == OUTER
    assert fenced.mean() == pytest.approx(0.5, abs=0.06)
    assert fenced[layouts.rooms == 4].mean() == pytest.approx(0.5, abs=0.12)


def test_random_walls_end_on_perpendicular_walls():
    """Before doors are cut each reaches from a wall, or the border, to another that passes there."""
    bodies, record = draw_layouts(FENCED, 1)
    scratch = allocate_layout_scratch(FENCED.layout.wall_capacity, 1)
    for _ in range(WORLDS):
        assert build_world(numbers_of(FENCED.layout), FENCED.params, bodies, record, scratch, 0, 0)
        count = OUTER + rooms_and_doors(*existing_walls(bodies))[0] - 1
        upright, line, first, last = (
            array[0, :count] for array in (scratch.vertical, scratch.line, scratch.first, scratch.last)
        )
        for wall in range(OUTER, count):
            for end in (first[wall], last[wall]):
                passes = (upright != upright[wall]) & (line == end) & (first <= line[wall]) & (last >= line[wall])
                assert passes.any()


def existing_walls(bodies: Bodies) -> tuple[np.ndarray, np.ndarray]:
    """Return centres and half sizes of the first world's walls."""
    walls = slice(bodies.wall_count[0])
    return bodies.wall_centre[0, walls], bodies.wall_half[0, walls]
