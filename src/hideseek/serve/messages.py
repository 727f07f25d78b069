"""What a person's page says to a game: every message is checked before anything is done with it."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from hideseek.checks import check_choice, check_flag, check_integer, check_number, shown

LARGEST_MESSAGE = 4096
"""Most bytes of a message."""
TEAMS = ("hiders", "seekers")


class MessageError(ValueError):
    """A message cannot be used; the text says why, in one sentence."""


@dataclass(frozen=True)
class Start:
    """Begin a game."""

    team: str
    agent: int
    """Whom the person plays, counted within the team."""
    seed: int | None
    """Of the layout and of everybody else's chances; None for any."""


@dataclass(frozen=True)
class Action:
    """What the person wants to do from now on."""

    movement: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Force along the world's x and y, and torque, as shares of the strongest, -1 to 1."""
    grab: bool = False
    lock: bool = False


def parse_message(text: str) -> Start | Action:
    """Return what a message says.

    Raises:
        MessageError: It is too long, no JSON, or anything else than a start or an action with all their fields.
    """
    if len(text) > LARGEST_MESSAGE or len(text.encode(errors="replace")) > LARGEST_MESSAGE:
        raise MessageError(f"the message is longer than {LARGEST_MESSAGE} bytes")
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MessageError("the message is no JSON") from None
    if not isinstance(content, dict):
        raise MessageError(f"the message is {shown(content)}, expected an object")
    try:
        check_choice("type", content.get("type"), tuple(_PARSERS))
        return _PARSERS[content["type"]](content)
    except KeyError as error:
        raise MessageError(f"the message has no {error.args[0]}") from None
    except ValueError as error:
        raise MessageError(str(error)) from None


def _parse_start(content: dict[str, Any]) -> Start:
    check_choice("team", content["team"], TEAMS)
    check_integer("agent", content["agent"], 0, plain=True)
    if content["seed"] is not None:
        check_integer("seed", content["seed"], 0, plain=True)
    return Start(content["team"], content["agent"], content["seed"])


def _parse_action(content: dict[str, Any]) -> Action:
    movement = content["movement"]
    if not isinstance(movement, list) or len(movement) != 3:
        raise ValueError(f"movement is {shown(movement)}, expected three numbers")
    for share in movement:
        check_number("movement", share, least=-1.0, most=1.0)
    for name in ("grab", "lock"):
        check_flag(name, content[name])
    x, y, torque = map(float, movement)
    return Action((x, y, torque), content["grab"], content["lock"])


_PARSERS = {"start": _parse_start, "action": _parse_action}


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")
