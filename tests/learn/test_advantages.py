"""Advantages against numbers worked out by hand."""

import numpy as np

from hideseek.learn.advantages import generalised_advantages

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
