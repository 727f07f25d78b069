"""Estimates of the policy gradient, averaged over every possible episode, are the exact gradient."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.foundations.advantage_actor_critic import advantage
from hideseek.foundations.episodes import Episodes
from hideseek.foundations.networks import MLP
from hideseek.foundations.policy_gradient import entropy, log_probability, policy_loss, returns_to_go, time_weight
from hideseek.foundations.ppo import advantages
from hideseek.foundations.q_actor_critic import action_value
from hideseek.foundations.reinforce import ReinforceConfig, average_of_others, reinforce_loss
from tests.foundations.all_episodes import ACTIONS, STATES, all_episodes, layered_mdp

MDP = layered_mdp()
POLICY = MLP((STATES, ACTIONS), jax.random.key(3))
CHANCES = np.asarray(jax.nn.softmax(POLICY(np.eye(STATES, dtype=np.float32))), np.float64)
CHANCES /= CHANCES.sum(-1, keepdims=True)
PROBABILITY, EPISODES, WINDOW = all_episodes(MDP, CHANCES)
V = MDP.policy_values(CHANCES)
Q = MDP.lookahead(V)


def table(values: np.ndarray) -> MLP:
    """Return the network whose output for state s, one-hot, is row s."""
    network = MLP(values.shape, jax.random.key(0))
    return eqx.tree_at(lambda network: network.kernels[0], network, jnp.asarray(values, jnp.float32))


def flat(tree: MLP) -> np.ndarray:
    """Return all weights as one vector."""
    return np.concatenate([np.asarray(x).reshape(-1) for x in jax.tree.leaves(tree)])


def exact_gradient() -> np.ndarray:
    """Return grad J(theta) by automatic differentiation of the exact return."""

    def objective(policy: MLP) -> jax.Array:
        pi = jax.nn.softmax(policy(np.eye(STATES, dtype=np.float32)))
        P = jnp.einsum("sa,san->sn", pi, jnp.asarray(MDP.P, jnp.float32))
        values = jnp.linalg.solve(jnp.eye(STATES) - MDP.gamma * P, (pi * jnp.asarray(MDP.R, jnp.float32)).sum(-1))
        return jnp.asarray(MDP.start, jnp.float32) @ values

    return flat(jax.grad(objective)(POLICY))


def mean_gradient(psi: jax.Array) -> np.ndarray:
    """Return the mean over all episodes of the gradient estimate with weights gamma^t Psi_t."""
    weight = time_weight(EPISODES.alive, MDP.gamma, discount_states=True) * psi
    scaled = weight * PROBABILITY.astype(np.float32) * len(PROBABILITY)  # the loss takes the plain mean
    return -flat(jax.grad(policy_loss)(POLICY, EPISODES.observation, EPISODES.action, scaled))


def test_all_episodes_are_there():
    """Their chances sum to 1, and their mean return is J."""
    assert PROBABILITY.sum() == pytest.approx(1.0)
    G = returns_to_go(EPISODES.reward, MDP.gamma)[0]
    assert float(PROBABILITY @ G) == pytest.approx(MDP.policy_return(CHANCES), abs=1e-6)


@pytest.mark.parametrize(
    "psi",
    [
        pytest.param(returns_to_go(EPISODES.reward, MDP.gamma), id="return"),
        pytest.param(returns_to_go(EPISODES.reward, MDP.gamma) - 5.0, id="return minus a constant"),
        pytest.param(
            returns_to_go(EPISODES.reward, MDP.gamma) - table(V[:, None])(EPISODES.observation)[..., 0],
            id="return minus V",
        ),
        pytest.param(action_value(table(Q), WINDOW), id="Q actor-critic"),
        pytest.param(advantage(table(V[:, None]), WINDOW, MDP.gamma), id="advantage actor-critic"),
        *(pytest.param(advantages(table(V[:, None]), WINDOW, MDP.gamma, x), id=f"GAE {x}") for x in (0.0, 0.5, 1.0)),
    ],
)
def test_every_weight_gives_the_exact_gradient(psi: jax.Array):
    """With exact critics all of them have the same mean."""
    np.testing.assert_allclose(mean_gradient(psi), exact_gradient(), atol=2e-6)


def test_gae_with_lambda_1_needs_no_exact_values():
    """Any V is a baseline; at lambda = 0 a wrong V leads to a wrong gradient."""
    wrong = table(V[:, None] + np.arange(STATES)[:, None])
    np.testing.assert_allclose(mean_gradient(advantages(wrong, WINDOW, MDP.gamma, 1.0)), exact_gradient(), atol=3e-6)
    biased = mean_gradient(advantages(wrong, WINDOW, MDP.gamma, 0.0))
    assert np.abs(biased - exact_gradient()).max() > 0.03


@pytest.mark.parametrize("baseline", ["none", "average"])
def test_reinforces_own_loss_gives_the_exact_gradient(baseline: str):
    """Over all pairs of episodes, each a batch: the other episode's return is a baseline that leaves no bias."""
    config = ReinforceConfig(batch=2, baseline=baseline, gamma=MDP.gamma, discount_states=True)
    first, second = (x.reshape(-1) for x in np.indices((len(PROBABILITY),) * 2))

    def estimate(pair: jax.Array) -> MLP:
        batch = Episodes(*(jnp.asarray(x)[:, pair] for x in EPISODES))
        return jax.grad(reinforce_loss)(POLICY, batch, config)

    gradients = jax.vmap(estimate)(np.stack([first, second], axis=1))
    chance = jnp.asarray(PROBABILITY[first] * PROBABILITY[second], jnp.float32)
    mean = jax.tree.map(lambda x: -jnp.tensordot(chance, x, 1), gradients)
    np.testing.assert_allclose(flat(mean), exact_gradient(), atol=2e-6)


def test_without_the_discount_of_states_the_gradient_is_another_one():
    """Leaving gamma^t out is a choice, not an approximation that vanishes."""
    config = ReinforceConfig(batch=2, baseline="none", gamma=MDP.gamma)
    weighted = EPISODES._replace(reward=EPISODES.reward * PROBABILITY.astype(np.float32) * len(PROBABILITY))
    gradient = -flat(jax.grad(reinforce_loss)(POLICY, weighted, config))
    assert np.abs(gradient - exact_gradient()).max() > 0.02


def test_returns_to_go_by_hand():
    """1 + 0.5 (2 + 0.5 x 4) = 3; a column that ended after its first step has nothing more."""
    reward = np.float32([[1.0, 8.0], [2.0, 0.0], [4.0, 0.0]])
    np.testing.assert_allclose(returns_to_go(reward, 0.5), [[3.0, 8.0], [4.0, 0.0], [4.0, 0.0]])


def test_average_of_others_leaves_an_episode_out():
    """The mean of 2 and 6 for the first, and so on."""
    np.testing.assert_allclose(average_of_others(jnp.array([[4.0, 2.0, 6.0]])), [[4.0, 5.0, 3.0]])


def test_log_probability_and_entropy_are_those_of_a_softmax():
    """Of logits log 1, log 3: chances a quarter and three quarters."""
    policy, state = table(np.log([[1.0, 3.0]])), np.float32([[1.0], [1.0]])
    np.testing.assert_allclose(jnp.exp(log_probability(policy, state, np.array([0, 1]))), [0.25, 0.75], rtol=1e-6)
    expected = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    np.testing.assert_allclose(entropy(policy, state), [expected, expected], rtol=1e-6)
