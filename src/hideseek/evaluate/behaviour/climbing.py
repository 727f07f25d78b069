"""Seekers off the floor: up a ramp, over a wall, on a box that moves with them."""

import math

from hideseek.evaluate.behaviour.ground import Ground, crosses_rectangle, distance_squared
from hideseek.evaluate.behaviour.tally import OVER_WALL, RAMP_USE, SURFED, Tally
from hideseek.game.config import GameParams
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.state import AGENT_RADIUS, Bodies, Counts

ON_FLOOR = 0.05
"""An agent whose lowest point is below this is on the floor [m]."""
WALL_HEIGHT = 0.45
"""At the top of a ramp an agent touches the edge with its side; its lowest point is at 0.456 m then [m]."""
ON_TOP = 0.05
"""Who stands on a box has its lowest point within this of the box's upper side [m]."""
RIDE_STEP = 0.02
"""A box that moves less than this in a step counts as at rest [m]."""
RIDE_SLIP = 0.5
"""Who rides on a box moves as it does, but for this share of the box's way at most."""


@inline_kernel
def is_anybody_aloft(params: GameParams, bodies: Bodies, tally: Tally, w: int) -> bool:
    """Whether a seeker is off the floor, or was until this step."""
    for seeker in range(params.hiders, params.agents):
        if tally.climbing[w, seeker] != 0.0 or bodies.pose[w, seeker, 2] - AGENT_RADIUS > ON_FLOOR:
            return True
    return False


@kernel
def follow_climbers(
    params: GameParams, ground: Ground, bodies: Bodies, counts: Counts, tally: Tally, w: int, t: int
) -> None:
    """Take in a step after preparation: who went up a ramp, over a wall, rode on a box (after `survey`)."""
    first_ramp = counts.wall + counts.box
    for seeker in range(params.hiders, params.agents):
        feet = bodies.pose[w, seeker, 2] - AGENT_RADIUS
        was_low = tally.previous[w, seeker, 2] - AGENT_RADIUS < WALL_HEIGHT
        if feet > ON_FLOOR and was_low and _passed(ground, bodies, tally, w, t, seeker, first_ramp, counts.ramp):
            tally.climbing[w, seeker] = 1.0
        box = _box_below(ground, bodies, counts, w, t, seeker)
        if tally.climbing[w, seeker] != 0.0:
            crossed = _passed(ground, bodies, tally, w, t, seeker, 0, counts.wall)
            if crossed or feet > WALL_HEIGHT:
                tally.sums[w, RAMP_USE] = 1.0
            if crossed or box >= 0:
                tally.sums[w, OVER_WALL] = 1.0
        if feet < ON_FLOOR:
            tally.climbing[w, seeker] = 0.0
        if box >= 0:
            tally.sums[w, SURFED] += _ride(bodies, tally, w, seeker, counts.agent + box)


@kernel
def _passed(ground, bodies, tally, w, t, agent, first, count):
    """Whether an agent's way in this step led over one of the obstacles `first` .. `first` + `count` - 1."""
    ax, ay = float(tally.previous[w, agent, 0]), float(tally.previous[w, agent, 1])
    bx, by = float(bodies.pose[w, agent, 0]), float(bodies.pose[w, agent, 1])
    for k in range(first, first + count):
        if ground.stands[t, k] and crosses_rectangle(ground, t, k, ax, ay, bx, by):
            return True
    return False


@kernel
def _box_below(ground, bodies, counts, w, t, agent):
    """Return the box that an agent stands on, -1 for none."""
    x, y = float(bodies.pose[w, agent, 0]), float(bodies.pose[w, agent, 1])
    feet = bodies.pose[w, agent, 2] - AGENT_RADIUS
    for box in range(counts.box):
        k = counts.wall + box
        if (
            ground.stands[t, k]
            and abs(feet - ground.top[t, k]) < ON_TOP
            and distance_squared(ground, t, k, x, y) == 0.0
        ):
            return box
    return -1


@kernel
def _ride(bodies, tally, w, agent, body):
    """Return how far a box took the agent that stands on it in this step [m]; 0 where the two moved differently."""
    box_x = bodies.pose[w, body, 0] - tally.previous[w, body, 0]
    box_y = bodies.pose[w, body, 1] - tally.previous[w, body, 1]
    slip_x = bodies.pose[w, agent, 0] - tally.previous[w, agent, 0] - box_x
    slip_y = bodies.pose[w, agent, 1] - tally.previous[w, agent, 1] - box_y
    way = math.sqrt(box_x * box_x + box_y * box_y)
    slip = math.sqrt(slip_x * slip_x + slip_y * slip_y)
    return way if way > RIDE_STEP and slip < RIDE_SLIP * way else 0.0
