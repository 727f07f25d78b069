"""Random walls: one to `rooms_max` rooms, each wall with a door (Baker et al. 2019, appendix A.3).

Rooms come from splitting: a new wall starts somewhere on a random wall and ends on a parallel one. (Constants are made
np.int64 where they would otherwise be compiled into extra versions of the function that gets them.)
"""

import math

import numpy as np

from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.hooks import add_walls, draw_cell
from hideseek.game.layout.options import RandomWallsLayout
from hideseek.game.layout.placement import draw_cell_anywhere
from hideseek.game.layout.scratch import OUTER_WALLS
from hideseek.game.layout.walls import add_outer_walls, add_wall_with_door, define_outer_walls, define_wall
from hideseek.game.random_stream import integer, uniform
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel

MIN_ROOM_CELLS = 6
"""A new wall stays further than this from every junction on its side of the wall that it starts from."""
SPLIT_TRIES = 10
RESTARTS = 10


@version_of(add_walls, RandomWallsLayout)
@kernel
def add_random_walls(layout, params, bodies, record, scratch, w, t):
    """Put random walls into world `w`; return False where the drawn number of rooms could not be reached."""
    wall_count = OUTER_WALLS + integer(record, w, 0, layout.rooms_max)
    if not _draw_rooms(record, scratch, w, t, wall_count):
        return False
    if uniform(record, w) < layout.outer_wall_probability:
        add_outer_walls(bodies, scratch, w, t)
    for i in range(OUTER_WALLS, wall_count):
        add_wall_with_door(bodies, record, scratch, w, t, i)
    return True


@version_of(draw_cell, RandomWallsLayout)
@kernel
def draw_cell_of_random_walls(layout, params, record, scratch, w, t, body, cells_x, cells_y):
    """Draw a cell anywhere, or for all but the first of a team near that one (there without the margin)."""
    if body >= params.agents or body == 0 or body == params.hiders:
        return draw_cell_anywhere(record, w, cells_x, cells_y)
    radius = math.ceil(layout.team_radius / CELL)
    low_x = max(1, scratch.anchor[t, 0] - radius)
    low_y = max(1, scratch.anchor[t, 1] - radius)
    high_x = min(GRID - 1, scratch.anchor[t, 0] + radius)
    high_y = min(GRID - 1, scratch.anchor[t, 1] + radius)
    return integer(record, w, low_x, high_x), integer(record, w, low_y, high_y)


@kernel
def _draw_rooms(record, scratch, w, t, wall_count):
    """Split the floor until there are `wall_count` walls, border included; start again where no split is found."""
    define_outer_walls(scratch, t)
    i = np.int64(OUTER_WALLS)
    restarts = 0
    while i < wall_count:
        if _draw_split(record, scratch, w, t, i):
            i += 1
        else:
            i = np.int64(OUTER_WALLS)
            define_outer_walls(scratch, t)
            restarts += 1
            if restarts == RESTARTS:
                return False
    return True


@kernel
def _draw_split(record, scratch, w, t, new):
    """Define wall `new`: from a random earlier wall to a random parallel one; return whether one was found."""
    for _ in range(SPLIT_TRIES):
        source = integer(record, w, 0, new)
        candidate_count = 0
        chosen_target = np.int64(-1)
        chosen_position = np.int64(0)
        for target in range(new):
            if target == source or scratch.vertical[t, target] != scratch.vertical[t, source]:
                continue
            position = integer(record, w, scratch.first[t, source] + 1, scratch.last[t, source])
            if _split_fits(scratch, t, source, target, position, new):
                candidate_count += 1
                # Keeping the n-th candidate with probability 1/n chooses uniformly without a list.
                if integer(record, w, 0, candidate_count) == 0:
                    chosen_target = target
                    chosen_position = position
        if candidate_count > 0:
            _define_split(scratch, t, source, chosen_target, chosen_position, new)
            return True
    return False


@kernel
def _split_fits(scratch, t, source, target, position, wall_count):
    """Whether a wall at `position` along `source` ends on `target`, clear of junctions and without crossing a wall."""
    if position < scratch.first[t, target] or position > scratch.last[t, target]:
        return False
    start = scratch.line[t, source]
    end = scratch.line[t, target]
    junctions = scratch.junctions_below[t, source] if end < start else scratch.junctions_above[t, source]
    # Bits position - MIN_ROOM_CELLS .. position + MIN_ROOM_CELLS, shifted so that none is negative.
    if ((junctions << MIN_ROOM_CELLS) >> position) & ((1 << (2 * MIN_ROOM_CELLS + 1)) - 1):
        return False
    low = min(start, end)
    high = max(start, end)
    for i in range(wall_count):
        if (
            scratch.vertical[t, i] == scratch.vertical[t, source]
            and scratch.first[t, i] < position < scratch.last[t, i]
            and low < scratch.line[t, i] < high
        ):
            return False
    return True


@kernel
def _define_split(scratch, t, source, target, position, new):
    """Define wall `new` at `position` from `source` to `target`, and the junctions that it makes."""
    start = scratch.line[t, source]
    end = scratch.line[t, target]
    define_wall(scratch, t, new, not scratch.vertical[t, source], position, min(start, end), max(start, end))
    for i in range(new):
        if scratch.vertical[t, i] != scratch.vertical[t, new]:
            _join(scratch, t, i, new)
            _join(scratch, t, new, i)


@kernel
def _join(scratch, t, wall, other):
    """Record where the perpendicular wall `other` starts from, or ends on, `wall`."""
    position = scratch.line[t, other]
    if position < scratch.first[t, wall] or position > scratch.last[t, wall]:
        return
    if scratch.first[t, other] == scratch.line[t, wall]:
        scratch.junctions_above[t, wall] |= 1 << position
    elif scratch.last[t, other] == scratch.line[t, wall]:
        scratch.junctions_below[t, wall] |= 1 << position
