"""Where agents, boxes and ramps are put: random cells of a zone, drawn again while something is in the way."""

import math

import numpy as np

from hideseek.game.config import CELL, GRID
from hideseek.game.layout.quadrant import QUADRANT_CELLS, QUADRANT_LAYOUT
from hideseek.game.random_stream import integer, uniform_in
from hideseek.sim.kernel import kernel
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE

PLACEMENT_TRIES = 10
BOX_HALF_SIZE = 0.25
ELONGATED_HALF_LENGTH = 0.825
ELONGATED_HALF_WIDTH = 0.075

ANYWHERE, IN_QUADRANT, OUTSIDE_QUADRANT, NEAR_ANCHOR, NEAR_DOOR = range(5)


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
def place_bodies(params, bodies, record, scratch, w, t):
    """Place agents, then boxes, then ramps, free of walls and of each other; return whether all found room."""
    for body in range(bodies.pose.shape[1]):
        if bodies.exists[w, body] and not _place_body(params, bodies, record, scratch, w, t, body):
            return False
    return True


@kernel
def _place_body(params, bodies, record, scratch, w, t, body):
    """Put `body` into free cells of its zone, jittered within them; return False where none of the tries was free."""
    zone = _zone(params, scratch.practice[t], body)
    size_x = 2.0 * np.float64(bodies.half_size[w, body, 0])
    size_y = 2.0 * np.float64(bodies.half_size[w, body, 1])
    cells_x = math.ceil(size_x / CELL)
    cells_y = math.ceil(size_y / CELL)
    rows = (1 << cells_y) - 1
    for _ in range(PLACEMENT_TRIES):
        x, y = _draw_cell(params, record, scratch, w, t, zone, body, cells_x, cells_y)
        taken = np.int64(0)
        for column in range(x, x + cells_x):
            taken |= scratch.occupied[t, column] & (rows << y)
        if taken == 0:
            for column in range(x, x + cells_x):
                scratch.occupied[t, column] |= rows << y
            if zone == ANYWHERE and body < params.agents:
                scratch.anchor[t, 0] = x
                scratch.anchor[t, 1] = y
            bodies.pose[w, body, 0] = uniform_in(record, w, x * CELL, (x + cells_x) * CELL - size_x) + 0.5 * size_x
            bodies.pose[w, body, 1] = uniform_in(record, w, y * CELL, (y + cells_y) * CELL - size_y) + 0.5 * size_y
            bodies.pose[w, body, 2] = bodies.half_size[w, body, 2]
            return True
    return False


@kernel
def _zone(params, practice, body):
    """Return where `body` may be placed in a world that is one of `practice` or not."""
    is_agent = body < params.agents
    if params.layout == QUADRANT_LAYOUT:
        if body < params.hiders:
            return IN_QUADRANT if practice or params.hiders_in_quadrant else ANYWHERE
        if is_agent:
            return OUTSIDE_QUADRANT
        if body >= params.agents + params.boxes_max:
            return ANYWHERE
        return NEAR_DOOR if practice else IN_QUADRANT
    leads_team = body == 0 or body == params.hiders
    return NEAR_ANCHOR if is_agent and not leads_team else ANYWHERE


@kernel
def _draw_cell(params, record, scratch, w, t, zone, body, cells_x, cells_y):
    """Draw the lower-left cell of `body`'s footprint of `cells_x` by `cells_y` in `zone`; it lies on the floor's cells.

    The bounds are the original's: a margin of one cell is kept at the low side and of two at the high side, except
    near a team mate.
    """
    if zone == NEAR_DOOR:
        return _draw_cell_near_door(record, scratch, w, t, (body - params.agents) % 2, cells_x, cells_y)
    low_x, low_y = 1, 1
    high_x, high_y = GRID - cells_x - 1, GRID - cells_y - 1
    if zone == NEAR_ANCHOR:
        radius = math.ceil(params.team_radius / CELL)
        low_x = max(1, scratch.anchor[t, 0] - radius)
        low_y = max(1, scratch.anchor[t, 1] - radius)
        high_x = min(GRID - 1, scratch.anchor[t, 0] + radius)
        high_y = min(GRID - 1, scratch.anchor[t, 1] + radius)
    elif zone != ANYWHERE:
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
