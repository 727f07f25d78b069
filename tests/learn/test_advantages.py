"""Advantages against numbers worked out by hand."""

import numpy as np
import pytest

from hideseek.learn.advantages import generalised_advantages, zero_sum_values

GAMMA, LAMBDA = 0.5, 0.5


def estimate(done: list[bool]) -> list[float]:
    """Return the advantages of rewards 1, 2, 3 with values 4, 2, 1 and then 8."""
    column = np.float32([[1.0], [2.0], [3.0]])
    value, last = np.float32([[4.0], [2.0], [1.0]]), np.float32([8.0])
    done_column = np.array(done)[:, None]
    return generalised_advantages(column, value, done_column, last, GAMMA, LAMBDA)[:, 0].tolist()


def test_advantages_sum_discounted_errors():
    """The errors are 3 + 4 - 1 = 6, 2 + 0.5 - 2 = 0.5, 1 + 1 - 4 = -2; each counts a quarter one step earlier."""
    assert estimate([False, False, False]) == [-2.0 + 0.25 * 2.0, 0.5 + 0.25 * 6.0, 6.0]


def test_an_episodes_end_cuts_values_and_errors_of_the_next_episode():
    """After an end in the second step its error is 2 - 2 = 0 and nothing comes back from the third."""
    assert estimate([False, True, False]) == [-2.0, 0.0, 6.0]


def test_an_end_in_the_last_step_ignores_the_value_beyond():
    """The third error is 3 - 1 = 2 if the episode ends there."""
    assert estimate([False, False, True])[2] == 2.0


def test_zero_sum_values_are_one_number_per_world_with_a_sign():
    """Hiders 3 and 5, seekers -4 and 0: the mean of 3, 5, 4 and 0 is 3; in a second world the first team counts."""
    is_hider = np.array([True, True, False, False])
    value = np.float32([[3.0, 5.0, -4.0, 0.0, 1.0, 2.0, np.nan, np.inf]])
    counts = np.array([[True] * 6 + [False] * 2])
    expected = np.float32([[3.0, 3.0, -3.0, -3.0, 1.5, 1.5, -1.5, -1.5]])
    found = zero_sum_values(value, counts, is_hider)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(zero_sum_values(value[0], counts[0], is_hider), expected[0])
    np.testing.assert_array_equal(zero_sum_values(value, ~counts & False, is_hider), 0.0)


def test_rows_that_are_no_whole_worlds_are_refused():
    """With both numbers."""
    value = np.zeros((2, 6), np.float32)
    with pytest.raises(ValueError, match="value has 6 rows, expected a multiple of the 4 agents"):
        zero_sum_values(value, np.ones((2, 6), bool), np.array([True, True, False, False]))
