"""States of the parts of a run, as named arrays: put together under prefixes, taken apart again, and checked."""

from collections.abc import Mapping

import numpy as np

from hideseek.checks import check_array


def prefixed(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays under names that begin with `prefix`."""
    return {prefix + name: x for name, x in arrays.items()}


def under(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): x for name, x in arrays.items() if name.startswith(prefix)}


def check_field(
    title: str, state: Mapping[str, np.ndarray], name: str, shape: tuple[int | str, ...], kind: str
) -> None:
    """Raise TypeError or ValueError unless a state has an array of this name, shape and kind (`check_array`).

    `title` is what the state is called.
    """
    if name not in state:
        raise ValueError(f"{title} lacks {name}, expected all that get_state returns")
    check_array(f"{title} field {name}", state[name], shape, kind)
