"""A game is data: one frozen dataclass describes it, presets are instances of it.

Its options are those of the rules that all games share, of its layout and of its objective. Whoever sets them by name
(`make_game`, the command line, files) need not know which of the three an option belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from hideseek.checks import (
    check_choice,
    check_flag,
    check_instance,
    check_integer,
    check_name,
    check_number,
    printable,
    shown,
)
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.layout.options import (
    CylinderLayout,
    Layout,
    OpenLayout,
    QuadrantLayout,
    RandomWallsLayout,
    ThreeRoomsLayout,
)
from hideseek.game.numbers import numbers_of, with_numbers
from hideseek.game.objective.options import (
    BlueprintObjective,
    ExplorationObjective,
    FoodObjective,
    HideAndSeekObjective,
    LockObjective,
    Objective,
    ShelterObjective,
)
from hideseek.game.parts import Part, find_part, option_names
from hideseek.sim.state import Counts, Physics

LockRule = Literal["any_lock", "all_lock", "any_lock_specific", "all_lock_team_specific"]

LIDAR_RAYS = 30
MOVEMENT_BUCKETS = 11
PARTS: dict[str, type[Part]] = {"layout": Layout, "objective": Objective}
"""What a game has beside the rules that all games share, and of which sort it is."""
ADDED_OPTIONS: Mapping[str, Any] = {
    "objective": HideAndSeekObjective.name,
    "practice": 0.0,
    "rooms_min": 1,
    "locks_in_order": False,
    "observe_as": "",
}
"""What older files lack, and what was done before there was a choice."""


@with_numbers(
    without=("wall_friction", "observe_as"),
    agents=int,
    preparation_steps=int,
    observes_size=bool,
    is_observed_as_another=bool,
)
@dataclass(frozen=True)
class Rules:
    """What all games share (Baker et al. 2019, section 3 and appendix A)."""

    horizon: int = 80
    """Environment steps per episode, 75 ms each."""
    preparation_fraction: float = 0.4
    """Share of the episode in which seekers cannot act and nobody is rewarded."""
    hiders: int = 2
    """Agents of the first team."""
    seekers: int = 2
    """Agents of the second team."""
    boxes_min: int = 2
    """Fewest boxes of a world; their number is uniform."""
    boxes_max: int = 2
    """Most boxes of a world."""
    elongated_min: int = 0
    """Fewest elongated boxes among them."""
    elongated_max: int = 0
    """Most elongated boxes among them."""
    ramps: int = 1
    """Ramps of every world."""
    lock_ramps: bool = False
    """Whether ramps can be locked, not only boxes."""
    lock_rule: LockRule = "all_lock_team_specific"
    """Who may lock and unlock what (docs/environment.md)."""
    locks_in_order: bool = False
    """Whether a box can only be locked once all boxes before it are; any can be unlocked."""
    reach: float = 0.25
    """Largest distance from an agent's centre to an object's surface for grabbing and locking [m]."""
    area: tuple[float, float, float, float] = (0.1, 0.1, 5.9, 5.9)
    """x0, y0, x1, y1 [m]: an agent outside gets `out_of_area_reward`."""
    penalise_objects_out: bool = True
    """Whether an object outside the area gives every agent `out_of_area_reward`."""
    out_of_area_reward: float = -10.0
    """The reward of whoever that concerns, instead of the usual one."""
    wall_friction: float = 0.01
    """Sliding friction of walls; what touches them has the larger of its own and this."""
    original_quirks: bool = False
    """Reproduce the original's unintended behaviours exactly (docs/differences.md)."""
    observe_as: str = ""
    """Name of a game in whose observations these agents see this one: what that one has more of is filled up with what
    does not exist. So a policy of that game can play this one. Empty for the game's own."""

    @property
    def agents(self) -> int:
        """Hiders, then seekers."""
        return self.hiders + self.seekers

    @property
    def preparation_steps(self) -> int:
        """Steps 0 .. preparation_steps - 1 are preparation."""
        return int(self.preparation_fraction * self.horizon + 1e-9)

    @property
    def observes_size(self) -> bool:
        """Box sizes are observed where they differ."""
        return self.observed.elongated_max > 0

    @property
    def is_observed_as_another(self) -> bool:
        """Whether `observe_as` names a game."""
        return bool(self.observe_as)

    @property
    def observed(self) -> "Rules":
        """The game whose observations the agents get."""
        return PRESETS[self.observe_as] if self.observe_as else self


if TYPE_CHECKING:
    GameParams: TypeAlias = Any
else:
    GameParams = Rules.Numbers
    """The shared rules for compiled code: `wall_friction` is part of `Physics`."""


@dataclass(frozen=True)
class Game(Rules):
    """Everything that defines a game: the shared rules, and layout and objective with options of their own."""

    layout: Layout = field(default_factory=QuadrantLayout)
    """Which walls are built, and where things begin."""
    objective: Objective = field(default_factory=HideAndSeekObjective)
    """What is rewarded."""

    def __post_init__(self) -> None:
        validate(self)

    @property
    def counts(self) -> Counts:
        """Capacity of the game's worlds."""
        return Counts(self.agents, self.boxes_max, self.ramps, self.layout.wall_capacity, self.layout.cylinder_capacity)

    @property
    def physics(self) -> Physics:
        """Constants for the simulator."""
        return Physics(wall_friction=self.wall_friction)

    @property
    def params(self) -> GameParams:
        """The shared rules as numbers, for compiled code."""
        return numbers_of(self)

    @property
    def options(self) -> dict[str, Any]:
        """All options by name, as JSON can hold them; layout and objective are names beside their own options."""
        parts = {name: getattr(self, name) for name in PARTS}
        shared = {name: getattr(self, name) for name in option_names(Rules)}
        own = {name: getattr(part, name) for part in parts.values() for name in option_names(part)}
        return {name: part.name for name, part in parts.items()} | shared | own

    def changed(self, **options: Any) -> "Game":
        """Return the game with other options, its own or those of its layout and objective.

        A layout or an objective is given as such, or by its name; then it has its defaults.

        Raises:
            ValueError: This game has no such option, or a value is out of range.
        """
        parts = {name: _as_part(name, options.pop(name, getattr(self, name))) for name in PARTS}
        _check_known(options, parts)
        for name, part in parts.items():
            parts[name] = replace(part, **{own: options.pop(own) for own in option_names(part) if own in options})
        return replace(self, **options, **parts)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Game":
        """Return the game of which these are `options`, read from a file.

        Older files have the options of all layouts, which do nothing in any but their own.

        Raises:
            ValueError: An option is missing or unknown, or its value out of range.
        """
        given = {**ADDED_OPTIONS, **options}
        given = {name: tuple(x) if isinstance(x, list) else x for name, x in given.items()}
        if missing := [name for name in (*PARTS, *option_names(Rules)) if name not in given]:
            raise ValueError(f"game lacks {', '.join(missing)}")
        parts = {name: find_part(sort, given.pop(name)) for name, sort in PARTS.items()}
        for kind in parts.values():
            if missing := [name for name in option_names(kind) if name not in given]:
                raise ValueError(f"game lacks {', '.join(missing)}")
        elsewhere = {name for sort in PARTS.values() for kind in sort.known.values() for name in option_names(kind)}
        own: dict[str, Any] = {
            name: kind(**{x: given.pop(x) for x in option_names(kind)}) for name, kind in parts.items()
        }
        if unknown := [name for name in given if name not in option_names(Rules) and name not in elsewhere]:
            raise ValueError(f"game has the unknown {printable(', '.join(map(str, unknown)))}")
        return cls(**{name: given[name] for name in option_names(Rules)}, **own)


def _as_part(name: str, value: Any) -> Any:
    """Return a layout or an objective that was given as such or by its name."""
    part = find_part(PARTS[name], value)() if isinstance(value, str) else value
    _check_part(name, part)
    return part


def _check_part(name: str, value: object) -> None:
    """Raise TypeError unless a value is a layout or an objective."""
    known = PARTS[name].known.values()
    check_instance(name, value, tuple(known), f"one of {', '.join(kind.__name__ for kind in known)}")


def _check_known(options: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
    """Raise ValueError for an option that neither the rules nor these parts have, with those that there are."""
    known = [*PARTS, *option_names(Rules), *(name for part in parts.values() for name in option_names(part))]
    for option in options:
        if option not in known:
            others = [
                f"{sort} {kind.name!r}"
                for sort, base in PARTS.items()
                for kind in base.known.values()
                if option in option_names(kind)
            ]
            where = f" (it is one of {' and of '.join(others)})" if others else ""
            names = " and ".join(f"{sort} {part.name!r}" for sort, part in parts.items())
            raise ValueError(
                f"unknown option {option!r} of a game with {names}{where}; known options: {', '.join(sorted(known))}"
            )


def validate(game: Game) -> None:
    """Raise ValueError, naming the value and what was expected, where a game cannot be played."""
    check_choice("lock_rule", game.lock_rule, get_args(LockRule))
    for name in PARTS:
        _check_part(name, getattr(game, name))
    for name, low, high in (
        ("horizon", 1, 100_000),
        ("hiders", 1, 16),
        ("seekers", 0, 16),
        ("boxes_min", 0, 16),
        ("boxes_max", 0, 16),
        ("elongated_min", 0, 16),
        ("elongated_max", 0, 16),
        ("ramps", 0, 8),
    ):
        check_integer(name, getattr(game, name), low, high, plain=True)
    check_number("preparation_fraction", game.preparation_fraction, least=0.0, most=1.0)
    for name in ("reach", "wall_friction"):
        check_number(name, getattr(game, name), above=0.0, below=FLOOR_SIZE)
    check_number("out_of_area_reward", game.out_of_area_reward, least=-1e6, most=1e6)
    for name in ("lock_ramps", "locks_in_order", "penalise_objects_out", "original_quirks"):
        check_flag(name, getattr(game, name))
    for small, large in (
        ("boxes_min", "boxes_max"),
        ("elongated_min", "elongated_max"),
        ("elongated_max", "boxes_max"),
        ("elongated_min", "boxes_min"),
    ):
        value, most = getattr(game, small), getattr(game, large)
        if value > most:
            raise ValueError(f"{small} is {value}, expected at most {large}, {most}")
    _check_area(game.area)
    if game.observe_as:
        _check_observed(game)
    for name in PARTS:
        getattr(game, name).check_fits(game)


def _check_observed(game: Game) -> None:
    """Raise ValueError unless all that a game's agents observe has its place in the observations of `observe_as`.

    Of ramps a game may have more: the paper's sequential lock has one in each of three rooms, its full game has two.
    """
    check_choice("observe_as", game.observe_as, ("", *PRESETS))
    other = PRESETS[game.observe_as]
    if other.observe_as:
        raise ValueError(f"observe_as is {game.observe_as!r}, expected a game that is observed as itself")
    for name in ("agents", "boxes_max"):
        if getattr(game, name) > getattr(other, name):
            raise ValueError(
                f"observe_as is {game.observe_as!r}, which has {getattr(other, name)} {name}, expected a game with at"
                f" least {getattr(game, name)}"
            )
    for name, told in (("elongated_max", "sizes of boxes"), ("lock_ramps", "locks of ramps")):
        if getattr(game, name) and not getattr(other, name) and (name != "lock_ramps" or game.ramps):
            raise ValueError(f"observe_as is {game.observe_as!r}, which tells no {told}, expected a game that does")
    if game.original_quirks != other.original_quirks:
        raise ValueError(f"original_quirks is {game.original_quirks}, expected False with observe_as")


def _check_area(area: object) -> None:
    if not isinstance(area, tuple) or len(area) != 4:
        raise ValueError(f"area is {shown(area)}, expected a tuple (x0, y0, x1, y1)")
    for name, value in zip(("x0", "y0", "x1", "y1"), area, strict=True):
        check_number(f"{name} of area", value)
    if area[0] >= area[2] or area[1] >= area[3]:
        raise ValueError(f"area is {shown(area)}, expected (x0, y0, x1, y1) with x0 < x1 and y0 < y1")


_FULL = Game(
    layout=RandomWallsLayout(),
    horizon=240,
    boxes_min=3,
    boxes_max=9,
    elongated_min=3,
    elongated_max=9,
    ramps=2,
    lock_ramps=True,
    area=(-6.0, -6.0, 12.0, 12.0),
    penalise_objects_out=False,
    wall_friction=1.0,
)
"""The paper's full game."""
_TASK = Game(
    objective=LockObjective(),
    horizon=120,
    preparation_fraction=0.0,
    hiders=1,
    seekers=0,
    ramps=0,
    lock_ramps=True,
    area=(-6.0, -6.0, 12.0, 12.0),
    penalise_objects_out=False,
    wall_friction=1.0,
)
"""What the lock tasks and shelter construction have in common."""
PRESETS: dict[str, Game] = {
    "quadrant": Game(),
    "random-walls": _FULL,
    "lock-and-return": replace(
        _TASK,
        layout=RandomWallsLayout(rooms_min=6, rooms_max=6, outer_wall_probability=1.0),
        objective=LockObjective(returns=True),
        boxes_min=1,
        boxes_max=1,
    ),
    "sequential-lock": replace(
        _TASK,
        layout=ThreeRoomsLayout(),
        objective=LockObjective(),
        boxes_min=4,
        boxes_max=4,
        ramps=3,
        locks_in_order=True,
    ),
    "blueprint": replace(
        _TASK, layout=OpenLayout(), objective=BlueprintObjective(), horizon=150, boxes_min=8, boxes_max=8
    ),
    "food": replace(_FULL, objective=FoodObjective()),
    "dynamic-food": replace(
        _FULL, objective=FoodObjective(food_health=1.0, food_respawn=1, food_moves=True, food_square=0.2)
    ),
    "exploration": Game(
        layout=OpenLayout(start_share=0.5),
        objective=ExplorationObjective(),
        horizon=240,
        preparation_fraction=0.0,
        hiders=1,
        seekers=0,
        boxes_min=4,
        boxes_max=4,
        ramps=1,
        lock_ramps=True,
        wall_friction=1.0,
    ),
    "shelter": replace(
        _TASK,
        layout=CylinderLayout(),
        objective=ShelterObjective(),
        horizon=240,
        boxes_min=8,
        boxes_max=8,
        elongated_min=3,
        elongated_max=3,
        wall_friction=0.01,
    ),
}
"""The paper's games, the quadrant and the full game with random walls, and those of `register_game`."""


def check_game(game: object) -> None:
    """Raise TypeError unless `game` is a Game."""
    check_instance("game", game, Game, "a Game (see hideseek.make_game)")


def register_game(name: str, game: Game) -> None:
    """Make a game known by a name, so that whatever takes a game's name takes this one.

    Raises:
        TypeError: `name` is no string, or `game` no Game.
        ValueError: There is another game of this name.
    """
    check_name("name", name)
    check_game(game)
    if PRESETS.setdefault(name, game) != game:
        raise ValueError(f"name is {name!r}, expected one that no other game has: {', '.join(PRESETS)}")


def make_game(name: str, **options: Any) -> Game:
    """Return the preset `name` with other `options`; raise ValueError for a name or an option that does not exist."""
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"unknown game {shown(name)}; known games: {', '.join(PRESETS)}")
    return PRESETS[name].changed(**options)
