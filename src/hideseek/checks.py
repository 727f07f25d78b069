"""Checks of what callers hand over: one error that names the argument, shows it, and says what was expected.

Values out of range and of a wrong kind raise ValueError, objects of a wrong class and arrays of a wrong kind TypeError.
"""

import importlib
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any
from unicodedata import category

import numpy as np

from hideseek.machine import available_memory

LARGEST_INTEGER = 2**31 - 1
SHOWN_LENGTH = 100
PRINTED_LENGTH = 300
"""Characters of a foreign text that are printed at most; names of files have 255."""
CONTROL_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's categories of control characters, lone surrogates, and separators of lines and paragraphs."""
DIRECTION_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
KINDS = {"f": "numbers", "i": "integers", "u": "bytes", "b": "flags"}
"""What arrays of `check_array` may hold: floating point numbers, integers, uint8, booleans."""


def check_integer(name: str, value: object, least: int, most: int = LARGEST_INTEGER, plain: bool = False) -> None:
    """Raise ValueError unless `value` is an integer from `least` to `most`; booleans are none.

    Args:
        name: what the argument is called.
        value: the argument.
        least: smallest value that is accepted.
        most: largest value that is accepted.
        plain: refuse NumPy's integers, which cannot be written to JSON.
    """
    kinds = int if plain else int | np.integer
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        kind = "a plain integer" if isinstance(value, np.integer) and plain else "an integer"
        raise ValueError(f"{name} is {shown(value)}, expected {kind} from {least} to {most}")


def check_number(
    name: str,
    value: object,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
) -> None:
    """Raise ValueError unless `value` is a finite int or float within bounds; `above` and `below` are excluded."""
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value):
        high_enough = (least is None or value >= least) and (above is None or value > above)
        if high_enough and (most is None or value <= most) and (below is None or value < below):
            return
    bounds = {"at least": least, "above": above, "at most": most, "below": below}
    text = " and ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)
    raise ValueError(f"{name} is {shown(value)}, expected a finite number{text and ' '}{text}")


def check_flag(name: str, value: object) -> None:
    """Raise ValueError unless `value` is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {shown(value)}, expected True or False")


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise ValueError unless `value` is one of some words."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} is {shown(value)}, expected one of {', '.join(map(repr, choices))}")


def check_instance(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise TypeError unless `value` is of a class; `expected` says which in words."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {shown(value)}, expected {expected}")


def check_array(name: str, value: Any, shape: tuple[int | str, ...], kind: str) -> None:
    """Check an array of NumPy or JAX, on its metadata alone, so that it may be traced.

    Args:
        name: what the argument is called.
        value: the argument.
        shape: the length of each axis; a word where any length will do.
        kind: one of `KINDS`.

    Raises:
        TypeError: if it is no array, or one of another kind.
        ValueError: if its shape is another.
    """
    kinds = {"f": np.floating, "i": np.integer, "u": np.uint8, "b": np.bool_}
    if not hasattr(value, "dtype") or not hasattr(value, "shape") or not np.issubdtype(value.dtype, kinds[kind]):
        found = value.dtype if hasattr(value, "dtype") else type(value).__name__
        raise TypeError(f"{name} is of type {found}, expected an array of {KINDS[kind]}")
    lengths = zip(value.shape, shape, strict=False)
    if len(value.shape) != len(shape) or any(isinstance(n, int) and n != length for length, n in lengths):
        raise ValueError(f"{name} has shape {tuple(value.shape)}, expected ({', '.join(map(str, shape))})")


def check_path(name: str, value: object) -> Path:
    """Return the path that a string or path names; raise TypeError for anything else."""
    check_instance(name, value, (str, Path), "a path")
    return Path(value)  # type: ignore[arg-type]


def check_output_file(name: str, value: object) -> Path:
    """Return the path of a file to be written; raise ValueError where it cannot be, before anything is worked out.

    It is a folder or a device, say, lies below a file, or in a folder that takes no files.
    """
    path = check_path(name, value)
    try:
        if path.is_dir():
            raise ValueError(f"{name} is {path}, a folder, expected a file to write")
        if path.exists() and not path.is_file():
            raise ValueError(f"{name} is {path}, expected a file to write, no device, pipe or socket")
        above = _try_to_write(name, path, path.absolute().parent)
        with suppress(FileNotFoundError):
            (above / f"{path.name}.tmp").lstat()  # the name that it is written under first may be too long
    except OSError as error:
        raise ValueError(f"{name} is {path}, expected a file that can be written: {error.strerror}") from error
    return path


def check_output_folder(name: str, value: object) -> Path:
    """Return the path of a folder to write to, made or not; raise ValueError where it cannot take files."""
    path = check_path(name, value)
    try:
        _try_to_write(name, path, path.absolute())
    except OSError as error:
        raise ValueError(f"{name} is {path}, expected a folder that can be written: {error.strerror}") from error
    return path


def _try_to_write(name: str, path: Path, folder: Path) -> Path:
    """Return the nearest folder that there is; raise OSError where it takes no files, ValueError where it is a file."""
    above = next(place for place in (folder, *folder.parents) if place.exists())
    if not above.is_dir():
        raise ValueError(f"{name} is {path}, expected a path below a folder: {above} is a file")
    tempfile.TemporaryFile(dir=above).close()
    return above


def check_fits_memory(name: str, value: object, size: float) -> None:
    """Raise ValueError where what an argument asks for takes more memory, `size` bytes, than this process may have."""
    available = available_memory()
    if available is not None and size > available:
        raise ValueError(
            f"{name} is {shown(value)}, which takes {size / 1e9:,.0f} GB of memory, expected at most what fits into the"
            f" {available / 1e9:,.0f} GB that there are"
        )


class MissingExtraError(ImportError):
    """An optional library is needed and not installed; the message says how to install it."""


def import_extra(module: str, title: str, extra: str) -> ModuleType:
    """Return a module of an optional library.

    Raises:
        MissingExtraError: if the library is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise missing_extra(title, extra) from error


@contextmanager
def extra_needed(extra: str) -> Iterator[None]:
    """Stand around imports of optional libraries at the top of a module.

    Args:
        extra: what has them, a name in `[project.optional-dependencies]` of pyproject.toml.

    Raises:
        MissingExtraError: if one of them is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if "." in str(error.name):  # a part of a library that is installed, in another version
            raise
        raise missing_extra(str(error.name), extra) from error


def missing_extra(title: str, extra: str) -> MissingExtraError:
    """Return the error for an optional library that is not installed; its message says how to install it."""
    return MissingExtraError(f"{title} is not installed; install it with: pip install 'hideseek[{extra}]'")


def shown(value: object) -> str:
    """Return a value as an error shows it: arrays by shape and type, the rest as in Python, cut where it is long."""
    if hasattr(value, "shape") and hasattr(value, "dtype") and not isinstance(value, np.generic):
        return f"an array of shape {tuple(value.shape)} and type {value.dtype}"  # type: ignore[attr-defined]
    text = " ".join(repr(value).split())
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}..."


def printable(text: str, longest: int = PRINTED_LENGTH) -> str:
    """Return text that comes from a file or another machine such that it can be printed on one line.

    Control characters, line ends, marks that turn the direction of writing, and bytes of a file name that the system
    cannot decode stand there as Python escapes them; all other characters stay. Of long text the middle is left out.

    Args:
        text: what somebody else wrote.
        longest: length above which text is cut.
    """
    line = "".join(c.encode("unicode_escape").decode() if _is_control(c) else c for c in text)
    if len(line) <= longest:
        return line
    kept = longest - 3
    return f"{line[: kept - kept // 2]}...{line[len(line) - kept // 2 :]}"


def check_name(name: str, value: object) -> None:
    """Raise TypeError unless `value` is a string, ValueError unless it can be printed as it is (`printable`)."""
    check_instance(name, value, str, "a string")
    if printable(value) != value:  # type: ignore[arg-type]
        expected = f"at most {PRINTED_LENGTH} characters without control characters"
        raise ValueError(f"{name} is {shown(value)}, expected {expected}")


def _is_control(character: str) -> bool:
    return category(character) in CONTROL_CATEGORIES or character in DIRECTION_MARKS


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer too large for a float
        return False
