"""Whether hiders are out of the seekers' reach, the quadrant's doors are closed, and ramps are put away."""

import math

from hideseek.evaluate.behaviour.ground import Ground, distance_squared, nearest_in, survey
from hideseek.evaluate.behaviour.links import find_links, is_separated
from hideseek.game.config import GameParams
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.layout.walls import INNER_HEIGHT
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.state import AGENT_RADIUS, Bodies, Counts

OUTSIDE_X, OUTSIDE_Y = 0.1 * FLOOR_SIZE, 0.9 * FLOOR_SIZE
INSIDE_X, INSIDE_Y = 0.9 * FLOOR_SIZE, 0.1 * FLOOR_SIZE
"""Doors of the quadrant are asked for by the way between these places: both too far from its walls for an object
that stands at a door to cover them [m]."""
DEEPEST = 0.1
"""An agent is pushed out of what it is pressed against by this much at most [m]; a wall's other side is farther."""
PUSHES = 4
ROOM = 1e-3
"""An agent that then still is this deep in something [m] is wedged in between things, and not stopped by them."""
STEP_HEIGHT = 0.1
"""An agent stands on what reaches no higher than this above its lowest point [m]."""


@entry_kernel
def prepare_ground(ground: Ground, bodies: Bodies, counts: Counts, w: int, t: int) -> None:
    """Find the obstacles of world `w`, and which pairs of them are linked."""
    survey(ground, bodies, counts, w, t)
    find_links(ground, t)


@kernel
def _place_start(ground, bodies, w, t, agent):
    """Move an agent out of what it is pressed against, and tell what it stands on, for `ground.start` and `over`."""
    x, y = float(bodies.pose[w, agent, 0]), float(bodies.pose[w, agent, 1])
    feet = bodies.pose[w, agent, 2] - AGENT_RADIUS
    is_pressed = False
    for k in range(ground.stands.shape[1]):
        ground.over[t, agent, k] = False
        if not ground.stands[t, k]:
            continue
        squared = distance_squared(ground, t, k, x, y)
        if squared < AGENT_RADIUS**2:
            is_above = feet > ground.top[t, k] - STEP_HEIGHT or squared < (AGENT_RADIUS - DEEPEST) ** 2
            ground.over[t, agent, k] = is_above
            is_pressed |= not is_above
    ground.start[t, agent, 0], ground.start[t, agent, 1] = x, y
    if is_pressed:
        _push_out(ground, t, agent, x, y)


@kernel
def _push_out(ground, t, agent, x, y):
    """Move the start of an agent at (`x`, `y`) out of the obstacles around it, from one to the next."""
    for _ in range(PUSHES):
        for k in range(ground.stands.shape[1]):
            if not ground.stands[t, k] or ground.over[t, agent, k]:
                continue
            px, py = nearest_in(ground, t, k, x, y)
            distance = math.sqrt((x - px) ** 2 + (y - py) ** 2)
            if 0.0 < distance < AGENT_RADIUS:
                x = px + (x - px) * AGENT_RADIUS / distance
                y = py + (y - py) * AGENT_RADIUS / distance
    for k in range(ground.stands.shape[1]):
        if ground.stands[t, k] and distance_squared(ground, t, k, x, y) < (AGENT_RADIUS - ROOM) ** 2:
            ground.over[t, agent, k] = True
    ground.start[t, agent, 0], ground.start[t, agent, 1] = x, y


@entry_kernel
def is_sheltered(params: GameParams, ground: Ground, bodies: Bodies, w: int, t: int, only_fixed: bool) -> bool:
    """Whether no way of an agent's width leads over the floor from any seeker to any hider (after `prepare_ground`).

    With `only_fixed` objects that are not locked are taken for free floor.
    """
    for seeker in range(params.hiders, params.agents):
        _place_start(ground, bodies, w, t, seeker)
        for hider in range(params.hiders):
            _place_start(ground, bodies, w, t, hider)
            for k in range(ground.stands.shape[1]):
                stands_on = ground.over[t, seeker, k] or ground.over[t, hider, k]
                ground.ignored[t, k] = stands_on or (only_fixed and not ground.fixed[t, k])
            ax, ay = ground.start[t, seeker, 0], ground.start[t, seeker, 1]
            if not is_separated(ground, t, ax, ay, ground.start[t, hider, 0], ground.start[t, hider, 1]):
                return False
    return True


@entry_kernel
def are_doors_closed(ground: Ground, counts: Counts, t: int, only_fixed: bool) -> bool:
    """Whether no way of an agent's width leads into the quadrant or out of it (after `prepare_ground`).

    What counts, besides walls, is objects that stand within an agent's width of the quadrant's walls: a shelter in a
    corner of the room closes no door. With `only_fixed` these have to be locked, too.
    """
    for k in range(ground.stands.shape[1]):
        ground.ignored[t, k] = k >= counts.wall
    is_any_there = False
    for n in range(ground.link_count[t]):
        # Objects come after walls, so that a link of both names the object first.
        k, wall = ground.link[t, n, 0], ground.link[t, n, 1]
        if k >= counts.wall > wall and ground.top[t, wall] <= INNER_HEIGHT + STEP_HEIGHT:
            ground.ignored[t, k] = only_fixed and not ground.fixed[t, k]
            is_any_there |= not ground.ignored[t, k]
    return is_any_there and is_separated(ground, t, OUTSIDE_X, OUTSIDE_Y, INSIDE_X, INSIDE_Y)


@entry_kernel
def are_ramps_away(params: GameParams, ground: Ground, bodies: Bodies, counts: Counts, t: int, w: int) -> bool:
    """Whether every ramp is locked by hiders, or no way leads from any seeker to where it stands (`prepare_ground`)."""
    for ramp in range(counts.ramp):
        k = counts.wall + counts.box + ramp
        if not ground.fixed[t, k] and _is_ramp_in_reach(params, ground, bodies, counts, t, w, ramp, k):
            return False
    return True


@kernel
def _is_ramp_in_reach(params, ground, bodies, counts, t, w, ramp, k):
    """Whether a way leads from a seeker to the middle of a ramp if the ramp itself is in nobody's way."""
    body = counts.agent + counts.box + ramp
    x, y = float(bodies.pose[w, body, 0]), float(bodies.pose[w, body, 1])
    for seeker in range(params.hiders, params.agents):
        _place_start(ground, bodies, w, t, seeker)
        for other in range(ground.stands.shape[1]):
            # What covers the middle, like a wall that a ramp was forced into, would leave it no room.
            covers = ground.stands[t, other] and distance_squared(ground, t, other, x, y) < AGENT_RADIUS**2
            ground.ignored[t, other] = ground.over[t, seeker, other] or other == k or covers
        if not is_separated(ground, t, ground.start[t, seeker, 0], ground.start[t, seeker, 1], x, y):
            return True
    return False


@entry_kernel
def are_boxes_locked(ground: Ground, bodies: Bodies, counts: Counts, t: int, w: int) -> bool:
    """Whether every box that exists is locked (after `prepare_ground`)."""
    for box in range(counts.box):
        if bodies.exists[w, counts.agent + box] and not ground.fixed[t, counts.wall + box]:
            return False
    return True
