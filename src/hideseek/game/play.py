"""One environment step of all worlds, in four passes over the batch: simulate, judge, restart, observe.

Each pass is one parallel loop over worlds; worlds do not touch each other, so results do not depend on the threads.
The body of a parallel loop only calls functions: what it wrote into a field of a named tuple itself, Numba would
remove as dead.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32
from numba import prange

from hideseek.game.actions import apply_grab, apply_locks, set_control
from hideseek.game.layout.build import build_world
from hideseek.game.lidar import sense_lidar
from hideseek.game.observe import write_observations
from hideseek.game.rewards import write_rewards
from hideseek.game.state import STATISTICS
from hideseek.game.statistics import sample_preparation, start_statistics, write_statistics
from hideseek.game.vision import sense_vision
from hideseek.sim.kernel import kernel, parallel_kernel
from hideseek.sim.state import Counts
from hideseek.sim.step import step_world


class Outcome(NamedTuple):
    """What a step led to, besides observations."""

    reward: Float32[np.ndarray, "world agent"]
    done: Bool[np.ndarray, " world"]
    """The horizon was reached with this step."""
    hidden: Bool[np.ndarray, " world"]
    """No hider is seen by a seeker after this step."""
    preparation: Bool[np.ndarray, " world"]
    """This step belonged to preparation."""
    statistics: Float32[np.ndarray, "world statistic"]
    """Of the episode so far, named by `STATISTIC_NAMES`: complete where `done`."""


def allocate_outcome(world_count: int, counts: Counts) -> Outcome:
    """Return zeroed arrays for `world_count` worlds."""
    w = world_count
    return Outcome(
        reward=np.zeros((w, counts.agent), np.float32),
        done=np.zeros(w, np.bool_),
        hidden=np.zeros(w, np.bool_),
        preparation=np.zeros(w, np.bool_),
        statistics=np.zeros((w, 2 * len(STATISTICS)), np.float32),
    )


@parallel_kernel
def simulate(params, counts, physics, bodies, record, movement, grab, lock, control, workspaces):
    """Carry out the actions of all worlds: grabs, then locks, then 75 ms of physics."""
    threads = workspaces.body.shape[0]
    for t in prange(threads):
        for w in range(t, bodies.pose.shape[0], threads):
            apply_grab(params, bodies, record, counts, grab, w)
            apply_locks(params, bodies, record, counts, lock, w)
            set_control(params, record, movement, control, w)
            step_world(bodies, counts, physics, control, workspaces, t, w)


@parallel_kernel
def judge(params, counts, bodies, record, outcome, threads):
    """Count the step of all worlds, look around, and write rewards and statistics."""
    for t in prange(threads):
        for w in range(t, bodies.pose.shape[0], threads):
            _judge_world(params, counts, bodies, record, outcome, w)


@kernel
def _judge_world(params, counts, bodies, record, outcome, w):
    outcome.preparation[w] = record.step[w] < params.preparation_steps
    record.step[w] += 1
    sense_vision(params, bodies, record, counts, w)
    outcome.hidden[w] = write_rewards(params, bodies, record, counts, outcome.reward, w)
    sample_preparation(params, bodies, record, counts, w)
    outcome.done[w] = record.step[w] >= params.horizon
    if outcome.done[w]:
        write_statistics(bodies, record, counts, outcome.statistics, w)


@parallel_kernel
def restart(params, counts, bodies, record, which, scratch, threads):
    """Begin a new episode in every world that `which` names; return how many could not be built."""
    failures = 0
    for t in prange(threads):
        for w in range(t, bodies.pose.shape[0], threads):
            if which[w]:
                failures += _restart_world(params, counts, bodies, record, scratch, w, t)
    return failures


@kernel
def _restart_world(params, counts, bodies, record, scratch, w, t):
    """Begin a new episode in world `w`; return 0, or 1 if it could not be built."""
    built = build_world(params, bodies, record, scratch, w, t)
    start_statistics(bodies, record, counts, w)
    record.episode[w] += 1
    sense_vision(params, bodies, record, counts, w)
    return 0 if built else 1


@parallel_kernel
def observe(params, counts, bodies, record, observation, threads):
    """Write the observations of all worlds."""
    for t in prange(threads):
        for w in range(t, bodies.pose.shape[0], threads):
            write_observations(params, bodies, record, counts, observation, w)
            sense_lidar(params, bodies, counts, observation.lidar, w)
