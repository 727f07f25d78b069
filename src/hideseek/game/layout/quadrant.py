"""The quadrant: one quarter of the floor closed off by two walls (Baker et al. 2019, appendix A.3)."""

from hideseek.game.floor import CELL, FLOOR_SIZE, GRID
from hideseek.game.layout.hooks import add_walls, draw_cell, food_zone
from hideseek.game.layout.options import QuadrantLayout
from hideseek.game.layout.placement import draw_cell_anywhere
from hideseek.game.layout.walls import (
    INNER_HEIGHT,
    add_outer_walls,
    add_segment,
    add_wall_with_door,
    define_outer_walls,
    define_wall,
)
from hideseek.game.random_stream import integer, uniform
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel

QUADRANT_CELLS = GRID // 2
"""The quadrant is x >= GRID - QUADRANT_CELLS, y <= QUADRANT_CELLS (lower right)."""

ANYWHERE, IN_QUADRANT, OUTSIDE_QUADRANT, NEAR_DOOR = range(4)
"""Zones in which bodies begin."""


@version_of(add_walls, QuadrantLayout)
@kernel
def add_quadrant_walls(layout, params, bodies, record, scratch, w, t):
    """Put the border and the quadrant's two walls into world `w`.

    Each of the two has a door, or with probability `door_dropout` only a random one of them. Whether this is a world of
    practice is drawn first, and only in games that have them, so that the worlds of other games stay the same.
    """
    scratch.practice[t] = layout.practice > 0.0 and uniform(record, w) < layout.practice
    define_outer_walls(scratch, t)
    add_outer_walls(bodies, scratch, w, t)
    closed = -1
    if uniform(record, w) < layout.door_dropout:
        closed = integer(record, w, 0, 2)
    for i in range(2):
        vertical = i == 0
        first = 0 if vertical else GRID - QUADRANT_CELLS
        last = QUADRANT_CELLS if vertical else GRID - 1
        define_wall(scratch, t, i, vertical, GRID - QUADRANT_CELLS if vertical else QUADRANT_CELLS, first, last)
        if i == closed:
            add_segment(bodies, scratch, w, t, i, first, last, INNER_HEIGHT)
        else:
            add_wall_with_door(bodies, record, scratch, w, t, i)
    return True


@version_of(food_zone, QuadrantLayout)
@kernel
def food_zone_of_quadrant(layout):
    """Return the quadrant."""
    middle = CELL * (GRID - QUADRANT_CELLS)
    return middle, 0.0, FLOOR_SIZE, CELL * QUADRANT_CELLS


@version_of(draw_cell, QuadrantLayout)
@kernel
def draw_cell_of_quadrant(layout, params, record, scratch, w, t, body, cells_x, cells_y):
    """Draw a cell of the body's zone; its bounds are the original's, as those of `draw_cell_anywhere`."""
    zone = _zone(layout, params, scratch.practice[t], body)
    if zone == ANYWHERE:
        return draw_cell_anywhere(record, w, cells_x, cells_y)
    if zone == NEAR_DOOR:
        return _draw_cell_near_door(record, scratch, w, t, (body - params.agents) % 2, cells_x, cells_y)
    low_x, low_y = 1, 1
    high_x, high_y = GRID - cells_x - 1, GRID - cells_y - 1
    # Lower right; outside it, one of lower left, upper left and upper right.
    quarter = integer(record, w, 1, 4) if zone == OUTSIDE_QUADRANT else 0
    middle = GRID - QUADRANT_CELLS
    if quarter == 0 or quarter == 3:
        low_x = middle
    else:
        high_x = middle - cells_x - 1
    if quarter >= 2:
        low_y = QUADRANT_CELLS
    else:
        high_y = QUADRANT_CELLS - cells_y - 1
    return integer(record, w, low_x, high_x), integer(record, w, low_y, high_y)


@kernel
def _zone(layout, params, practice, body):
    """Return where `body` may begin in a world that is one of `practice` or not."""
    if body < params.hiders:
        return IN_QUADRANT if practice or layout.hiders_in_quadrant else ANYWHERE
    if body < params.agents:
        return OUTSIDE_QUADRANT
    if body >= params.agents + params.boxes_max:
        return ANYWHERE
    return NEAR_DOOR if practice else IN_QUADRANT


@kernel
def _draw_cell_near_door(record, scratch, w, t, wall, cells_x, cells_y):
    """Draw the lower-left cell of a footprint inside the quadrant, up to a random number of cells from a door.

    The door is that of `wall` (0: vertical, 1: horizontal), or of the other wall where this one has none. At distance
    zero the footprint lies before the opening, as far as the room allows, and a cube bars it.
    """
    if scratch.door[t, wall] < 0:
        wall = 1 - wall
    vertical = scratch.vertical[t, wall]
    nearest_x, nearest_y = GRID - QUADRANT_CELLS + 1, QUADRANT_CELLS - cells_y
    farthest_x = GRID - cells_x - 1
    x = nearest_x if vertical else min(scratch.door[t, wall], farthest_x)
    y = min(scratch.door[t, wall], nearest_y) if vertical else nearest_y
    radius = integer(record, w, 0, QUADRANT_CELLS)
    low_x, high_x = max(nearest_x, x - radius), min(farthest_x, x + radius)
    low_y, high_y = max(1, y - radius), min(nearest_y, y + radius)
    return integer(record, w, low_x, high_x + 1), integer(record, w, low_y, high_y + 1)
