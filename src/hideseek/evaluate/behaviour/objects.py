"""What becomes of objects: who moves boxes, and what is forced through walls."""

import math

from hideseek.evaluate.behaviour.tally import FORCED, Tally
from hideseek.game.actions import distance_to_object
from hideseek.game.config import GameParams
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.rays import hit_cuboid, invert, subtract, triple
from hideseek.sim.state import AGENT_RADIUS, Bodies, Counts

AT_REST = 0.005
"""An object that moves less than this in a step counts as at rest [m]."""
TOUCH = 0.03
"""Who is this close to a box, and moves with it, pushes it [m]."""
ABOVE_BOTTOM = 0.05
"""A wall is in the way of an object where this height above the object's lower side would cross it [m]."""


@inline_kernel
def follow_objects(params: GameParams, bodies: Bodies, counts: Counts, tally: Tally, w: int) -> None:
    """Take in a step: which hiders moved which boxes, and what went through a wall (before `remember`)."""
    for body in range(counts.agent, bodies.exists.shape[1]):
        if not bodies.exists[w, body]:
            continue
        dx = bodies.pose[w, body, 0] - tally.previous[w, body, 0]
        dy = bodies.pose[w, body, 1] - tally.previous[w, body, 1]
        way = math.sqrt(dx * dx + dy * dy)
        if way < AT_REST:
            continue
        if _went_through_wall(bodies, tally, w, body):
            tally.sums[w, FORCED] = 1.0
        if body < counts.agent + counts.box:
            _credit_movers(params, bodies, counts, tally, w, body - counts.agent, dx, dy, way)


@kernel
def _credit_movers(params, bodies, counts, tally, w, box, dx, dy, way):
    """Add the way of a box to those hiders who hold it, or touch it and move along."""
    for hider in range(params.hiders):
        moves = bodies.weld_object[w, hider] == box
        if not moves:
            hider_x = bodies.pose[w, hider, 0] - tally.previous[w, hider, 0]
            hider_y = bodies.pose[w, hider, 1] - tally.previous[w, hider, 1]
            if hider_x * dx + hider_y * dy > 0.5 * way * way:
                moves = distance_to_object(params, bodies, counts, w, hider, box) < AGENT_RADIUS + TOUCH
        if moves:
            tally.work[w, box, hider] += way


@kernel
def _went_through_wall(bodies, tally, w, body):
    """Whether the way of an object's middle in this step leads through a wall, not above it."""
    height = ABOVE_BOTTOM - float(bodies.half_size[w, body, 2])
    x, y, z = triple(tally.previous, w, body)
    origin = (x, y, z + height)
    direction = subtract(triple(bodies.pose, w, body), (x, y, z))
    inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
    for k in range(bodies.wall_count[w]):
        relative = subtract(origin, triple(bodies.wall_centre, w, k))
        if hit_cuboid(relative, inverse, triple(bodies.wall_half, w, k)) <= 1.0:
            return True
    return False
