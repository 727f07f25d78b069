"""How Q-learning comes closer to what value iteration knows, the more transitions it has seen."""

from dataclasses import replace
from typing import Any

import numpy as np

from hideseek.foundations.algorithms import default_config
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.mdp import MDP, greedy
from hideseek.foundations.q_learning import q_learning

ENVIRONMENTS = ("FrozenLake-v1", "CliffWalking-v1")
STEPS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
"""Transitions to learn from; each run is a new one, with its own fall of epsilon."""


def name_of(env: str) -> str:
    """Return the name of the measurement."""
    return f"Q-learning on {env.partition('-')[0]}"


def approach(env: str, seed: int) -> dict[str, Any]:
    """Learn from more and more transitions.

    Returns:
        `optimum`, the exact optimal return; `return`, the exact return of each greedy policy; and `error`, the mean
        distance of max_a Q(s, a) from V*(s) over the states in which an optimal player is, weighted by how much of its
        discounted time it is there.
    """
    config = default_config("q-learning", env)
    mdp = MDP.from_gymnasium(env, config.gamma)
    V, policy = mdp.solve()
    weight = occupancy(mdp, policy)
    returns, errors = [], []
    for steps in STEPS:
        Q = q_learning(env, replace(config, steps=steps), seed, LearningCurve())
        returns.append(mdp.policy_return(greedy(Q)))
        errors.append(float(weight @ np.abs(Q.max(-1) - V)))
    return {"optimum": mdp.policy_return(policy), "return": returns, "error": errors}


def occupancy(mdp: MDP, policy: np.ndarray) -> np.ndarray:
    """Return the share of a policy's discounted time in each state."""
    P = np.einsum("sa,san->sn", policy, mdp.P)
    time = np.linalg.solve((np.eye(len(P)) - mdp.gamma * P).T, mdp.start)
    return time / time.sum()
