"""Objectives as data: what is rewarded. Reading them takes no compiler."""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from hideseek.checks import check_choice
from hideseek.game.parts import Part, register_part

RewardType = Literal["joint_zero_sum", "joint_mean", "selfish"]


class Objective(Part):
    """What is rewarded: a frozen dataclass of the options that only this objective has."""


@register_part(Objective)
@dataclass(frozen=True)
class HideAndSeekObjective(Objective):
    """Hiders want not to be seen, seekers want to see (Baker et al. 2019, section 3)."""

    name: ClassVar[str] = "hide_and_seek"
    reward: RewardType = "joint_zero_sum"
    """How a team shares its reward (docs/environment.md)."""

    def __post_init__(self) -> None:
        check_choice("reward", self.reward, get_args(RewardType))
