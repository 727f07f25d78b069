"""Many episodes of a small Markov decision process at once, and the process that estimators are compared on."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from hideseek.foundations.actor_critic import Window
from hideseek.foundations.episodes import Episodes
from hideseek.foundations.mdp import MDP, Policy
from hideseek.foundations.networks import MLP


def example_mdp(seed: int = 0, states: int = 6, actions: int = 3, gamma: float = 0.95) -> MDP:
    """Return a process with random chances and rewards from 0 to 1, whose episodes go on with chance 0.95."""
    generator = np.random.default_rng(seed)
    P = 0.95 * generator.dirichlet(np.full(states, 0.3), (states, actions))
    return MDP(P, generator.random((states, actions)), gamma, np.full(states, 1.0 / states))


def sample(
    mdp: MDP, policy: Policy, steps: int, generator: np.random.Generator, state: np.ndarray, action: np.ndarray | None
) -> tuple[Episodes, Window]:
    """Play an episode from each of some states; return them as whole episodes and as a window.

    Args:
        mdp: The process.
        policy: Who plays.
        steps: After which episodes are cut off; choose it so that few last as long.
        generator: Of everything random.
        state: The first state of each episode.
        action: The first action of each episode, if the policy is not to draw it.
    """
    count, states = len(state), len(mdp.R)
    alive, rows = np.ones(count, bool), []
    for time in range(steps):
        if time > 0 or action is None:
            action = _draw(policy[state], generator)
        successor = _draw(mdp.P[state, action], generator)
        ends = successor == states
        successor = np.where(ends, 0, successor)
        rows.append((state, action, np.where(alive, mdp.R[state, action], 0.0), successor, ends, alive))
        state, alive = successor, alive & ~ends
    states_, actions_, reward, successors, terminated, alive = (np.stack(row) for row in zip(*rows, strict=True))
    one_hot, reward = np.eye(states, dtype=np.float32), reward.astype(np.float32)
    window = Window(one_hot[states_], actions_, reward, one_hot[successors], terminated, np.zeros_like(terminated))
    return Episodes(one_hot[states_], actions_, reward, alive), window


def table_network(table: np.ndarray) -> MLP:
    """Return the network whose output for state s, one-hot, is row s of a table."""
    network = MLP((table.shape[0], table.shape[1]), jax.random.key(0))
    return eqx.tree_at(lambda network: network.kernels[0], network, jnp.asarray(table, jnp.float32))


def _draw(chances: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return a column for each row of chances; one more than there are for what is missing to 1."""
    return (generator.random(len(chances))[:, None] >= chances.cumsum(-1)).sum(-1)
