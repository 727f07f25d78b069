"""Confidence intervals of means."""

import numpy as np
import pytest
from scipy import stats

from hideseek.evaluate.interval import Interval


def test_interval_is_student_s():
    """Mean and ends agree with SciPy's interval."""
    samples = np.random.default_rng(0).normal(3.0, 2.0, 25)
    low, high = stats.t.interval(0.95, 24, samples.mean(), stats.sem(samples))
    interval = Interval.of(samples)
    assert (interval.mean, interval.low, interval.high) == pytest.approx((samples.mean(), low, high))


def test_interval_covers_the_true_mean_as_often_as_it_says():
    """Of 2,000 intervals of eight samples each, about 95 % hold the true mean."""
    generator = np.random.default_rng(1)
    intervals = [Interval.of(generator.normal(1.0, 3.0, 8)) for _ in range(2000)]
    assert 0.935 < np.mean([i.low <= 1.0 <= i.high for i in intervals]) < 0.965


def test_equal_samples_leave_no_doubt():
    """The interval is the value itself."""
    assert Interval.of(np.full(5, -2.0)) == Interval(-2.0, -2.0, -2.0)
    assert Interval.of(np.full(5, -2.0)).excludes_zero
    assert not Interval.of(np.zeros(5)).excludes_zero


def test_one_sample_tells_nothing_of_the_spread():
    """Its interval is everything."""
    assert Interval.of(np.array([4.0])) == Interval(4.0, -np.inf, np.inf)


def test_no_samples_are_refused():
    """There is nothing to average."""
    with pytest.raises(ValueError, match="samples is empty"):
        Interval.of(np.array([]))
