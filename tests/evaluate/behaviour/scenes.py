"""Worlds made by hand in which something is done step by step, and what the detectors say of it."""

from collections.abc import Sequence

import numpy as np

from hideseek.evaluate.behaviour.ground import allocate_ground
from hideseek.evaluate.behaviour.names import behaviours_of
from hideseek.evaluate.behaviour.observe import observe_worlds
from hideseek.evaluate.behaviour.tally import allocate_tally
from tests.worlds import Place, World, make_world

SHORT = {"horizon": 8, "preparation_fraction": 0.25}
PREPARATION = 2
"""Steps of preparation in these games."""
OUTER = (
    (3.0, 0.1, 3.0, 0.05, 4.0),
    (3.0, 5.9, 3.0, 0.05, 4.0),
    (0.1, 3.0, 0.05, 2.75, 4.0),
    (5.9, 3.0, 0.05, 2.75, 4.0),
)
"""Walls: x, y of the centre, half extents along x and y, height."""
DOOR_X, DOOR_Y = 3.1, 1.6
"""Middle of the door in the room's left wall."""
SECOND_DOOR_X, SECOND_DOOR_Y = 4.6, 3.1
"""Middle of the door in its upper wall."""


def quadrant(doors: int = 1) -> tuple[tuple[float, ...], ...]:
    """Return the walls of a quadrant game whose room has one door of 0.7 m, or two."""
    left = (_along_y(0.15, DOOR_Y - 0.35), _along_y(DOOR_Y + 0.35, 3.05))
    if doors == 1:
        return (*OUTER, *left, _along_x(3.05, 5.85))
    return (*OUTER, *left, _along_x(3.05, SECOND_DOOR_X - 0.35), _along_x(SECOND_DOOR_X + 0.35, 5.85))


def _along_x(low: float, high: float) -> tuple[float, ...]:
    return 0.5 * (low + high), 3.1, 0.5 * (high - low), 0.05, 0.5


def _along_y(low: float, high: float) -> tuple[float, ...]:
    return 3.1, 0.5 * (low + high), 0.05, 0.5 * (high - low), 0.5


def room(boxes: Sequence[Place], doors: int = 1, ramps: Sequence[Place] = (), **options: object) -> World:
    """Return a quadrant game at its beginning: two hiders in the room, two seekers outside, everything unlocked."""
    world = make_world(
        [(4.5, 0.6), (5.2, 2.2)], [(1.0, 1.0), (1.5, 4.5)], boxes, ramps, quadrant(doors), **(SHORT | options)
    )
    world.record.sees_agent[:] = np.eye(world.game.agents, dtype=bool)
    return world


class Watched:
    """A world whose episode begins, and whose steps are told to the detectors."""

    def __init__(self, world: World, every: int = 1) -> None:
        self.world, self._every = world, every
        world.record.step[0] = 0
        self._tally, self._ground = allocate_tally(1, world.counts), allocate_ground(world.counts, 1)

    def step(self, count: int = 1) -> "Watched":
        """Let some steps go by."""
        world = self.world
        for _ in range(count):
            world.record.step[0] += 1
            shared = world.params, world.counts, world.bodies, world.record
            observe_worlds(*shared, self._tally, self._ground, True, self._every)
        return self

    def until_main_phase(self) -> "Watched":
        """Let preparation go by."""
        return self.step(PREPARATION - int(self.world.record.step[0]))

    def to_the_end(self) -> dict[str, float]:
        """Let the rest of the episode go by; return its behaviours."""
        self.step(self.world.game.horizon - int(self.world.record.step[0]))
        return {name: float(value[0]) for name, value in behaviours_of(self._tally, self.world.game).items()}


def move(world: World, body: int, dx: float, dy: float) -> None:
    """Move a body sideways."""
    world.bodies.pose[0, body, :2] += np.float32(dx), np.float32(dy)
