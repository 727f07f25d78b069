"""Markov decision processes as arrays, and what can be said of a policy exactly.

In state s the agent takes action a, gets the reward r and comes to state s'. The chances of r and s' depend on s and a
alone (the Markov property). The agent wants a large return: the sum of rewards, discounted by gamma per step.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hideseek.checks import check_array, check_number
from hideseek.foundations.environments import make_environment

Values = Float64[np.ndarray, " state"]
ActionValues = Float64[np.ndarray, "state action"]
Policy = Float64[np.ndarray, "state action"]
"""Probability of each action in each state."""


@dataclass(frozen=True)
class MDP:
    """A finite Markov decision process.

    What is missing in a row of `P` to 1 is the chance that the episode ends. Nothing beyond its end counts, so the end
    needs no state.
    """

    P: Float64[np.ndarray, "state action next"]
    """P[s, a, s'] = Pr(the episode goes on in s' | s, a)."""
    R: Float64[np.ndarray, "state action"]
    """R[s, a] = E[r | s, a]."""
    gamma: float
    """Discount per step, in [0, 1)."""
    start: Values
    """Probability of each state to be the first."""

    def __post_init__(self) -> None:
        check_array("P", self.P, ("state", "action", "next"), "f")
        states, actions, _ = self.P.shape
        check_array("P", self.P, (states, actions, states), "f")
        check_array("R", self.R, (states, actions), "f")
        check_array("start", self.start, (states,), "f")
        check_number("gamma", self.gamma, least=0.0, below=1.0)
        if not np.isfinite(self.R).all():
            raise ValueError("R has infinite numbers or NaN, expected finite rewards")
        for name, table in (("P", self.P), ("start", self.start)):
            if not (table >= 0.0).all() or not (table.sum(-1) <= 1.0 + 1e-9).all():
                raise ValueError(f"{name} has negative numbers, NaN, or sums above 1, expected probabilities")

    @classmethod
    def from_gymnasium(cls, name: str, gamma: float, **options: Any) -> "MDP":
        """Return the table of a Gymnasium environment that has one, as `FrozenLake-v1` and `Taxi-v4` do.

        Args:
            name: The environment's id.
            gamma: Discount per step, in [0, 1).
            options: For `gymnasium.make`, for instance `is_slippery=False`.

        Raises:
            ImportError: Gymnasium is not installed.
            ValueError: There is no such environment, it has no table, or `gamma` is out of range.
        """
        env = make_environment(name, **options).unwrapped
        table, start = getattr(env, "P", None), getattr(env, "initial_state_distrib", None)
        if not isinstance(table, dict) or start is None:
            raise ValueError(f"env is {name!r}, expected one with a table of transitions, such as 'FrozenLake-v1'")
        states, actions = len(table), len(table[0])
        P, R = np.zeros((states, actions, states)), np.zeros((states, actions))
        for s, rows in table.items():
            for a, outcomes in rows.items():
                for probability, successor, reward, ends in outcomes:
                    R[s, a] += probability * reward
                    P[s, a, successor] += 0.0 if ends else probability
        return cls(P, R, gamma, np.asarray(start, np.float64))

    def lookahead(self, V: Values) -> ActionValues:
        """Return Q(s, a) = R(s, a) + gamma sum_s' P(s' | s, a) V(s')."""
        check_array("V", V, self.start.shape, "f")
        return self.R + self.gamma * self.P @ V

    def policy_values(self, policy: Policy) -> Values:
        """Evaluate a policy exactly: solve V = R_pi + gamma P_pi V, Bellman's equation, for V.

        Raises:
            TypeError, ValueError: `policy` is not the probability of each action in each state.
        """
        check_policy(policy, self.R.shape)
        P = np.einsum("sa,san->sn", policy, self.P)
        R = (policy * self.R).sum(-1)
        return np.linalg.solve(np.eye(R.size) - self.gamma * P, R)

    def policy_return(self, policy: Policy) -> float:
        """Return J(pi) = E[V(s_0)], the expected discounted return of an episode."""
        return float(self.start @ self.policy_values(policy))

    def solve(self) -> tuple[Values, Policy]:
        """Return V* and an optimal policy, exact to rounding, by policy iteration (Howard 1960).

        Evaluate the policy, take in every state the action that its values call best, and repeat until none is better.
        """
        states = np.arange(self.start.size)
        best = self.R.argmax(-1)
        while True:
            V = self.policy_values(deterministic(best, self.R.shape[1]))
            Q = self.lookahead(V)
            # Differences as small as rounding errors would let equally good actions alternate for ever.
            better = Q.max(-1) > Q[states, best] + 1e-12 * (1.0 + np.abs(Q).max())
            if not better.any():
                return V, deterministic(best, self.R.shape[1])
            best = np.where(better, Q.argmax(-1), best)


def deterministic(action: Int64[np.ndarray, " state"], actions: int) -> Policy:
    """Return the policy that always takes `action[s]` in state s, as probabilities of `actions` actions."""
    check_array("action", action, ("state",), "i")
    return np.eye(actions)[action]


def greedy(Q: ActionValues) -> Policy:
    """Return the policy that takes argmax_a Q(s, a), the first of equally good actions."""
    check_array("Q", Q, ("state", "action"), "f")
    return deterministic(Q.argmax(-1), Q.shape[1])


def check_policy(policy: Policy, shape: tuple[int, ...]) -> None:
    """Check a policy.

    Raises:
        TypeError: It is no array of numbers.
        ValueError: It is of another shape than [state, action] with these lengths, or a row is no distribution.
    """
    check_array("policy", policy, shape, "f")
    if not (policy >= 0.0).all() or not np.allclose(policy.sum(-1), 1.0):
        raise ValueError("policy has rows that are negative or do not sum to 1, expected probabilities")
