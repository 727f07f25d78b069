"""What all views ask of a world before they draw it."""

import numpy as np

from hideseek.checks import check_array, check_instance, check_integer, shown
from hideseek.game.config import Game, check_game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.spots import Spots
from hideseek.game.state import Record
from hideseek.sim.state import Bodies

SMALLEST_SIZE, LARGEST_SIZE = 64, 8192
"""Bounds of a picture's sides [pixel]."""


def check_worlds(bodies: Bodies, record: Record, game: Game) -> None:
    """Check that some worlds are a game's.

    Raises:
        TypeError: if `bodies`, `record` or `game` is something else.
        ValueError: if the worlds are another game's, or none that can be drawn.
    """
    check_instance("bodies", bodies, Bodies, "Bodies")
    check_instance("record", record, Record, "a Record")
    check_game(game)
    world_count = len(bodies.pose)
    check_array("pose of bodies", bodies.pose, ("world", game.counts.body, 4), "f")
    check_array("wall_centre of bodies", bodies.wall_centre, (world_count, game.counts.wall, 3), "f")
    cylinders = (world_count, game.counts.cylinder)
    check_array("cylinder_centre of bodies", bodies.cylinder_centre, (*cylinders, 3), "f")
    check_array("cylinder_size of bodies", bodies.cylinder_size, (*cylinders, 2), "f")
    check_array("step of record", record.step, (world_count,), "i")
    check_array("sees_agent of record", record.sees_agent, (world_count, game.agents, game.agents), "b")
    for name in ("pose", "half_size", "wall_centre", "wall_half", "cylinder_centre", "cylinder_size"):
        if not np.isfinite(getattr(bodies, name)).all():
            raise ValueError(f"{name} of bodies has values that are not finite, expected numbers")
    for name, most in (("wall_count", game.counts.wall), ("weld_object", game.counts.object - 1)):
        if (found := getattr(bodies, name).max(initial=-1)) > most:
            raise ValueError(f"{name} of bodies has the value {found}, expected at most {most}")


def check_world(bodies: Bodies, record: Record, game: Game, w: int, spots: Spots | None = None) -> None:
    """As `check_worlds`; raise ValueError also where there is no world `w`, or `spots` are not of these worlds."""
    check_worlds(bodies, record, game)
    check_integer("w", w, 0, len(bodies.pose) - 1)
    if spots is None:
        return
    check_instance("spots", spots, Spots, "Spots")
    check_array("place of spots", spots.place, (len(bodies.pose), game.objective.spot_count, 3), "f")
    check_array("share of spots", spots.share, spots.place.shape[:2], "f")
    if not (np.isfinite(spots.place).all() and np.isfinite(spots.share).all()):
        raise ValueError("spots have values that are not finite, expected numbers")


def check_sides(size: object) -> tuple[int, int]:
    """Return width and height; raise ValueError where no picture can be so large, before an episode is played."""
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise ValueError(f"size is {shown(size)}, expected width and height")
    for name, side in zip(("width of size", "height of size"), size, strict=True):
        check_integer(name, side, SMALLEST_SIZE, LARGEST_SIZE)
    return int(size[0]), int(size[1])


def floor_margin(game: Game) -> float:
    """Return how much is shown beyond the floor [m]: little where agents are not allowed to leave it."""
    return 0.05 if game.area[0] >= 0.0 and game.area[2] <= FLOOR_SIZE else 0.35


def is_preparing(record: Record, game: Game, w: int) -> bool:
    """Whether seekers must still wait."""
    return bool(record.step[w] < game.preparation_steps)


def is_seen(record: Record, game: Game, w: int, hider: int) -> bool:
    """Whether a seeker sees a hider."""
    return bool(record.sees_agent[w, game.hiders : game.agents, hider].any())


def sightings(record: Record, game: Game, w: int) -> list[tuple[int, int]]:
    """Return all (seeker, hider) of which the seeker sees the hider, as indices of agents."""
    seekers, hiders = range(game.hiders, game.agents), range(game.hiders)
    return [(s, h) for s in seekers for h in hiders if record.sees_agent[w, s, h]]


def lock_team(record: Record, game: Game, w: int, o: int) -> int:
    """Return whose lock an object has or had last: 0 the hiders', 1 the seekers'."""
    return int(record.lock_owner[w, o] >= game.hiders)


def cylinder_circles(bodies: Bodies, w: int) -> list[tuple[float, float, float]]:
    """Return x and y of the middle, and the radius, of all cylinders [m]."""
    radius = bodies.cylinder_size[w, :, :1]
    return [(x, y, r) for x, y, r in np.hstack([bodies.cylinder_centre[w, :, :2], radius]).tolist() if r > 0.0]
