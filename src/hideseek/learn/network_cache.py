"""Machine code of networks, kept in files between runs."""

from pathlib import Path

from hideseek.caches import CacheFiles, network_folder
from hideseek.checks import extra_needed

with extra_needed("train"):
    import jax
    from jax._src import compilation_cache
    from jax._src.compilation_cache_interface import CacheInterface


class NetworkCache(CacheInterface):
    """What JAX asks for the machine code of a function, in place of a cache of its own.

    JAX's cache writes files in place, so that a full disk or a loss of power leaves half a file, and never replaces a
    file: half a one would cost a warning and the time to compile at every start.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder
        self._files = CacheFiles(folder)

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key; None where there is nothing, or nothing whole."""
        return self._files.read(key)

    def put(self, key: str, value: bytes) -> None:
        """Keep a value under a key."""
        self._files.write(key, value)


def keep_compiled() -> None:
    """Let JAX keep what it compiles in the user's cache folder, unless it has been told of another that can be written.

    The networks take 10 to 30 s to compile on processors; a run that is resumed, or another one like it, skips them.
    """
    chosen: str | None = jax.config.jax_compilation_cache_dir  # type: ignore[attr-defined]
    if chosen is not None and "://" in chosen:  # on another machine
        return
    folder = network_folder(chosen)
    if folder is None:
        jax.config.update("jax_compilation_cache_dir", None)
    elif chosen is None or folder != Path(chosen):
        jax.config.update("jax_compilation_cache_dir", str(folder))
        _use(NetworkCache(folder))


def _use(cache: NetworkCache) -> None:
    """Let JAX open this cache for its folder. There is no public way to give it one."""
    open_files = compilation_cache.get_file_cache

    def open_cache(path: str) -> tuple[CacheInterface, str] | None:
        return (cache, path) if Path(path) == cache._path else open_files(path)

    compilation_cache.get_file_cache = open_cache
