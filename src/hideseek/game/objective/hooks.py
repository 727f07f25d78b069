"""What an objective decides in compiled code: what is rewarded, and what has to be remembered for that."""

from typing import Any

from hideseek.sim.hook import hook


@hook
def begin_objective(objective, params, bodies, record, counts, extras, w) -> Any:
    """Begin an episode in world `w`: set what the objective remembers in `extras` there."""


@hook
def judge_step(objective, params, bodies, record, counts, extras, reward, w) -> Any:
    """Write the rewards of the step just made into `reward[w]` [agent]; return whether no seeker sees a hider.

    Expects `record.step` to count that step, and sight as it is after it. What the objective remembers in `extras`
    follows.
    """
