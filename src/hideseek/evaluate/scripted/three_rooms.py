"""The three rooms of the sequential lock: which of them a place is in, and where a ramp leads from one to another."""

import numpy as np

from hideseek.evaluate.scripted.climbers import AT_WALL, FROM_END
from hideseek.evaluate.scripted.rooms import FIRST, LAST, Places
from hideseek.game.layout.three_rooms import ACROSS, AGAIN
from hideseek.sim.state import Bodies

HALF = 0
"""The room that is a half of the floor; the others are the quarters 1 and 2, in the order of their place."""
SPACING = 0.1
"""Between the places along a wall at which a ramp may be put [m]."""


class ThreeRooms:
    """The rooms of every world. The wall from side to side cuts along axis u, the one that ends on it along axis v."""

    def __init__(self, bodies: Bodies) -> None:
        """Find them in the walls as they are."""
        centre, half = bodies.wall_centre[:, :, :2].astype(np.float64), bodies.wall_half
        worlds = np.arange(len(centre))
        self._u = np.where(half[:, ACROSS, 1] > half[:, ACROSS, 0], 0, 1)
        self._across = centre[worlds, ACROSS, self._u]
        self._again = centre[worlds, AGAIN, 1 - self._u]
        self._quarters_are_low = centre[worlds, AGAIN, self._u] < self._across

    def room(self, place: Places) -> np.ndarray:
        """Return the room that each place [world, 2] is in."""
        worlds = np.arange(len(place))
        in_quarters = (place[worlds, self._u] < self._across) == self._quarters_are_low
        return np.where(in_quarters, 1 + (place[worlds, 1 - self._u] > self._again), HALF)

    def berths(self, w: int, start: int, goal: int) -> tuple[np.ndarray, np.ndarray]:
        """Return where in room `start` of world `w` ramps may stand for the way to another room.

        Returns:
            The middles of ramps at the wall [place, 2], and the direction over the wall [2].
        """
        u, v = self._u[w], 1 - self._u[w]
        inward = np.zeros(2)
        if HALF in (start, goal):
            quarter = max(start, goal)
            low, high = (FIRST, self._again[w]) if quarter == 1 else (self._again[w], LAST)
            normal, along, wall = u, v, self._across[w]
            inward[u] = -1.0 if self._quarters_are_low[w] == (start == HALF) else 1.0
        else:
            low, high = (FIRST, self._across[w]) if self._quarters_are_low[w] else (self._across[w], LAST)
            normal, along, wall = v, u, self._again[w]
            inward[v] = float(goal - start)
        middle = np.arange(low + FROM_END, high - FROM_END, SPACING)
        places = np.empty((len(middle), 2))
        places[:, along], places[:, normal] = middle, wall - AT_WALL * inward[normal]
        return places, inward
