"""Who beats whom, circles, and ratings that are updated match by match."""

import numpy as np
import pytest

from hideseek.evaluate.tournament.order import find_cycles, skill_ratings, who_beats_whom

EPISODES = 50


def payoff_of(scores: list[list[float]]) -> np.ndarray:
    """Return hiders' returns that scatter by a unit around some means."""
    noise = np.random.default_rng(0).normal(size=(len(scores), len(scores), EPISODES))
    return np.array(scores)[..., None] + noise


def test_beating_is_doing_better_in_the_others_place():
    """The first gets 5 from the second, which gets 2 from it; the third is as good as the first."""
    beats = who_beats_whom(payoff_of([[0.0, 5.0, 1.0], [2.0, 0.0, 2.0], [1.0, 5.0, 0.0]]))
    assert beats.tolist() == [[False, True, False], [False, False, False], [False, True, False]]


def test_circles_are_found_in_either_direction():
    """Rock, scissors, paper and a fourth that loses to all."""
    beats = np.zeros((4, 4), bool)
    beats[[0, 1, 2], [1, 2, 0]] = beats[:3, 3] = True
    assert find_cycles(beats) == [(0, 1, 2)]
    assert find_cycles(beats.T) == [(0, 2, 1)]
    beats[2, 0] = False
    assert find_cycles(beats) == []


def test_skill_follows_who_wins():
    """Hiders that win are rated above others, seekers that keep them from it likewise; equal seeds, equal ratings."""
    payoff = payoff_of([[9.0, -9.0], [-9.0, -9.0]])
    strong, weak = skill_ratings(payoff, seed=3)
    assert strong.hiders.mean > weak.hiders.mean + 3.0
    assert weak.seekers.mean > strong.seekers.mean + 3.0
    assert strong.hiders.deviation < 25.0 / 6.0
    assert skill_ratings(payoff, seed=3) == [strong, weak]
    assert skill_ratings(payoff, seed=4)[0].hiders.mean == pytest.approx(strong.hiders.mean, abs=3.0)
