"""A cylinder on the open floor, and everything around it (Baker et al. 2019, section 6.2: shelter construction)."""

import math

from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.hooks import add_walls, draw_cell
from hideseek.game.layout.options import CylinderLayout
from hideseek.game.layout.placement import draw_cell_anywhere
from hideseek.game.layout.walls import add_outer_walls, define_outer_walls
from hideseek.game.random_stream import integer, uniform_in
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel


@version_of(add_walls, CylinderLayout)
@kernel
def add_border_and_cylinder(layout, params, bodies, record, scratch, w, t):
    """Put the border and the cylinder into world `w`, and take the cells of the square around the cylinder."""
    define_outer_walls(scratch, t)
    add_outer_walls(bodies, scratch, w, t)
    diameter = uniform_in(record, w, layout.diameter_min, layout.diameter_max)
    cells = math.ceil(diameter / CELL)
    # As in the original, whole cells on both sides, one fewer at the high one.
    share = layout.cylinder_share
    low = int(0.5 * (GRID - cells) * (1.0 - share) + share)
    high = int(0.5 * (GRID - cells) * (1.0 + share) - share)
    x, y = integer(record, w, low, high), integer(record, w, low, high)
    for column in range(x, x + cells):
        scratch.occupied[t, column] |= ((1 << cells) - 1) << y
    bodies.cylinder_centre[w, 0, 0] = uniform_in(record, w, x * CELL, (x + cells) * CELL - diameter) + 0.5 * diameter
    bodies.cylinder_centre[w, 0, 1] = uniform_in(record, w, y * CELL, (y + cells) * CELL - diameter) + 0.5 * diameter
    bodies.cylinder_centre[w, 0, 2] = 0.5 * layout.cylinder_height
    bodies.cylinder_size[w, 0, 0] = 0.5 * diameter
    bodies.cylinder_size[w, 0, 1] = 0.5 * layout.cylinder_height
    return True


@version_of(draw_cell, CylinderLayout)
@kernel
def draw_cell_around_cylinder(layout, params, record, scratch, w, t, body, cells_x, cells_y):
    """Draw a cell anywhere."""
    return draw_cell_anywhere(record, w, cells_x, cells_y)
