"""Machine code of kernels, kept in files between runs."""

import hashlib
import pickle
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from hideseek.caches import CacheFiles, kernel_folder

PACKAGE = Path(__file__).resolve().parents[1]
SHARED = (PACKAGE / "sim", PACKAGE / "game")
"""Their functions may be part of the compiled code of any other file."""
_OTHERS: dict[tuple[str, Path], bytes] = {}
"""Files elsewhere that have versions of hooks (`sim/hook.py`): by the name of the class that they are for and the path,
a digest of the file as it was when it was imported."""


@cache
def kernel_files() -> CacheFiles | None:
    """Return the files of this copy of the package; None where nothing is kept."""
    folder = kernel_folder()
    copy = hashlib.sha256(str(PACKAGE).encode()).hexdigest()[:16]
    return None if folder is None else CacheFiles(folder / copy)


@cache
def digest_of_sources(*folders: Path) -> bytes:
    """Return a digest of every source file below some folders."""
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).digest()


def note_source(kind: str, path: Path) -> None:
    """Let all that is compiled for a class of arguments depend on a file, wherever it lies."""
    if not any(path.is_relative_to(folder) for folder in SHARED) and path.is_file():
        _OTHERS[kind, path] = hashlib.sha256(path.read_bytes()).digest()


class KernelCache(NullCache):
    """What Numba asks for the machine code of one function, in place of a cache of its own.

    Numba's cache looks only at the file that a function stands in, and would go on using machine code into which an old
    version of a function from another file was built. It also ends the program where it finds half a file, or no place
    to write to.
    """

    def __init__(self, function: Callable) -> None:
        self._function = function
        # Now, not when it is compiled: by then the files may be other ones than those that were imported.
        folder = Path(function.__code__.co_filename).parent
        self._sources = digest_of_sources(*SHARED) + digest_of_sources(folder)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the machine code for a signature; None where there is none, or it is of other sources."""
        files = kernel_files()
        if files is None:
            return None
        target_context.refresh()
        machine = target_context.codegen().magic_tuple()
        data = files.read(self._name(sig, machine), self._origin(sig, machine))
        return None if data is None else CompileResult._rebuild(target_context, *pickle.loads(data))

    def save_overload(self, sig: Any, cres: Any) -> None:
        """Keep the machine code for a signature."""
        files = kernel_files()
        if files is None or cres.library.has_dynamic_globals:  # addresses in this process
            return
        machine = cres.codegen.magic_tuple()
        files.write(self._name(sig, machine), dumps(cres._reduce()), self._origin(sig, machine))

    def _name(self, sig: Any, machine: tuple) -> str:
        """Return the name of the file: one for each function, signature and kind of processor."""
        which = hashlib.sha256(repr((sig, machine)).encode()).hexdigest()[:16]
        return f"{self._function.__module__.removeprefix('hideseek.')}.{self._function.__qualname__}-{which}"

    def _origin(self, sig: Any, machine: tuple) -> bytes:
        """Return all that machine code depends on."""
        signature = repr((sig, machine, numba.__version__, sys.version))
        others = b"".join(digest for (kind, _), digest in sorted(_OTHERS.items()) if kind in signature)
        return signature.encode() + self._sources + others
