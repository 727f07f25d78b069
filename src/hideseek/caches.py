"""Folders in which compiled code is kept between runs, and the files in them. Imports nothing heavy.

Caches are a convenience: whatever is wrong with a folder or a file, one line on the standard error stream says so, and
the program goes on without it.
"""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from hideseek.terminal import complain

REMEDY = "set XDG_CACHE_HOME to a folder that can be written and has room"
PROBE = bytes(2**20)
"""Written to see whether a folder takes anything, and thrown away."""
DIGEST_SIZE = hashlib.sha256().digest_size


class CacheFolderError(OSError):
    """A folder cannot be used as a cache; the message names it and says why."""


def cache_folders() -> dict[str, Path | None]:
    """Return the folders in use for compiled kernels and networks; None where nothing is kept."""
    return {"kernels": kernel_folder(), "networks": network_folder()}


def kernel_folder() -> Path | None:
    """Return where Numba's machine code is kept: in NUMBA_CACHE_DIR where that is set and can be written."""
    return _folder_for("numba", os.environ.get("NUMBA_CACHE_DIR"))


def network_folder(chosen: str | None = None) -> Path | None:
    """Return where JAX's machine code is kept: in `chosen` or JAX_COMPILATION_CACHE_DIR, if that can be written."""
    return _folder_for("jax", chosen or os.environ.get("JAX_COMPILATION_CACHE_DIR"))


@cache
def _folder_for(name: str, chosen: str | None) -> Path | None:
    """Return the folder that the user has chosen, made and tried, or else the one of this name in our cache folder."""
    if chosen:
        try:
            _try_to_write(Path(chosen))
            return Path(chosen)
        except CacheFolderError as error:
            complain(f"{error}: it was chosen as a cache and is not used")
    base = _base_folder()
    return None if base is None else base / name


@cache
def _base_folder() -> Path | None:
    """Return the first folder of `_candidates` that can be used; say so where it is not the first of all."""
    refusals = []
    for folder, is_temporary in _candidates():
        if folder is None:
            refusals.append("there is no home folder")
            continue
        try:
            _try_to_write(folder)
            _check_owner(folder, is_temporary)
        except CacheFolderError as error:
            refusals.append(str(error))
            continue
        if refusals:
            complain(f"compiled code is kept in {folder} ({refusals[0]}); to keep it elsewhere, {REMEDY}")
        return folder
    complain(f"compiled code is not kept ({'; '.join(refusals)}); to keep it, {REMEDY}")
    return None


def _candidates() -> list[tuple[Path | None, bool]]:
    """Return the folders to try in order, None for a home that is not known, and whether each is temporary."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    candidates: list[tuple[Path | None, bool]] = []
    if os.path.isabs(chosen):  # the standard for this variable has others ignored
        candidates.append((Path(chosen) / "hideseek", False))
    home = os.path.expanduser("~")
    candidates.append((Path(home) / ".cache" / "hideseek" if os.path.isabs(home) else None, False))
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""  # elsewhere each user has a temporary folder of their own
    candidates.append((Path(tempfile.gettempdir()) / f"hideseek{user}", True))
    return candidates


def _try_to_write(folder: Path) -> None:
    """Make a folder, if need be, for its owner alone; raise CacheFolderError unless files can be put into it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(PROBE)
    except OSError as error:
        raise CacheFolderError(f"{folder} cannot be written: {error.strerror}") from error


def _check_owner(folder: Path, is_temporary: bool) -> None:
    """Raise CacheFolderError where another user could put machine code into a folder for us to run.

    Below a temporary folder, which everybody may write, a link is not followed, and nobody else gets access at all.
    """
    if not hasattr(os, "getuid"):
        return
    found = folder.lstat() if is_temporary else folder.stat()
    if found.st_uid != os.getuid():
        raise CacheFolderError(f"{folder} belongs to another user")
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & (0o077 if is_temporary else 0o002):
        raise CacheFolderError(f"{folder} is open to other users")


class CacheFiles:
    """Files in a folder of compiled code, each with a digest of its content and of what it was made from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._full = False

    def read(self, name: str, origin: bytes = b"") -> bytes | None:
        """Return what was written under a name; None where there is nothing, or nothing whole, of this origin."""
        path = self._folder / name
        try:
            content = path.read_bytes()
        except OSError:
            return None
        digest, data = content[:DIGEST_SIZE], content[DIGEST_SIZE:]
        if digest == _digest(origin, data):
            return data
        with suppress(OSError):
            path.unlink()
        return None

    def write(self, name: str, data: bytes, origin: bytes = b"") -> None:
        """Write data whole or not at all; after the first failure, which is told, nothing is written any more."""
        if self._full:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_beside(self._folder / name, _digest(origin, data) + data)
        except OSError as error:
            self._full = True
            complain(f"{self._folder} cannot be written ({error.strerror}): compiled code is not kept; {REMEDY}")


def _write_beside(path: Path, content: bytes) -> None:
    """Write a file under another name, then rename it: processes that write the same one do not meet."""
    descriptor, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:  # Ctrl-C, too
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _digest(origin: bytes, data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(origin).digest() + data).digest()
