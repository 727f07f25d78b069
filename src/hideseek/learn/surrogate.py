"""The clipped surrogate of proximal policy optimisation (Schulman et al. 2017, equation 7)."""

import numpy as np

from hideseek.checks import extra_needed

with extra_needed("train"):
    import jax.numpy as jnp
    from jaxtyping import Array, Float


def clipped_surrogate(
    log_ratio: Float[Array, "*batch"], advantage: Float[Array | np.ndarray, "*batch"], clip: float
) -> Float[Array, "*batch"]:
    """Return min( r A, clip(r, 1 - clip, 1 + clip) A ), to be made large.

    Args:
        log_ratio: log r, where r is the probability of an action under the policy over that under the one that acted.
        advantage: A, of the action.
        clip: How far r may leave 1 before it stops paying.
    """
    ratio = jnp.exp(log_ratio)
    return jnp.minimum(ratio * advantage, jnp.clip(ratio, 1.0 - clip, 1.0 + clip) * advantage)
