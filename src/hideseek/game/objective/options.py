"""Objectives as data: what is rewarded. Reading them takes no compiler."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from jaxtyping import Bool, Float32, Int32

from hideseek.checks import check_choice, check_flag, check_integer, check_number
from hideseek.game.features import CORNERS, HEALTH, POSITION, Features, width_of
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.parts import Part, register_part
from hideseek.game.spots import Spots
from hideseek.sim.state import Counts

RewardType = Literal["joint_zero_sum", "joint_mean", "selfish"]


class EntityRows(NamedTuple):
    """How agents observe a kind of entity."""

    room: int
    """How many there is room for."""
    features: Features
    """What is told of each."""
    may_lack: bool
    """Whether a world may have fewer, so that it is told which exist."""

    @property
    def width(self) -> int:
        """Numbers for each entity."""
        return width_of(self.features)


class NoExtras(NamedTuple):
    """What an objective remembers that has nothing to remember."""

    nothing: Bool[np.ndarray, "world 0"]
    """Compiled code knows no named tuple without a field."""


class Objective(Part):
    """What is rewarded: a frozen dataclass of the options that only this objective has."""

    metric_names: ClassVar[tuple[str, ...]] = ()
    """What is measured of an episode beside its rewards (`write_metrics` in `game/objective/hooks.py`)."""

    ends_early: ClassVar[bool] = False
    """Whether an episode can be over before the horizon."""

    @property
    def entities(self) -> Mapping[str, "EntityRows"]:
        """Kinds of entity that there are for its sake, by their names in `game/entities.py`."""
        return {}

    @property
    def spot_count(self) -> int:
        """How many spots a world has room for."""
        return sum(rows.room for rows in self.entities.values())

    def spots(self, extras: Any) -> Spots | None:
        """Return the spots that pictures show, from what the objective remembers; None where it has none."""
        return None

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


def _check_alone(game: Any, objective: str) -> None:
    """Raise ValueError unless a game has one hider and no seeker."""
    for name, expected in (("hiders", 1), ("seekers", 0)):
        if getattr(game, name) != expected:
            raise ValueError(
                f"{name} is {getattr(game, name)}, expected {expected} where the objective is {objective!r}"
            )


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
        _check_alone(game, self.name)


@register_part(Objective)
@dataclass(frozen=True)
class ExplorationObjective(Objective):
    """No reward of its own: what is done comes from the learner's curiosity (Baker et al. 2019, section 6.1)."""

    name: ClassVar[str] = "exploration"


class FoodExtras(NamedTuple):
    """What the games with food remember of all worlds."""

    food_position: Float32[np.ndarray, "world food 3"]
    """x, y, z of each food [m]."""
    food_health: Float32[np.ndarray, "world food"]
    """Bites that are left of it."""
    food_wait: Int32[np.ndarray, "world food"]
    """Steps since it was eaten up."""
    food_zone: Float32[np.ndarray, "world 4"]
    """Where it appears: x0, y0, x1, y1 [m]."""
    sees_food: Bool[np.ndarray, "world agent food"]
    """As of the last observation."""
    hiders_seen: Bool[np.ndarray, " world"]
    """Whether a seeker saw a hider then."""
    eaten: Float32[np.ndarray, " world"]
    """Bites of all hiders in this episode."""


@register_part(Objective)
@dataclass(frozen=True)
class FoodObjective(HideAndSeekObjective):
    """Hide-and-seek in which hiders eat while nobody sees them; they are rewarded for both.

    The numbers are those of the environment that Baker et al. 2019 released.
    """

    name: ClassVar[str] = "food"
    metric_names: ClassVar[tuple[str, ...]] = ("food_eaten",)
    food: int = 1
    """How many foods there are."""
    food_health: float = 40.0
    """Bites of each; a hider takes one per step."""
    food_radius: float = 0.5
    """This close to it a hider eats, if it sees it, after preparation [m]."""
    food_respawn: int = 5
    """Steps until a food that was eaten up is whole again."""
    food_moves: bool = False
    """Whether it then appears elsewhere in its square, or where it was."""
    food_square: float = 0.25
    """Side of the square in which it appears, as a share of the floor's side; in the quadrant game of the quadrant's,
    in the middle of either."""
    food_cluster: float = 0.0
    """How far from the first one the others appear, along x and y [m]; 0 where each has a place of its own."""
    food_reward: float = 1.0
    """For each bite, beside the reward of hide-and-seek."""
    food_shared: bool = True
    """Whether a team shares what it gets for food, or each has its own."""
    hiding_reward: float = 1.0
    """What the rewards of hide-and-seek are multiplied with."""
    eat_when_seen: bool = False
    """Whether hiders eat although a seeker sees one of them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("food", self.food, 1, 16, plain=True)
        check_integer("food_respawn", self.food_respawn, 0, 100_000, plain=True)
        check_number("food_health", self.food_health, above=0.0, most=1e6)
        check_number("food_radius", self.food_radius, above=0.0, below=FLOOR_SIZE)
        check_number("food_square", self.food_square, above=0.0, most=1.0)
        check_number("food_cluster", self.food_cluster, least=0.0, below=FLOOR_SIZE)
        for name in ("food_reward", "hiding_reward"):
            check_number(name, getattr(self, name), least=-1e6, most=1e6)
        for name in ("food_moves", "food_shared", "eat_when_seen"):
            check_flag(name, getattr(self, name))

    @property
    def entities(self) -> Mapping[str, EntityRows]:
        """See `Objective`."""
        return {"food": EntityRows(self.food, (POSITION, HEALTH), may_lack=False)}

    def spots(self, extras: FoodExtras) -> Spots:
        """See `Objective`."""
        return Spots(extras.food_position, extras.food_health / np.float32(self.food_health))

    def allocate_extras(self, world_count: int, counts: Counts) -> FoodExtras:
        """See `Objective`."""
        w = world_count
        return FoodExtras(
            food_position=np.zeros((w, self.food, 3), np.float32),
            food_health=np.zeros((w, self.food), np.float32),
            food_wait=np.zeros((w, self.food), np.int32),
            food_zone=np.zeros((w, 4), np.float32),
            sees_food=np.zeros((w, counts.agent, self.food), np.bool_),
            hiders_seen=np.zeros(w, np.bool_),
            eaten=np.zeros(w, np.float32),
        )


class BlueprintExtras(NamedTuple):
    """What the construction from a blueprint remembers of all worlds."""

    site_count: Int32[np.ndarray, " world"]
    """Sites 0 .. site_count - 1 exist."""
    site_position: Float32[np.ndarray, "world site 3"]
    """x, y, z of their middles [m]."""
    sees_site: Bool[np.ndarray, "world agent site"]
    """As of the last observation."""
    completed: Bool[np.ndarray, " world"]
    """Whether all were built on with the step before."""
    site_distance: Float32[np.ndarray, " world"]
    """From the sites' corners to the closest of the boxes', smoothed, as rewarded after the step before [m]."""
    box_corner: Float32[np.ndarray, "world corner 3"]
    """x, y, z of four corners of each box at half its height, worked out anew in each step [m]."""


@register_part(Objective)
@dataclass(frozen=True)
class BlueprintObjective(Objective):
    """Boxes have to be put onto marked sites (Baker et al. 2019, section 6.2). For one hider alone."""

    name: ClassVar[str] = "blueprint"
    metric_names: ClassVar[tuple[str, ...]] = ("completed", "site_distance")
    ends_early: ClassVar[bool] = True
    sites_min: int = 1
    """The number of sites is uniform in sites_min .. sites_max."""
    sites_max: int = 4
    site_square: float = 0.85
    """Side of the square in the middle of the floor in which they lie, as a share of the floor's."""
    distance_reward: float = -0.05
    """Each step, for each metre from a site's corner to the closest box's corner, mean over all corners of sites."""
    completion_reward: float = 3.0
    """For each site, once all are built on; that ends the episode."""
    site_tolerance: float = 0.1
    """This close to a site's middle and corners have to be those of a box [m]."""

    def __post_init__(self) -> None:
        for name in ("sites_min", "sites_max"):
            check_integer(name, getattr(self, name), 1, 8, plain=True)
        if self.sites_min > self.sites_max:
            raise ValueError(f"sites_min is {self.sites_min}, expected at most sites_max, {self.sites_max}")
        check_number("site_square", self.site_square, least=0.2, most=0.9)
        for name in ("distance_reward", "completion_reward"):
            check_number(name, getattr(self, name), least=-1e6, most=1e6)
        check_number("site_tolerance", self.site_tolerance, above=0.0)

    @property
    def entities(self) -> Mapping[str, EntityRows]:
        """See `Objective`."""
        return {"sites": EntityRows(self.sites_max, (POSITION, CORNERS), may_lack=True)}

    def spots(self, extras: BlueprintExtras) -> Spots:
        """See `Objective`."""
        exists = np.arange(self.sites_max) < extras.site_count[:, None]
        return Spots(extras.site_position, exists.astype(np.float32))

    def allocate_extras(self, world_count: int, counts: Counts) -> BlueprintExtras:
        """See `Objective`."""
        w, sites = world_count, self.sites_max
        return BlueprintExtras(
            site_count=np.zeros(w, np.int32),
            site_position=np.zeros((w, sites, 3), np.float32),
            sees_site=np.zeros((w, counts.agent, sites), np.bool_),
            completed=np.zeros(w, np.bool_),
            site_distance=np.zeros(w, np.float32),
            box_corner=np.zeros((w, 4 * counts.box, 3), np.float32),
        )

    def check_fits(self, game: Any) -> None:
        """See `Part`."""
        _check_alone(game, self.name)
        if self.sites_max > game.boxes_min:
            raise ValueError(f"sites_max is {self.sites_max}, expected at most boxes_min, {game.boxes_min}")


class ShelterExtras(NamedTuple):
    """What the shelter construction remembers of all worlds."""

    ray_stopped: Bool[np.ndarray, "world ray"]
    """Which rays were stopped after the step before: those of the lower side first, counter-clockwise."""


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

    def allocate_extras(self, world_count: int, counts: Counts) -> ShelterExtras:
        """See `Objective`."""
        return ShelterExtras(ray_stopped=np.zeros((world_count, 4 * self.rays_per_side), np.bool_))

    def check_fits(self, game: Any) -> None:
        """See `Part`."""
        if game.seekers:
            raise ValueError(f"seekers is {game.seekers}, expected 0 where the objective is 'shelter'")
        if not game.layout.cylinder_capacity:
            raise ValueError(
                f"layout is {game.layout.name!r}, expected one with a cylinder where the objective is 'shelter'"
            )
