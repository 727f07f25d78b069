"""Drawing actions and their probabilities."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.policy.distribution import ACTION_LOGITS, MOVEMENT_LOGITS, ActionDistribution


def test_draws_follow_the_probabilities():
    """Frequencies of 40,000 draws agree with the probabilities of every choice within five deviations."""
    logits = jax.random.normal(jax.random.key(0), (ACTION_LOGITS,))
    distribution = ActionDistribution.from_logits(jnp.broadcast_to(logits, (40_000, ACTION_LOGITS)))
    actions = distribution.sample(jax.random.key(1))
    for axis in range(3):
        expected = np.exp(np.asarray(distribution.movement[0, axis]))
        counts = np.bincount(np.asarray(actions.movement[:, axis]), minlength=11)
        assert np.all(np.abs(counts - 40_000 * expected) < 5.0 * np.sqrt(40_000 * expected))
    for index, drawn in enumerate((actions.grab, actions.lock)):
        expected = float(np.exp(distribution.switches[0, index, 1]))
        assert np.mean(drawn) == pytest.approx(expected, abs=5.0 * (expected * (1 - expected) / 40_000) ** 0.5)


def test_log_probability_of_the_joint_action_is_the_sum_over_choices():
    """A hand-made distribution gives the sum of five logarithms, and a uniform one the entropy of its choices."""
    distribution = ActionDistribution.from_logits(jax.random.normal(jax.random.key(0), (2, ACTION_LOGITS)))
    actions = distribution.sample(jax.random.key(1))
    expected = [
        sum(float(distribution.movement[row, axis, int(actions.movement[row, axis])]) for axis in range(3))
        + float(distribution.switches[row, 0, int(actions.grab[row])])
        + float(distribution.switches[row, 1, int(actions.lock[row])])
        for row in range(2)
    ]
    np.testing.assert_allclose(distribution.log_probability(actions), expected, rtol=1e-5)
    uniform = ActionDistribution.from_logits(jnp.zeros(ACTION_LOGITS))
    assert float(uniform.entropy()) == pytest.approx(3 * np.log(11) + 2 * np.log(2), rel=1e-5)


def test_most_likely_action_takes_the_largest_logit_of_each_choice():
    """The mode is read off the logits."""
    logits = jnp.zeros(ACTION_LOGITS).at[jnp.array([3, 11 + 7, 22, MOVEMENT_LOGITS + 1, MOVEMENT_LOGITS + 2])].set(5.0)
    actions = ActionDistribution.from_logits(logits).most_likely()
    assert actions.movement.tolist() == [3, 7, 0]
    assert (int(actions.grab), int(actions.lock)) == (1, 0)


def test_impossible_choices_are_never_drawn():
    """A choice of probability 0 is not drawn, the last one included."""
    logits = (
        jnp.full(ACTION_LOGITS, -1e9).at[jnp.array([0, 11 + 10, 22 + 4, MOVEMENT_LOGITS, MOVEMENT_LOGITS + 3])].set(0)
    )
    actions = ActionDistribution.from_logits(jnp.broadcast_to(logits, (5000, ACTION_LOGITS))).sample(jax.random.key(0))
    assert np.all(np.asarray(actions.movement) == [0, 10, 4])
    assert np.all(np.asarray(actions.grab) == 0)
    assert np.all(np.asarray(actions.lock) == 1)
