"""The quadrant: one quarter of the floor closed off by two walls (Baker et al. 2019, appendix A.3)."""

from typing import get_args

from hideseek.game.config import GRID, Layout
from hideseek.game.layout.walls import (
    INNER_HEIGHT,
    add_outer_walls,
    add_segment,
    add_wall_with_door,
    define_outer_walls,
    define_wall,
)
from hideseek.game.random_stream import integer, uniform
from hideseek.sim.kernel import kernel

QUADRANT_LAYOUT = get_args(Layout).index("quadrant")
"""The value of `GameParams.layout` for which the functions here are meant."""
QUADRANT_CELLS = GRID // 2
"""The quadrant is x >= GRID - QUADRANT_CELLS, y <= QUADRANT_CELLS (lower right)."""


@kernel
def add_quadrant_walls(params, bodies, record, scratch, w, t):
    """Put the border and the quadrant's two walls into world `w`.

    Each of the two has a door, or with probability `door_dropout` only a random one of them. Whether this is a world of
    practice is drawn first, and only in games that have them, so that the worlds of other games stay the same.
    """
    scratch.practice[t] = params.practice > 0.0 and uniform(record, w) < params.practice
    define_outer_walls(scratch, t)
    add_outer_walls(bodies, scratch, w, t)
    closed = -1
    if uniform(record, w) < params.door_dropout:
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
