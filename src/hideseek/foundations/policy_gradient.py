"""What all policy gradients have in common: the score of each action, weighted by how good the action was.

    grad J(theta) = E[ sum_t gamma^t Psi_t grad log pi(a_t | s_t; theta) ]

This holds for several weights Psi_t (the policy gradient theorem, Sutton et al. 2000; Schulman et al. 2016), one per
rung of the ladder: the return that followed (REINFORCE), the same minus a baseline, Q(s_t, a_t), and the advantage
A(s_t, a_t). All give the same mean. They differ in variance, and in the bias that comes with estimated values.

Programs leave gamma^t out: late steps then count as much as early ones, and agents learn sooner. The result is no
longer the gradient of the discounted return. REINFORCE's option `discount_states` puts the factor back.
"""

import numpy as np

from hideseek.checks import extra_needed
from hideseek.foundations.networks import MLP, Numbers, at_action
from hideseek.policy.settings import standard_settings

with extra_needed("foundations"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Float, Float32, Int, PRNGKeyArray


def log_probability(
    policy: MLP, observation: Float[Numbers, "*batch feature"], action: Int[Numbers, "*batch"]
) -> Float[Array, "*batch"]:
    """Return log pi(a | s; theta): the policy is a softmax of the network's outputs."""
    return at_action(jax.nn.log_softmax(policy(observation)), action)


def entropy(policy: MLP, observation: Float[Numbers, "*batch feature"]) -> Float[Array, "*batch"]:
    """Return the entropy of pi(. | s; theta) [nat]."""
    scores = jax.nn.log_softmax(policy(observation))
    return -(jnp.exp(scores) * scores).sum(-1)


def policy_loss(
    policy: MLP,
    observation: Float[Numbers, "time row feature"],
    action: Int[Numbers, "time row"],
    psi: Float[Array, "time row"],
) -> Float[Array, ""]:
    """Return - mean over rows of sum_t Psi_t log pi(a_t | s_t), whose gradient is minus the estimate of grad J."""
    weight = jax.lax.stop_gradient(psi)
    return -(weight * log_probability(policy, observation, action)).sum(0).mean()


def returns_to_go(reward: Float[Numbers, "time row"], gamma: float) -> Float[Array, "time row"]:
    """Return G_t = r_t + gamma G_{t+1} of whole episodes; rewards after an episode's end are 0."""

    def step(later: Array, reward: Array) -> tuple[Array, Array]:
        total = reward + gamma * later
        return total, total

    return jax.lax.scan(step, jnp.zeros(reward.shape[1]), jnp.asarray(reward), reverse=True)[1]


def time_weight(alive: Bool[Numbers, "time row"], gamma: float, discount_states: bool) -> Float[Array, "time row"]:
    """Return gamma^t, or 1 without `discount_states`, for the steps of an episode, and 0 after its end."""
    weight = gamma ** jnp.arange(alive.shape[0])[:, None] if discount_states else 1.0
    return jnp.where(alive, weight, 0.0)


class SampledPlayer:
    """Acts by drawing from pi(. | s; theta)."""

    def __init__(self, policy: MLP, key: PRNGKeyArray) -> None:
        self.policy, self._key, self._calls = policy, key, 0

    @standard_settings()
    def __call__(self, observation: Float32[np.ndarray, "row feature"]) -> Int[np.ndarray, " row"]:
        """Return an action for each row of observations."""
        self._calls += 1
        return np.asarray(_sample(self.policy, observation, self._key, np.int32(self._calls)))


@jax.jit
def _sample(policy: MLP, observation: Array, key: PRNGKeyArray, call: Array) -> Array:
    return jax.random.categorical(jax.random.fold_in(key, call), policy(observation))
