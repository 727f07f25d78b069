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


def zero_sum_values(
    value: Float[np.ndarray, "*batch row"], counts: Bool[np.ndarray, "*batch row"], is_hider: Bool[np.ndarray, " agent"]
) -> Float[np.ndarray, "*batch row"]:
    """Return values that are one number per world, positive for hiders and negative for seekers.

    Where one team wins what the other loses, every agent's estimate is one of the same number. Their mean over all
    viewpoints has less error than each. A penalty that a single agent gets, for leaving the game's area, is spread over
    all: of four agents, its own value knows a quarter of the penalty, and that of the others is wrong by a quarter.

    Args:
        value: Of the agents of world 0, of world 1, and so on, each from its own viewpoint.
        counts: Whose estimates count: not those of agents that a past policy plays, which train nothing.
        is_hider: Whether it is one, for each agent of a world.

    Raises:
        TypeError: An array is of another kind.
        ValueError: An array has another shape, or rows are no multiple of the agents.
    """
    check_array("value", value, np.shape(value), "f")
    check_array("counts", counts, value.shape, "b")
    check_array("is_hider", is_hider, ("agent",), "b")
    if value.shape[-1] % len(is_hider):
        raise ValueError(f"value has {value.shape[-1]} rows, expected a multiple of the {len(is_hider)} agents")
    sign = np.where(is_hider, np.float32(1.0), np.float32(-1.0))
    worlds = (*value.shape[:-1], -1, len(is_hider))
    views, counted = value.reshape(worlds) * sign, counts.reshape(worlds)
    total = np.where(counted, views, 0.0).sum(-1, keepdims=True)
    mean = total / np.maximum(counted.sum(-1, keepdims=True), 1)
    return (mean * sign).astype(value.dtype).reshape(value.shape)


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
