"""Options as numbers: what compiled code is told of a game is made from its dataclasses, not written a second time."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind", bound=type)


def as_numbers(kind: Kind) -> Kind:
    """Give a dataclass of options `Numbers`, a named tuple class: flags, integers, floats, choices, tuples of floats.

    Compiled code tells options apart by this class.

    Raises:
        TypeError: An option is of another kind.
    """
    return with_numbers(())(kind)


def with_numbers(without: Iterable[str], **more: type) -> Callable[[Kind], Kind]:
    """Return `as_numbers` for a dataclass some of whose options are no numbers, with numbers that follow from it."""

    def decorate(kind: Kind) -> Kind:
        hints = get_type_hints(kind)
        own = {part.name: _reader(part.name, hints[part.name]) for part in fields(kind) if part.name not in without}
        readers = {**own, **more}
        numbers: Any = namedtuple("Numbers", tuple(readers), module=kind.__module__)
        numbers.__qualname__ = f"{kind.__qualname__}.Numbers"  # so that pickle finds it
        numbers.__name__ = f"{kind.__module__}.{kind.__qualname__}"  # by which Numba tells named tuples apart
        numbers.readers = readers
        kind.Numbers = numbers  # type: ignore[attr-defined]
        return kind

    return decorate


def numbers_of(options: Any) -> Any:
    """Return options as their `Numbers`: choices are counted from 0, in their order.

    An int where a float is declared would compile every kernel anew, so each is made what it is declared to be.
    """
    readers: Mapping[str, Callable[[Any], Any]] = options.Numbers.readers
    return options.Numbers(**{name: read(getattr(options, name)) for name, read in readers.items()})


def _reader(name: str, hint: Any) -> Callable[[Any], Any]:
    """Return what makes a number of an option."""
    if hint in (bool, int, float):
        return hint
    if get_origin(hint) is Literal:
        return get_args(hint).index
    if get_origin(hint) is tuple and set(get_args(hint)) == {float}:
        return lambda values: tuple(map(float, values))
    raise TypeError(f"option {name} is a {hint}, expected a flag, a number, a choice or a tuple of floats")
