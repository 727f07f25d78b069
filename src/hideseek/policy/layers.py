"""Layers that act on the last axis and accept any leading axes."""

from typing import NamedTuple

import numpy as np

from hideseek.checks import extra_needed

with extra_needed("train"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Float, PRNGKeyArray


class Dense(eqx.Module):
    """Affine map of the last axis."""

    kernel: Float[Array, "input output"]
    bias: Float[Array, " output"]

    def __init__(self, kernel: Float[Array, "input output"]):
        self.kernel = kernel
        self.bias = jnp.zeros(kernel.shape[1])

    def __call__(self, x: Float[Array, "*batch input"]) -> Float[Array, "*batch output"]:
        """Return the map of each row."""
        # The barrier keeps XLA from working the derivative's input out again in each of its uses.
        return jax.lax.optimization_barrier(product(x, self.kernel) + self.bias)


class LayerNorm(eqx.Module):
    """Normalise the last axis to mean 0 and deviation 1, then scale and shift (Ba et al. 2016)."""

    scale: Float[Array, " size"]
    bias: Float[Array, " size"]

    def __init__(self, size: int):
        self.scale = jnp.ones(size)
        self.bias = jnp.zeros(size)

    def __call__(self, x: Float[Array, "*batch size"]) -> Float[Array, "*batch size"]:
        """Return the normalised rows."""
        return standardise(x.astype(jnp.float32)).astype(x.dtype) * self.scale + self.bias


@jax.custom_vjp
def standardise(x: Float[Array, "*batch size"]) -> Float[Array, "*batch size"]:
    """Shift and scale the last axis to mean 0 and deviation 1.

    The derivative is written out, and what it needs is kept: left to itself, XLA works out again, in every reduction of
    the derivative, whatever `x` was computed from. On processors that takes twice the time of the whole network.
    """
    return _standardise(x)[0]


def _standardise(x: Array) -> tuple[Array, tuple[Array, Array]]:
    centred = x - x.mean(-1, keepdims=True)
    rate = jax.lax.rsqrt(jnp.square(centred).mean(-1, keepdims=True) + 1e-6)
    standard = jax.lax.optimization_barrier(centred * rate)
    return standard, (standard, rate)


def _standardise_backward(kept: tuple[Array, Array], gradient: Array) -> tuple[Array]:
    standard, rate = kept
    gradient = jax.lax.optimization_barrier(gradient)
    mean, slope = gradient.mean(-1, keepdims=True), (gradient * standard).mean(-1, keepdims=True)
    return ((gradient - mean - standard * slope) * rate,)


standardise.defvjp(_standardise, _standardise_backward)


class CircularConvolution(eqx.Module):
    """One-dimensional convolution over a closed ring of rays of some channels, all filters of all rays flattened.

    The few weights are spread into a matrix from rays to outputs: one large product is several times faster than the
    sliding sum, forward and backward.
    """

    kernel: Float[Array, "channel*offset filter"]
    bias: Float[Array, " filter"]
    channels: int = eqx.field(static=True)

    def __init__(self, kernel_size: int, filters: int, key: PRNGKeyArray, channels: int = 1):
        self.kernel = xavier(key, channels * kernel_size, filters)
        self.bias = jnp.zeros(filters)
        self.channels = channels

    def __call__(self, rays: Float[Array, "*batch channel*ray"]) -> Float[Array, "*batch ray*filter"]:
        """Return every filter's response at every ray."""
        count, size = rays.shape[-1] // self.channels, self.kernel.shape[0] // self.channels
        ring = jnp.arange(count)
        offset = (ring[:, None] - ring[None, :] + size // 2) % count
        kernel = self.kernel.reshape(self.channels, size, -1)
        matrix = jnp.where((offset < size)[..., None], kernel[:, jnp.minimum(offset, size - 1)], 0.0)
        return product(rays, matrix.reshape(rays.shape[-1], -1)) + jnp.tile(self.bias, count)


class Memory(NamedTuple):
    """State of the LSTM of each agent."""

    hidden: Float[Array | np.ndarray, "*batch memory"]
    cell: Float[Array | np.ndarray, "*batch memory"]

    @classmethod
    def zeros(cls, *shape: int) -> "Memory":
        """Return the state at the start of an episode; the last of `shape` is the number of units."""
        return cls(jnp.zeros(shape), jnp.zeros(shape))

    def reset_where(self, first: Bool[Array | np.ndarray, " *batch"]) -> "Memory":
        """Return the state with the agents for which an episode begins set back to zero."""
        keep = ~first[..., None]
        return Memory(self.hidden * keep, self.cell * keep)


class LSTM(eqx.Module):
    """Long short-term memory (Hochreiter and Schmidhuber 1997) with a forget bias of 1."""

    input_kernel: Float[Array, "input 4*memory"]
    hidden_kernel: Float[Array, "memory 4*memory"]
    bias: Float[Array, " 4*memory"]

    def __init__(self, input_size: int, memory: int, key: PRNGKeyArray):
        kernel = xavier(key, input_size + memory, 4 * memory)
        self.input_kernel, self.hidden_kernel = kernel[:input_size], kernel[input_size:]
        self.bias = jnp.zeros(4 * memory)

    def __call__(
        self, x: Float[Array, "row time input"], memory: Memory, first: Bool[Array | np.ndarray, "row time"]
    ) -> tuple[Float[Array, "row time memory"], Memory]:
        """Run over time from `memory`, starting afresh wherever `first`; return the outputs and the end state."""
        # The inputs' share of the gates is one product for all steps; only the recurrent share has to wait its turn.
        first = jnp.asarray(first)
        gates = jnp.swapaxes(product(x, self.input_kernel) + self.bias, 0, 1)

        def step(memory: Memory, inputs: tuple[Array, Array]) -> tuple[Memory, Array]:
            gate, fresh = inputs
            hidden, cell = memory.reset_where(fresh)
            gate = gate + hidden.astype(x.dtype) @ self.hidden_kernel
            write, candidate, forget, read = jnp.split(gate.astype(jnp.float32), 4, axis=-1)
            cell = cell * jax.nn.sigmoid(forget + 1.0) + jax.nn.sigmoid(write) * jnp.tanh(candidate)
            hidden = jnp.tanh(cell) * jax.nn.sigmoid(read)
            return Memory(hidden, cell), hidden

        memory, hidden = jax.lax.scan(step, memory, (gates, first.T), unroll=min(x.shape[1], 10))
        return jnp.swapaxes(hidden, 0, 1).astype(x.dtype), memory


def product(
    x: Float[Array, "*batch input"], kernel: Float[Array | np.ndarray, "input output"]
) -> Float[Array, "*batch output"]:
    """Multiply each row with a matrix.

    All leading axes are made one first: with more, XLA's gradient with respect to the matrix is several times slower on
    processors.
    """
    return (x.reshape(-1, x.shape[-1]) @ kernel).reshape(*x.shape[:-1], kernel.shape[-1])


def xavier(key: PRNGKeyArray, input_size: int, output_size: int) -> Float[Array, "input output"]:
    """Draw a kernel, uniform with variance 2 / (input + output) (Glorot and Bengio 2010)."""
    bound = (6.0 / (input_size + output_size)) ** 0.5
    return jax.random.uniform(key, (input_size, output_size), minval=-bound, maxval=bound)


def scaled_normal(key: PRNGKeyArray, input_size: int, output_size: int) -> Float[Array, "input output"]:
    """Draw a kernel, normal with variance 0.125 / input: the original's for attention."""
    return jax.random.normal(key, (input_size, output_size)) * (0.125 / input_size) ** 0.5


def unit_columns(key: PRNGKeyArray, input_size: int, output_size: int, norm: float) -> Float[Array, "input output"]:
    """Draw a kernel whose columns have the length `norm` (normc: small, so that the first policy is near uniform)."""
    kernel = jax.random.normal(key, (input_size, output_size))
    return kernel * norm / jnp.linalg.norm(kernel, axis=0)
