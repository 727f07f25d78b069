"""Blocks of worlds, each with a bonus of its own for the entropy of actions."""

import numpy as np

from hideseek.checks import extra_needed
from hideseek.learn.config import TrainConfig

with extra_needed("train"):
    import jax.numpy as jnp
    from jaxtyping import Array, Float, Float32


def entropy_levels(config: TrainConfig) -> Float32[np.ndarray, " world"] | None:
    """Return where each world's bonus is between the lowest, 0, and the highest, 1; None where all have the same.

    Blocks are interleaved, so that every group of worlds has all of them, and so have the worlds of past policies.
    """
    count = len(config.entropy_blocks)
    if not count:
        return None
    return (np.arange(config.world_count) % count / (count - 1)).astype(np.float32)


def sums_by_block(
    x: Float[Array, "*part chunk step"], level: Float[Array | np.ndarray, "*part chunk"], count: int
) -> Float[Array, " block"]:
    """Return the sum of `x` over all samples of each of `count` blocks, told by the levels of their bonuses."""
    block = jnp.rint(level * (count - 1.0)).astype(jnp.int32)
    return jnp.zeros(count).at[block].add(x.sum(-1))
