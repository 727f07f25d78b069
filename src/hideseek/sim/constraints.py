"""All constraints of a world in one substep: welds, locks, contacts of bodies with each other and what is static."""

import numpy as np

from hideseek.sim.broadphase import find_pairs
from hideseek.sim.collide_box import collide_boxes, collide_corners_floor
from hideseek.sim.collide_cylinder import collide_agent_cylinder, collide_box_cylinder
from hideseek.sim.collide_ramp import collide_ramp
from hideseek.sim.collide_sphere import collide_agent_box, collide_agent_floor, collide_agent_ramp, collide_agents
from hideseek.sim.contact import add_lock, add_weld
from hideseek.sim.dynamics import apply_force, fall, wake
from hideseek.sim.floor import slide_on_floor
from hideseek.sim.kernel import inline_kernel
from hideseek.sim.shape import shape_of_body, shape_of_wall
from hideseek.sim.workspace import ASLEEP, AWAKE, FRICTION, HALF_SIZE, POSE, SOURCE, STATE, TOUCHES

FLOOR, WELD, LOCK, OTHERS = range(4)
"""What a row may come from besides bodies, walls and cylinders, counted from there."""


@inline_kernel
def find_constraints(bodies, counts, physics, ws, pairs, w):
    """Fill this substep's rows; what touches only the floor gets its acceleration at once where it can.

    Args:
        bodies: the batch, for world `w`'s welds, locks and walls.
        counts: numbers of agents, boxes, ramps.
        physics: constants.
        ws: workspace, with all forces filled.
        pairs: number of candidate pairs.
        w: the world.

    Returns:
        The number of rows, and the number of candidate pairs (which are found anew when a body wakes up).
    """
    body, tag = ws.body, ws.tag
    n = body.shape[0]
    while True:
        for i in range(n):
            tag[i, TOUCHES] = 0
        r = _add_welds_and_locks(bodies, counts, ws, w)
        woken = False
        for p in range(pairs):
            a, b = ws.pair[p, 0], ws.pair[p, 1]
            following = _collide_pair(counts, physics, ws, r, a, b)
            if following == r:
                continue
            _note_source(ws, r, following, a, b)
            r = following
            tag[a, TOUCHES] += 1
            if b < n:
                tag[b, TOUCHES] += 1
                woken = _wake_touched(physics, body, tag, a) or woken
                woken = _wake_touched(physics, body, tag, b) or woken
        if not woken:
            break
        # The woken may touch others in turn: look again, with their neighbours among the candidates.
        pairs = find_pairs(counts, body, tag, ws.wall, bodies.wall_count[w], ws.pair)
    for i in range(n):
        if tag[i, STATE] == AWAKE:
            following = _stand(counts, physics, ws, r, i)
            _note_source(ws, r, following, i, n + ws.wall.shape[0] + FLOOR)
            r = following
    return r, pairs


@inline_kernel
def _note_source(ws, begin, end, a, b):
    """Note that rows `begin` to `end` come from body `a` and `b`: body, wall, cylinder, `FLOOR`, `WELD` or `LOCK`."""
    for r in range(begin, end):
        ws.link[r, SOURCE] = a * (ws.body.shape[0] + ws.wall.shape[0] + OTHERS) + b


@inline_kernel
def _wake_touched(physics, body, tag, i):
    """Wake body `i` if it sleeps, and tell whether it did. Nothing but gravity acts on a sleeper."""
    if tag[i, STATE] != ASLEEP:
        return False
    wake(physics, body, tag, i)
    apply_force(physics, body, i, 0.0, 0.0, 0.0)
    return True


@inline_kernel
def _add_welds_and_locks(bodies, counts, ws, w):
    """Fill the first rows of the substep; return the next free one."""
    agents, r = counts.agent, np.int64(0)
    body, tag, row, link = ws.body, ws.tag, ws.row, ws.link
    for a in range(agents):
        held = bodies.weld_object[w, a]
        if held < 0:
            continue
        x, y = bodies.weld_pose[w, a, 0], bodies.weld_pose[w, a, 1]
        z, yaw = bodies.weld_pose[w, a, 2], bodies.weld_pose[w, a, 3]
        following = add_weld(body, row, link, r, a, agents + held, x, y, z, yaw)
        _note_source(ws, r, following, a, body.shape[0] + ws.wall.shape[0] + WELD)
        r = following
        tag[a, TOUCHES] += 1
        tag[agents + held, TOUCHES] += 1
    for i in range(agents, body.shape[0]):
        o = i - agents
        if tag[i, STATE] != AWAKE or not bodies.locked[w, o]:
            continue
        x, y = bodies.lock_pose[w, o, 0], bodies.lock_pose[w, o, 1]
        z, yaw = bodies.lock_pose[w, o, 2], bodies.lock_pose[w, o, 3]
        following = add_lock(body, row, link, r, i, x, y, z, yaw)
        _note_source(ws, r, following, i, body.shape[0] + ws.wall.shape[0] + LOCK)
        if following > r:
            tag[i, TOUCHES] += 1
        r = following
    return r


@inline_kernel
def _collide_pair(counts, physics, ws, r, a, b):
    """Add the contacts of body `a` with body `b`, or with what is static, row `b` - body count of `ws.wall`.

    Contacts are written from row `r` on. Returns the next free row.

    In a pair of bodies `a` is the later one: agents come first, ramps last.
    """
    body, row, link = ws.body, ws.row, ws.link
    agents, boxes_end = counts.agent, counts.agent + counts.box
    k = b - body.shape[0]
    if k >= counts.wall:
        friction = max(body[a, FRICTION], physics.cylinder_friction)
        shape = shape_of_wall(ws.wall, k)
        if a < agents:
            return collide_agent_cylinder(body, row, link, r, a, shape, friction)
        return collide_box_cylinder(body, row, link, r, a, a >= boxes_end, shape, friction)
    if k >= 0:
        friction = max(body[a, FRICTION], physics.wall_friction)
        shape, b = shape_of_wall(ws.wall, k), -1
    else:
        friction = max(body[a, FRICTION], body[b, FRICTION])
        # An agent (b) against an object (a) is seen from the object, everything else from b.
        other = a if b < agents <= a else b
        shape = shape_of_body(body, other, other >= boxes_end)
        if other == a:
            if shape.is_ramp:
                return collide_agent_ramp(body, row, link, r, b, a, friction)
            a, b = b, a
    if a < agents:
        if 0 <= b < agents:
            return collide_agents(body, row, link, r, a, b, friction)
        return collide_agent_box(body, row, link, r, a, b, shape, friction)
    if a < boxes_end:
        return collide_boxes(body, row, link, ws.polygon, r, a, b, shape, friction)
    return collide_ramp(body, row, link, r, a, b, shape, friction)


@inline_kernel
def _stand(counts, physics, ws, r, i):
    """Add body `i`'s contacts with the floor from row `r` on, or solve for it here if it touches nothing else."""
    body, row, link = ws.body, ws.row, ws.link
    friction = max(body[i, FRICTION], physics.floor_friction)
    distance = body[i, POSE + 2] - body[i, HALF_SIZE + 2]
    alone = ws.tag[i, TOUCHES] == 0
    if alone and distance >= 0.0:
        fall(body, i)
        return r
    if i >= counts.agent:
        return collide_corners_floor(body, row, link, r, i, friction)
    if alone and slide_on_floor(body, i, distance, friction):
        return r
    return collide_agent_floor(body, row, link, r, i, friction)
