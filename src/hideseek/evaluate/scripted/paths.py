"""Shortest ways along the floor, around walls: how far every cell of a fine grid is from a target."""

import numpy as np
from jaxtyping import Bool, Float64, Int32

from hideseek.game.floor import FLOOR_SIZE
from hideseek.sim.kernel import entry_kernel
from hideseek.sim.state import AGENT_RADIUS, Bodies

CELLS = 60
"""Along a side of the floor."""
SIZE = FLOOR_SIZE / CELLS
MARGIN = AGENT_RADIUS + 0.06
"""Ways stay this far from walls and obstacles [m]."""
AHEAD = 5
"""Cells along the way at which agents aim."""
UNREACHED = 10 * CELLS * CELLS
MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
_CENTRES = (np.arange(CELLS) + 0.5) * SIZE


def free_cells(bodies: Bodies, world_count: int, margin: float = MARGIN) -> Bool[np.ndarray, "world x y"]:
    """Return the cells whose centres are `margin` away from walls and cylinders [m]: room for an agent by default."""
    x, y = _CENTRES[None, None, :, None], _CENTRES[None, None, None, :]
    exists = np.arange(bodies.wall_centre.shape[1]) < bodies.wall_count[:world_count, None]
    centre, half = (array[:world_count, :, :, None, None] for array in (bodies.wall_centre, bodies.wall_half))
    inside = (np.abs(x - centre[:, :, 0]) < half[:, :, 0] + margin) & (
        np.abs(y - centre[:, :, 1]) < half[:, :, 1] + margin
    )
    axis, size = (array[:world_count, :, :, None, None] for array in (bodies.cylinder_centre, bodies.cylinder_size))
    beside = np.hypot(x - axis[:, :, 0], y - axis[:, :, 1]) < size[:, :, 0] + margin
    return ~((inside & exists[:, :, None, None]).any(1) | beside.any(1))


def cells_at(
    bodies: Bodies, agents: int, which: Bool[np.ndarray, "world box"], margin: float
) -> Bool[np.ndarray, "world x y"]:
    """Return the cells whose centres are less than `margin` away from some objects, the first of each world [m]."""
    x, y = _CENTRES[None, None, :, None], _CENTRES[None, None, None, :]
    boxes = slice(agents, agents + which.shape[1])
    pose, half = (array[:, boxes, :, None, None].astype(np.float64) for array in (bodies.pose, bodies.half_size))
    cosine, sine = np.cos(pose[:, :, 3]), np.sin(pose[:, :, 3])
    dx, dy = x - pose[:, :, 0], y - pose[:, :, 1]
    near = (np.abs(cosine * dx + sine * dy) < half[:, :, 0] + margin) & (
        np.abs(cosine * dy - sine * dx) < half[:, :, 1] + margin
    )
    return np.any(near & which[:, :, None, None], axis=1)


def steps_to(
    free: Bool[np.ndarray, "world x y"], target: Float64[np.ndarray, "world 2"], radius: float
) -> Int32[np.ndarray, "world x y"]:
    """Return how many moves to a neighbour each cell is from the cells within `radius` [m] of a target.

    Cells without room count where the target is near, so that one beside a wall is reached; others are `UNREACHED`.
    """
    x, y = np.meshgrid(_CENTRES, _CENTRES, indexing="ij")
    near = np.hypot(x - target[:, 0, None, None], y - target[:, 1, None, None]) <= radius
    steps = np.where(near, 0, UNREACHED).astype(np.int32)
    _spread(free, steps, np.empty((CELLS * CELLS, 2), np.int64))
    return steps


def way_point(
    steps: Int32[np.ndarray, "world x y"], place: Float64[np.ndarray, "world 2"], ahead: int = AHEAD
) -> Float64[np.ndarray, "world 2"]:
    """Return the point [m] to aim at from a place: `ahead` moves down the steps, or the last that there is."""
    worlds = np.arange(len(place))
    cell = np.clip((place / SIZE).astype(np.int64), 0, CELLS - 1)
    for _ in range(ahead):
        around = np.stack([np.clip(cell + move, 0, CELLS - 1) for move in ((0, 0), *MOVES)])
        values = steps[worlds, around[..., 0], around[..., 1]]
        cell = around[values.argmin(0), worlds]
    return _CENTRES[cell]


@entry_kernel
def _spread(free, steps, queue):
    """Fill in the steps of all free cells that have a way to those of no step, breadth first.

    `queue` [cell, 2] has room for all cells.
    """
    for w in range(free.shape[0]):
        count = 0
        for i in range(CELLS):
            for j in range(CELLS):
                if steps[w, i, j] == 0:
                    queue[count, 0], queue[count, 1] = i, j
                    count += 1
        taken = 0
        while taken < count:
            x, y = queue[taken, 0], queue[taken, 1]
            taken += 1
            for dx, dy in MOVES:
                i, j = x + dx, y + dy
                if 0 <= i < CELLS and 0 <= j < CELLS and free[w, i, j] and steps[w, i, j] == UNREACHED:
                    steps[w, i, j] = steps[w, x, y] + 1
                    queue[count, 0], queue[count, 1] = i, j
                    count += 1
