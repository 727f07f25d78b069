"""Walls on the grid of cells, their doors, and their boxes in the world.

A wall runs from the centre of its first cell to the centre of its last, short of each by half its thickness, so that
perpendicular walls which share a cell do not overlap.
"""

import numpy as np

from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.scratch import OUTER_WALLS
from hideseek.game.random_stream import integer
from hideseek.sim.kernel import kernel

HALF_THICKNESS = CELL / 4
INNER_HEIGHT = 0.5
OUTER_HEIGHT = 4.0
DOOR_CELLS = 2
"""Cells that a door leaves free: an opening of 0.7 m, through which a box of 0.5 m passes."""


@kernel
def define_wall(scratch, t, i, vertical, line, first, last):
    """Make (whole) wall `i` run from cell `first` to `last` on `line`, with no junctions but its ends."""
    scratch.vertical[t, i] = vertical
    scratch.line[t, i] = line
    scratch.first[t, i] = first
    scratch.last[t, i] = last
    scratch.door[t, i] = -1
    ends = (1 << first) | (1 << last)
    scratch.junctions_below[t, i] = ends
    scratch.junctions_above[t, i] = ends


@kernel
def define_outer_walls(scratch, t):
    """Make walls 0 .. 3 the floor's border."""
    for i in range(OUTER_WALLS):
        define_wall(scratch, t, i, i % 2 == 0, 0 if i < 2 else GRID - 1, np.int64(0), np.int64(GRID - 1))


@kernel
def add_segment(bodies, scratch, w, t, i, first, last, height):
    """Put the part of wall `i` from cell `first` to `last` into world `w` and its cells; drop a single cell."""
    if last <= first:
        return
    vertical = scratch.vertical[t, i]
    line = scratch.line[t, i]
    segment = bodies.wall_count[w]
    bodies.wall_count[w] = segment + 1
    along, across = (1, 0) if vertical else (0, 1)
    bodies.wall_centre[w, segment, along] = 0.5 * (first + last + 1) * CELL
    bodies.wall_centre[w, segment, across] = (line + 0.5) * CELL
    bodies.wall_centre[w, segment, 2] = 0.5 * height
    bodies.wall_half[w, segment, along] = 0.5 * (last - first) * CELL - HALF_THICKNESS
    bodies.wall_half[w, segment, across] = HALF_THICKNESS
    bodies.wall_half[w, segment, 2] = 0.5 * height
    if vertical:
        scratch.occupied[t, line] |= (1 << (last + 1)) - (1 << first)
    else:
        for x in range(first, last + 1):
            scratch.occupied[t, x] |= 1 << line


@kernel
def add_outer_walls(bodies, scratch, w, t):
    """Put the floor's border into world `w`."""
    for i in range(OUTER_WALLS):
        add_segment(bodies, scratch, w, t, i, scratch.first[t, i], scratch.last[t, i], OUTER_HEIGHT)


@kernel
def add_wall_with_door(bodies, record, scratch, w, t, i):
    """Put wall `i` into world `w` with one door in a random stretch between junctions.

    A stretch too short for a door has none; a wall of such stretches stays whole.
    """
    first = scratch.first[t, i]
    last = scratch.last[t, i]
    junctions = scratch.junctions_below[t, i] | scratch.junctions_above[t, i]
    stretch_count = 0
    door = last
    start = first
    for cell in range(first + 1, last + 1):
        if (junctions >> cell) & 1:
            length = cell - start
            if length > DOOR_CELLS:
                stretch_count += 1
                # Keeping the n-th candidate with probability 1/n chooses uniformly without a list.
                if integer(record, w, 0, stretch_count) == 0:
                    door = start + integer(record, w, 1, length - DOOR_CELLS + 1)
            start = cell
    if stretch_count == 0:
        add_segment(bodies, scratch, w, t, i, first, last, INNER_HEIGHT)
        return
    scratch.door[t, i] = door
    add_segment(bodies, scratch, w, t, i, first, door - 1, INNER_HEIGHT)
    add_segment(bodies, scratch, w, t, i, door + DOOR_CELLS, last, INNER_HEIGHT)
