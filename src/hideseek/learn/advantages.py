"""How much better than expected each action turned out."""

import numpy as np

from hideseek.checks import check_array, check_number, extra_needed
from hideseek.policy.settings import standard_settings

with extra_needed("train"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Float


@standard_settings()
def generalised_advantages(
    reward: Float[Array | np.ndarray, "time row"],
    value: Float[Array | np.ndarray, "time row"],
    done: Bool[Array | np.ndarray, "time row"],
    last_value: Float[Array | np.ndarray, " row"],
    gamma: float,
    gae_lambda: float,
) -> Float[Array, "time row"]:
    """Return the generalised advantage estimates of a window of steps (Schulman et al. 2016).

    Args:
        reward: Of each step.
        value: Expected return before each step.
        done: Whether the episode ended with the step: nothing beyond it counts.
        last_value: Expected return after the last step; ignored where the episode ended with it.
        gamma: Discount per step, from 0 to 1.
        gae_lambda: Decay of the estimator per step, from 0 to 1.

    Raises:
        TypeError: An array is of another kind.
        ValueError: An array has another shape, or a number is out of range.
    """
    check_array("reward", reward, ("time", "row"), "f")
    check_array("value", value, reward.shape, "f")
    check_array("done", done, reward.shape, "b")
    check_array("last_value", last_value, reward.shape[1:], "f")
    check_number("gamma", gamma, least=0.0, most=1.0)
    check_number("gae_lambda", gae_lambda, least=0.0, most=1.0)
    return _generalised_advantages(reward, value, done, last_value, gamma, gae_lambda)


@jax.jit
def _generalised_advantages(
    reward: Array, value: Array, done: Array, last_value: Array, gamma: float, gae_lambda: float
) -> Array:
    def step(carry: tuple[Array, Array], inputs: tuple[Array, Array, Array]) -> tuple[tuple[Array, Array], Array]:
        advantage, next_value = carry
        reward, value, done = inputs
        error = reward + jnp.where(done, 0.0, gamma * next_value) - value
        advantage = error + jnp.where(done, 0.0, gamma * gae_lambda * advantage)
        return (advantage, value), advantage

    start = (jnp.zeros_like(last_value), last_value)
    return jax.lax.scan(step, start, (reward, value, done), reverse=True)[1]
