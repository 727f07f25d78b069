"""Files on disk: written whole or not at all, and read so that no content can do harm. Imports nothing heavy."""

import errno
import json
import math
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from hideseek.checks import SHOWN_LENGTH, check_path

DEEPEST_JSON = 100
"""Lists and objects within each other that are read at most."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file such that it has its old or its new content, whenever the machine stops.

    Raises:
        OSError: It cannot be written, the message names it; it has its old content.
    """
    path = check_path("path", path)
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException as error:  # Ctrl-C, too
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise OSError(f"{path} cannot be written: {error.strerror}") from error
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, so that they outlive a loss of power."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows cannot do this
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_bounded(path: Path, most: int) -> bytes:
    """Return the first bytes of a file, `most` and one more: who gets that many knows that it is too large.

    Raises:
        OSError: It cannot be read, or is no file but something that reading might wait for.
    """
    with open(path, "rb", opener=_open_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(min(status.st_size, most) + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a named pipe without a writer would keep `open` waiting."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse_json(text: str | bytes) -> Any:
    """Return what JSON says; raise ValueError for anything else, NaN, infinity and deep nesting included."""
    try:
        content = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error
    _check_depth(content)
    return content


def _check_depth(content: Any) -> None:
    """Raise ValueError where JSON is so deep that whoever walks through it might run out of stack."""
    level = [content]
    for _ in range(DEEPEST_JSON):
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return
    raise ValueError("JSON is nested too deeply")


def _inner(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return list(content.values())
    return content if isinstance(content, list) else []


def _finite(text: str) -> float:
    """Return a number; one that is too large for a float would be infinity."""
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"JSON has {number[:SHOWN_LENGTH]}, expected finite numbers")
