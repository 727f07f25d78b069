"""Tabular Q-learning (Watkins 1989): Q-value iteration without a model, from what happens.

After every transition (s, a, r, s'),

    Q(s, a) <- Q(s, a) + alpha [ r + gamma max_a' Q(s', a') - Q(s, a) ]

The target is one sample of what Q-value iteration takes the mean of. If the step size alpha falls, but not too fast,
and every action is tried in every state for ever, Q converges to Q* (Watkins and Dayan 1992), whatever policy acts:
Q-learning is off-policy.
"""

from dataclasses import dataclass, field

import numpy as np

from hideseek.checks import check_instance, check_integer, check_number
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import count_states
from hideseek.foundations.exploration import Epsilon, epsilon_greedy
from hideseek.foundations.mdp import ActionValues


@dataclass(frozen=True)
class QLearningConfig:
    """Tabular Q-learning."""

    steps: int = 100_000
    """Transitions to learn from."""
    gamma: float = 0.99
    """Discount per step, in [0, 1)."""
    step_size: float = 1.0
    """The first alpha of each state and action."""
    step_power: float = 0.6
    """The n-th alpha is step_size / n^step_power: 0 keeps it, 0.5 to 1 make Q converge."""
    epsilon: Epsilon = field(default_factory=lambda: Epsilon(1.0, 0.1, 0.5))
    """Chance of a random action."""

    def __post_init__(self) -> None:
        check_integer("steps", self.steps, 1)
        check_number("gamma", self.gamma, least=0.0, below=1.0)
        check_number("step_size", self.step_size, above=0.0, most=1.0)
        check_number("step_power", self.step_power, least=0.0, most=1.0)
        check_instance("epsilon", self.epsilon, Epsilon, "an Epsilon")


class QTable:
    """Q(s, a), and how often each was updated."""

    def __init__(self, states: int, actions: int) -> None:
        self.Q: ActionValues = np.zeros((states, actions))
        self._updates = np.zeros((states, actions), np.int64)

    def update(self, s: int, a: int, r: float, successor: int, terminated: bool, config: QLearningConfig) -> None:
        """Learn from one transition; a `successor` in which the episode has ended has no value."""
        self._updates[s, a] += 1
        alpha = config.step_size / self._updates[s, a] ** config.step_power
        target = r + (0.0 if terminated else config.gamma * self.Q[successor].max())
        self.Q[s, a] += alpha * (target - self.Q[s, a])


def q_learning(env: str, config: QLearningConfig, seed: int, curve: LearningCurve) -> ActionValues:
    """Play an environment whose states can be counted; return Q.

    Args:
        env: Id of a Gymnasium environment with Discrete observations and actions.
        config: How to learn.
        seed: Of everything random.
        curve: Where the returns of the episodes are recorded.

    Raises:
        ImportError: Gymnasium is not installed.
        TypeError: An argument is of a wrong class.
        ValueError: There is no such environment, or it cannot be counted.
    """
    check_instance("config", config, QLearningConfig, "a QLearningConfig")
    check_integer("seed", seed, 0)
    check_instance("curve", curve, LearningCurve, "a LearningCurve")
    world, states, actions = count_states(env)
    table, generator = QTable(states, actions), np.random.default_rng(seed)
    s, total = world.reset(seed=seed)[0], 0.0
    for step in range(1, config.steps + 1):
        a = epsilon_greedy(table.Q[s], config.epsilon.at(step / config.steps), generator)
        successor, r, terminated, truncated, _ = world.step(a)
        table.update(s, a, r, successor, terminated, config)
        s, total = successor, total + r
        if terminated or truncated:
            curve.add(step, total)
            s, total = world.reset()[0], 0.0
    return table.Q
