"""What is said of a minibatch whose loss is not a number."""

import numpy as np

from hideseek.learn.divergence import describe, first_diverged
from hideseek.learn.loss import Batch
from hideseek.policy.distribution import Actions
from hideseek.policy.policy import Memories


def test_the_first_report_that_is_not_finite_counts():
    """Infinite and missing numbers are found, others are not."""
    fine = {"loss": 1.0, "entropy": 0.0}
    assert first_diverged([fine, fine]) is None
    assert first_diverged([fine, {**fine, "entropy": float("-inf")}, {**fine, "loss": float("nan")}]) == 1


def test_ranges_and_missing_numbers_are_told():
    """Every array of numbers has its range; flags have none; what is not finite is counted."""
    flags, numbers = np.ones((2, 3), bool), np.arange(6, dtype=np.float32).reshape(2, 3)
    spoilt = numbers.copy()
    spoilt[0, :2] = np.inf, np.nan
    observation = {"lidar": numbers + 1, "mask": flags}
    actions = Actions(*np.zeros((3, 2, 3), np.int8))
    batch = Batch(observation, Memories.zeros(2, 4), flags, actions, spoilt * np.nan, numbers - 2, spoilt, flags, flags)
    assert describe(batch) == (
        "advantage from -2 to 3, target from 2 to 5 with 2 of 6 not finite, log_probability with 6 of 6 not finite,"
        " observation lidar from 1 to 6, memories from 0 to 0"
    )
