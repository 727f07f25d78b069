"""Deep Q-learning: the buffer, the loss by hand, and a corridor that it learns to walk."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.dqn import DQNConfig, best_actions, dqn, td_loss
from hideseek.foundations.environments import Step
from hideseek.foundations.episodes import episode_returns
from hideseek.foundations.exploration import Epsilon
from hideseek.foundations.networks import MLP, Optimiser
from hideseek.foundations.replay import Replay, Transitions
from tests.foundations.corridor import BEST, NAME


def table(rows: list[list[float]]) -> MLP:
    """Return the network whose output for state s, one-hot, is row s."""
    network = MLP((len(rows), len(rows[0])), jax.random.key(0))
    return eqx.tree_at(lambda network: network.kernels[0], network, jnp.array(rows))


def add(replay: Replay, numbers: list[int]) -> None:
    """Add a transition for each number, which is its reward, its action and its observation."""
    row = np.float32(numbers)
    step = Step(row[None], row[None, :, None] + 1.0, row > 5.0, np.zeros(len(row), bool))
    replay.add(row[:, None], np.array(numbers), step)


def test_the_buffer_keeps_the_last_transitions_whole():
    """Seven into room for four: 3 to 6, each with what belongs to it."""
    replay = Replay(4, 1)
    for numbers in ([0, 1, 2], [3, 4], [5, 6]):
        add(replay, numbers)
    assert len(replay) == 4
    sample = replay.sample(200, np.random.default_rng(0))
    assert set(sample.reward) == {3.0, 4.0, 5.0, 6.0}
    np.testing.assert_array_equal(sample.observation[:, 0], sample.reward)
    np.testing.assert_array_equal(sample.action, sample.reward)
    np.testing.assert_array_equal(sample.successor[:, 0], sample.reward + 1.0)
    np.testing.assert_array_equal(sample.terminated, sample.reward > 5.0)


def test_all_transitions_are_drawn_equally_often():
    """Each of eight in a buffer that is not yet full, within five standard deviations."""
    replay = Replay(100, 1)
    add(replay, list(range(8)))
    counts = np.bincount(replay.sample(8_000, np.random.default_rng(0)).action, minlength=8)
    assert (abs(counts - 1_000) < 5.0 * (8_000 * 1 / 8 * 7 / 8) ** 0.5).all()
    with pytest.raises(ValueError, match="0 transitions, expected at least one"):
        Replay(1, 1).sample(1, np.random.default_rng(0))


def test_the_loss_compares_with_the_target_networks_best_action():
    """First row: 1 + 0.5 x 6 - 2 = 2; the second ends: 1 - 3 = -2; the mean square is 4."""
    Q, target = table([[2.0, 0.0], [3.0, 9.0]]), table([[0.0, 0.0], [4.0, 6.0]])
    states = np.eye(2, dtype=np.float32)
    batch = Transitions(states, np.array([0, 0]), np.float32([1, 1]), states[[1, 1]], np.array([False, True]))
    assert float(td_loss(Q, target, batch, 0.5)) == pytest.approx(4.0)
    batch = batch._replace(action=np.array([1, 1]))
    assert float(td_loss(Q, target, batch, 0.5)) == pytest.approx((4.0**2 + 8.0**2) / 2)
    assert best_actions(Q, states).tolist() == [0, 1]


def test_the_optimiser_ends_with_a_step_size_of_zero():
    """The first step goes downhill; the last of all changes nothing."""
    network = table([[1.0]])
    optimiser = Optimiser(0.1, 2)
    state = optimiser.start(network)
    values = []
    for _ in range(4):
        network, state = optimiser.descend(network, network, state)
        values.append(float(network.kernels[0][0, 0]))
    np.testing.assert_allclose(values, [0.9, 0.85, 0.85, 0.85], atol=1e-3)


def test_it_learns_to_walk_a_corridor():
    """Straight to the end, from three thousand steps; the curve knows the episodes on the way."""
    config = DQNConfig(steps=3_000, gamma=0.9, hidden=32, first_update=200, batch=32, epsilon=Epsilon(1.0, 0.1, 0.5))
    curve = LearningCurve()
    Q = dqn(NAME, config, 0, curve)
    assert episode_returns(NAME, lambda seen: best_actions(Q, seen), 2, 0).tolist() == [BEST] * 2
    np.testing.assert_allclose(Q(np.eye(5, dtype=np.float32)[3])[1], -1.0, atol=0.1)
    assert curve.steps[-1] <= 3_000


def test_equal_seeds_give_equal_weights():
    """Another seed gives others."""
    config = DQNConfig(steps=400, hidden=8, first_update=100, batch=16)
    first, second, other = (dqn(NAME, config, seed, LearningCurve()) for seed in (0, 0, 1))
    assert jnp.array_equal(first.kernels[0], second.kernels[0])
    assert not jnp.array_equal(first.kernels[0], other.kernels[0])
