"""Ways along the floor around walls and objects, for agents and for what they hold."""

import math

import numpy as np
from jaxtyping import Bool, Float64, Int32

from hideseek.evaluate.scripted.paths import CELLS, MARGIN, MOVES, SIZE, UNREACHED, steps_to
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import rotate
from hideseek.sim.state import Bodies

AHEAD = 20
"""Cells along the way at which agents aim at most: at the last of them that a straight line leads to."""
AROUND = 3
"""Who is where there is no room begins its way at most this many cells away."""
NOBODY = -1
"""Stands for a body where none is meant."""
_LINE_STEP = 0.5 * SIZE
"""Between the points of a straight line that are looked at [m]."""
Cells = Bool[np.ndarray, "world x y"]
Places = Float64[np.ndarray, "world 2"]


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


def copies_of(bodies: Bodies, w: int, count: int) -> Bodies:
    """Return bodies in which world `w` is there `count` times, as far as `without_objects` looks at them."""
    pose, half_size, exists = (
        np.repeat(array[w : w + 1], count, 0) for array in (bodies.pose, bodies.half_size, bodies.exists)
    )
    return bodies._replace(pose=pose, half_size=half_size, exists=exists)


def with_holder(free: Cells, offset: Places) -> Cells:
    """Return the cells that something may be in so that who holds it, at an offset [m] from it, is in a free cell."""
    x, y = np.meshgrid(np.arange(CELLS), np.arange(CELLS), indexing="ij")
    dx, dy = np.rint(offset / SIZE).astype(np.int64).T[:, :, None, None]
    on_floor = (x + dx >= 0) & (x + dx < CELLS) & (y + dy >= 0) & (y + dy < CELLS)
    worlds = np.arange(len(free))[:, None, None]
    return on_floor & free[worlds, np.clip(x + dx, 0, CELLS - 1), np.clip(y + dy, 0, CELLS - 1)]


def way_around(walls: Cells, free: Cells, goal: Places, place: Places, radius: float) -> Places:
    """Return the point [m] to aim at from a place to get within `radius` [m] of a goal.

    Args:
        walls: cells that are free of walls; where no other way is left, what stands about is pushed aside.
        free: those of them that are free of objects.
        goal: in each world [m].
        place: in each world [m].
        radius: of the goal [m].
    """
    way, is_found = straight_ways(free, steps_to(free, goal, radius), place)
    shut = np.flatnonzero(~is_found)
    if shut.size:
        to_goal = steps_to(walls[shut], goal[shut], radius)
        way[shut], _ = straight_ways(walls[shut], to_goal, place[shut])
    return way


def straight_ways(
    free: Cells, steps: Int32[np.ndarray, "world x y"], place: Places
) -> tuple[Places, Bool[np.ndarray, " world"]]:
    """Return the points [m] to aim at from places, and whether there is a way.

    They lie on the way down the steps (`steps_to`), each the last on it that is straight ahead.
    """
    goal, is_found = np.empty((len(place), 2)), np.empty(len(place), np.bool_)
    _follow(free, steps, place.astype(np.float64), goal, is_found)
    return goal, is_found


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
def _follow(free, steps, place, goal, is_found):
    """Write the points to aim at, and whether a way leads down from each place, or from a free cell close by."""
    for w in range(free.shape[0]):
        x, y = _first_cell(steps, w, place[w, 0], place[w, 1])
        from_x, from_y = (x + 0.5) * SIZE, (y + 0.5) * SIZE
        goal[w, 0], goal[w, 1] = from_x, from_y
        is_found[w] = steps[w, x, y] < UNREACHED
        for move in range(AHEAD):
            next_x, next_y = x, y
            for dx, dy in MOVES:
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
