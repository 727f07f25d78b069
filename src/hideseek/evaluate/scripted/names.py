"""Scripted players by name."""

from collections.abc import Callable

from hideseek.checks import check_choice
from hideseek.evaluate.compare import Entrant
from hideseek.evaluate.players import Player
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.evaluate.scripted.team import StillTeam

PREFIX = "scripted:"
SCRIPTED_GAME = "quadrant"
"""The preset that the scripts were written for."""
HIDERS: dict[str, Callable[[], Player]] = {
    "door": lambda: RoomHiders(blocks=True),
    "idle": lambda: RoomHiders(blocks=False),
    "chase": StillTeam,
}
"""The hiders of each script; its seekers are `ChasingSeekers`."""
NAMES = tuple(PREFIX + name for name in HIDERS)


def scripted_entrant(name: str) -> Entrant:
    """Return the players that one of `NAMES` stands for.

    `scripted:door` has hiders that close the doors of the room and lock them; those of `scripted:idle` do all the same
    work and leave the doors open; those of `scripted:chase` stand still. The seekers of all chase whom they see.

    Raises:
        ValueError: for another name.
    """
    check_choice("name", name, NAMES)
    return Entrant(name, HIDERS[name.removeprefix(PREFIX)](), ChasingSeekers())
