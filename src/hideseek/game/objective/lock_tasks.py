"""The lock tasks: find boxes, lock them, come back (Baker et al. 2019, section 6.2)."""

import math

import numpy as np

from hideseek.game.objective.hooks import begin_objective, judge_step
from hideseek.game.objective.options import LockObjective
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel

AGENT = 0
"""Whoever has to do it."""
NOTHING = -1
"""A target when there is nothing left to do."""


@version_of(begin_objective, LockObjective)
@kernel
def begin_lock_task(objective, layout, params, bodies, record, counts, extras, w):
    """Remember where the agent is, and the first box to go to."""
    for k in range(2):
        extras.start[w, k] = bodies.pose[w, AGENT, k]
    for box in range(counts.box):
        extras.was_locked[w, box] = bodies.locked[w, box]
    target = _next_target(objective, params, bodies, counts, w)
    extras.target[w] = target
    extras.target_distance[w] = _distance(bodies, counts, extras, w, target)


@version_of(judge_step, LockObjective)
@kernel
def judge_lock_task(objective, params, bodies, record, counts, extras, reward, w):
    """Reward what was locked, the way towards the target, and each step in which all is done; punish what was unlocked.

    On its way to the same target the agent gets what it has come nearer. A box that becomes locked gives what was left
    of the way to it, one that becomes unlocked takes the way to the target that there is then; so the way to a box is
    worth the same however often it is made.
    """
    locked, unlocked = 0, 0
    for box in range(counts.box):
        if bodies.locked[w, box] and not extras.was_locked[w, box]:
            locked += 1
        elif extras.was_locked[w, box] and not bodies.locked[w, box]:
            unlocked += 1
        extras.was_locked[w, box] = bodies.locked[w, box]
    target = _next_target(objective, params, bodies, counts, w)
    distance = _distance(bodies, counts, extras, w, target)
    nearer = np.float64(0.0)
    if locked > unlocked:
        nearer = np.float64(extras.target_distance[w])
    elif unlocked > locked:
        nearer = -distance
    elif target == extras.target[w]:
        nearer = np.float64(extras.target_distance[w]) - distance
    extras.target[w] = target
    extras.target_distance[w] = distance
    is_done = target == NOTHING or (target == counts.box and distance <= objective.start_radius)
    total = objective.lock_reward * (locked - unlocked) + objective.approach_reward * nearer
    reward[w, AGENT] = total + (objective.success_reward if is_done else 0.0)
    return True, False


@kernel
def _next_target(objective, params, bodies, counts, w):
    """Return the box to go to next: the first that is not locked where there is an order, else the nearest such."""
    nearest, least = NOTHING, np.inf
    for box in range(counts.box):
        body = counts.agent + box
        if bodies.exists[w, body] and not bodies.locked[w, box]:
            if params.locks_in_order:
                return box
            distance = _floor_distance(bodies, w, bodies.pose[w, body, 0], bodies.pose[w, body, 1])
            if distance < least:
                nearest, least = box, distance
    if nearest == NOTHING and objective.returns:
        return counts.box
    return nearest


@kernel
def _distance(bodies, counts, extras, w, target):
    """Return how far the agent is from a target along the floor [m]."""
    if target == NOTHING:
        return 0.0
    if target == counts.box:
        return _floor_distance(bodies, w, extras.start[w, 0], extras.start[w, 1])
    body = counts.agent + target
    return _floor_distance(bodies, w, bodies.pose[w, body, 0], bodies.pose[w, body, 1])


@kernel
def _floor_distance(bodies, w, x, y):
    """Return how far the agent is from a place along the floor [m]."""
    return math.hypot(bodies.pose[w, AGENT, 0] - x, bodies.pose[w, AGENT, 1] - y)
