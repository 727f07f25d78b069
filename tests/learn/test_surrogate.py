"""The clipped surrogate against numbers worked out by hand."""

import jax
import jax.numpy as jnp
import numpy as np

from hideseek.learn.surrogate import clipped_surrogate

RATIO = np.float32([0.5, 0.9, 1.0, 1.1, 2.0])


def surrogate(advantage: float) -> np.ndarray:
    """Return the surrogate of each ratio for one advantage, clipped at 0.8 and 1.2."""
    return np.asarray(clipped_surrogate(jnp.log(RATIO), jnp.full(5, advantage), 0.2))


def test_a_good_action_pays_up_to_the_upper_bound():
    """Above 1.2 nothing is gained; below 0.8 all is lost."""
    np.testing.assert_allclose(surrogate(3.0), [1.5, 2.7, 3.0, 3.3, 3.6], rtol=1e-6)


def test_a_bad_action_pays_down_to_the_lower_bound():
    """Below 0.8 nothing is gained; above 1.2 all is lost."""
    np.testing.assert_allclose(surrogate(-3.0), [-2.4, -2.7, -3.0, -3.3, -6.0], rtol=1e-6)


def test_where_nothing_is_to_be_gained_there_is_no_gradient():
    """Good actions above, bad actions below the bounds."""
    slope = jax.vmap(jax.grad(lambda log_ratio, advantage: clipped_surrogate(log_ratio, advantage, 0.2)))
    good, bad = (slope(jnp.log(RATIO), jnp.full(5, sign)) for sign in (1.0, -1.0))
    np.testing.assert_allclose(good, [0.5, 0.9, 1.0, 1.1, 0.0], rtol=1e-6)
    np.testing.assert_allclose(bad, [0.0, -0.9, -1.0, -1.1, -2.0], rtol=1e-6)
