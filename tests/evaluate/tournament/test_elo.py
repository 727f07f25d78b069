"""Elo ratings from all matches at once."""

import numpy as np
import pytest

from hideseek.evaluate.tournament.elo import MEAN, rate, win_share

EPISODES = 400


def results(hiders: list[float], seekers: list[float], episodes: int = EPISODES) -> np.ndarray:
    """Return wins and losses as often as the ratings say, as returns of 10 and -10."""
    share = win_share(np.subtract.outer(hiders, seekers))
    return np.where(np.arange(episodes) < share[..., None] * episodes, 10.0, -10.0)


def test_four_hundred_points_are_ten_to_one():
    assert win_share(np.array([0.0, 400.0, -400.0])) == pytest.approx([1 / 2, 10 / 11, 1 / 11])


def test_ratings_are_those_that_the_results_come_from():
    """To the shares' rounding and the prior; their mean is as it always is."""
    hiders, seekers = [1400.0, 1500.0, 1700.0], [1600.0, 1350.0, 1450.0]
    elo = rate(results(hiders, seekers))
    expected = np.array([hiders, seekers]) - np.mean([hiders, seekers]) + MEAN
    np.testing.assert_allclose(elo.rating, expected, atol=5.0)
    assert elo.rating.mean() == pytest.approx(MEAN)
    assert (elo.low < elo.rating).all()
    assert (elo.rating < elo.high).all()


def test_equal_results_are_equal_ratings():
    """Draws of everybody: a return within rounding of zero is one."""
    elo = rate(np.full((2, 2, 20), 1e-5))
    np.testing.assert_allclose(elo.rating, MEAN, atol=1e-6)
    np.testing.assert_allclose(elo.high - elo.low, 0.0, atol=1e-6)


def test_who_always_wins_is_rated_finitely():
    """And the higher, the more games there were."""
    few, many = (rate(np.array([[[1.0], [1.0]], [[-1.0], [1.0]]]) * np.ones(n)) for n in (20, 200))
    assert np.isfinite(few.rating).all()
    assert few.rating[0, 0] < many.rating[0, 0]
    assert many.rating[0, 0] > many.rating[0, 1]


def random_results(generator: np.random.Generator, episodes: int) -> np.ndarray:
    """Return wins and losses of two hiders, 200 points apart, against two seekers between them."""
    share = win_share(np.subtract.outer([1400.0, 1600.0], [1500.0, 1500.0]))
    return np.where(generator.random((2, 2, episodes)) < share[..., None], 1.0, -1.0)


def test_intervals_cover_where_results_come_from():
    """In about 95 % of 60 tournaments, for each of four ratings."""
    generator = np.random.default_rng(0)
    true = np.array([[1400.0, 1600.0], [1500.0, 1500.0]])
    found = [rate(random_results(generator, 100), seed) for seed in range(60)]
    covered = np.mean([(elo.low <= true) & (true <= elo.high) for elo in found])
    assert 0.9 < covered < 0.99


def test_more_layouts_give_narrower_intervals():
    """Nine times as many, a third as wide; equal seeds give equal intervals."""
    draws = random_results(np.random.default_rng(1), 900)
    narrow, wide = rate(draws, seed=1), rate(draws[..., :100], seed=1)
    ratio = (narrow.high - narrow.low) / (wide.high - wide.low)
    assert ((ratio > 0.2) & (ratio < 0.5)).all()
    np.testing.assert_array_equal(rate(draws, seed=1).samples, narrow.samples)
