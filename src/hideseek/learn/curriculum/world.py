"""One world of a state from `HideAndSeek.get_state`, for changing where its episode begins."""

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.sim.state import AGENT_RADIUS

MARGIN = 0.02
"""Between bodies, and between a body and a wall [m]."""
ARMS = 0.04
"""Agents need this much more room than their radius, for their arms [m]."""
TRIES = 40
"""Places that are tried for a body."""
CLOCK_STEPS = 4
"""Episodes begin at multiples of this step, and so at the beginning of a decision."""


class World:
    """Row `row` of a state; arrays are views of it, so that what is changed here is changed there.

    Attributes:
        game: the game.
        pose: [body, 4] of agents, boxes, ramps.
        door_middle: of each wall's door, [wall, 2] in m.
        has_door: whether each of the two walls has one.
    """

    def __init__(
        self, game: Game, state: Mapping[str, np.ndarray], row: int, door_middle: np.ndarray, has_door: np.ndarray
    ) -> None:
        self.game = game
        self._state = {name: array[row] for name, array in state.items()}
        self._clock = state["step"][row : row + 1]
        self.pose = self._state["pose"]
        self.door_middle, self.has_door = door_middle, has_door
        count = int(state["wall_count"][row])
        self._walls = self._state["wall_centre"][:count, :2], self._state["wall_half"][:count, :2]
        self._in_place = {body for body in range(len(self.pose)) if self._state["exists"][body]}

    @property
    def boxes(self) -> range:
        """Their bodies."""
        return range(self.game.agents, self.game.agents + self.game.boxes_max)

    @property
    def ramps(self) -> range:
        """Their bodies."""
        return range(self.boxes.stop, self.boxes.stop + self.game.ramps)

    def lift(self, *bodies: int) -> None:
        """Take bodies out of the way, until they are put somewhere."""
        self._in_place -= set(bodies)

    def put(self, body: int, x: float, y: float, yaw: float = 0.0) -> bool:
        """Put a body on the floor at a place [m], turned by `yaw` [rad], if there is room; return whether there is."""
        if not self._is_free(body, x, y, yaw):
            return False
        self.pose[body] = x, y, self._state["half_size"][body, 2], yaw
        self._in_place.add(body)
        return True

    def put_anywhere(self, body: int, draw: Callable[[], tuple[float, float, float]]) -> bool:
        """Put a body at the first of some places (x, y, yaw) from `draw` where there is room."""
        return any(self.put(body, *draw()) for _ in range(TRIES))

    def all_anywhere(self, bodies: Iterable[int], draw: Callable[[], tuple[float, float, float]]) -> bool:
        """Put bodies one after the other, as `put_anywhere` does; return whether there was room for all."""
        return all(self.put_anywhere(body, draw) for body in bodies)

    def lock(self, body: int, owner: int) -> None:
        """Lock an object where it is, as if an agent had done it."""
        item = body - self.game.agents
        self._state["locked"][item] = True
        self._state["lock_pose"][item] = self.pose[body]
        self._state["lock_owner"][item] = owner

    def begin_at(self, step: int) -> None:
        """Set the episode's clock, and begin its statistics with the objects where they are."""
        self._clock[:] = step
        self._state["start_position"][:] = self.pose[self.game.agents :, :3]

    def _is_free(self, body: int, x: float, y: float, yaw: float) -> bool:
        """Whether a body has room at a place, among walls and the bodies that are in place."""
        reach = self._reach(body, yaw)
        if not all(reach + MARGIN < at < FLOOR_SIZE - reach - MARGIN for at in (x, y)):
            return False
        centre, half = self._walls
        if (np.abs(centre - (x, y)) < half + reach + MARGIN).all(1).any():
            return False
        for other in self._in_place - {body}:
            ox, oy = self.pose[other, :2]
            apart = reach + self._reach(other, float(self.pose[other, 3])) + MARGIN
            if max(abs(x - ox), abs(y - oy)) < apart:
                return False
        return True

    def _reach(self, body: int, yaw: float) -> float:
        """Return half the side of a square along the axes that holds a body [m]."""
        if body < self.game.agents:
            return AGENT_RADIUS + ARMS
        half = self._state["half_size"][body]
        cosine, sine = abs(math.cos(yaw)), abs(math.sin(yaw))
        return float(max(half[0] * cosine + half[1] * sine, half[0] * sine + half[1] * cosine))
