"""Files on disk that are written whole or not at all. Imports nothing heavy."""

import os
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
