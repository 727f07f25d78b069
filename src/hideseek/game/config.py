"""A game is data: one frozen dataclass describes it, presets are instances of it."""

from dataclasses import dataclass, fields
from typing import Literal, NamedTuple, get_args

from hideseek.checks import check_choice, check_flag, check_instance, check_integer, check_number, shown
from hideseek.sim.state import Counts, Physics

Layout = Literal["quadrant", "random_walls"]
LockRule = Literal["any_lock", "all_lock", "any_lock_specific", "all_lock_team_specific"]
RewardType = Literal["joint_zero_sum", "joint_mean", "selfish"]

FLOOR_SIZE = 6.0
GRID = 30
CELL = FLOOR_SIZE / GRID
LIDAR_RAYS = 30
MOVEMENT_BUCKETS = 11


@dataclass(frozen=True)
class Game:
    """Everything that defines a game of hide-and-seek (Baker et al. 2019, section 3 and appendix A)."""

    layout: Layout = "quadrant"
    """Which walls are built: one closed-off quarter, or one to `rooms_max` random rooms."""
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
    reach: float = 0.25
    """Largest distance from an agent's centre to an object's surface for grabbing and locking [m]."""
    reward: RewardType = "joint_zero_sum"
    """How a team shares its reward (docs/environment.md)."""
    area: tuple[float, float, float, float] = (0.1, 0.1, 5.9, 5.9)
    """x0, y0, x1, y1 [m]: an agent outside gets `out_of_area_reward`."""
    penalise_objects_out: bool = True
    """Whether an object outside the area gives every agent `out_of_area_reward`."""
    out_of_area_reward: float = -10.0
    """The reward of whoever that concerns, instead of the usual one."""
    wall_friction: float = 0.01
    """Sliding friction of walls; what touches them has the larger of its own and this."""
    door_dropout: float = 0.5
    """Quadrant: probability that only one of its two walls has a door."""
    hiders_in_quadrant: bool = False
    """Quadrant: whether hiders start inside it, or anywhere."""
    practice: float = 0.0
    """Quadrant: probability that hiders start inside it, and boxes at most a random distance from a door."""
    rooms_max: int = 4
    """Random walls: the number of rooms is uniform in 1 .. rooms_max."""
    outer_wall_probability: float = 0.5
    """Random walls: probability that the floor is fenced in."""
    team_radius: float = 0.5
    """Random walls: how far a team's other members may start from its first [m]."""
    original_quirks: bool = False
    """Reproduce the original's unintended behaviours exactly (docs/differences.md)."""

    def __post_init__(self) -> None:
        validate(self)

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
        return self.elongated_max > 0

    @property
    def counts(self) -> Counts:
        """Capacity of the game's worlds."""
        return Counts(self.agents, self.boxes_max, self.ramps, wall_capacity(self))

    @property
    def physics(self) -> Physics:
        """Constants for the simulator."""
        return Physics(wall_friction=self.wall_friction)

    @property
    def params(self) -> "GameParams":
        """The same as numbers, for compiled code."""
        x0, y0, x1, y1 = self.area
        special = {
            "layout": get_args(Layout).index(self.layout),
            "lock_rule": get_args(LockRule).index(self.lock_rule),
            "reward": get_args(RewardType).index(self.reward),
            **{"area_x0": x0, "area_y0": y0, "area_x1": x1, "area_y1": y1},
        }
        # An int where a float is declared would compile every kernel anew.
        kinds = GameParams.__annotations__
        return GameParams(**{name: kinds[name](special.get(name, getattr(self, name, None))) for name in kinds})


class GameParams(NamedTuple):
    """A `Game` for compiled code: the same fields, choices as their index in the Literal."""

    layout: int
    horizon: int
    preparation_steps: int
    hiders: int
    seekers: int
    agents: int
    boxes_min: int
    boxes_max: int
    elongated_min: int
    elongated_max: int
    ramps: int
    lock_ramps: bool
    lock_rule: int
    reach: float
    reward: int
    area_x0: float
    area_y0: float
    area_x1: float
    area_y1: float
    penalise_objects_out: bool
    out_of_area_reward: float
    door_dropout: float
    hiders_in_quadrant: bool
    practice: float
    rooms_max: int
    outer_wall_probability: float
    team_radius: float
    observes_size: bool
    original_quirks: bool


def wall_capacity(game: Game) -> int:
    """Most wall segments that a world of `game` can have: outer walls, and each inner wall cut by its door."""
    return 8 if game.layout == "quadrant" else 4 + 2 * (game.rooms_max - 1)


def validate(game: Game) -> None:
    """Raise ValueError, naming the value and what was expected, where a game cannot be played."""
    for name, choices in (("layout", Layout), ("lock_rule", LockRule), ("reward", RewardType)):
        check_choice(name, getattr(game, name), get_args(choices))
    for name, low, high in (
        ("horizon", 1, 100_000),
        ("hiders", 1, 16),
        ("seekers", 0, 16),
        ("boxes_min", 0, 16),
        ("boxes_max", 0, 16),
        ("elongated_min", 0, 16),
        ("elongated_max", 0, 16),
        ("ramps", 0, 8),
        ("rooms_max", 1, 8),
    ):
        check_integer(name, getattr(game, name), low, high, plain=True)
    for name in ("preparation_fraction", "door_dropout", "practice", "outer_wall_probability"):
        check_number(name, getattr(game, name), least=0.0, most=1.0)
    for name in ("reach", "team_radius", "wall_friction"):
        check_number(name, getattr(game, name), above=0.0, below=FLOOR_SIZE)
    check_number("out_of_area_reward", game.out_of_area_reward, least=-1e6, most=1e6)
    for name in ("lock_ramps", "penalise_objects_out", "hiders_in_quadrant", "original_quirks"):
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


def _check_area(area: object) -> None:
    if not isinstance(area, tuple) or len(area) != 4:
        raise ValueError(f"area is {shown(area)}, expected a tuple (x0, y0, x1, y1)")
    for name, value in zip(("x0", "y0", "x1", "y1"), area, strict=True):
        check_number(f"{name} of area", value)
    if area[0] >= area[2] or area[1] >= area[3]:
        raise ValueError(f"area is {shown(area)}, expected (x0, y0, x1, y1) with x0 < x1 and y0 < y1")


PRESETS: dict[str, Game] = {
    "quadrant": Game(),
    "random-walls": Game(
        layout="random_walls",
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
    ),
}
"""The paper's games: the quadrant, and the full game with random walls."""


def check_game(game: object) -> None:
    """Raise TypeError unless `game` is a Game."""
    check_instance("game", game, Game, "a Game (see hideseek.make_game)")


def make_game(name: str, **overrides: object) -> Game:
    """Return the preset `name` with `overrides`; raise ValueError for a name or field that does not exist."""
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"unknown game {shown(name)}; known games: {', '.join(PRESETS)}")
    base = PRESETS[name]
    known = {field.name for field in fields(Game)}
    for key in overrides:
        if key not in known:
            raise ValueError(f"unknown option {key!r} of game {name!r}; known options: {', '.join(sorted(known))}")
    return Game(**{**{field.name: getattr(base, field.name) for field in fields(Game)}, **overrides})
