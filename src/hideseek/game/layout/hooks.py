"""What a layout decides in compiled code: its walls, and the zone in which each body begins."""

from typing import Any

from hideseek.sim.hook import hook


@hook
def add_walls(layout, params, bodies, record, scratch, w, t) -> Any:
    """Put the layout's walls into the empty world `w`; return False where that did not work out, to try it anew."""


@hook
def draw_cell(layout, params, record, scratch, w, t, body, cells_x, cells_y) -> Any:
    """Draw the lower-left cell (x, y) of `body`'s footprint of `cells_x` by `cells_y`, which lies on the floor's cells.

    Whether it is free is not asked here. `scratch.anchor[t]` is the cell of the first agent of the body's team, if that
    has been placed.
    """
