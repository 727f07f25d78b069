"""Starts for ramp defence: a ramp in the room, in its door, or before it; boxes to close the doors with."""

from collections.abc import Mapping

import numpy as np

from hideseek.learn.curriculum.config import StartRule
from hideseek.learn.curriculum.quadrant.doors import IN_REACH
from hideseek.learn.curriculum.quadrant.places import (
    around,
    clock,
    in_room,
    inside_door,
    looking,
    only_inside,
    shut,
    turned,
)
from hideseek.learn.curriculum.scenario import Team
from hideseek.learn.curriculum.world import World

DEEPEST, FARTHEST = 1.3, 1.5
"""Of the ramp from the door: inside at the least hardness, outside at the greatest [m]."""
BOX_ASIDE = 0.6, 1.2
"""Of the box from its door, at the least hardness and at the greatest [m]."""
IN_DOOR = 0.45
"""Closer than this to the middle of a door, a ramp is between its sides [m]."""
LEAST_CLOCK = 12
"""Steps of preparation that are left at the least hardness."""


class DefenceStarts:
    """In preparation: hiders in the room with one door to close, a box beside it, the ramp in the way or outside."""

    name = "defence"
    team: Team = "hiders"
    success = 0.9
    axes: Mapping[str, int] = {"ramp": 5, "boxes": 2}
    rule: StartRule = "levels"

    def build(self, world: World, hardness: Mapping[str, float], generator: np.random.Generator) -> bool:
        """See `Scenario`. Of two doors one is shut already."""
        game = world.game
        walls = generator.permutation(np.flatnonzero(world.has_door)).tolist()
        boxes = generator.permutation(world.boxes).tolist()
        world.lift(*range(game.hiders), *boxes, *world.ramps)
        if len(walls) == 2 and not shut(world, walls.pop(), boxes.pop(), 0):
            return False
        wall, box, spare = walls[0], boxes[0], boxes[1:]
        depth = DEEPEST - (DEEPEST + FARTHEST) * hardness["ramp"]
        ramp = world.ramps[0]
        if not world.put_anywhere(ramp, lambda: _near_door(world, wall, depth, generator)):
            return False
        aside = BOX_ASIDE[0] + (BOX_ASIDE[1] - BOX_ASIDE[0]) * hardness["boxes"]

        def beside() -> tuple[float, float, float]:
            place = inside_door(world, wall, generator.uniform(0.33, 0.8), generator.choice([-1, 1]) * aside)
            return only_inside(place, 0.0)

        if not world.put_anywhere(box, beside):
            return False
        if not world.all_anywhere(spare, lambda: (*in_room(generator), 0.0)):
            return False
        targets = [ramp, box]
        for hider in range(game.hiders):
            place = world.pose[targets[hider % 2], :2].astype(np.float64)

            def near(place: np.ndarray = place) -> tuple[float, float, float]:
                spot = around(place, IN_REACH[0], 0.9, generator)
                yaw = looking(spot, place, max(hardness.values()), generator)
                return (*spot, yaw) if depth < 0.5 else only_inside(spot, yaw)

            if not world.put_anywhere(hider, near):
                return False
        world.begin_at(clock(world, LEAST_CLOCK, max(hardness.values())))
        return True


def _near_door(world: World, wall: int, depth: float, generator: np.random.Generator) -> tuple[float, float, float]:
    """Return a place for a ramp, before the middle of a door; in the door it stands straight, to have room."""
    place = inside_door(world, wall, depth, generator.uniform(-0.05, 0.05))
    is_in_door = abs(depth) < IN_DOOR
    return *place, 0.5 * np.pi * generator.integers(4) if is_in_door else turned(generator)
