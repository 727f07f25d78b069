"""Trees of arrays on disk: written whole or not at all, and read with every check.

Files are safetensors. The first entry of the header is a checksum of the whole file, in which the checksum itself
counts as zeros. Files of the first run folders have none.
"""

import hashlib
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from hideseek.checks import check_path, extra_needed, printable
from hideseek.files import read_bounded
from hideseek.learn.files import CHECKSUM, RunError, write_whole
from hideseek.policy.settings import standard_settings

with extra_needed("train"):
    import jax
    import jax.numpy as jnp
    from safetensors import SafetensorError
    from safetensors.numpy import load, save

LARGEST = 2**36
"""Bytes that are read at most."""
BLANK = 64 * "0"
START = f'{{"__metadata__":{{"{CHECKSUM}":"'.encode()
"""How the header begins."""
PLACE = 8 + len(START)
"""Where the checksum is; the header's length is before the header."""

Tree = TypeVar("Tree")


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write named arrays."""
    content = save({name: np.asarray(x, order="C") for name, x in arrays.items()}, {CHECKSUM: BLANK})
    if not content.startswith(START, 8):
        raise RuntimeError(f"safetensors wrote the header {content[8:108]!r}, expected one that begins with {START!r}")
    write_whole(path, content[:PLACE] + _checksum(content) + content[PLACE + len(BLANK) :])


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote.

    Raises:
        RunError: The file is missing, has other bytes than were written, or holds numbers that are not finite.
    """
    path = check_path("path", path)
    try:
        content = read_bounded(path, LARGEST)
        _check_checksum(content)
        arrays = load(content)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise RunError(f"{path} cannot be read: {error}") from error
    for name, array in arrays.items():
        if jnp.issubdtype(array.dtype, jnp.inexact) and not np.isfinite(array).all():
            raise RunError(f"{path} is damaged: {printable(name)} has values that are not finite")
    return arrays


def _checksum(content: bytes) -> bytes:
    """Return the checksum of a file's bytes, in which its own place counts as zeros."""
    digest = hashlib.sha256(content[:PLACE])
    digest.update(BLANK.encode())
    digest.update(memoryview(content)[PLACE + len(BLANK) :])
    return digest.hexdigest().encode()


def _check_checksum(content: bytes) -> None:
    """Raise ValueError where a file has a checksum that is not its own; those of the first run folders have none."""
    if not content.startswith(START, 8):
        # Other metadata than ours were never written: this is where a bit of the checksum's name has changed.
        if b'"__metadata__"' in content[8 : 8 + int.from_bytes(content[:8], "little")]:
            raise ValueError("its header has metadata without a checksum")
    elif content[PLACE : PLACE + len(BLANK)] != _checksum(content):
        raise ValueError("its checksum is that of other bytes, so it was cut off or changed")


def save_tree(path: Path, tree: object) -> None:
    """Write the arrays of a tree of modules, tuples and dicts, each under its path in the tree."""
    save_arrays(path, {name: np.asarray(x) for name, x in _named_leaves(tree)})


@standard_settings()
def load_tree(path: Path, template: Tree) -> Tree:
    """Return a tree like `template` (arrays or only their shapes) with the arrays of the file.

    Raises:
        RunError: The file is missing, damaged, or holds another tree; the message names the first difference.
    """
    arrays = load_arrays(path)
    leaves = []
    for name, expected in _named_leaves(template):
        if name not in arrays:
            raise RunError(f"{path} is of another network or version: it has no {name}")
        found = arrays.pop(name)
        if found.shape != expected.shape or found.dtype != expected.dtype:
            raise RunError(
                f"{path} is of another network or version: {name} is {found.dtype}{list(found.shape)},"
                f" expected {expected.dtype}{list(expected.shape)}"
            )
        leaves.append(jnp.asarray(found))
    if arrays:
        raise RunError(f"{path} is of another network or version: it has an unknown {min(arrays)}")
    return jax.tree.unflatten(jax.tree.structure(template), leaves)


def _named_leaves(tree: object) -> list[tuple[str, Any]]:
    paths = jax.tree_util.tree_flatten_with_path(tree)[0]
    return [(jax.tree_util.keystr(path, simple=True, separator="/"), leaf) for path, leaf in paths]
