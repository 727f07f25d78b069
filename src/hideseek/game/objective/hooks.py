"""What an objective decides in compiled code: what is rewarded."""

from typing import Any

from hideseek.sim.hook import hook


@hook
def write_rewards(objective, params, bodies, record, counts, reward, w) -> Any:
    """Write the rewards of the step just made into `reward[w]` [agent]; return whether no seeker sees a hider.

    Expects `record.step` to count that step, and sight as it is after it.
    """
