"""Layouts as data: which walls a game has, and where things begin. Reading them takes no compiler."""

from dataclasses import dataclass
from typing import ClassVar

from hideseek.checks import check_flag, check_integer, check_number
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.parts import Part, register_part


class Layout(Part):
    """Where walls are and where things begin: a frozen dataclass of the options that only this layout has."""

    @property
    def wall_capacity(self) -> int:
        """Most wall segments that a world can have."""
        raise NotImplementedError


@register_part(Layout)
@dataclass(frozen=True)
class QuadrantLayout(Layout):
    """A fenced floor, one quarter of it closed off by two walls (Baker et al. 2019, appendix A.3)."""

    name: ClassVar[str] = "quadrant"
    door_dropout: float = 0.5
    """Probability that only one of the quadrant's two walls has a door."""
    hiders_in_quadrant: bool = False
    """Whether hiders start inside it, or anywhere."""
    practice: float = 0.0
    """Probability that hiders start inside it, and boxes at most a random distance from a door."""

    def __post_init__(self) -> None:
        for name in ("door_dropout", "practice"):
            check_number(name, getattr(self, name), least=0.0, most=1.0)
        check_flag("hiders_in_quadrant", self.hiders_in_quadrant)

    @property
    def wall_capacity(self) -> int:
        """The border, and two walls that are each cut by a door."""
        return 8


@register_part(Layout)
@dataclass(frozen=True)
class RandomWallsLayout(Layout):
    """One to `rooms_max` random rooms, with or without a fence around the floor (Baker et al. 2019, appendix A.3)."""

    name: ClassVar[str] = "random_walls"
    rooms_max: int = 4
    """The number of rooms is uniform in 1 .. rooms_max."""
    outer_wall_probability: float = 0.5
    """Probability that the floor is fenced in."""
    team_radius: float = 0.5
    """How far a team's other members may start from its first [m]."""

    def __post_init__(self) -> None:
        check_integer("rooms_max", self.rooms_max, 1, 8, plain=True)
        check_number("outer_wall_probability", self.outer_wall_probability, least=0.0, most=1.0)
        check_number("team_radius", self.team_radius, above=0.0, below=FLOOR_SIZE)

    @property
    def wall_capacity(self) -> int:
        """The border, and a wall for each room but the first, cut by its door."""
        return 4 + 2 * (self.rooms_max - 1)
