"""What agents do: move, grab, lock (Baker et al. 2019, section 3 and appendix A).

All three expect `record.step` before the step is counted, and the sight of the previous observation. While
`record.step < params.preparation_steps` seekers' actions count as none.
"""

import math

import numpy as np
from jaxtyping import Float32, Integer

from hideseek.game.config import GameParams
from hideseek.game.random_stream import integer
from hideseek.game.state import Record
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import rotate, subtract, triple
from hideseek.sim.state import Bodies, Counts

FORCE_PER_BUCKET = 18.0
"""Newtons (yaw: newton metres) for each step away from the middle bucket."""
MIDDLE_BUCKET = 5
QUIRKY_RAMP_HALF = (0.2357, 0.25, 0.3536)
"""Half extents that the original uses for distances to ramps: those of the mesh in its principal axes [m]."""
ANY_LOCK, ALL_LOCK, ANY_LOCK_SPECIFIC, ALL_LOCK_TEAM_SPECIFIC = range(4)
"""Lock rules, in the order of `LockRule`."""
ABSTAINS, WANTS, OBJECTS = range(3)


@kernel
def can_act(params: GameParams, record: Record, w: int, agent: int) -> bool:
    """Whether an agent may act in the coming step: hiders always, seekers after preparation."""
    return agent < params.hiders or record.step[w] >= params.preparation_steps


@entry_kernel
def set_control(
    params: GameParams,
    record: Record,
    movement: Integer[np.ndarray, "world agent 3"],
    control: Float32[np.ndarray, "world agent 3"],
    w: int,
) -> None:
    """Turn buckets 0 .. 10 of `movement[w]` [agent, 3] into forces along the world's x, y [N] and yaw torque [N m]."""
    for agent in range(params.agents):
        acts = can_act(params, record, w, agent)
        for k in range(3):
            bucket = movement[w, agent, k] if acts else MIDDLE_BUCKET
            control[w, agent, k] = FORCE_PER_BUCKET * (bucket - MIDDLE_BUCKET)


@entry_kernel
def distance_to_object(params: GameParams, bodies: Bodies, counts: Counts, w: int, agent: int, item: int) -> float:
    """Return the distance from an agent's centre to the surface of an object's cuboid [m]; 0 inside."""
    body = counts.agent + item
    half = triple(bodies.half_size, w, body)
    if params.original_quirks and item >= counts.box:
        half = QUIRKY_RAMP_HALF
    x, y, z = subtract(triple(bodies.pose, w, agent), triple(bodies.pose, w, body))
    yaw = bodies.pose[w, body, 3]
    x, y = rotate(x, y, math.cos(yaw), math.sin(yaw))
    x, y, z = max(abs(x) - half[0], 0.0), max(abs(y) - half[1], 0.0), max(abs(z) - half[2], 0.0)
    return math.sqrt(x * x + y * y + z * z)


@entry_kernel
def apply_grab(
    params: GameParams, bodies: Bodies, record: Record, counts: Counts, grab: Integer[np.ndarray, "world agent"], w: int
) -> None:
    """Decide what each agent of world `w` holds during the coming step: `bodies.weld_object`, `bodies.weld_pose`.

    An agent with `grab[w, agent]` = 1 holds the nearest object that it sees and that is within reach, decided anew at
    every step. The object's pose in the agent's frame is kept from the step at which it was taken. Several agents may
    hold the same object.
    """
    for agent in range(params.agents):
        item = -1
        if grab[w, agent] != 0 and can_act(params, record, w, agent):
            item = _nearest_in_reach(params, bodies, record, counts, w, agent)
        if item >= 0 and item != bodies.weld_object[w, agent]:
            _keep_relative_pose(bodies, w, agent, counts.agent + item)
        bodies.weld_object[w, agent] = item


@kernel
def _nearest_in_reach(params, bodies, record, counts, w, agent):
    """Return the nearest object that an agent sees and reaches, -1 if there is none."""
    nearest, nearest_distance = -1, np.inf
    for item in range(bodies.locked.shape[1]):
        if not (record.sees_object[w, agent, item] and bodies.exists[w, counts.agent + item]):
            continue
        distance = distance_to_object(params, bodies, counts, w, agent, item)
        if distance <= params.reach and distance < nearest_distance:
            nearest, nearest_distance = item, distance
    return nearest


@kernel
def _keep_relative_pose(bodies, w, agent, body):
    """Remember the pose of `body` in the agent's frame."""
    x, y, z = subtract(triple(bodies.pose, w, body), triple(bodies.pose, w, agent))
    yaw = bodies.pose[w, agent, 3]
    x, y = rotate(x, y, math.cos(yaw), math.sin(yaw))
    weld = bodies.weld_pose
    weld[w, agent, 0], weld[w, agent, 1], weld[w, agent, 2] = x, y, z
    weld[w, agent, 3] = bodies.pose[w, body, 3] - yaw


@entry_kernel
def apply_locks(
    params: GameParams, bodies: Bodies, record: Record, counts: Counts, lock: Integer[np.ndarray, "world agent"], w: int
) -> None:
    """Lock and unlock the objects of world `w`: `bodies.locked`, `bodies.lock_pose`, `record.lock_owner`.

    Agents that see an object within reach take part: those with `lock[w, agent]` = 1 want it locked, the others want
    it unlocked. The game's rule decides; with `locks_in_order` a box after one that is not locked stays as it is unless
    it is locked. An object that becomes locked is held where it is, and belongs to one of those
    who wanted it, drawn at random. It stays locked while nobody takes part.
    """
    first_open = _first_unlocked_box(bodies, counts, w)
    for item in range(bodies.locked.shape[1]):
        lockable = item < counts.box or params.lock_ramps
        if params.locks_in_order and first_open < item < counts.box and not bodies.locked[w, item]:
            lockable = False
        if lockable and bodies.exists[w, counts.agent + item]:
            _decide_lock(params, bodies, record, counts, lock, w, item)


@kernel
def _first_unlocked_box(bodies, counts, w):
    """Return the first box that is not locked, `counts.box` where all are."""
    for item in range(counts.box):
        if bodies.exists[w, counts.agent + item] and not bodies.locked[w, item]:
            return item
    return counts.box


@kernel
def _decide_lock(params, bodies, record, counts, lock, w, item):
    """Apply the game's rule to one object."""
    wanting, objecting = _count_votes(params, bodies, record, counts, lock, w, item)
    locked = bodies.locked[w, item]
    if params.lock_rule in (ANY_LOCK, ANY_LOCK_SPECIFIC):
        becomes_locked = wanting > 0 or (locked and objecting == 0)
    else:
        becomes_locked = objecting == 0 and (locked or wanting > 0)
    bodies.locked[w, item] = becomes_locked
    owner_gives_up = params.lock_rule == ANY_LOCK_SPECIFIC and locked and objecting > 0
    if becomes_locked and (owner_gives_up or not locked):
        chosen = integer(record, w, 0, wanting)
        record.lock_owner[w, item] = _nth_wanting(params, bodies, record, counts, lock, w, item, chosen)
    if becomes_locked and not locked:
        for k in range(4):
            bodies.lock_pose[w, item, k] = bodies.pose[w, counts.agent + item, k]


@kernel
def _count_votes(params, bodies, record, counts, lock, w, item):
    """Return how many agents want an object locked, and how many with the right to unlock it do not."""
    wanting, objecting = 0, 0
    for agent in range(params.agents):
        vote = vote_on_lock(params, bodies, record, counts, lock, w, agent, item)
        wanting += 1 if vote == WANTS else 0
        objecting += 1 if vote == OBJECTS else 0
    return wanting, objecting


@kernel
def _nth_wanting(params, bodies, record, counts, lock, w, item, n):
    """Return the agent that is number `n`, counted from 0, among those who want an object locked."""
    for agent in range(params.agents):
        if vote_on_lock(params, bodies, record, counts, lock, w, agent, item) == WANTS:
            if n == 0:
                return agent
            n -= 1
    return -1


@kernel
def vote_on_lock(
    params: GameParams,
    bodies: Bodies,
    record: Record,
    counts: Counts,
    lock: Integer[np.ndarray, "world agent"],
    w: int,
    agent: int,
    item: int,
) -> int:
    """Return what an agent has to say about locking an object: ABSTAINS, WANTS or OBJECTS.

    Depending on the rule only the last owner (while it is locked) or the last owner's team may object.
    """
    if not record.sees_object[w, agent, item]:
        return ABSTAINS
    if distance_to_object(params, bodies, counts, w, agent, item) > params.reach:
        return ABSTAINS
    if lock[w, agent] != 0 and can_act(params, record, w, agent):
        return WANTS
    owner = record.lock_owner[w, item]
    if params.lock_rule == ANY_LOCK_SPECIFIC and not (agent == owner and bodies.locked[w, item]):
        return ABSTAINS
    if params.lock_rule == ALL_LOCK_TEAM_SPECIFIC and (agent < params.hiders) != (owner < params.hiders):
        return ABSTAINS
    return OBJECTS
