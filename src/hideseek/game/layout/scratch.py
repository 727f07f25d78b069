"""Working memory for drawing a world on the grid of cells, one row per thread."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from hideseek.game.floor import GRID

OUTER_WALLS = 4


class LayoutScratch(NamedTuple):
    """Overwritten by every build. Sets of cells along a line are the bits of one integer: bit c stands for cell c."""

    occupied: Int64[np.ndarray, "thread cell"]
    """Per x, the set of y whose cells are taken."""
    vertical: Bool[np.ndarray, "thread wall"]
    """Whole walls, before doors are cut. Vertical means constant x."""
    line: Int64[np.ndarray, "thread wall"]
    """The wall's x if it is vertical, else its y."""
    first: Int64[np.ndarray, "thread wall"]
    last: Int64[np.ndarray, "thread wall"]
    """The wall's first and last cell along itself."""
    junctions_below: Int64[np.ndarray, "thread wall"]
    junctions_above: Int64[np.ndarray, "thread wall"]
    """Where along the wall others join it, on the side of smaller and of larger coordinates; its ends are in both."""
    door: Int64[np.ndarray, "thread wall"]
    """The first of the cells along the wall that its door leaves free, or -1 where it has none."""
    practice: Bool[np.ndarray, " thread"]
    """Whether this is a world of practice (`Game.practice`)."""
    anchor: Int64[np.ndarray, "thread axis"]
    """Lower-left cell of the last team's first agent."""


def allocate_layout_scratch(wall_capacity: int, thread_count: int) -> LayoutScratch:
    """Return working memory for `thread_count` threads that each build worlds of at most so many wall segments."""
    wall_count = wall_capacity  # whole walls are no more than their segments
    return LayoutScratch(
        occupied=np.zeros((thread_count, GRID), np.int64),
        vertical=np.zeros((thread_count, wall_count), np.bool_),
        line=np.zeros((thread_count, wall_count), np.int64),
        first=np.zeros((thread_count, wall_count), np.int64),
        last=np.zeros((thread_count, wall_count), np.int64),
        junctions_below=np.zeros((thread_count, wall_count), np.int64),
        junctions_above=np.zeros((thread_count, wall_count), np.int64),
        door=np.zeros((thread_count, wall_count), np.int64),
        practice=np.zeros(thread_count, np.bool_),
        anchor=np.zeros((thread_count, 2), np.int64),
    )
