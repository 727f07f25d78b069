"""The parts that a game is put together from beside its rules: a layout and an objective, each known by its name."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, ClassVar, TypeVar

from hideseek.checks import check_name, shown
from hideseek.game.numbers import as_numbers

Kind = TypeVar("Kind", bound="type[Part]")


class Part:
    """A frozen dataclass of options of its own; its classes are known by their `name`."""

    name: ClassVar[str]
    Numbers: ClassVar[Any]
    """The options for compiled code, which knows the part by this class (`game/numbers.py`)."""
    known: ClassVar[dict[str, type["Part"]]]
    """All parts of one sort, by name."""


def register_part(sort: type[Part]) -> Callable[[Kind], Kind]:
    """Return a decorator that makes a part of a sort known by its name, and gives it its `Numbers`.

    Raises:
        ValueError: Another one has this name.
    """

    def decorate(kind: Kind) -> Kind:
        check_name("name of a part", kind.name)
        known = sort.__dict__.get("known")
        if known is None:
            known = sort.known = {}
        if known.setdefault(kind.name, kind) is not kind:
            raise ValueError(f"{kind.name} is the name of {known[kind.name].__qualname__} already, expected another")
        return as_numbers(kind)

    return decorate


def find_part(sort: type[Part], name: object) -> type[Part]:
    """Return the part of a sort that has a name; raise ValueError where there is none."""
    if not isinstance(name, str) or name not in sort.known:
        raise ValueError(f"{sort.__name__.lower()} is {shown(name)}, expected one of {', '.join(sort.known)}")
    return sort.known[name]


def option_names(part: Any) -> tuple[str, ...]:
    """Return the names of a dataclass' options."""
    return tuple(option.name for option in fields(part))
