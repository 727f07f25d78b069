"""Checks of what policies are made of and given: of shapes and types alone, so that they run while JAX traces."""

from collections.abc import Mapping
from typing import Any

from hideseek.checks import check_array, check_instance, check_integer, extra_needed, shown
from hideseek.game.entities import ENTITIES
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.layers import Memory

with extra_needed("train"):
    import jax
    import jax.numpy as jnp


def check_network(sizes: object, config: object, key: object) -> None:
    """Check what a network is made from.

    Raises:
        TypeError: if `sizes` is no FeatureSizes, `config` no NetworkConfig or `key` no key of JAX.
        ValueError: if a size is not a positive integer.
    """
    check_sizes(sizes)
    check_instance("config", config, NetworkConfig, "a NetworkConfig")
    check_key("key", key)


def check_sizes(sizes: object) -> None:
    """Raise TypeError unless `sizes` is a FeatureSizes, ValueError unless all that every game has are positive."""
    check_instance("sizes", sizes, FeatureSizes, "a FeatureSizes")
    for name, size in zip(FeatureSizes._fields, tuple(sizes), strict=True):  # type: ignore[arg-type]
        check_integer(f"{name} of sizes", size, 0 if name in FeatureSizes._field_defaults else 1)


def check_key(name: str, key: Any) -> None:
    """Raise TypeError unless `key` is one key of `jax.random.key`."""
    if not isinstance(key, jax.Array) or not jnp.issubdtype(key.dtype, jax.dtypes.prng_key) or key.shape:
        raise TypeError(f"{name} is {shown(key)}, expected a single key of jax.random.key")


def check_observation(observation: Any, sizes: FeatureSizes, leading: tuple[int | str, ...] | None) -> None:
    """Check that observations are those of a game with these feature sizes.

    Args:
        observation: what the environment returns, or the same with other leading axes.
        sizes: of the game that a policy was made for.
        leading: what the axes before the agent's own features are called, or how long they are; None for any axes.

    Raises:
        TypeError: if it is no mapping, or holds other than arrays of numbers and masks.
        ValueError: naming the field, if one is missing or has a wrong shape.
    """
    check_instance("observation", observation, Mapping, "a mapping from names to arrays")
    kinds = [kind for kind in ENTITIES if kind.name in sizes.entities]
    always = [kind.exists for kind in kinds if kind.name == "boxes"]
    expected = [*sizes.inputs, *(kind.sees for kind in kinds), *always]
    if missing := [name for name in expected if name not in observation]:
        raise ValueError(f"observation lacks {', '.join(missing)}, expected {', '.join(expected)}")
    axes = getattr(observation["self"], "shape", ())[:-1] if leading is None else leading
    check_array("observation 'self'", observation["self"], (*axes, sizes.self), "f")
    here = observation["self"].shape[:-1]
    check_array("observation 'lidar'", observation["lidar"], (*here, sizes.lidar), "f")
    for kind in kinds:
        rows = observation[kind.name]
        check_array(f"observation {kind.name!r}", rows, (*here, kind.name, getattr(sizes, kind.name)), "f")
        for mask in (kind.sees, *((kind.exists,) if kind.exists in observation else ())):
            check_array(f"observation {mask!r}", observation[mask], rows.shape[:-1], "b")


def check_memory(name: str, memory: Any, shape: tuple[int, ...]) -> None:
    """Raise TypeError unless `memory` is a Memory of numbers, ValueError unless both its parts have this shape."""
    check_instance(name, memory, Memory, "a Memory")
    for part, array in memory._asdict().items():
        check_array(f"{part} of {name}", array, shape, "f")
