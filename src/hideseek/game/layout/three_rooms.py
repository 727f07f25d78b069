"""Three rooms without doors: a half of the floor, and two quarters (Baker et al. 2019, appendix on transfer)."""

from hideseek.game.floor import GRID
from hideseek.game.layout.hooks import add_walls, draw_cell
from hideseek.game.layout.options import ThreeRoomsLayout
from hideseek.game.layout.placement import draw_cell_anywhere
from hideseek.game.layout.walls import INNER_HEIGHT, add_outer_walls, add_segment, define_outer_walls, define_wall
from hideseek.game.random_stream import integer
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel

LEAST_SPLIT, MOST_SPLIT = 12, 18
"""Cells between which each wall stands: 0.4 to 0.6 of the floor's side."""
ACROSS, AGAIN = 4, 5
"""Numbers of the two walls, after the border's: the one from side to side, and the one that ends on it."""


@version_of(add_walls, ThreeRoomsLayout)
@kernel
def add_three_rooms(layout, params, bodies, record, scratch, w, t):
    """Put the border and two walls into world `w`, the first along a random axis, the second on a random side of it."""
    define_outer_walls(scratch, t)
    add_outer_walls(bodies, scratch, w, t)
    vertical = integer(record, w, 0, 2) == 0
    across = integer(record, w, LEAST_SPLIT, MOST_SPLIT + 1)
    again = integer(record, w, LEAST_SPLIT, MOST_SPLIT + 1)
    is_low = integer(record, w, 0, 2) == 0
    define_wall(scratch, t, ACROSS, vertical, across, 0, GRID - 1)
    define_wall(scratch, t, AGAIN, not vertical, again, 0 if is_low else across, across if is_low else GRID - 1)
    for wall in (ACROSS, AGAIN):
        add_segment(bodies, scratch, w, t, wall, scratch.first[t, wall], scratch.last[t, wall], INNER_HEIGHT)
    return True


@version_of(draw_cell, ThreeRoomsLayout)
@kernel
def draw_cell_of_three_rooms(layout, params, record, scratch, w, t, body, cells_x, cells_y):
    """Draw a cell anywhere, for ramps in a room of their own: the half, then the quarters, over and over."""
    ramp = body - params.agents - params.boxes_max
    if ramp < 0:
        return draw_cell_anywhere(record, w, cells_x, cells_y)
    across, again = scratch.line[t, ACROSS], scratch.line[t, AGAIN]
    # Along the axis that the wall from side to side cuts: the half is on one side of it, both quarters on the other.
    quarters_are_low = scratch.first[t, AGAIN] == 0
    is_low = quarters_are_low == (ramp % 3 > 0)
    low_u, high_u = (1, across) if is_low else (across + 1, GRID - 1)
    low_v, high_v = 1, GRID - 1
    if ramp % 3 == 1:
        high_v = again
    elif ramp % 3 == 2:
        low_v = again + 1
    if scratch.vertical[t, ACROSS]:
        return integer(record, w, low_u, high_u - cells_x + 1), integer(record, w, low_v, high_v - cells_y + 1)
    return integer(record, w, low_v, high_v - cells_x + 1), integer(record, w, low_u, high_u - cells_y + 1)
