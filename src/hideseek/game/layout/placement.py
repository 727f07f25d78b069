"""Where agents, boxes and ramps are put: random cells of a zone, drawn again while something is in the way."""

import math

import numpy as np

from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.hooks import draw_cell
from hideseek.game.random_stream import integer, uniform_in
from hideseek.game.sizes import BOX_HALF_SIZE, ELONGATED_HALF_LENGTH, ELONGATED_HALF_WIDTH
from hideseek.sim.kernel import kernel
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE

PLACEMENT_TRIES = 10


@kernel
def draw_bodies(params, bodies, record, w):
    """Draw which boxes exist, how many are elongated and along which axis; set who exists, and all half sizes."""
    box_count = integer(record, w, params.boxes_min, params.boxes_max + 1)
    elongated_count = integer(record, w, params.elongated_min, min(params.elongated_max, box_count) + 1)
    along_x_count = integer(record, w, 0, elongated_count + 1)
    for body in range(bodies.pose.shape[1]):
        box = body - params.agents
        exists = box < box_count or box >= params.boxes_max
        half_x = half_y = half_z = BOX_HALF_SIZE if exists else 0.0
        if box < 0:
            half_x = half_y = half_z = AGENT_RADIUS
        elif box >= params.boxes_max:
            half_x = half_y = half_z = RAMP_HALF_SIZE
        elif box < along_x_count:
            half_x, half_y = ELONGATED_HALF_LENGTH, ELONGATED_HALF_WIDTH
        elif box < elongated_count:
            half_x, half_y = ELONGATED_HALF_WIDTH, ELONGATED_HALF_LENGTH
        bodies.exists[w, body] = exists
        bodies.half_size[w, body, 0] = half_x
        bodies.half_size[w, body, 1] = half_y
        bodies.half_size[w, body, 2] = half_z


@kernel
def place_bodies(layout, params, bodies, record, scratch, w, t):
    """Place agents, then boxes, then ramps, free of walls and of each other; return whether all found room."""
    for body in range(bodies.pose.shape[1]):
        if bodies.exists[w, body] and not _place_body(layout, params, bodies, record, scratch, w, t, body):
            return False
    return True


@kernel
def _place_body(layout, params, bodies, record, scratch, w, t, body):
    """Put `body` into free cells of its zone, jittered within them; return False where none of the tries was free."""
    size_x = 2.0 * np.float64(bodies.half_size[w, body, 0])
    size_y = 2.0 * np.float64(bodies.half_size[w, body, 1])
    cells_x = math.ceil(size_x / CELL)
    cells_y = math.ceil(size_y / CELL)
    rows = (1 << cells_y) - 1
    for _ in range(PLACEMENT_TRIES):
        x, y = draw_cell(layout, params, record, scratch, w, t, body, cells_x, cells_y)
        taken = np.int64(0)
        for column in range(x, x + cells_x):
            taken |= scratch.occupied[t, column] & (rows << y)
        if taken == 0:
            for column in range(x, x + cells_x):
                scratch.occupied[t, column] |= rows << y
            if body == 0 or body == params.hiders:
                scratch.anchor[t, 0] = x
                scratch.anchor[t, 1] = y
            bodies.pose[w, body, 0] = uniform_in(record, w, x * CELL, (x + cells_x) * CELL - size_x) + 0.5 * size_x
            bodies.pose[w, body, 1] = uniform_in(record, w, y * CELL, (y + cells_y) * CELL - size_y) + 0.5 * size_y
            bodies.pose[w, body, 2] = bodies.half_size[w, body, 2]
            return True
    return False


@kernel
def draw_cell_anywhere(record, w, cells_x, cells_y):
    """Draw the lower-left cell of a footprint, a margin of one cell at the low side and two at the high one kept free.

    (So does the original.)
    """
    return integer(record, w, 1, GRID - cells_x - 1), integer(record, w, 1, GRID - cells_y - 1)
