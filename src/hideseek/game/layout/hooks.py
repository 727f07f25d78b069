"""What a layout decides in compiled code: its walls, and the cells in which bodies begin."""

from typing import Any

from hideseek.game.config import GameParams
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.layout.scratch import LayoutScratch
from hideseek.game.state import Record
from hideseek.sim.hook import hook, optional_hook
from hideseek.sim.kernel import kernel
from hideseek.sim.state import Bodies


@hook
def add_walls(
    layout: Any, params: GameParams, bodies: Bodies, record: Record, scratch: LayoutScratch, w: int, t: int
) -> Any:
    """Put the layout's walls into the empty world `w`; return False where that did not work out, to try it anew."""


@optional_hook
@kernel
def food_zone(layout: Any) -> tuple[float, float, float, float]:
    """Return the part of the floor that food belongs to: x0, y0, x1, y1 [m]."""
    return 0.0, 0.0, FLOOR_SIZE, FLOOR_SIZE


@hook
def draw_cell(
    layout: Any,
    params: GameParams,
    record: Record,
    scratch: LayoutScratch,
    w: int,
    t: int,
    body: int,
    cells_x: int,
    cells_y: int,
) -> Any:
    """Draw the lower-left cell (x, y) of `body`'s footprint of `cells_x` by `cells_y`, which lies on the floor's cells.

    Whether it is free is not asked here. `scratch.anchor[t]` is the cell of the first agent of the body's team, if that
    has been placed.
    """
