"""Places of the quadrant game, drawn at random: in the room, outside it, near its doors."""

import math

import numpy as np

from hideseek.evaluate.scripted.rooms import FIRST, INWARD, LAST, LEFT_X, UPPER_Y
from hideseek.learn.curriculum.world import CLOCK_STEPS, World

EDGE = 0.2
"""Bodies are put no closer than this to the ends of the floor [m]; whether there is room is looked at after."""
NOWHERE = -1.0, -1.0, 0.0
"""A place and a yaw at which nothing has room."""


def turned(generator: np.random.Generator) -> float:
    """Return a random yaw [rad]."""
    return float(generator.uniform(-math.pi, math.pi))


def looking(
    place: tuple[float, float],
    target: np.ndarray | tuple[float, float],
    hardness: float,
    generator: np.random.Generator,
) -> float:
    """Return the yaw [rad] of an agent that looks at a target: the harder, the farther past it.

    What an agent does not see it cannot act on, and at the beginning it remembers nothing. At the greatest hardness, 1,
    it looks anywhere.
    """
    ahead = math.atan2(target[1] - place[1], target[0] - place[0])
    return ahead + 0.5 * math.pi + hardness**2 * turned(generator)  # it looks along its local -y


def in_room(generator: np.random.Generator) -> tuple[float, float]:
    """Return a random place in the room [m]."""
    x = generator.uniform(LEFT_X + EDGE, LAST - EDGE)
    return float(x), float(generator.uniform(FIRST + EDGE, UPPER_Y - EDGE))


def outside(generator: np.random.Generator) -> tuple[float, float]:
    """Return a random place outside the room [m]."""
    while True:
        x, y = generator.uniform(FIRST + EDGE, LAST - EDGE, 2)
        if x < LEFT_X - EDGE or y > UPPER_Y + EDGE:
            return float(x), float(y)


def around(place: np.ndarray, near: float, far: float, generator: np.random.Generator) -> tuple[float, float]:
    """Return a random place in the room or out of it, at a distance from `near` to `far` of another [m]."""
    angle, distance = turned(generator), generator.uniform(near, far)
    return float(place[0] + distance * math.cos(angle)), float(place[1] + distance * math.sin(angle))


def is_inside(place: tuple[float, float]) -> bool:
    """Whether a place is in the room, clear of its walls."""
    return LEFT_X + EDGE < place[0] < LAST - EDGE and FIRST + EDGE < place[1] < UPPER_Y - EDGE


def inside_door(world: World, wall: int, depth: float, aside: float) -> tuple[float, float]:
    """Return the place `depth` inside the middle of a wall's door, `aside` along the wall [m]."""
    place = world.door_middle[wall] + depth * INWARD[wall] + aside * INWARD[wall, ::-1]
    return float(place[0]), float(place[1])


def only_inside(place: tuple[float, float], yaw: float) -> tuple[float, float, float]:
    """Return a place with a yaw, or one where nothing has room if the place is not in the room."""
    return (*place, yaw) if is_inside(place) else NOWHERE


def shut(world: World, wall: int, box: int, owner: int) -> bool:
    """Put a box into a wall's door and lock it; return whether there was room."""
    world.lift(box)
    if not world.put(box, *inside_door(world, wall, 0.0, 0.0)):
        return False
    world.lock(box, owner)
    return True


def clock(world: World, least_left: int, hardness: float) -> int:
    """Return the step of preparation at which an episode begins, a multiple of `CLOCK_STEPS`: the harder, the earlier.

    At the least hardness `least_left` steps of preparation are left, from two thirds of the greatest on all of them.
    """
    preparation = world.game.preparation_steps
    left = least_left + (preparation - least_left) * min(1.0, 1.5 * hardness)
    return CLOCK_STEPS * int(max(0.0, preparation - left) / CLOCK_STEPS)
