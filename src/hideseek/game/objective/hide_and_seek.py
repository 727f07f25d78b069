"""Rewards of hide-and-seek (Baker et al. 2019, section 3): hiders want not to be seen, seekers want to see."""

from typing import Any

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import GameParams
from hideseek.game.objective.hooks import begin_objective, judge_step
from hideseek.game.objective.options import HideAndSeekObjective
from hideseek.game.state import Record
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.state import Bodies, Counts

JOINT_ZERO_SUM, JOINT_MEAN, SELFISH = range(3)
"""Reward types, in the order of `RewardType`."""


@version_of(begin_objective, HideAndSeekObjective)
@kernel
def begin_hide_and_seek(objective, layout, params, bodies, record, counts, extras, w):
    """Nothing is remembered."""


@version_of(judge_step, HideAndSeekObjective)
@kernel
def judge_hide_and_seek(objective, params, bodies, record, counts, extras, reward, w):
    """Write the rewards."""
    return write_hide_and_seek_rewards(objective, params, bodies, record, counts, reward, w), False


@entry_kernel
def write_hide_and_seek_rewards(
    objective: Any,
    params: GameParams,
    bodies: Bodies,
    record: Record,
    counts: Counts,
    reward: Float32[np.ndarray, "world agent"],
    w: int,
) -> bool:
    """Reward being hidden, or seeing; return whether no seeker sees a hider.

    Steps 0 .. preparation_steps - 1 give nothing. Afterwards a hider gets -1 if a seeker sees it, else 1; a seeker gets
    1 if it sees a hider, else -1. With `joint_zero_sum` all hiders have the worst of theirs and all seekers the best of
    theirs, with `joint_mean` each team has its mean. Whoever is outside the game's area gets `out_of_area_reward`
    instead; everybody does where an object is outside and the game penalises that.
    """
    hidden = True
    for agent in range(params.agents):
        in_contact = _sees_or_is_seen(params, record, w, agent)
        hidden = hidden and not in_contact
        is_good = in_contact != (agent < params.hiders)
        reward[w, agent] = 1.0 if is_good else -1.0
    if record.step[w] <= params.preparation_steps:
        for agent in range(params.agents):
            reward[w, agent] = 0.0
        return hidden
    if objective.reward == JOINT_ZERO_SUM:
        for agent in range(params.agents):
            reward[w, agent] = 1.0 if hidden == (agent < params.hiders) else -1.0
    elif objective.reward == JOINT_MEAN:
        _average(reward, w, 0, params.hiders)
        _average(reward, w, params.hiders, params.agents)
    _penalise_outside(params, bodies, counts, reward, w)
    return hidden


@kernel
def _sees_or_is_seen(params, record, w, agent):
    """Whether a hider is seen by any seeker, or a seeker sees any hider."""
    contact = False
    for other in range(params.agents):
        if agent < params.hiders <= other:
            contact = contact or record.sees_agent[w, other, agent]
        elif other < params.hiders <= agent:
            contact = contact or record.sees_agent[w, agent, other]
    return contact


@kernel
def _average(reward, w, first, end):
    """Give agents `first` .. `end` - 1 the mean of their rewards."""
    total = np.float32(0.0)
    for agent in range(first, end):
        total += reward[w, agent]
    for agent in range(first, end):
        reward[w, agent] = total / (end - first)


@kernel
def _penalise_outside(params, bodies, counts, reward, w):
    """Replace the rewards of those who are outside the area, or whom an object outside concerns."""
    object_outside = False
    if params.penalise_objects_out:
        for body in range(counts.agent, bodies.exists.shape[1]):
            object_outside = object_outside or (bodies.exists[w, body] and _is_outside(params, bodies, w, body))
    for agent in range(params.agents):
        if object_outside or _is_outside(params, bodies, w, agent):
            reward[w, agent] = params.out_of_area_reward


@kernel
def _is_outside(params, bodies, w, body):
    """Whether a body's centre is outside the game's area."""
    x, y = bodies.pose[w, body, 0], bodies.pose[w, body, 1]
    x0, y0, x1, y1 = params.area
    return x < x0 or x > x1 or y < y0 or y > y1
