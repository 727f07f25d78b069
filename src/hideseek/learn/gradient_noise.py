"""How much of a gradient is noise: unbiased estimates from its parts (McCandlish et al. 2018, appendix A.1)."""

from typing import TypeVar

from hideseek.checks import extra_needed

with extra_needed("train"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Float, PyTree

Quantity = TypeVar("Quantity", float, Array)


def square_norm(gradient: PyTree[Array]) -> Float[Array, ""]:
    """Return the sum of the squares of a gradient's numbers."""
    return jnp.stack([jnp.vdot(x, x) for x in jax.tree.leaves(gradient)]).sum()


def noise_estimates(
    part_square: Quantity, whole_square: Quantity, parts: int, samples: Quantity
) -> tuple[Quantity, Quantity]:
    """Return estimates of |G|^2 and of tr(Sigma), without bias where the parts are independent.

    G is the gradient's expectation, Sigma the covariance of the gradient of one sample. The gradient of a batch of B
    samples has an expected squared norm of |G|^2 + tr(Sigma) / B; two sizes of batch tell both terms. The first
    estimate can be negative.

    Args:
        part_square: Squared norm of the gradient of a part, mean over the parts.
        whole_square: Squared norm of the gradient of the minibatch, which is the mean of the parts' gradients.
        parts: How many parts there are, at least two, all of one size.
        samples: How many samples the minibatch holds.
    """
    square = (parts * whole_square - part_square) / (parts - 1)
    variance = (part_square - whole_square) * samples / (parts - 1)
    return square, variance
