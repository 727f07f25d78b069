"""Q-learning: one update by hand, and the optimum of two tasks."""

from dataclasses import replace

import numpy as np
import pytest

from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.exploration import Epsilon, epsilon_greedy
from hideseek.foundations.mdp import MDP, greedy
from hideseek.foundations.q_learning import QLearningConfig, QTable, q_learning

CONFIG = QLearningConfig(gamma=0.5, step_size=0.5, step_power=1.0)


def test_an_update_goes_part_of_the_way_to_the_target():
    """Target 1 + 0.5 x 4 = 3: half of the way, then a quarter, since the step size falls."""
    table = QTable(2, 2)
    table.Q[1] = [4.0, 2.0]
    table.update(0, 1, 1.0, 1, False, CONFIG)
    assert table.Q[0].tolist() == [0.0, 1.5]
    table.update(0, 1, 1.0, 1, False, CONFIG)
    assert table.Q[0, 1] == 1.5 + 0.25 * 1.5
    table.update(0, 0, 1.0, 1, False, replace(CONFIG, step_power=0.0))
    assert table.Q[0, 0] == 1.5, "each state and action has a step size of its own"


def test_after_the_end_there_is_no_value():
    """Whatever the table says of the last state."""
    table = QTable(2, 1)
    table.Q[1] = 100.0
    table.update(0, 0, 1.0, 1, True, CONFIG)
    assert table.Q[0, 0] == 0.5


def test_epsilon_falls_linearly_and_stays():
    """From 1 to 0.2 over the first half."""
    epsilon = Epsilon(1.0, 0.2, 0.5)
    assert [epsilon.at(x) for x in (0.0, 0.25, 0.5, 0.9)] == pytest.approx([1.0, 0.6, 0.2, 0.2])
    assert Epsilon(1.0, 0.2, 0.0).at(0.0) == pytest.approx(0.2)


def test_epsilon_greedy_explores_as_often_as_told():
    """With chance 0.5 one of four at random; equally good actions are equally often the best."""
    generator = np.random.default_rng(0)
    chosen = [epsilon_greedy(np.array([0.0, 1.0, 1.0, 0.5]), 0.5, generator) for _ in range(4_000)]
    shares = np.bincount(chosen, minlength=4) / len(chosen)
    np.testing.assert_allclose(shares, [0.125, 0.375, 0.375, 0.125], atol=0.025)


@pytest.mark.parametrize(("env", "steps", "share"), [("FrozenLake-v1", 60_000, 0.95), ("CliffWalking-v1", 40_000, 1.0)])
def test_it_finds_the_optimum(env: str, steps: int, share: float):
    """By the exact value of its greedy policy: nearly the best on slippery ice, the shortest path along the cliff."""
    mdp, curve = MDP.from_gymnasium(env, 0.99), LearningCurve()
    best = mdp.policy_return(mdp.solve()[1])
    learned = mdp.policy_return(greedy(q_learning(env, QLearningConfig(steps=steps), 0, curve)))
    assert learned >= best - (1.0 - share) * abs(best) - 1e-9
    assert curve.steps[-1] <= steps
    assert curve.mean() > np.mean(curve.returns[:100])
