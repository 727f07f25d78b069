"""The network that all deep algorithms of the ladder use, and how its weights are changed."""

from itertools import pairwise

import numpy as np

from hideseek.checks import extra_needed

with extra_needed("foundations"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    import optax
    from jaxtyping import Array, Float, Int, PRNGKeyArray

from hideseek.checks import check_fits_memory

Numbers = Array | np.ndarray


class MLP(eqx.Module):
    """A multilayer perceptron: affine maps of the last axis, with max(0, x) between them."""

    kernels: tuple[Float[Array, "input output"], ...]
    biases: tuple[Float[Array, " output"], ...]

    def __init__(self, sizes: tuple[int, ...], key: PRNGKeyArray):
        """Draw kernels, uniform up to 1 / sqrt(input); `sizes` are the widths from the input to the output."""
        weights_and_adam = 3 * 4 * sum(a * b for a, b in pairwise(sizes))
        check_fits_memory("sizes", sizes, weights_and_adam)
        pairs = list(zip(pairwise(sizes), jax.random.split(key, len(sizes) - 1), strict=True))
        self.kernels = tuple(jax.random.uniform(k, pair, minval=-1.0, maxval=1.0) / pair[0] ** 0.5 for pair, k in pairs)
        self.biases = tuple(jnp.zeros(size) for size in sizes[1:])

    def __call__(self, x: Float[Numbers, "*batch input"]) -> Float[Array, "*batch output"]:
        """Return the output for each row."""
        y = jnp.asarray(x) @ self.kernels[0] + self.biases[0]
        for kernel, bias in zip(self.kernels[1:], self.biases[1:], strict=True):
            y = jax.nn.relu(y) @ kernel + bias
        return y


def at_action(outputs: Float[Array, "*batch action"], action: Int[Numbers, "*batch"]) -> Float[Array, "*batch"]:
    """Return the output of each row that belongs to its action."""
    return jnp.take_along_axis(outputs, jnp.asarray(action)[..., None], axis=-1)[..., 0]


class Optimiser:
    """Adam whose step size falls linearly to 0 over `updates`, with a limit on the gradient's norm."""

    def __init__(self, step_size: float, updates: int, largest_gradient: float = 10.0) -> None:
        schedule = optax.linear_schedule(step_size, 0.0, updates)
        self._adam = optax.chain(optax.clip_by_global_norm(largest_gradient), optax.adam(schedule))

    def start(self, network: MLP) -> optax.OptState:
        """Return the state before the first update."""
        return self._adam.init(network)  # type: ignore[arg-type]

    def descend(self, network: MLP, gradient: MLP, state: optax.OptState) -> tuple[MLP, optax.OptState]:
        """Take one step against a loss's gradient; return the new network and the new state."""
        changes, state = self._adam.update(gradient, state)  # type: ignore[arg-type]
        return eqx.apply_updates(network, changes), state
