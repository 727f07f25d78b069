"""How much estimates of the policy gradient vary, and how far their mean is from the exact gradient."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from benchmarks.foundations.sampling import example_mdp, sample, table_network
from hideseek.foundations.advantage_actor_critic import advantage
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import Environments
from hideseek.foundations.episodes import Episodes, play_episodes
from hideseek.foundations.mdp import MDP
from hideseek.foundations.networks import MLP, Optimiser
from hideseek.foundations.policy_gradient import SampledPlayer, policy_loss, returns_to_go, time_weight
from hideseek.foundations.q_actor_critic import action_value
from hideseek.foundations.reinforce import ReinforceConfig, average_of_others, reinforce

SMALL, CART_POLE = "gradients of a small process", "gradients on CartPole"
REINFORCE_WEIGHTS = ("G", "G - average", "G - V")
COUNT = 20_000
"""Episodes of the small process."""
STEPS = 128
"""Of an episode of the small process; one in 700 would be longer, and what is cut off counts a thousandth."""
CART_COUNT = 400
"""Episodes of CartPole, and as many others that V is fitted to."""
CART_TRAINING = 200
"""Episodes that the policy on CartPole has learned from."""
GAMMA = 0.99


def exact_gradient(mdp: MDP, policy: MLP) -> MLP:
    """Return grad J(theta) by automatic differentiation of the exact return."""
    P, R, start = (jnp.asarray(x, jnp.float32) for x in (mdp.P, mdp.R, mdp.start))

    def objective(policy: MLP) -> Array:
        pi = jax.nn.softmax(policy(np.eye(mdp.R.shape[0], dtype=np.float32)))
        transition = jnp.einsum("sa,san->sn", pi, P)
        return start @ jnp.linalg.solve(jnp.eye(len(R)) - mdp.gamma * transition, (pi * R).sum(-1))

    return jax.grad(objective)(policy)


def on_small_mdp(seed: int) -> dict[str, Any]:
    """Estimate the gradient from each of many episodes, for a random policy, with exact critics.

    Returns:
        For each weight Psi the trace of the estimates' covariance, `variance`; the distance of their mean from the
        exact gradient as a share of the latter's length, `bias`; and the standard error of that distance, `error`.
    """
    mdp, generator = example_mdp(), np.random.default_rng(seed)
    policy = table_network(generator.normal(size=mdp.R.shape))
    chances = np.asarray(jax.nn.softmax(policy.kernels[0]), np.float64)
    chances /= chances.sum(-1, keepdims=True)
    V = mdp.policy_values(chances)
    first = generator.choice(len(V), COUNT, p=mdp.start)
    episodes, window = sample(mdp, chances, STEPS, generator, first, None)
    G = returns_to_go(episodes.reward, mdp.gamma)
    v, q = table_network(V[:, None]), table_network(mdp.lookahead(V))
    weights = {
        **dict(zip(REINFORCE_WEIGHTS, (G, G - average_of_others(G), G - v(episodes.observation)[..., 0]), strict=True)),
        "Q": action_value(q, window),
        "r + gamma V' - V": advantage(v, window, mdp.gamma),
    }
    exact = _flat(exact_gradient(mdp, policy))
    factor = time_weight(episodes.alive, mdp.gamma, discount_states=True)
    return {name: _summarise(_gradients(policy, episodes, factor * psi), exact) for name, psi in weights.items()}


def on_cart_pole(seed: int) -> dict[str, Any]:
    """Estimate the gradient from each of many episodes of a policy that has learned for a while.

    V is a network, fitted to the returns of other episodes.

    Returns:
        For each weight Psi the trace of the estimates' covariance, `variance`.
    """
    config = ReinforceConfig(episodes=CART_TRAINING)
    policy = reinforce("CartPole-v1", config, seed, LearningCurve())
    worlds = Environments("CartPole-v1", CART_COUNT, seed + 1)
    player = SampledPlayer(policy, jax.random.key(seed + 1))
    V = _fit_values(play_episodes(worlds, player), worlds.features)
    episodes = play_episodes(worlds, player)
    G = returns_to_go(episodes.reward, GAMMA)
    weights = (G, G - average_of_others(G), G - V(episodes.observation)[..., 0])
    alive = time_weight(episodes.alive, GAMMA, discount_states=False)
    found = (_summarise(_gradients(policy, episodes, alive * psi), None) for psi in weights)
    return dict(zip(REINFORCE_WEIGHTS, found, strict=True))


def estimates(result: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return a stored result's estimates by weight."""
    return {weight: one for weight, one in result.items() if isinstance(one, dict) and "variance" in one}


def variance_shares(found: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Return each weight's variance as a share of that of the plain return, for each of some stored results."""
    whole = [estimates(result) for result in found]
    return {weight: [one[weight]["variance"] / one["G"]["variance"] for one in whole] for weight in whole[0]}


def _fit_values(episodes: Episodes, features: int, updates: int = 2_000) -> MLP:
    """Return a network of V fitted to the returns of some episodes."""
    alive = np.asarray(episodes.alive)
    observation = jnp.asarray(episodes.observation[alive])
    goal = returns_to_go(episodes.reward, GAMMA)[alive]
    scale = 1.0 / (1.0 - GAMMA)
    V, optimiser = MLP((features, 64, 64, 1), jax.random.key(0)), Optimiser(3e-3, updates)

    def loss(V: MLP, rows: Array) -> Array:
        return jnp.square(V(observation[rows])[..., 0] - goal[rows] / scale).mean()

    def step(carry: tuple, key: Array) -> tuple[tuple, None]:
        V, state = carry
        rows = jax.random.randint(key, (256,), 0, len(goal))
        return optimiser.descend(V, jax.grad(loss)(V, rows), state), None

    (V, _), _ = jax.lax.scan(step, (V, optimiser.start(V)), jax.random.split(jax.random.key(1), updates))
    return eqx.tree_at(lambda V: (V.kernels[-1], V.biases[-1]), V, (V.kernels[-1] * scale, V.biases[-1] * scale))


@jax.jit
def _gradients(policy: MLP, episodes: Episodes, psi: Float[Array, "time episode"]) -> Float[Array, "episode weight"]:
    """Return the estimate of grad J from each episode."""

    def one(column: tuple[Array, Array, Array]) -> Array:
        observation, action, psi = (x[:, None] for x in column)
        return -_flat(jax.grad(policy_loss)(policy, observation, action, psi))

    columns = (jnp.swapaxes(episodes.observation, 0, 1), jnp.asarray(episodes.action).T, psi.T)
    return jax.lax.map(one, columns, batch_size=50)


def _flat(tree: MLP) -> Float[Array, " weight"]:
    return jnp.concatenate([x.reshape(-1) for x in jax.tree.leaves(tree)])


def _summarise(gradients: Float[Array, "episode weight"], exact: Array | None) -> dict[str, float]:
    variance = float(gradients.var(0).sum())
    if exact is None:
        return {"variance": variance}
    length = float(jnp.linalg.norm(exact))
    bias = float(jnp.linalg.norm(gradients.mean(0) - exact)) / length
    return {"variance": variance, "bias": bias, "error": (variance / len(gradients)) ** 0.5 / length}
