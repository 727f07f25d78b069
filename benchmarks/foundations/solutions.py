"""Value iteration and Q-value iteration against the exact solution."""

from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from hideseek.foundations.mdp import MDP
from hideseek.foundations.q_value_iteration import q_value_iteration
from hideseek.foundations.value_iteration import value_iteration

TABLES = ("FrozenLake-v1", "CliffWalking-v1", "Taxi-v4")
GAMMA, TOLERANCE = 0.99, 1e-8


class Solved(NamedTuple):
    """What is known of a task."""

    states: int
    actions: int
    optimum: float
    """The exact optimal return."""
    bounds: Float64[np.ndarray, " sweep"]
    """Of the error of value iteration, after each sweep."""
    errors: Float64[np.ndarray, " sweep"]
    """Of value iteration after each sweep: the largest distance from the exact V*."""
    error_of_q: float
    """Of Q-value iteration, after the last sweep."""


@cache
def solve(name: str) -> Solved:
    """Solve a task of `TABLES` in all three ways."""
    mdp = MDP.from_gymnasium(name, GAMMA)
    V, policy = mdp.solve()
    bounds = value_iteration(mdp, TOLERANCE).bounds
    errors, values = np.zeros_like(bounds), np.zeros_like(V)
    for sweep in range(bounds.size):
        values = mdp.lookahead(values).max(-1)
        errors[sweep] = np.abs(values - V).max()
    error_of_q = float(np.abs(q_value_iteration(mdp, TOLERANCE).V - V).max())
    return Solved(*mdp.R.shape, mdp.policy_return(policy), bounds, errors, error_of_q)
