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

    @property
    def cylinder_capacity(self) -> int:
        """Most cylinders that a world can have."""
        return 0


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
    """Random rooms, with or without a fence around the floor (Baker et al. 2019, appendix A.3)."""

    name: ClassVar[str] = "random_walls"
    rooms_min: int = 1
    """The number of rooms is uniform in rooms_min .. rooms_max."""
    rooms_max: int = 4
    outer_wall_probability: float = 0.5
    """Probability that the floor is fenced in."""
    team_radius: float = 0.5
    """How far a team's other members may start from its first [m]."""

    def __post_init__(self) -> None:
        for name in ("rooms_min", "rooms_max"):
            check_integer(name, getattr(self, name), 1, 8, plain=True)
        if self.rooms_min > self.rooms_max:
            raise ValueError(f"rooms_min is {self.rooms_min}, expected at most rooms_max, {self.rooms_max}")
        check_number("outer_wall_probability", self.outer_wall_probability, least=0.0, most=1.0)
        check_number("team_radius", self.team_radius, above=0.0, below=FLOOR_SIZE)

    @property
    def wall_capacity(self) -> int:
        """The border, and a wall for each room but the first, cut by its door."""
        return 4 + 2 * (self.rooms_max - 1)


@register_part(Layout)
@dataclass(frozen=True)
class ThreeRoomsLayout(Layout):
    """A fenced floor, cut in two, and one of the halves again, by walls without doors: ramps lead over them."""

    name: ClassVar[str] = "three_rooms"

    @property
    def wall_capacity(self) -> int:
        """The border, and two walls."""
        return 6


@register_part(Layout)
@dataclass(frozen=True)
class OpenLayout(Layout):
    """A fenced floor without walls on it."""

    name: ClassVar[str] = "open"
    start_share: float = 1.0
    """Side of the square in the lower left corner in which everything begins, as a share of the floor's."""

    def __post_init__(self) -> None:
        check_number("start_share", self.start_share, least=0.2, most=1.0)

    @property
    def wall_capacity(self) -> int:
        """The border."""
        return 4


@register_part(Layout)
@dataclass(frozen=True)
class CylinderLayout(Layout):
    """A fenced floor with a cylinder that cannot be moved (Baker et al. 2019, section 6.2: shelter construction)."""

    name: ClassVar[str] = "cylinder"
    diameter_min: float = 1.5
    """The cylinder's diameter is uniform in diameter_min .. diameter_max [m]."""
    diameter_max: float = 2.0
    cylinder_height: float = 0.5
    """From the floor to its top [m]."""
    cylinder_share: float = 0.7
    """Share of the places along x, and along y, at which it would fit: those in the middle are where it may stand."""

    def __post_init__(self) -> None:
        for name in ("diameter_min", "diameter_max"):
            check_number(name, getattr(self, name), least=0.2, most=3.0)
        if self.diameter_min > self.diameter_max:
            raise ValueError(f"diameter_min is {self.diameter_min}, expected at most diameter_max, {self.diameter_max}")
        check_number("cylinder_height", self.cylinder_height, least=0.1, most=4.0)
        check_number("cylinder_share", self.cylinder_share, least=0.1, most=0.9)

    @property
    def wall_capacity(self) -> int:
        """The border."""
        return 4

    @property
    def cylinder_capacity(self) -> int:
        """See `Layout`."""
        return 1
