"""Scripted players by name."""

from collections.abc import Callable
from typing import NamedTuple

from hideseek.checks import check_choice
from hideseek.evaluate.compare import Entrant
from hideseek.evaluate.players import Player, RandomPlayer
from hideseek.evaluate.scripted.blueprint import BlueprintBuilder
from hideseek.evaluate.scripted.builders import Builder
from hideseek.evaluate.scripted.climbers import RampSeekers
from hideseek.evaluate.scripted.food import EatingHiders, HuntingSeekers
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.lockers import Locker
from hideseek.evaluate.scripted.runners import RampAwayHiders
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.evaluate.scripted.sequence import SequenceLocker
from hideseek.evaluate.scripted.team import StillTeam

PREFIX = "scripted:"


class Script(NamedTuple):
    """Players that were written for some games."""

    games: tuple[str, ...]
    """Presets; the first is played where no other is named."""
    hiders: Callable[[], Player]
    seekers: Callable[[], Player]


SCRIPTS: dict[str, Script] = {
    "door": Script(("quadrant",), lambda: RoomHiders(blocks=True), ChasingSeekers),
    "idle": Script(("quadrant",), lambda: RoomHiders(blocks=False), ChasingSeekers),
    "chase": Script(("quadrant",), StillTeam, ChasingSeekers),
    "ramp": Script(("quadrant",), lambda: RoomHiders(blocks=True), RampSeekers),
    "ramp-away": Script(("quadrant",), RampAwayHiders, RampSeekers),
    "lock": Script(("lock-and-return",), Locker, RandomPlayer),
    "order": Script(("sequential-lock",), SequenceLocker, RandomPlayer),
    "build": Script(("blueprint",), BlueprintBuilder, RandomPlayer),
    "eat": Script(("food", "dynamic-food"), EatingHiders, HuntingSeekers),
    "shelter": Script(("shelter",), Builder, RandomPlayer),
}
"""Hiders and seekers of each script; where the game has no seekers, nobody asks them."""
NAMES = tuple(PREFIX + name for name in SCRIPTS)


def scripts_for(game: str) -> tuple[str, ...]:
    """Return those of `NAMES` that were written for a preset game."""
    return tuple(PREFIX + name for name, script in SCRIPTS.items() if game in script.games)


def script_game(name: str) -> str:
    """Return the preset game that one of `NAMES` plays; raise ValueError for another name."""
    check_choice("name", name, NAMES)
    return SCRIPTS[name.removeprefix(PREFIX)].games[0]


def scripted_entrant(name: str) -> Entrant:
    """Return the players that one of `NAMES` stands for.

    `scripted:door` has hiders that close the doors of the room and lock them; those of `scripted:idle` do all the same
    work and leave the doors open; those of `scripted:chase` stand still. Their seekers chase whom they see.
    `scripted:ramp` has the hiders of `scripted:door`, and seekers that go over the wall by a ramp where the doors are
    closed; `scripted:ramp-away` has the same seekers, and hiders that take the ramp into the room first.
    `scripted:lock` has a hider that finds the box of lock and return, locks it and comes back; that of `scripted:order`
    locks the boxes of the sequential lock, going over walls by the ramps, and that of `scripted:build` puts boxes onto
    the sites of a blueprint. `scripted:eat` has hiders that go to the food, and seekers that chase whom they see there.
    That of `scripted:shelter` carries boxes to the cylinder and locks them around it.

    Raises:
        ValueError: for another name.
    """
    check_choice("name", name, NAMES)
    script = SCRIPTS[name.removeprefix(PREFIX)]
    return Entrant(name, script.hiders(), script.seekers())
