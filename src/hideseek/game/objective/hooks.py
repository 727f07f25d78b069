"""What an objective decides in compiled code: what is rewarded, and what has to be remembered for that."""

from typing import Any

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import GameParams
from hideseek.game.state import Record
from hideseek.sim.hook import hook
from hideseek.sim.state import Bodies, Counts


@hook
def begin_objective(
    objective: Any, params: GameParams, bodies: Bodies, record: Record, counts: Counts, extras: Any, w: int
) -> Any:
    """Begin an episode in world `w`: set what the objective remembers in `extras` there."""


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
    """Write the rewards of the step just made into `reward[w]` [agent]; return whether no seeker sees a hider.

    Expects `record.step` to count that step, and sight as it is after it. What the objective remembers in `extras`
    follows.
    """
