"""Worlds made by hand, for tests whose answers are worked out on paper."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from hideseek.game.config import Game, GameParams, make_game
from hideseek.game.random_stream import seed_streams
from hideseek.game.state import Record, allocate_record
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE, Bodies, Counts, allocate_bodies

EAST, NORTH, WEST, SOUTH = 0.5 * math.pi, math.pi, -0.5 * math.pi, 0.0
"""Yaw of an agent that looks along x, y, -x, -y."""
CUBE = (0.25, 0.25, 0.25)
Place = Sequence[float]
"""x, y, yaw, and z of the centre where the body is not on the floor."""


class World(NamedTuple):
    """A batch of one world."""

    game: Game
    params: GameParams
    counts: Counts
    bodies: Bodies
    record: Record

    def place(self, body: int, x: float, y: float, yaw: float = 0.0, z: float | None = None) -> None:
        """Put a body somewhere: on the floor, unless the height of its centre is given."""
        height = self.bodies.half_size[0, body, 2] if z is None else z
        self.bodies.pose[0, body] = x, y, height, yaw
        self.bodies.exists[0, body] = True


def make_world(
    hiders: Sequence[Place],
    seekers: Sequence[Place] = (),
    boxes: Sequence[Place] = (),
    ramps: Sequence[Place] = (),
    walls: Sequence[tuple[float, float, float, float, float]] = (),
    cylinders: Sequence[tuple[float, float, float, float]] = (),
    box_half: tuple[float, float, float] = CUBE,
    spare_boxes: int = 0,
    **options: object,
) -> World:
    """Return a world in its first step after preparation, where everybody sees everything.

    Args:
        hiders: where they are; `seekers`, `boxes` and `ramps` likewise.
        seekers: see there.
        boxes: see there.
        ramps: see there.
        walls: x, y of the centre, half extents along x and y, height of each.
        cylinders: x, y of the centre, radius, height of each.
        box_half: half extents of all boxes.
        spare_boxes: boxes that the game could have but this world has not.
        options: fields of the game that differ from the quadrant's.
    """
    capacity = len(boxes) + spare_boxes
    options = {"hiders": len(hiders), "seekers": len(seekers), "ramps": len(ramps), **options}
    game = make_game("quadrant", boxes_min=len(boxes), boxes_max=capacity, **options)
    counts = game.counts._replace(cylinder=len(cylinders))
    bodies, record = allocate_bodies(1, counts), allocate_record(1, counts)
    world = World(game, game.params, counts, bodies, record)
    bodies.half_size[0, : counts.agent] = AGENT_RADIUS
    bodies.half_size[0, counts.agent : counts.agent + len(boxes)] = box_half
    bodies.half_size[0, counts.agent + counts.box :] = RAMP_HALF_SIZE
    for body, place in enumerate([*hiders, *seekers, *boxes]):
        world.place(body, *place)
    for ramp, place in enumerate(ramps):
        world.place(counts.agent + counts.box + ramp, *place)
    for k, (x, y, half_x, half_y, height) in enumerate(walls):
        bodies.wall_centre[0, k] = x, y, 0.5 * height
        bodies.wall_half[0, k] = half_x, half_y, 0.5 * height
    bodies.wall_count[0] = len(walls)
    for k, (x, y, radius, height) in enumerate(cylinders):
        bodies.cylinder_centre[0, k] = x, y, 0.5 * height
        bodies.cylinder_size[0, k] = radius, 0.5 * height
    record.sees_agent[:] = True
    record.sees_object[:] = True
    record.step[0] = game.preparation_steps
    seed_streams(record.random_key, record.random_counter, 0, 0)
    return world
