"""Shortest ways along the floor, around walls and objects: how far every cell of a fine grid is from a target."""

import math

import numpy as np
from jaxtyping import Bool, Float64, Int32

from hideseek.game.floor import FLOOR_SIZE
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import rotate
from hideseek.sim.state import AGENT_RADIUS, Bodies

CELLS = 60
"""Along a side of the floor."""
SIZE = FLOOR_SIZE / CELLS
MARGIN = AGENT_RADIUS + 0.06
"""Ways stay this far from walls and obstacles [m]."""
AHEAD = 20
"""Cells along the way at which agents aim at most: at the last of them that a straight line leads to."""
AROUND = 3
"""Who is where there is no room begins its way at most this many cells away."""
UNREACHED = 10 * CELLS * CELLS
NOBODY = -1
"""Stands for a body where none is meant."""
_MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
_CENTRES = (np.arange(CELLS) + 0.5) * SIZE
_LINE_STEP = 0.5 * SIZE
"""Between the points of a straight line that are looked at [m]."""
Cells = Bool[np.ndarray, "world x y"]
Steps = Int32[np.ndarray, "world x y"]


def free_cells(bodies: Bodies, world_count: int, margin: float = MARGIN) -> Cells:
    """Return the cells whose centres are farther than `margin` [m] from the walls: by default, room for an agent."""
    x, y = _CENTRES[None, None, :, None], _CENTRES[None, None, None, :]
    exists = np.arange(bodies.wall_centre.shape[1]) < bodies.wall_count[:world_count, None]
    centre, half = (array[:world_count, :, :, None, None] for array in (bodies.wall_centre, bodies.wall_half))
    inside = (np.abs(x - centre[:, :, 0]) < half[:, :, 0] + margin) & (
        np.abs(y - centre[:, :, 1]) < half[:, :, 1] + margin
    )
    return ~(inside & exists[:, :, None, None]).any(1)


def without_objects(
    free: Cells, bodies: Bodies, first: int, but: np.ndarray | None = None, margin: float = MARGIN
) -> Cells:
    """Return those of the free cells whose centres are farther than `margin` [m] from objects.

    Args:
        free: cells of each world.
        bodies: of these worlds.
        first: object's body; all that come after it count, too.
        but: the body that does not count [world].
        margin: along the axes of the objects.
    """
    left = free.copy()
    skipped = np.full(len(free), NOBODY) if but is None else but
    _remove_objects(left, bodies.pose, bodies.half_size, bodies.exists, first, skipped.astype(np.int64), margin)
    return left


def steps_to(free: Cells, target: Float64[np.ndarray, "world 2"], radius: float) -> Steps:
    """Return how many moves to a neighbour each cell is from the cells within `radius` [m] of a target.

    Cells without room count where the target is near, so that one beside a wall is reached; others are `UNREACHED`.
    """
    x, y = np.meshgrid(_CENTRES, _CENTRES, indexing="ij")
    near = np.hypot(x - target[:, 0, None, None], y - target[:, 1, None, None]) <= radius
    steps = np.where(near, 0, UNREACHED).astype(np.int32)
    _spread(free, steps, np.empty((CELLS * CELLS, 2), np.int64))
    return steps


def way_point(free: Cells, steps: Steps, place: Float64[np.ndarray, "world 2"]) -> Float64[np.ndarray, "world 2"]:
    """Return the point [m] to aim at from a place: on the way down the steps, the last that is straight ahead."""
    return _ways(free, steps, place)[0]


def _ways(free: Cells, steps: Steps, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the points to aim at [world, 2], and whether there is a way at all [world]."""
    goal, is_found = np.empty((len(place), 2)), np.empty(len(place), np.bool_)
    _follow(free, steps, place.astype(np.float64), goal, is_found)
    return goal, is_found


def way_around(
    walls: Cells, free: Cells, goal: Float64[np.ndarray, "world 2"], place: Float64[np.ndarray, "world 2"], radius: float
) -> Float64[np.ndarray, "world 2"]:
    """Return the point [m] to aim at from a place to get within `radius` [m] of a goal.

    Args:
        walls: cells that are free of walls; where no other way is left, what stands about is pushed aside.
        free: those of them that are free of objects.
        goal: in each world [m].
        place: in each world [m].
        radius: of the goal [m].
    """
    way, is_found = _ways(free, steps_to(free, goal, radius), place)
    shut = np.flatnonzero(~is_found)
    if shut.size:
        way[shut] = way_point(walls[shut], steps_to(walls[shut], goal[shut], radius), place[shut])
    return way


def cell_of(place: Float64[np.ndarray, "*batch 2"]) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the cells in which places [m] lie, or of the nearest cells to those off the floor."""
    cell = np.clip((place / SIZE).astype(np.int64), 0, CELLS - 1)
    return cell[..., 0], cell[..., 1]


@entry_kernel
def _remove_objects(free, pose, half_size, exists, first, but, margin):
    for w in range(free.shape[0]):
        for body in range(first, pose.shape[1]):
            if exists[w, body] and body != but[w]:
                _remove(free, pose, half_size, w, body, margin)


@kernel
def _remove(free, pose, half_size, w, body, margin):
    """Clear the cells within a margin of a body, of its rectangle as seen from above."""
    half_x, half_y = half_size[w, body, 0] + margin, half_size[w, body, 1] + margin
    cos, sin = math.cos(pose[w, body, 3]), math.sin(pose[w, body, 3])
    across = math.hypot(half_x, half_y)
    first_x, end_x = _span(pose[w, body, 0], across)
    first_y, end_y = _span(pose[w, body, 1], across)
    for i in range(first_x, end_x):
        for j in range(first_y, end_y):
            dx, dy = rotate((i + 0.5) * SIZE - pose[w, body, 0], (j + 0.5) * SIZE - pose[w, body, 1], cos, sin)
            if abs(dx) < half_x and abs(dy) < half_y:
                free[w, i, j] = False


@kernel
def _span(middle, half):
    """Return the first cell of an interval on the floor, and the one after its last."""
    low, high = (middle - half) / SIZE, (middle + half) / SIZE
    return int(min(max(low, 0.0), float(CELLS))), int(min(max(high + 1.0, 0.0), float(CELLS)))


@entry_kernel
def _spread(free, steps, queue):
    """Fill in the steps of all free cells that have a way to those of no step, breadth first."""
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
            for dx, dy in _MOVES:
                i, j = x + dx, y + dy
                if 0 <= i < CELLS and 0 <= j < CELLS and free[w, i, j] and steps[w, i, j] == UNREACHED:
                    steps[w, i, j] = steps[w, x, y] + 1
                    queue[count, 0], queue[count, 1] = i, j
                    count += 1


@entry_kernel
def _follow(free, steps, place, goal, is_found):
    """Write the points to aim at, and whether a way leads down from each place, or from a free cell close by."""
    for w in range(free.shape[0]):
        x, y = _first_cell(steps, w, place[w, 0], place[w, 1])
        from_x, from_y = (x + 0.5) * SIZE, (y + 0.5) * SIZE
        goal[w, 0], goal[w, 1] = from_x, from_y
        is_found[w] = steps[w, x, y] < UNREACHED
        for move in range(AHEAD):
            next_x, next_y = x, y
            for dx, dy in _MOVES:
                i, j = x + dx, y + dy
                if 0 <= i < CELLS and 0 <= j < CELLS and steps[w, i, j] < steps[w, next_x, next_y]:
                    next_x, next_y = i, j
            if next_x == x and next_y == y:
                break
            x, y = next_x, next_y
            to_x, to_y = (x + 0.5) * SIZE, (y + 0.5) * SIZE
            if move > 0 and not _is_straight(free, w, from_x, from_y, to_x, to_y):
                break
            goal[w, 0], goal[w, 1] = to_x, to_y


@kernel
def _first_cell(steps, w, x, y):
    """Return the cell of a place [m], or where no way begins there the closest of those around in which one does."""
    at_x = int(min(max(x / SIZE, 0.0), CELLS - 1.0))
    at_y = int(min(max(y / SIZE, 0.0), CELLS - 1.0))
    best_x, best_y, least = at_x, at_y, np.inf
    if steps[w, at_x, at_y] < UNREACHED:
        return at_x, at_y
    for i in range(max(at_x - AROUND, 0), min(at_x + AROUND + 1, CELLS)):
        for j in range(max(at_y - AROUND, 0), min(at_y + AROUND + 1, CELLS)):
            length = math.hypot((i + 0.5) * SIZE - x, (j + 0.5) * SIZE - y)
            if steps[w, i, j] < UNREACHED and length < least:
                best_x, best_y, least = i, j, length
    return best_x, best_y


@kernel
def _is_straight(free, w, x, y, to_x, to_y):
    """Whether the way from (`x`, `y`) straight ahead to the other point [m] stays in free cells in between."""
    points = int(math.hypot(to_x - x, to_y - y) / _LINE_STEP)
    first_x, first_y, last_x, last_y = int(x / SIZE), int(y / SIZE), int(to_x / SIZE), int(to_y / SIZE)
    for k in range(1, points):
        i, j = int((x + (to_x - x) * k / points) / SIZE), int((y + (to_y - y) * k / points) / SIZE)
        is_end = (i == first_x and j == first_y) or (i == last_x and j == last_y)
        if not is_end and not free[w, i, j]:
            return False
    return True
