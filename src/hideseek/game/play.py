"""One environment step of all worlds, in four passes over the batch: simulate, judge, restart, observe.

Each pass gives every thread a share of the worlds; worlds do not touch each other, so results do not depend on the
threads.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Int8

from hideseek.game.actions import apply_grab, apply_locks, set_control
from hideseek.game.config import GameParams
from hideseek.game.layout.build import build_world
from hideseek.game.layout.scratch import LayoutScratch
from hideseek.game.lidar import sense_lidar
from hideseek.game.objective import (  # noqa: F401  (their versions of the hooks)
    blueprint,
    exploration,
    food,
    hide_and_seek,
    lock_tasks,
    shelter,
)
from hideseek.game.objective.hooks import (
    begin_objective,
    judge_step,
    sense_entities,
    write_entities,
    write_metrics,
)
from hideseek.game.observe import Observation, write_observations
from hideseek.game.state import STATISTICS, Record
from hideseek.game.statistics import sample_preparation, start_statistics, write_statistics
from hideseek.game.vision import sense_vision
from hideseek.sim.kernel import kernel, pass_kernel
from hideseek.sim.state import Bodies, Counts, Physics
from hideseek.sim.step import step_world
from hideseek.sim.threads import run_shares
from hideseek.sim.workspace import Workspace


class Outcome(NamedTuple):
    """What a step led to, besides observations."""

    reward: Float32[np.ndarray, "world agent"]
    done: Bool[np.ndarray, " world"]
    """The episode is over with this step."""
    terminated: Bool[np.ndarray, " world"]
    """It is over because of what happened, not because the horizon was reached."""
    hidden: Bool[np.ndarray, " world"]
    """No hider is seen by a seeker after this step."""
    preparation: Bool[np.ndarray, " world"]
    """This step belonged to preparation."""
    statistics: Float32[np.ndarray, "world statistic"]
    """Where `done` of the episode that ended with this step, elsewhere of the one before; see `STATISTIC_NAMES`."""
    metrics: Float32[np.ndarray, "world metric"]
    """The same of what the objective measures (`Objective.metric_names`)."""


def allocate_outcome(world_count: int, counts: Counts, metric_count: int) -> Outcome:
    """Return zeroed arrays for `world_count` worlds, and so many metrics of the objective."""
    w = world_count
    return Outcome(
        reward=np.zeros((w, counts.agent), np.float32),
        done=np.zeros(w, np.bool_),
        terminated=np.zeros(w, np.bool_),
        hidden=np.zeros(w, np.bool_),
        preparation=np.zeros(w, np.bool_),
        statistics=np.zeros((w, 2 * len(STATISTICS)), np.float32),
        metrics=np.zeros((w, metric_count), np.float32),
    )


def simulate(
    params: GameParams,
    counts: Counts,
    physics: Physics,
    bodies: Bodies,
    record: Record,
    movement: Int8[np.ndarray, "world agent 3"],
    grab: Int8[np.ndarray, "world agent"],
    lock: Int8[np.ndarray, "world agent"],
    control: Float32[np.ndarray, "world agent 3"],
    workspaces: Workspace,
) -> None:
    """Carry out the actions of all worlds: grabs, then locks, then 75 ms of physics.

    `control` receives the forces; there are as many threads as workspaces.
    """
    threads = len(workspaces.body)
    arguments = (params, counts, physics, bodies, record, movement, grab, lock, control, workspaces)
    run_shares(_simulate_share, threads, *arguments)


@pass_kernel
def _simulate_share(params, counts, physics, bodies, record, movement, grab, lock, control, workspaces, t):
    for w in range(t, bodies.pose.shape[0], workspaces.body.shape[0]):
        act_in_world(params, counts, bodies, record, movement, grab, lock, control, w)
        step_world(bodies, counts, physics, control, workspaces, t, w)


def act(
    params: GameParams,
    counts: Counts,
    bodies: Bodies,
    record: Record,
    movement: Int8[np.ndarray, "world agent 3"],
    grab: Int8[np.ndarray, "world agent"],
    lock: Int8[np.ndarray, "world agent"],
    control: Float32[np.ndarray, "world agent 3"],
    threads: int,
) -> None:
    """Do what `simulate` does before its physics, for callers that have a physics of their own."""
    run_shares(_act_share, threads, params, counts, bodies, record, movement, grab, lock, control, threads)


@pass_kernel
def _act_share(params, counts, bodies, record, movement, grab, lock, control, threads, t):
    for w in range(t, bodies.pose.shape[0], threads):
        act_in_world(params, counts, bodies, record, movement, grab, lock, control, w)


@kernel
def act_in_world(params, counts, bodies, record, movement, grab, lock, control, w):
    """Decide what is held and locked in world `w` during the coming step, and write its forces to `control[w]`."""
    apply_grab(params, bodies, record, counts, grab, w)
    apply_locks(params, bodies, record, counts, lock, w)
    set_control(params, record, movement, control, w)


def judge(
    objective: Any,
    params: GameParams,
    counts: Counts,
    bodies: Bodies,
    record: Record,
    extras: Any,
    outcome: Outcome,
    threads: int,
) -> None:
    """Count the step of all worlds, look around, and write rewards and statistics.

    `objective` is the `Numbers` of the game's `Objective`, `extras` what it remembers.
    """
    run_shares(_judge_share, threads, objective, params, counts, bodies, record, extras, outcome, threads)


@pass_kernel
def _judge_share(objective, params, counts, bodies, record, extras, outcome, threads, t):
    for w in range(t, bodies.pose.shape[0], threads):
        outcome.preparation[w] = record.step[w] < params.preparation_steps
        record.step[w] += 1
        sense_vision(params, bodies, record, counts, w)
        verdict = judge_step(objective, params, bodies, record, counts, extras, outcome.reward, w)
        outcome.hidden[w], outcome.terminated[w] = verdict
        sense_entities(objective, params, bodies, record, counts, extras, w)
        sample_preparation(params, bodies, record, counts, w)
        outcome.done[w] = outcome.terminated[w] or record.step[w] >= params.horizon
        if outcome.done[w]:
            write_statistics(bodies, record, counts, outcome.statistics, w)
            write_metrics(objective, extras, outcome.metrics, w)


def restart(
    layout: Any,
    objective: Any,
    params: GameParams,
    counts: Counts,
    bodies: Bodies,
    record: Record,
    extras: Any,
    which: Bool[np.ndarray, " world"],
    scratch: LayoutScratch,
    threads: int,
) -> int:
    """Begin a new episode in every world that `which` names; return how many could not be built.

    `layout` and `objective` are the `Numbers` of the game's, `extras` what the objective remembers.
    """
    arguments = (layout, objective, params, counts, bodies, record, extras, which, scratch, threads)
    return sum(run_shares(_restart_share, threads, *arguments))


@pass_kernel
def _restart_share(layout, objective, params, counts, bodies, record, extras, which, scratch, threads, t):
    failures = 0
    for w in range(t, bodies.pose.shape[0], threads):
        if which[w]:
            failures += 0 if build_world(layout, params, bodies, record, scratch, w, t) else 1
            start_statistics(bodies, record, counts, w)
            record.episode[w] += 1
            sense_vision(params, bodies, record, counts, w)
            begin_objective(objective, layout, params, bodies, record, counts, extras, w)
            sense_entities(objective, params, bodies, record, counts, extras, w)
    return failures


def look(
    params: GameParams, counts: Counts, bodies: Bodies, record: Record, which: Bool[np.ndarray, " world"], threads: int
) -> None:
    """Tell anew who sees what in every world that `which` names."""
    run_shares(_look_share, threads, params, counts, bodies, record, which, threads)


@pass_kernel
def _look_share(params, counts, bodies, record, which, threads, t):
    for w in range(t, bodies.pose.shape[0], threads):
        if which[w]:
            sense_vision(params, bodies, record, counts, w)


def observe(
    params: GameParams, counts: Counts, bodies: Bodies, record: Record, observation: Observation, threads: int
) -> None:
    """Write the observations of all worlds."""
    run_shares(_observe_share, threads, params, counts, bodies, record, observation, threads)


@pass_kernel
def _observe_share(params, counts, bodies, record, observation, threads, t):
    for w in range(t, bodies.pose.shape[0], threads):
        write_observations(params, bodies, record, counts, observation, w)
        sense_lidar(params, bodies, counts, observation.lidar, w)


def look_at_entities(
    objective: Any,
    params: GameParams,
    counts: Counts,
    bodies: Bodies,
    record: Record,
    extras: Any,
    which: Bool[np.ndarray, " world"],
    threads: int,
) -> None:
    """Tell anew who sees the entities of the objective, in every world that `which` names."""
    run_shares(_look_at_entities_share, threads, objective, params, counts, bodies, record, extras, which, threads)


@pass_kernel
def _look_at_entities_share(objective, params, counts, bodies, record, extras, which, threads, t):
    for w in range(t, bodies.pose.shape[0], threads):
        if which[w]:
            sense_entities(objective, params, bodies, record, counts, extras, w)


def observe_entities(
    objective: Any, params: GameParams, record: Record, extras: Any, observation: Observation, threads: int
) -> None:
    """Write what is observed of the entities of the objective, in all worlds."""
    run_shares(_observe_entities_share, threads, objective, params, record, extras, observation, threads)


@pass_kernel
def _observe_entities_share(objective, params, record, extras, observation, threads, t):
    for w in range(t, record.step.shape[0], threads):
        write_entities(objective, params, record, extras, observation, w)
