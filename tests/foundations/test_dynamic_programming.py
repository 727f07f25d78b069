"""Policies are evaluated exactly; value iteration and Q-value iteration find the optimum and know how close."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hideseek.foundations.mdp import MDP, deterministic, greedy
from hideseek.foundations.q_value_iteration import q_value_iteration
from hideseek.foundations.value_iteration import value_iteration
from tests.foundations.mdps import TABLES, random_mdp, random_policy
from tests.search import examples

ITERATIONS = (value_iteration, q_value_iteration)
mdps = st.builds(
    random_mdp,
    seed=st.integers(0, 2**32 - 1),
    states=st.integers(1, 12),
    actions=st.integers(1, 5),
    gamma=st.floats(0.0, 0.99),
    going_on=st.floats(0.0, 1.0),
)


def chain() -> MDP:
    """Return two states in a row, one action, rewards 1 and 2, and then the end."""
    return MDP(np.array([[[0.0, 1.0]], [[0.0, 0.0]]]), np.array([[1.0], [2.0]]), 0.5, np.array([1.0, 0.0]))


def test_a_chain_worked_out_by_hand():
    """V(second) = 2, nothing comes after it; V(first) = 1 + 0.5 x 2."""
    mdp, policy = chain(), np.ones((2, 1))
    assert mdp.policy_values(policy).tolist() == [2.0, 2.0]
    assert mdp.policy_return(policy) == 2.0
    assert mdp.lookahead(np.array([7.0, 3.0])).tolist() == [[2.5], [2.0]]


def test_policy_values_are_mean_returns_of_episodes():
    """Many episodes, played out, agree with the linear equations within four standard errors."""
    mdp = random_mdp(0, states=4)
    policy, generator = random_policy(1, mdp), np.random.default_rng(2)
    count = 20_000
    state, alive = generator.choice(4, count, p=mdp.start), np.ones(count, bool)
    total, discount = np.zeros(count), 1.0
    for _ in range(100):
        action = (generator.random(count)[:, None] > policy[state].cumsum(-1)).sum(-1).clip(max=2)
        total += discount * alive * mdp.R[state, action]
        successor = (generator.random(count)[:, None] > mdp.P[state, action].cumsum(-1)).sum(-1)
        alive &= successor < 4
        state, discount = successor.clip(max=3), discount * mdp.gamma
    assert abs(total.mean() - mdp.policy_return(policy)) < 4.0 * total.std() / count**0.5


def test_the_exact_solution_is_the_best_of_all_deterministic_policies():
    """All 81 of them, in every state."""
    for seed in range(5):
        mdp = random_mdp(seed, states=4)
        values = [mdp.policy_values(deterministic(np.array(choice), 3)) for choice in product(range(3), repeat=4)]
        np.testing.assert_allclose(mdp.solve()[0], np.max(values, axis=0), atol=1e-12)


@pytest.mark.parametrize("iterate", ITERATIONS)
@pytest.mark.parametrize("name", TABLES)
def test_gymnasiums_tables_are_solved(iterate, name: str):
    """To 1e-8, and the greedy policy is as good as the best."""
    mdp = MDP.from_gymnasium(name, 0.99)
    V, policy = mdp.solve()
    solution = iterate(mdp, 1e-8)
    np.testing.assert_allclose(solution.V, V, rtol=0.0, atol=1e-8)
    np.testing.assert_allclose(solution.Q, mdp.lookahead(V), rtol=0.0, atol=1e-8)
    assert mdp.policy_return(greedy(solution.Q)) == pytest.approx(mdp.policy_return(policy), abs=1e-7)


@pytest.mark.parametrize("iterate", ITERATIONS)
@examples(60)
@given(mdp=mdps)
def test_random_mdps_are_solved(iterate, mdp: MDP):
    """To 1e-8, whatever the chances, rewards and discount; the greedy policy loses as little as is promised."""
    V, _ = mdp.solve()
    solution = iterate(mdp, 1e-8)
    assert np.abs(solution.V - V).max() <= 1.001e-8
    loss = V - mdp.policy_values(greedy(solution.Q))
    assert loss.max() <= 2.0 * mdp.gamma * 1e-8 / (1.0 - mdp.gamma) + 1e-10


@pytest.mark.parametrize("iterate", ITERATIONS)
@examples(30)
@given(mdp=mdps, tolerance=st.floats(1e-6, 10.0))
def test_the_error_is_never_above_the_bound(iterate, mdp: MDP, tolerance: float):
    """At whatever sweep iteration stops; the bounds shrink by gamma per sweep."""
    solution = iterate(mdp, tolerance)
    assert solution.bounds[-1] <= tolerance
    assert np.abs(solution.V - mdp.solve()[0]).max() <= solution.bounds[-1] + 1e-12
    assert (solution.bounds[1:] <= mdp.gamma * solution.bounds[:-1] + 1e-9).all()


def test_known_optima():
    """CliffWalking's shortest path has 13 steps of -1; FrozenLake's best policy reaches the goal 14 times of 17."""
    cliff = MDP.from_gymnasium("CliffWalking-v1", 0.99)
    assert cliff.start @ cliff.solve()[0] == pytest.approx(-(1.0 - 0.99**13) / (1.0 - 0.99), abs=1e-9)
    lake = MDP.from_gymnasium("FrozenLake-v1", 0.999999)
    assert lake.start @ lake.solve()[0] == pytest.approx(14 / 17, abs=1e-3)
