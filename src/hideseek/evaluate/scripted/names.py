"""Scripted players by name."""

from collections.abc import Callable

from hideseek.checks import check_choice
from hideseek.evaluate.compare import Entrant
from hideseek.evaluate.players import Player
from hideseek.evaluate.scripted.climbers import RampSeekers
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.runners import RampAwayHiders
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.evaluate.scripted.team import StillTeam

PREFIX = "scripted:"
SCRIPTED_GAME = "quadrant"
"""The preset that the scripts were written for."""
SCRIPTS: dict[str, tuple[Callable[[], Player], Callable[[], Player]]] = {
    "door": (lambda: RoomHiders(blocks=True), ChasingSeekers),
    "idle": (lambda: RoomHiders(blocks=False), ChasingSeekers),
    "chase": (StillTeam, ChasingSeekers),
    "ramp": (lambda: RoomHiders(blocks=True), RampSeekers),
    "ramp-away": (RampAwayHiders, RampSeekers),
}
"""Hiders and seekers of each script."""
NAMES = tuple(PREFIX + name for name in SCRIPTS)


def scripted_entrant(name: str) -> Entrant:
    """Return the players that one of `NAMES` stands for.

    `scripted:door` has hiders that close the doors of the room and lock them; those of `scripted:idle` do all the same
    work and leave the doors open; those of `scripted:chase` stand still. Their seekers chase whom they see.
    `scripted:ramp` has the hiders of `scripted:door`, and seekers that go over the wall by a ramp where the doors are
    closed; `scripted:ramp-away` has the same seekers, and hiders that take the ramp into the room first.

    Raises:
        ValueError: for another name.
    """
    check_choice("name", name, NAMES)
    hiders, seekers = SCRIPTS[name.removeprefix(PREFIX)]
    return Entrant(name, hiders(), seekers())
