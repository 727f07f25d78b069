"""Objectives as data: what is rewarded. Reading them takes no compiler."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from jaxtyping import Bool, Float32, Int32

from hideseek.checks import check_choice, check_flag, check_integer, check_number
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


class LockExtras(NamedTuple):
    """What the lock tasks remember of all worlds."""

    target: Int32[np.ndarray, " world"]
    """The box to go to; the number of boxes stands for the place of the start, -1 for nothing left to do."""
    target_distance: Float32[np.ndarray, " world"]
    """From the agent to it, along the floor [m]."""
    was_locked: Bool[np.ndarray, "world box"]
    """Which boxes were locked after the step before."""
    start: Float32[np.ndarray, "world 2"]
    """Where the agent began, x and y [m]."""


@register_part(Objective)
@dataclass(frozen=True)
class LockObjective(Objective):
    """Find boxes and lock them: of the tests that come after hide-and-seek (Baker et al. 2019, section 6.2).

    For one hider alone.
    """

    name: ClassVar[str] = "lock"
    returns: bool = False
    """Whether it has to come back to where it began, when all boxes are locked."""
    lock_reward: float = 5.0
    """For each box that becomes locked; minus this for each that becomes unlocked."""
    approach_reward: float = 0.5
    """For each metre nearer to the box that is next (in order where they are locked in order, else the nearest), or to
    the start."""
    success_reward: float = 1.0
    """For each step in which all is done."""
    start_radius: float = 0.1
    """This close to where it began it is back [m]."""

    def __post_init__(self) -> None:
        check_flag("returns", self.returns)
        for name in ("lock_reward", "approach_reward", "success_reward"):
            check_number(name, getattr(self, name), least=-1e6, most=1e6)
        check_number("start_radius", self.start_radius, above=0.0)

    def allocate_extras(self, world_count: int, counts: Counts) -> LockExtras:
        """See `Objective`."""
        return LockExtras(
            target=np.zeros(world_count, np.int32),
            target_distance=np.zeros(world_count, np.float32),
            was_locked=np.zeros((world_count, counts.box), np.bool_),
            start=np.zeros((world_count, 2), np.float32),
        )

    def check_fits(self, game: Any) -> None:
        """See `Part`."""
        for name, expected in (("hiders", 1), ("seekers", 0)):
            if getattr(game, name) != expected:
                raise ValueError(f"{name} is {getattr(game, name)}, expected {expected} where the objective is 'lock'")


@register_part(Objective)
@dataclass(frozen=True)
class ExplorationObjective(Objective):
    """No reward of its own: what is done comes from the learner's curiosity (Baker et al. 2019, section 6.1)."""

    name: ClassVar[str] = "exploration"


@register_part(Objective)
@dataclass(frozen=True)
class ShelterObjective(Objective):
    """Protect a cylinder: rays from the border shall not reach it (Baker et al. 2019, section 6.2).

    For hiders alone.
    """

    name: ClassVar[str] = "shelter"
    rays_per_side: int = 25
    """Rays that start along each side of the floor, evenly spaced."""
    ray_penalty: float = 0.001
    """What each ray that reaches the cylinder takes in each step."""

    def __post_init__(self) -> None:
        check_integer("rays_per_side", self.rays_per_side, 1, 1000, plain=True)
        check_number("ray_penalty", self.ray_penalty, least=0.0, most=1e6)

    def check_fits(self, game: Any) -> None:
        """See `Part`."""
        if game.seekers:
            raise ValueError(f"seekers is {game.seekers}, expected 0 where the objective is 'shelter'")
        if not game.layout.cylinder_capacity:
            raise ValueError(
                f"layout is {game.layout.name!r}, expected one with a cylinder where the objective is 'shelter'"
            )
