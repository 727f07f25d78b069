"""Layers against their formulas."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from hideseek.policy.layers import LSTM, CircularConvolution, LayerNorm, Memory, unit_columns

KEY = jax.random.key(0)


def test_convolution_equals_the_sliding_sum_around_the_ring():
    """Each output is the weighted sum of a ray and its two neighbours, the last ray being a neighbour of the first."""
    layer = CircularConvolution(3, 2, KEY)
    rays = np.random.default_rng(0).normal(size=(4, 7)).astype(np.float32)
    expected = np.zeros((4, 7, 2))
    for j in range(7):
        for k in range(3):
            expected[:, j] += rays[:, (j + k - 1) % 7, None] * np.asarray(layer.kernel)[k]
    np.testing.assert_allclose(np.asarray(layer(rays)).reshape(4, 7, 2), expected, atol=1e-5)


def test_convolution_over_channels_is_the_sum_of_one_for_each():
    """Channel after channel in the input, a kernel for each."""
    layer = CircularConvolution(3, 2, KEY, channels=2)
    rays = np.random.default_rng(0).normal(size=(4, 2, 7)).astype(np.float32)
    parts = [CircularConvolution(3, 2, KEY) for _ in range(2)]
    parts = [eqx.tree_at(lambda p: p.kernel, p, layer.kernel[3 * i : 3 * i + 3]) for i, p in enumerate(parts)]
    expected = sum(part(rays[:, i]) for i, part in enumerate(parts))
    np.testing.assert_allclose(layer(rays.reshape(4, 14)), expected, atol=1e-5)


def test_layer_norm_has_the_derivative_of_its_formula():
    """The written-out derivative agrees with automatic differentiation of mean and variance."""
    layer = LayerNorm(5)
    x = jnp.asarray(np.random.default_rng(0).normal(2.0, 3.0, (4, 5)).astype(np.float32))
    weights = jnp.asarray(np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32))

    def formula(x: jax.Array) -> jax.Array:
        centred = x - x.mean(-1, keepdims=True)
        return (weights * centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-6)).sum()

    value, gradient = jax.value_and_grad(lambda x: (weights * layer(x)).sum())(x)
    np.testing.assert_allclose(value, formula(x), rtol=1e-5)
    np.testing.assert_allclose(gradient, jax.grad(formula)(x), atol=1e-5)


def test_lstm_keeps_its_cell_by_a_forget_bias_of_one():
    """With all weights zero a step multiplies the cell by the sigmoid of 1."""
    lstm = jax.tree.map(jnp.zeros_like, LSTM(3, 2, KEY))
    start = Memory(jnp.zeros((1, 2)), jnp.ones((1, 2)))
    _, memory = lstm(jnp.zeros((1, 1, 3)), start, np.zeros((1, 1), bool))
    np.testing.assert_allclose(memory.cell, 1.0 / (1.0 + np.exp(-1.0)), rtol=1e-6)


def test_head_kernels_have_columns_of_the_asked_length():
    """The columns of a normc kernel have the given norm."""
    kernel = unit_columns(KEY, 8, 5, 0.01)
    np.testing.assert_allclose(jnp.linalg.norm(kernel, axis=0), 0.01, rtol=1e-5)
