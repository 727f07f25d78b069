"""How much better than expected each action turned out."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


@jax.jit
def generalised_advantages(
    reward: Float[Array, "time row"],
    value: Float[Array, "time row"],
    done: Bool[Array, "time row"],
    last_value: Float[Array, " row"],
    gamma: float,
    gae_lambda: float,
) -> Float[Array, "time row"]:
    """Return the generalised advantage estimates of a window of steps (Schulman et al. 2016).

    Args:
        reward: Of each step.
        value: Expected return before each step.
        done: Whether the episode ended with the step: nothing beyond it counts.
        last_value: Expected return after the last step; ignored where the episode ended with it.
        gamma: Discount per step.
        gae_lambda: Decay of the estimator per step.
    """

    def step(carry: tuple[Array, Array], inputs: tuple[Array, Array, Array]) -> tuple[tuple[Array, Array], Array]:
        advantage, next_value = carry
        reward, value, done = inputs
        error = reward + jnp.where(done, 0.0, gamma * next_value) - value
        advantage = error + jnp.where(done, 0.0, gamma * gae_lambda * advantage)
        return (advantage, value), advantage

    start = (jnp.zeros_like(last_value), last_value)
    return jax.lax.scan(step, start, (reward, value, done), reverse=True)[1]
