"""Markov decision processes for tests."""

import numpy as np
from gymnasium.envs.registration import registry

from hideseek.foundations.mdp import MDP

TAXI = max(name for name in registry if name.startswith("Taxi-v"))
"""The version that this Gymnasium has."""
TABLES = ("FrozenLake-v1", "CliffWalking-v1", TAXI)


def random_mdp(seed: int, states: int = 5, actions: int = 3, gamma: float = 0.9, going_on: float = 0.9) -> MDP:
    """Return an MDP with random chances and rewards; after each step an episode goes on with chance `going_on`."""
    generator = np.random.default_rng(seed)
    P = generator.dirichlet(np.full(states, 0.5), (states, actions)) * going_on
    return MDP(P, generator.normal(size=(states, actions)), gamma, generator.dirichlet(np.ones(states)))


def random_policy(seed: int, mdp: MDP) -> np.ndarray:
    """Return a policy that takes every action with some chance."""
    return np.random.default_rng(seed).dirichlet(np.ones(mdp.R.shape[1]), mdp.R.shape[0])
