"""Ratings of hiders and seekers."""

import json
import math
from collections.abc import Callable

import pytest

from hideseek.evaluate.ratings import DEVIATION, MEAN, Rating, RunRatings, TeamRatings, rate_match


def played(*returns: float, snapshot_hides: bool = False) -> RunRatings:
    """Return ratings after matches of the current policy against one snapshot, 10."""
    ratings = RunRatings()
    ratings.add(10)
    for hiders_return in returns:
        ratings.record(10, snapshot_hides, hiders_return)
    return ratings


@pytest.mark.parametrize("hiders_return", [0.5, 240.0])
def test_the_winner_gains_what_the_loser_loses(hiders_return: float):
    """Between equals; by how much a match was won does not matter, and the roles are alike."""
    hiders, seekers = rate_match(Rating(), Rating(), hiders_return)
    assert hiders.mean > MEAN > seekers.mean
    assert hiders.mean - MEAN == pytest.approx(MEAN - seekers.mean)
    assert hiders.deviation == seekers.deviation < DEVIATION
    lost = rate_match(Rating(), Rating(), -hiders_return)
    assert lost == (seekers, hiders)
    assert (hiders, seekers) == rate_match(Rating(), Rating(), 1.0)


@pytest.mark.parametrize("hiders_return", [0.0, -0.0, 3e-7])
def test_a_draw_between_equals_moves_nobody(hiders_return: float):
    """It only makes both more certain; so does a sum of float32 thirds that misses zero."""
    for rating in rate_match(Rating(), Rating(), hiders_return):
        assert rating.mean == MEAN
        assert rating.deviation < DEVIATION


def test_a_draw_between_unequals_brings_them_closer():
    """The stronger team loses by it."""
    hiders, seekers = rate_match(Rating(30.0, 2.0), Rating(20.0, 2.0), 0.0)
    assert 20.0 < seekers.mean < hiders.mean < 30.0


def test_a_surprise_moves_more_than_what_was_expected():
    """The upset of a strong team moves both further than its victory."""
    strong, weak = Rating(30.0, 2.0), Rating(20.0, 2.0)
    assert strong.mean - rate_match(strong, weak, -1.0)[0].mean > rate_match(strong, weak, 1.0)[0].mean - strong.mean


def test_teams_are_rated_apart():
    """A match moves the hiders of one policy and the seekers of the other, nothing else."""
    ratings = played(1.0)
    assert ratings.current.hiders.mean > MEAN > ratings.snapshots[10].seekers.mean
    assert ratings.current.seekers == ratings.snapshots[10].hiders == Rating()
    ratings = played(1.0, snapshot_hides=True)
    assert ratings.snapshots[10].hiders.mean > MEAN > ratings.current.seekers.mean
    assert ratings.current.hiders == ratings.snapshots[10].seekers == Rating()


def test_ratings_find_the_true_odds():
    """Hiders that win three matches of four end where openskill's model says three of four."""
    ratings = played(*[1.0, 1.0, -1.0, 1.0] * 200)
    hiders, seekers = ratings.current.hiders, ratings.snapshots[10].seekers
    scale = math.sqrt(hiders.deviation**2 + seekers.deviation**2 + 2.0 * (25.0 / 6.0) ** 2)
    assert 1.0 / (1.0 + math.exp((seekers.mean - hiders.mean) / scale)) == pytest.approx(0.75, abs=0.03)


def test_a_snapshot_begins_where_the_policy_stands():
    """And stays there while the policy is trained on, which makes the policy's rating less certain."""
    ratings = played(1.0, -1.0, 1.0)
    ratings.add(20)
    before = ratings.current
    assert ratings.snapshots[20] == before
    ratings.drift()
    assert ratings.snapshots[20] == before
    assert ratings.current.hiders.mean == before.hiders.mean
    assert before.hiders.deviation < ratings.current.hiders.deviation < DEVIATION


def test_drift_ends_at_knowing_nothing():
    """However long a policy is trained without a match."""
    ratings = RunRatings()
    for _ in range(20_000):
        ratings.drift()
    assert ratings.current == TeamRatings()


def test_matches_of_a_snapshot_that_left_count_for_nobody():
    """It may play on for some steps."""
    ratings = played()
    ratings.remove(10)
    ratings.record(10, True, 1.0)
    assert ratings.get_state() == RunRatings().get_state()


def test_metrics_begin_with_the_first_match():
    """Before it nothing is known."""
    assert played().metrics() == {}
    ratings = played(1.0)
    assert ratings.metrics() == {"rating/hiders": ratings.current.hiders.mean, "rating/seekers": MEAN}


def test_state_survives_json_exactly():
    """Bit for bit, and so does what follows."""
    ratings = played(1.0, -1.0, 0.0, 1.0)
    ratings.drift()
    ratings.add(30)
    restored = RunRatings()
    restored.set_state(json.loads(json.dumps(ratings.get_state())), [10, 30])
    for both in (ratings, restored):
        both.record(30, True, -1.0)
    assert restored.get_state() == ratings.get_state()
    assert restored.matches == 5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Rating(float("nan")), ValueError, "mean is nan"),
        (lambda: Rating(25.0, 0.0), ValueError, r"deviation is 0\.0"),
        (lambda: TeamRatings(25.0), TypeError, r"hiders is 25\.0, expected a Rating"),  # pyright: ignore
        (lambda: rate_match(None, Rating(), 1.0), TypeError, "hiders is None, expected a Rating"),  # pyright: ignore
        (lambda: rate_match(Rating(), Rating(), float("nan")), ValueError, "hiders_return is nan"),
        (lambda: RunRatings().add(-1), ValueError, "snapshot is -1"),
        (lambda: RunRatings().record(1, 0.5, 1.0), ValueError, r"snapshot_hides is 0\.5"),  # pyright: ignore
        (lambda: RunRatings().set_state({}, []), ValueError, r"ratings are \{\}, expected what get_state returns"),
        (lambda: RunRatings().set_state(played().get_state(), []), ValueError, r"snapshots \[10\], expected \[\]"),
        (
            lambda: RunRatings().set_state({**played().get_state(), "matches": -1}, [10]),
            ValueError,
            "matches of ratings is -1",
        ),
        (
            lambda: RunRatings().set_state({**played().get_state(), "current": {"hiders": [1.0]}}, [10]),
            ValueError,
            "expected what get_state returns",
        ),
    ],
)
def test_bad_input(call: Callable, error: type[Exception], message: str):
    """One error that names the argument, its value and what was expected."""
    with pytest.raises(error, match=message):
        call()
