"""Reading the state of some worlds out of the batch, and putting it back: the one door to the state."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hideseek.checks import check_instance, shown

LATER_FIELDS = ("cylinder_centre", "cylinder_size")
"""Of which older states know nothing; they are part of a state where there is something in them."""


def state_arrays(groups: Sequence[NamedTuple]) -> dict[str, np.ndarray]:
    """Return the arrays of which the state of a batch consists, by name."""
    arrays = {name: array for group in groups for name, array in group._asdict().items()}
    return {name: array for name, array in arrays.items() if array.size or name not in LATER_FIELDS}


def read_state(
    groups: Sequence[NamedTuple], world_count: int, worlds: np.ndarray | Sequence[int] | None
) -> dict[str, np.ndarray]:
    """Copy all fields of `groups` (named tuples of arrays that lead with the world) for `worlds`, all by default.

    Raises:
        ValueError: if an index is out of range.
    """
    index = world_index(world_count, worlds)
    return {name: array[index].copy() for name, array in state_arrays(groups).items()}


def check_state(
    groups: Sequence[NamedTuple],
    state: Mapping[str, np.ndarray],
    world_count: int,
    limits: dict[str, tuple[int, int]],
) -> dict[str, np.ndarray]:
    """Return a copy of a state from `read_state` that is fit for `world_count` worlds.

    The mapping is read once, and its arrays are copied before they are looked at: whatever it returns the next time,
    and whoever writes to its arrays meanwhile, what was checked is what is used.

    Raises:
        TypeError: if `state` is no dictionary.
        ValueError: naming the field, if fields are missing or unknown, have a wrong shape or dtype, are not finite, or
            lie outside `limits` (smallest and largest value of fields that are indices).
    """
    check_instance("state", state, Mapping, "a dictionary of arrays from get_state")
    copies = {name: _as_array(f"state field {name}", value) for name, value in dict(state).items()}
    targets = state_arrays(groups)
    if missing := sorted(targets.keys() - copies.keys()):
        raise ValueError(f"state lacks {', '.join(missing)}, expected all fields of get_state")
    if unknown := sorted(map(str, copies.keys() - targets.keys())):
        raise ValueError(f"state has unknown fields {', '.join(unknown)}, expected those of get_state")
    for name, target in targets.items():
        value, shape = copies[name], (world_count, *target.shape[1:])
        if value.shape != shape or value.dtype != target.dtype:
            raise ValueError(
                f"state field {name} has shape {value.shape} and dtype {value.dtype}, "
                f"expected {shape} and {target.dtype}"
            )
        if np.issubdtype(value.dtype, np.floating) and not np.isfinite(value).all():
            raise ValueError(f"state field {name} has values that are not finite, expected numbers")
        low, high = limits.get(name, (None, None))
        if low is not None and value.size and (value.min() < low or value.max() > high):
            raise ValueError(
                f"state field {name} has values from {value.min()} to {value.max()}, expected {low} to {high}"
            )
    return copies


def write_state(groups: Sequence[NamedTuple], state: Mapping[str, np.ndarray], index: np.ndarray) -> None:
    """Put what `check_state` returned into the worlds `index`."""
    for name, target in state_arrays(groups).items():
        target[index] = state[name]


def _as_array(name: str, value: object) -> np.ndarray:
    """Return a copy of an array, or of what can be made one."""
    try:
        return np.array(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{name} is {shown(value)}, expected an array") from error


def world_index(world_count: int, worlds: np.ndarray | Sequence[int] | None) -> np.ndarray:
    """Return `worlds` as an array of indices, those of all worlds by default.

    Raises:
        ValueError: if they are no indices, out of range, or name a world twice.
    """
    if worlds is None:
        return np.arange(world_count)
    index = _as_array("worlds", worlds)
    if index.ndim != 1 or not np.issubdtype(index.dtype, np.integer):
        raise ValueError(f"worlds has shape {index.shape} and dtype {index.dtype}, expected a list of indices")
    if index.size and (index.min() < 0 or index.max() >= world_count):
        raise ValueError(f"worlds has indices from {index.min()} to {index.max()}, expected 0 to {world_count - 1}")
    if len(np.unique(index)) != len(index):
        raise ValueError("worlds names a world twice, expected distinct indices")
    return index
