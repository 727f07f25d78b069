"""What an objective decides in compiled code: what is rewarded, and what has to be remembered for that."""

from typing import Any

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import GameParams
from hideseek.game.observe import Observation
from hideseek.game.state import Record
from hideseek.sim.hook import hook, optional_hook
from hideseek.sim.kernel import kernel
from hideseek.sim.state import Bodies, Counts


@hook
def begin_objective(
    objective: Any,
    layout: Any,
    params: GameParams,
    bodies: Bodies,
    record: Record,
    counts: Counts,
    extras: Any,
    w: int,
) -> Any:
    """Begin an episode in world `w`, which `layout` has built: set what the objective remembers in `extras` there."""


@hook
def judge_step(
    objective: Any,
    params: GameParams,
    bodies: Bodies,
    record: Record,
    counts: Counts,
    extras: Any,
    reward: Float32[np.ndarray, "world agent"],
    w: int,
) -> Any:
    """Write the rewards of the step just made into `reward[w]` [agent].

    Expects `record.step` to count that step, and sight as it is after it. What the objective remembers in `extras`
    follows. Returns whether no seeker sees a hider, and whether the episode is over before its horizon.
    """


@optional_hook
@kernel
def sense_entities(
    objective: Any, params: GameParams, bodies: Bodies, record: Record, counts: Counts, extras: Any, w: int
) -> None:
    """Note in `extras` who sees the entities that there are for the objective's sake; called after `judge_step`."""


@optional_hook
@kernel
def write_entities(
    objective: Any, params: GameParams, record: Record, extras: Any, observation: Observation, w: int
) -> None:
    """Write what agents observe of these entities into world `w` of `observation`."""


@optional_hook
@kernel
def write_metrics(objective: Any, extras: Any, metrics: Float32[np.ndarray, "world metric"], w: int) -> None:
    """Write what was measured of the episode that is over into `metrics[w]`, in the order of `metric_names`."""
