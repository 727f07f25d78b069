"""Starts for using a ramp: doors are shut and locked, a ramp stands at some distance from the room's wall.

Distances and turns grow with the square of the hardness: what is nearly done already is taken in small steps.
"""

import math
from collections.abc import Mapping

import numpy as np

from hideseek.evaluate.scripted.rooms import LEFT_X, UPPER_Y
from hideseek.game.layout.walls import HALF_THICKNESS
from hideseek.learn.curriculum.config import StartRule
from hideseek.learn.curriculum.quadrant.places import NOWHERE, in_room, looking, outside, shut, turned
from hideseek.learn.curriculum.scenario import Team
from hideseek.learn.curriculum.world import MARGIN, World
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE

AT_WALL = 0.03
"""Between a ramp and the wall that it stands at [m]."""
FARTHEST_RAMP = 2.0
FARTHEST_SEEKER = 3.0
ON_RAMP = 0.25
"""Below this hardness along `seekers` one of them begins on the ramp: the easier, the higher."""
HIGHEST = 0.36
"""Of the middle of a seeker on the ramp from its foot, along the floor [m]: there it is as high as the wall."""
AT_FOOT = 0.6, 0.75
"""Of the seeker from the middle of the ramp, at the least hardness [m]."""


class RampStarts:
    """After preparation: hiders in the room, its doors locked; a ramp outside, from at the wall to far and turned."""

    name = "ramps"
    team: Team = "seekers"
    success = 0.25
    axes: Mapping[str, int] = {"ramp": 5, "turn": 4, "seekers": 4}
    rule: StartRule = "levels"

    def build(self, world: World, hardness: Mapping[str, float], generator: np.random.Generator) -> bool:
        """See `Scenario`. One seeker begins on the ramp, then at its foot, then farther away; the others anywhere."""
        game = world.game
        world.lift(*range(len(world.pose)))
        boxes = list(world.boxes)
        for wall in np.flatnonzero(world.has_door).tolist():
            if not shut(world, wall, boxes.pop(0), 0):
                return False
        if not world.all_anywhere(boxes, lambda: (*in_room(generator), 0.0)):
            return False
        if not world.all_anywhere(range(game.hiders), lambda: (*in_room(generator), turned(generator))):
            return False
        if not world.all_anywhere(world.ramps, lambda: _at_wall(hardness, generator)):
            return False
        first, *others = generator.permutation(range(game.hiders, game.agents)).tolist()
        if hardness["seekers"] < ON_RAMP:
            _stand_on_ramp(world, first, hardness["seekers"] / ON_RAMP, generator)
        elif not world.put_anywhere(first, lambda: _at_foot(world, hardness["seekers"], generator)):
            return False
        if not world.all_anywhere(others, lambda: (*outside(generator), turned(generator))):
            return False
        world.begin_at(game.preparation_steps)
        return True


def _at_wall(hardness: Mapping[str, float], generator: np.random.Generator) -> tuple[float, float, float]:
    """Return a place before one of the room's walls, the high side of the ramp towards it."""
    turn = float(generator.choice([-1.0, 1.0])) * math.pi * hardness["turn"] ** 2
    reach = RAMP_HALF_SIZE * (abs(math.cos(turn)) + abs(math.sin(turn)))
    far = reach + HALF_THICKNESS + AT_WALL + FARTHEST_RAMP * hardness["ramp"] ** 2
    along = generator.uniform(0.4, 2.4)
    if generator.random() < 0.5:
        return float(LEFT_X + along), UPPER_Y + far, turn
    return LEFT_X - far, float(UPPER_Y - along), 0.5 * math.pi + turn


def _stand_on_ramp(world: World, seeker: int, hardness: float, generator: np.random.Generator) -> None:
    """Put a seeker on the slope of the ramp, which climbs by 45 degrees along its local -y."""
    x, y, _, yaw = (float(value) for value in world.pose[world.ramps[0]])
    along = HIGHEST * (1.0 - hardness)
    off = RAMP_HALF_SIZE - along
    # The sphere touches the slope at right angles, this far from its middle along the floor and in height.
    height = along + 2.0 * AGENT_RADIUS * math.sqrt(0.5) + MARGIN
    place = x - off * math.sin(yaw), y + off * math.cos(yaw)
    top = x + RAMP_HALF_SIZE * math.sin(yaw), y - RAMP_HALF_SIZE * math.cos(yaw)
    world.pose[seeker] = *place, height, looking(place, top, hardness, generator)


def _at_foot(world: World, hardness: float, generator: np.random.Generator) -> tuple[float, float, float]:
    """Return a place at the low side of the ramp, or farther away."""
    x, y, _, yaw = world.pose[world.ramps[0]]
    far = ((hardness - ON_RAMP) / (1.0 - ON_RAMP)) ** 2
    distance = generator.uniform(AT_FOOT[0], AT_FOOT[1] + FARTHEST_SEEKER * far)
    angle = yaw + 0.5 * math.pi + generator.uniform(-1.0, 1.0) * (0.1 + math.pi * far)
    spot = float(x + distance * math.cos(angle)), float(y + distance * math.sin(angle))
    is_room = spot[0] > LEFT_X - 0.2 and spot[1] < UPPER_Y + 0.2
    return NOWHERE if is_room else (*spot, looking(spot, (x, y), math.sqrt(far), generator))
