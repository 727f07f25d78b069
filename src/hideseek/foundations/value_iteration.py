"""Value iteration: Bellman's optimality equation, used as an assignment until nothing changes.

    V_{k+1}(s) = max_a [ R(s, a) + gamma sum_s' P(s' | s, a) V_k(s') ]

The assignment brings any two V closer by the factor gamma (largest difference over the states), so V_k comes closer
to the only V that it leaves as it is, the optimal one:

    |V_{k+1} - V*| <= gamma / (1 - gamma) |V_{k+1} - V_k|

The right side is known in every sweep; iteration ends when it is small enough. The greedy policy of a V that is at
most e from V* loses at most 2 gamma e / (1 - gamma) against the optimal one (Singh and Yee 1994).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_instance, check_number
from hideseek.foundations.mdp import MDP, ActionValues, Values


@dataclass(frozen=True)
class SweepConfig:
    """Value iteration and Q-value iteration."""

    gamma: float = 0.99
    """Discount per step, in [0, 1)."""
    tolerance: float = 1e-8
    """How far from the optimal values the result may be, at most."""

    def __post_init__(self) -> None:
        check_number("gamma", self.gamma, least=0.0, below=1.0)
        check_number("tolerance", self.tolerance, above=0.0)


@dataclass(frozen=True)
class Solution:
    """Values that are as close to the optimal ones as was asked for."""

    Q: ActionValues
    bounds: Float64[np.ndarray, " sweep"]
    """After each sweep, how far from the optimal values its result is, at most."""

    @property
    def V(self) -> Values:  # noqa: N802
        """The best action's value in each state, max_a Q(s, a)."""
        return self.Q.max(-1)


def value_iteration(mdp: MDP, tolerance: float = 1e-8) -> Solution:
    """Return V* to within `tolerance`, and the Q that belongs to it.

    Raises:
        TypeError: `mdp` is none.
        ValueError: `tolerance` is not positive, or finer than the rounding of these values.
    """
    check_instance("mdp", mdp, MDP, "an MDP")
    V, bounds = sweep_until_close(lambda V: mdp.lookahead(V).max(-1), np.zeros(mdp.start.size), mdp, tolerance)
    return Solution(mdp.lookahead(V), bounds)


def sweep_until_close(
    sweep: Callable[[np.ndarray], np.ndarray], values: np.ndarray, mdp: MDP, tolerance: float
) -> tuple[np.ndarray, Float64[np.ndarray, " sweep"]]:
    """Repeat `values = sweep(values)` until the error bound is at most `tolerance`; return the values and all bounds.

    Args:
        sweep: A contraction by gamma.
        values: Where to start.
        mdp: What is solved.
        tolerance: Largest error of the result.

    Raises:
        ValueError: `tolerance` is not positive, or finer than the rounding of these values.
    """
    check_number("tolerance", tolerance, above=0.0)
    # Values grow to |R| / (1 - gamma); the bound cannot tell apart what their rounding, times 1 / (1 - gamma), hides.
    finest = 16.0 * np.finfo(np.float64).eps * np.abs(mdp.R).max(initial=0.0) / (1.0 - mdp.gamma) ** 2
    if tolerance < finest:
        raise ValueError(f"tolerance is {tolerance}, expected at least {finest:.1g} with these rewards and this gamma")
    bounds = []
    while not bounds or bounds[-1] > tolerance:
        new = sweep(values)
        bounds.append(mdp.gamma / (1.0 - mdp.gamma) * np.abs(new - values).max())
        values = new
    return values, np.array(bounds)
