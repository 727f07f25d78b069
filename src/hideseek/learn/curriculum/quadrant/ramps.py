"""Starts for using a ramp: doors are shut and locked, a ramp stands at some distance from the room's wall."""

import math
from collections.abc import Mapping

import numpy as np

from hideseek.evaluate.scripted.rooms import LEFT_X, UPPER_Y
from hideseek.game.layout.walls import HALF_THICKNESS
from hideseek.learn.curriculum.quadrant.places import NOWHERE, in_room, outside, shut, turned
from hideseek.learn.curriculum.scenario import Team
from hideseek.learn.curriculum.world import World
from hideseek.sim.state import RAMP_HALF_SIZE

AT_WALL = RAMP_HALF_SIZE + HALF_THICKNESS + 0.03
"""Of a ramp's middle from that of the wall that it stands at [m]."""
FARTHEST_RAMP = 2.0
FARTHEST_SEEKER = 3.0
AT_FOOT = 0.6, 0.75
"""Of the seeker from the middle of the ramp, at the least hardness [m]."""


class RampStarts:
    """After preparation: hiders in the room, its doors locked; a ramp outside, from at the wall to far and turned."""

    name = "ramps"
    team: Team = "seekers"
    success = 0.1
    axes = {"ramp": 5, "turn": 3, "seekers": 3}  # noqa: RUF012 (an attribute of the protocol)

    def build(self, world: World, hardness: Mapping[str, float], generator: np.random.Generator) -> bool:
        """See `Scenario`. One seeker begins at the foot of the ramp, farther along `seekers`; the others anywhere."""
        game = world.game
        world.lift(*range(len(world.pose)))
        boxes = list(world.boxes)
        for wall in np.flatnonzero(world.has_door).tolist():
            if not shut(world, wall, boxes.pop(0), 0):
                return False
        inside = [*boxes, *range(game.hiders)]
        for body in inside:
            if not world.put_anywhere(body, lambda: (*in_room(generator), 0.0)):
                return False
        for hider in range(game.hiders):
            world.pose[hider, 3] = turned(generator)
        for ramp in world.ramps:
            if not world.put_anywhere(ramp, lambda: _at_wall(hardness, generator)):
                return False
        first, *others = generator.permutation(range(game.hiders, game.agents)).tolist()
        if not world.put_anywhere(first, lambda: _at_foot(world, hardness["seekers"], generator)):
            return False
        for seeker in others:
            if not world.put_anywhere(seeker, lambda: (*outside(generator), turned(generator))):
                return False
        world.begin_at(game.preparation_steps)
        return True


def _at_wall(hardness: Mapping[str, float], generator: np.random.Generator) -> tuple[float, float, float]:
    """Return a place before one of the room's walls, the high side of the ramp towards it."""
    far = AT_WALL + FARTHEST_RAMP * hardness["ramp"]
    turn = generator.uniform(-1.0, 1.0) * math.pi * max(0.0, hardness["turn"] - 1 / 6)
    along = generator.uniform(0.4, 2.4)
    if generator.random() < 0.5:
        return float(LEFT_X + along), UPPER_Y + far, turn
    return LEFT_X - far, float(UPPER_Y - along), 0.5 * math.pi + turn


def _at_foot(world: World, hardness: float, generator: np.random.Generator) -> tuple[float, float, float]:
    """Return a place at the low side of the ramp, or farther away."""
    x, y, _, yaw = world.pose[world.ramps[0]]
    distance = generator.uniform(AT_FOOT[0], AT_FOOT[1] + FARTHEST_SEEKER * max(0.0, hardness - 0.2))
    angle = yaw + 0.5 * math.pi + generator.uniform(-1.0, 1.0) * (0.2 + math.pi * hardness)
    spot = float(x + distance * math.cos(angle)), float(y + distance * math.sin(angle))
    is_room = spot[0] > LEFT_X - 0.2 and spot[1] < UPPER_Y + 0.2
    return NOWHERE if is_room else (*spot, turned(generator))
