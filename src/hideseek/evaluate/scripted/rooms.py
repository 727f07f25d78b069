"""The quadrant game's room and its doors, and how to get from one place to another."""

import numpy as np
from jaxtyping import Bool, Float64

from hideseek.game.floor import CELL, FLOOR_SIZE, GRID
from hideseek.game.layout.quadrant import QUADRANT_CELLS
from hideseek.game.layout.walls import HALF_THICKNESS, INNER_HEIGHT
from hideseek.sim.state import Bodies

LEFT, UPPER = range(2)
"""The room's two walls that may have a door."""
LEFT_X = (GRID - QUADRANT_CELLS + 0.5) * CELL
UPPER_Y = (QUADRANT_CELLS + 0.5) * CELL
"""Where the middles of these walls are [m]."""
INWARD = np.array([[1.0, 0.0], [0.0, -1.0]])
"""Direction through each of the doors into the room."""
FIRST, LAST = 0.5 * CELL + HALF_THICKNESS, FLOOR_SIZE - 0.5 * CELL - HALF_THICKNESS
"""Where the floor within the outer walls begins and ends [m]."""
NARROWEST_DOOR = 0.5
"""A gap in a wall that is wider than this is a door [m]."""
BEFORE_DOOR = 0.5
"""Agents line up this far from the middle of a door to walk through it [m]."""
ALIGNED = 0.12
"""Who is no farther than this from a door's middle line walks through [m]."""
CLEAR_OF_DOOR, DOOR_HALF = 0.22, 0.35
"""Who is nearer than this to the middle of a door, along it and across, walks on straight until it is through [m]."""
CORNER = np.array([LEFT_X - 0.4, UPPER_Y + 0.4])
"""Where the way outside bends around the room [m]."""
Places = Float64[np.ndarray, "world 2"]


class Doors:
    """The doors of every world.

    Attributes:
        middle: of each door's opening, [world, wall, 2] in m.
        exists: whether the wall has one [world, wall].
    """

    def __init__(self, bodies: Bodies) -> None:
        """Find them in the walls as they are."""
        worlds = len(bodies.wall_count)
        self.middle = np.zeros((worlds, 2, 2))
        self.exists = np.zeros((worlds, 2), bool)
        for w in range(worlds):
            for wall, axis, line, first, last in (
                (LEFT, 1, LEFT_X, FIRST, UPPER_Y - HALF_THICKNESS),
                (UPPER, 0, UPPER_Y, LEFT_X + HALF_THICKNESS, LAST),
            ):
                gap = _gap(bodies, w, axis, line, first, last)
                if gap is not None:
                    self.exists[w, wall] = True
                    self.middle[w, wall, axis], self.middle[w, wall, 1 - axis] = gap, line

    def way(self, position: Places, target: Places) -> Places:
        """Return where to walk straight ahead next to get from each position to its target [m]."""
        to_room = np.where(is_in_room(target), 1.0, -1.0)
        from_room = np.where(is_in_room(position), 1.0, -1.0)
        worlds = np.arange(len(position))
        changes = (to_room != from_room) & self.exists.any(1)
        door = np.where(changes, self._shortest(position, target), self._shortest(position, position))
        middle, inward = self.middle[worlds, door], INWARD[door]
        depth = ((position - middle) * inward).sum(1)
        aside = np.abs(((position - middle) * inward[:, ::-1]).sum(1))
        lines_up = changes & ((aside > ALIGNED) | (np.abs(depth) > 1.5 * BEFORE_DOOR))
        in_doorway = self.exists[worlds, door] & (aside < DOOR_HALF) & (np.abs(depth) < CLEAR_OF_DOOR)
        side = np.where(lines_up & ~in_doorway, from_room, to_room)
        through = middle + inward * (BEFORE_DOOR * side)[:, None]
        goal = np.where((changes | in_doorway)[:, None], through, target)
        bends = (from_room < 0.0) & (_is_left(position) & _is_above(goal) | _is_above(position) & _is_left(goal))
        return np.where(bends[:, None], CORNER, goal)

    def length(self, position: Places, target: Places) -> Float64[np.ndarray, " world"]:
        """Return about how long the way from each position to its target is [m]."""
        changes = is_in_room(position) != is_in_room(target)
        worlds, door = np.arange(len(position)), self._shortest(position, target)
        middle = np.where(changes[:, None], self.middle[worlds, door], target)
        before = middle - np.where(changes[:, None], 0.5 * BEFORE_DOOR * INWARD[door], 0.0)
        outside = np.where(is_in_room(position)[:, None], target, position)
        bends = (_is_left(outside) & _is_above(before)) | (_is_above(outside) & _is_left(before))
        around = np.linalg.norm(outside - CORNER, axis=1) + np.linalg.norm(CORNER - before, axis=1)
        longer = np.where(bends, around - np.linalg.norm(outside - before, axis=1), 0.0)
        return np.linalg.norm(middle - position, axis=1) + np.linalg.norm(target - middle, axis=1) + longer

    def _shortest(self, position: Places, target: Places) -> np.ndarray:
        """Return through which door the way is shortest."""
        length = np.linalg.norm(self.middle - position[:, None], axis=2)
        length += np.linalg.norm(self.middle - target[:, None], axis=2)
        return np.where(self.exists, length, np.inf).argmin(1)


def _gap(bodies: Bodies, w: int, axis: int, line: float, first: float, last: float) -> float | None:
    """Return the middle of the gap between `first` and `last` in the wall along an axis, None where there is none."""
    count = bodies.wall_count[w]
    centre, half = bodies.wall_centre[w, :count], bodies.wall_half[w, :count]
    is_inner = centre[:, 2] + half[:, 2] < INNER_HEIGHT + HALF_THICKNESS
    pieces = is_inner & (abs(centre[:, 1 - axis] - line) < HALF_THICKNESS)
    ends = sorted((c[axis] - h[axis], c[axis] + h[axis]) for c, h in zip(centre[pieces], half[pieces], strict=True))
    begin = first
    for low, high in [*ends, (last, last)]:
        if low - begin > NARROWEST_DOOR:
            return 0.5 * (begin + low)
        begin = max(begin, high)
    return None


def is_in_room(position: Float64[np.ndarray, "*batch 2"]) -> Bool[np.ndarray, "*batch"]:
    """Whether places lie in the room."""
    return (position[..., 0] > LEFT_X) & (position[..., 1] < UPPER_Y)


def _is_left(position: Places) -> np.ndarray:
    """Whether places [world, 2] lie to the left of the room."""
    return (position[:, 0] < LEFT_X) & (position[:, 1] < UPPER_Y)


def _is_above(position: Places) -> np.ndarray:
    """Whether places [world, 2] lie above the room."""
    return (position[:, 1] > UPPER_Y) & (position[:, 0] > LEFT_X)
