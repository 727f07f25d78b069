"""Objectives as data: what is rewarded. Reading them takes no compiler."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from jaxtyping import Bool

from hideseek.checks import check_choice
from hideseek.game.parts import Part, register_part
from hideseek.sim.state import Counts

RewardType = Literal["joint_zero_sum", "joint_mean", "selfish"]


class NoExtras(NamedTuple):
    """What an objective remembers that has nothing to remember."""

    nothing: Bool[np.ndarray, "world 0"]
    """Compiled code knows no named tuple without a field."""


class Objective(Part):
    """What is rewarded: a frozen dataclass of the options that only this objective has."""

    def allocate_extras(self, world_count: int, counts: Counts) -> Any:
        """Return what it remembers of all worlds between steps, a named tuple of zeroed arrays [world, ...].

        Their names are those of fields of the state (`HideAndSeek.get_state`).
        """
        return NoExtras(np.zeros((world_count, 0), np.bool_))


@register_part(Objective)
@dataclass(frozen=True)
class HideAndSeekObjective(Objective):
    """Hiders want not to be seen, seekers want to see (Baker et al. 2019, section 3)."""

    name: ClassVar[str] = "hide_and_seek"
    reward: RewardType = "joint_zero_sum"
    """How a team shares its reward (docs/environment.md)."""

    def __post_init__(self) -> None:
        check_choice("reward", self.reward, get_args(RewardType))
