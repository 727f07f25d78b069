"""Who runs after whom, and what hides whom."""

import math

from hideseek.evaluate.behaviour.tally import (
    APPROACH,
    APPROACH_STEPS,
    BEHIND_OBJECT,
    BEHIND_WALL,
    DISTANCE,
    FAR,
    FLIGHT,
    FLIGHT_STEPS,
    UNSEEN,
    Tally,
)
from hideseek.game.config import GameParams
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.state import Record
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.rays import hit_body, hit_cuboid, invert, subtract, triple
from hideseek.sim.state import Bodies, Counts

AWAY = 1.0
"""An agent this far from the floor's edge has run away [m]."""


@inline_kernel
def follow_chases(params: GameParams, bodies: Bodies, record: Record, tally: Tally, w: int) -> None:
    """Take in a step after preparation: distances, speeds towards and away from each other, hiders that run away."""
    for seeker in range(params.hiders, params.agents):
        nearest, nearest_seen, target = math.inf, math.inf, -1
        for hider in range(params.hiders):
            distance = _distance(bodies, w, seeker, hider)
            nearest = min(nearest, distance)
            if record.sees_agent[w, seeker, hider] and distance < nearest_seen:
                nearest_seen, target = distance, hider
        tally.sums[w, DISTANCE] += nearest
        if target >= 0:
            tally.sums[w, APPROACH] += _speed_along(bodies, w, seeker, seeker, target)
            tally.sums[w, APPROACH_STEPS] += 1.0
    for hider in range(params.hiders):
        nearest, pursuer = math.inf, -1
        for seeker in range(params.hiders, params.agents):
            distance = _distance(bodies, w, seeker, hider)
            if record.sees_agent[w, seeker, hider] and distance < nearest:
                nearest, pursuer = distance, seeker
        if pursuer >= 0:
            tally.sums[w, FLIGHT] += _speed_along(bodies, w, hider, pursuer, hider)
            tally.sums[w, FLIGHT_STEPS] += 1.0
        tally.sums[w, FAR] += 1.0 if _is_away(bodies, w, hider) else 0.0


@inline_kernel
def _distance(bodies, w, a, b):
    """Return how far two bodies are apart, seen from above [m]."""
    dx = bodies.pose[w, a, 0] - bodies.pose[w, b, 0]
    dy = bodies.pose[w, a, 1] - bodies.pose[w, b, 1]
    return math.sqrt(dx * dx + dy * dy)


@inline_kernel
def _speed_along(bodies, w, mover, origin, target):
    """Return a body's speed in the direction from `origin` to `target` [m/s]."""
    dx = bodies.pose[w, target, 0] - bodies.pose[w, origin, 0]
    dy = bodies.pose[w, target, 1] - bodies.pose[w, origin, 1]
    length = math.sqrt(dx * dx + dy * dy)
    if length == 0.0:
        return 0.0
    return (bodies.velocity[w, mover, 0] * dx + bodies.velocity[w, mover, 1] * dy) / length


@inline_kernel
def _is_away(bodies, w, body):
    """Whether a body is far outside the floor."""
    x, y = bodies.pose[w, body, 0], bodies.pose[w, body, 1]
    return min(x, y) < -AWAY or max(x, y) > FLOOR_SIZE + AWAY


@kernel
def tell_cover(params: GameParams, bodies: Bodies, record: Record, counts: Counts, tally: Tally, w: int) -> None:
    """Tell for each seeker and each hider that it does not see what is between them: a wall, an object, or nothing."""
    for seeker in range(params.hiders, params.agents):
        for hider in range(params.hiders):
            if record.sees_agent[w, seeker, hider]:
                continue
            tally.sums[w, UNSEEN] += 1.0
            eye = triple(bodies.pose, w, seeker)
            direction = subtract(triple(bodies.pose, w, hider), eye)
            if _meets_wall(bodies, w, eye, direction):
                tally.sums[w, BEHIND_WALL] += 1.0
            elif _meets_object(bodies, counts, w, eye, direction):
                tally.sums[w, BEHIND_OBJECT] += 1.0


@kernel
def _meets_wall(bodies, w, origin, direction):
    inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
    for k in range(bodies.wall_count[w]):
        relative = subtract(origin, triple(bodies.wall_centre, w, k))
        if hit_cuboid(relative, inverse, triple(bodies.wall_half, w, k)) <= 1.0:
            return True
    return False


@kernel
def _meets_object(bodies, counts, w, origin, direction):
    for body in range(counts.agent, bodies.exists.shape[1]):
        if not bodies.exists[w, body]:
            continue
        if hit_body(bodies.pose, bodies.half_size, counts, w, body, origin, direction) <= 1.0:
            return True
    return False
