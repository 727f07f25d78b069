"""Files on disk: written whole or not at all, and read so that no content can do harm. Imports nothing heavy."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from hideseek.checks import check_path


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
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OSError(f"{path} cannot be written: {error.strerror}") from error


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
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(most + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a named pipe without a writer would keep `open` waiting."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
