"""Starts for closing doors: boxes at some distance from the doors that they are to close, hiders at some from them.

Distances grow with the square of the hardness: what is nearly done already is taken in small steps.
"""

from collections.abc import Mapping

import numpy as np

from hideseek.learn.curriculum.config import StartRule
from hideseek.learn.curriculum.quadrant.places import (
    around,
    clock,
    in_room,
    inside_door,
    looking,
    only_inside,
    outside,
    shut,
    turned,
)
from hideseek.learn.curriculum.scenario import Team
from hideseek.learn.curriculum.world import World

NEAREST_BOX, FARTHEST_BOX = 0.25, 2.2
"""Of a box from the middle of its door, at the least and the greatest hardness [m]. Up to 0.35 m it bars the door
already, and only has to be locked; from farther away it has to be dragged."""
ANYWHERE = 0.95
"""A hardness from which on things are where the true game has them."""
IN_REACH = 0.45, 0.6
"""Hiders begin at this distance from the middle of a box, at least and at the least hardness at most [m]."""
FARTHEST_INSIDE = 3.0
FARTHEST_OUTSIDE = 3.5
"""At half the hardness hiders begin inside, this far from a box at most; then outside, this far from a door [m]."""
LEAST_CLOCK = 8
"""Steps of preparation that are left at the least hardness."""


class DoorStarts:
    """In preparation: boxes lie just inside the doors to anywhere, hiders face them close by to anywhere."""

    name = "doors"
    team: Team = "hiders"
    success = 0.9
    axes: Mapping[str, int] = {"boxes": 8, "hiders": 6, "doors": 2}
    rule: StartRule = "bins"

    def build(self, world: World, hardness: Mapping[str, float], generator: np.random.Generator) -> bool:
        """See `Scenario`. Along `doors`, in worlds with two: one of them is shut already, or none is."""
        walls = generator.permutation(np.flatnonzero(world.has_door)).tolist()
        boxes = generator.permutation(world.boxes).tolist()
        world.lift(*range(world.game.hiders), *boxes)
        if not self._make_room(world, generator):
            return False
        if len(walls) == 2 and hardness["doors"] < 0.5 and not shut(world, walls.pop(), boxes.pop(), 0):
            return False
        for wall, box in zip(walls, boxes, strict=False):
            if not _put_box(world, wall, box, hardness["boxes"], generator):
                return False
        if not world.all_anywhere(boxes[len(walls) :], lambda: (*in_room(generator), 0.0)):
            return False
        for hider, number in enumerate(generator.permutation(world.game.hiders).tolist()):
            if not _put_hider(world, hider, number, boxes, walls, hardness["hiders"], generator):
                return False
        world.begin_at(clock(world, LEAST_CLOCK, max(hardness["boxes"], hardness["hiders"])))
        return True

    @staticmethod
    def _make_room(world: World, generator: np.random.Generator) -> bool:
        """Move ramps that are near a door to a place outside the room; return whether there is one."""
        for ramp in world.ramps:
            near = np.abs(world.door_middle[world.has_door] - world.pose[ramp, :2]).max(1).min()
            if near < 1.0:
                world.lift(ramp)
                if not world.put_anywhere(ramp, lambda: (*outside(generator), 0.0)):
                    return False
        return True


def _put_box(world: World, wall: int, box: int, hardness: float, generator: np.random.Generator) -> bool:
    if hardness >= ANYWHERE:
        return world.put_anywhere(box, lambda: (*in_room(generator), 0.0))
    distance = NEAREST_BOX + (FARTHEST_BOX - NEAREST_BOX) * (hardness / ANYWHERE) ** 2

    def draw() -> tuple[float, float, float]:
        angle = generator.uniform(-0.5 * np.pi, 0.5 * np.pi)
        place = inside_door(world, wall, distance * np.cos(angle), distance * np.sin(angle))
        return only_inside(place, 0.0)

    return world.put_anywhere(box, draw)


def _put_hider(
    world: World,
    hider: int,
    number: int,
    boxes: list[int],
    walls: list[int],
    hardness: float,
    generator: np.random.Generator,
) -> bool:
    """Put a hider near a box and its door; one that has no door to close is anywhere in the room."""
    has_door = number < len(walls)
    if hardness >= ANYWHERE:

        def draw() -> tuple[float, float, float]:
            place = outside(generator) if generator.random() < 0.75 else in_room(generator)
            return *place, turned(generator)
    elif hardness >= 0.5:
        door = world.door_middle[walls[number % len(walls)]]
        far = FARTHEST_OUTSIDE * ((hardness - 0.5) / (ANYWHERE - 0.5)) ** 2

        def draw() -> tuple[float, float, float]:
            return *around(door, 0.3, 0.5 + far, generator), turned(generator)
    else:
        place = world.pose[boxes[number % len(boxes)], :2].astype(np.float64)
        far = IN_REACH[1] + (FARTHEST_INSIDE - IN_REACH[1]) * (hardness / 0.5) ** 2

        def draw() -> tuple[float, float, float]:
            spot = around(place, IN_REACH[0], far, generator) if has_door else in_room(generator)
            return only_inside(spot, looking(spot, place, hardness / 0.5, generator))

    return world.put_anywhere(hider, draw)
