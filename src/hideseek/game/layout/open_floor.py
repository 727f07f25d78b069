"""The open floor: a border, and everything within a square of a corner."""

from hideseek.game.floor import GRID
from hideseek.game.layout.hooks import add_walls, draw_cell
from hideseek.game.layout.options import OpenLayout
from hideseek.game.layout.walls import add_outer_walls, define_outer_walls
from hideseek.game.random_stream import integer
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel


@version_of(add_walls, OpenLayout)
@kernel
def add_border(layout, params, bodies, record, scratch, w, t):
    """Put the border into world `w`."""
    define_outer_walls(scratch, t)
    add_outer_walls(bodies, scratch, w, t)
    return True


@version_of(draw_cell, OpenLayout)
@kernel
def draw_cell_of_open_floor(layout, params, record, scratch, w, t, body, cells_x, cells_y):
    """Draw a cell in the square in which everything begins."""
    side = int(layout.start_share * GRID)
    return integer(record, w, 1, side - cells_x - 1), integer(record, w, 1, side - cells_y - 1)
