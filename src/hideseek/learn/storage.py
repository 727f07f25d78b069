"""Trees of arrays on disk: written whole or not at all, and read with every check."""

from pathlib import Path
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from hideseek.checks import check_path
from hideseek.learn.files import RunError, write_whole
from hideseek.policy.settings import standard_settings

Tree = TypeVar("Tree")


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write named arrays as safetensors."""
    write_whole(path, save({name: np.asarray(x, order="C") for name, x in arrays.items()}))


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote; raise RunError where the file is missing or damaged."""
    path = check_path("path", path)
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise RunError(f"{path} cannot be read: {error}") from error


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
