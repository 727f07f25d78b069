"""One process at a time trains in a run folder."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hideseek.checks import check_path
from hideseek.learn.files import RunError

FILE = "lock"
"""Left where it is: whether it is locked counts, not whether it is there."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from training in a run folder, which is made if it is not there.

    The system lets go of the lock when the process ends, however it ends: a killed run can be resumed at once. Where
    there are no locks (Windows, some network file systems) there is a warning instead.

    Raises:
        RunError: Another process has the lock, or the folder cannot be written.
    """
    path = check_path("folder", folder) / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}") from error
    with file:
        try:
            _lock(file.fileno())
        except BlockingIOError as error:
            raise RunError(
                f"{folder} is in use: another process is training there; end it first, or choose another one"
            ) from error
        except (ImportError, OSError) as error:
            warnings.warn(f"{folder} cannot be locked ({error}): see that no other process trains there", stacklevel=3)
        yield


def _lock(descriptor: int) -> None:
    import fcntl  # not on Windows

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
