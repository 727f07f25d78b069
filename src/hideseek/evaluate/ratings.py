"""How strong the policies of a run are as hiders and as seekers, from the matches between its present and its past.

The teams are unequal, so a policy has two ratings, and a match is one between hiders and seekers: those of the
current policy against those of a snapshot. All ratings are on one scale; a difference of `SCALE` in the means makes the
stronger team win about two times in three.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from hideseek.checks import check_flag, check_instance, check_integer, check_number, extra_needed

with extra_needed("train"):
    from openskill.models import BradleyTerryFull

MEAN, DEVIATION = 25.0, 25.0 / 3.0
"""Of a rating of which nothing is known (openskill's defaults)."""
SCALE = 25.0 / 6.0
"""Spread of a team's performance from match to match."""
DRIFT = 25.0 / 300.0
"""Deviation that one iteration of training adds to the rating of the current policy."""
DRAW_MARGIN = 1e-3
"""Returns this close to zero are draws: sums of float32 shares of a reward may miss it."""

# Drift belongs to the current policy, per iteration; openskill would add it to both sides of every match.
_MODEL = BradleyTerryFull(MEAN, DEVIATION, SCALE, tau=0.0)


@dataclass(frozen=True)
class Rating:
    """A belief about the strength of one team: a normal distribution."""

    mean: float = MEAN
    deviation: float = DEVIATION

    def __post_init__(self) -> None:
        check_number("mean", self.mean)
        check_number("deviation", self.deviation, least=1e-12)

    def drifted(self) -> "Rating":
        """Return the belief after one more iteration of training: less certain, up to knowing nothing."""
        return replace(self, deviation=min(math.hypot(self.deviation, DRIFT), DEVIATION))


@dataclass(frozen=True)
class TeamRatings:
    """The ratings of one policy."""

    hiders: Rating = Rating()
    seekers: Rating = Rating()

    def __post_init__(self) -> None:
        for name in ("hiders", "seekers"):
            check_instance(name, getattr(self, name), Rating, "a Rating")


def rate_match(hiders: Rating, seekers: Rating, hiders_return: float) -> tuple[Rating, Rating]:
    """Return the ratings of both teams after a match (Weng and Lin 2011, algorithm 1: Bradley-Terry).

    Args:
        hiders: Rating of the hiders before the match.
        seekers: Rating of the seekers before the match.
        hiders_return: Sum of the hiders' rewards after preparation; they win above zero, lose below, draw at zero.

    Raises:
        TypeError: A rating is none.
        ValueError: The return is not finite.
    """
    check_instance("hiders", hiders, Rating, "a Rating")
    check_instance("seekers", seekers, Rating, "a Rating")
    check_number("hiders_return", hiders_return)
    # The lower rank wins.
    ranks = [0.0, 0.0] if abs(hiders_return) < DRAW_MARGIN else [0.0, math.copysign(1.0, hiders_return)]
    teams = [[_MODEL.rating(rating.mean, rating.deviation)] for rating in (hiders, seekers)]
    first, second = (Rating(team[0].mu, team[0].sigma) for team in _MODEL.rate(teams, ranks=ranks))
    return first, second


class RunRatings:
    """Ratings of a run's current policy and of its snapshots."""

    def __init__(self) -> None:
        self.current = TeamRatings()
        self.snapshots: dict[int, TeamRatings] = {}
        """By the iteration at which they were taken."""
        self.matches = 0
        """Matches that were rated."""

    def add(self, snapshot: int) -> None:
        """Rate a new snapshot as the current policy, of which it is a copy."""
        check_integer("snapshot", snapshot, 0)
        self.snapshots[snapshot] = self.current

    def remove(self, snapshot: int) -> None:
        """Forget a snapshot; raise KeyError if there is none."""
        del self.snapshots[snapshot]

    def record(self, snapshot: int, snapshot_hides: bool, hiders_return: float) -> None:
        """Rate a match of the current policy against a snapshot; one that is no longer rated counts for nobody.

        Args:
            snapshot: Iteration at which it was taken.
            snapshot_hides: Whether the snapshot played the hiders.
            hiders_return: See `rate_match`.

        Raises:
            ValueError: An argument is out of range.
        """
        check_integer("snapshot", snapshot, 0)
        check_flag("snapshot_hides", snapshot_hides)
        check_number("hiders_return", hiders_return)
        past = self.snapshots.get(snapshot)
        if past is None:
            return
        now = self.current
        if snapshot_hides:
            hiders, seekers = rate_match(past.hiders, now.seekers, hiders_return)
            self.snapshots[snapshot], self.current = replace(past, hiders=hiders), replace(now, seekers=seekers)
        else:
            hiders, seekers = rate_match(now.hiders, past.seekers, hiders_return)
            self.snapshots[snapshot], self.current = replace(past, seekers=seekers), replace(now, hiders=hiders)
        self.matches += 1

    def win_probability(self, snapshot: int, snapshot_hides: bool) -> float:
        """Return the probability, by the ratings, that the current policy beats a snapshot that plays one team.

        Args:
            snapshot: Iteration at which it was taken; KeyError where it is not rated.
            snapshot_hides: Whether the snapshot plays the hiders.
        """
        past = self.snapshots[snapshot]
        pair = (self.current.seekers, past.hiders) if snapshot_hides else (self.current.hiders, past.seekers)
        now, then = ([_MODEL.rating(rating.mean, rating.deviation)] for rating in pair)
        return float(_MODEL.predict_win([now, then])[0])

    def drift(self) -> None:
        """Take in that the current policy was trained for one more iteration."""
        self.current = TeamRatings(self.current.hiders.drifted(), self.current.seekers.drifted())

    def metrics(self) -> dict[str, float]:
        """Return the means of the current policy's ratings; nothing before the first match."""
        if not self.matches:
            return {}
        return {"rating/hiders": self.current.hiders.mean, "rating/seekers": self.current.seekers.mean}

    def get_state(self) -> dict[str, Any]:
        """Return everything as what JSON can hold; numbers come back exactly."""
        return {
            "matches": self.matches,
            "current": _as_json(self.current),
            "snapshots": {str(snapshot): _as_json(ratings) for snapshot, ratings in self.snapshots.items()},
        }

    def set_state(self, state: Any, snapshots: list[int]) -> None:
        """Put back what `get_state` returned, of a run that has these snapshots.

        Raises:
            TypeError, ValueError: Something is missing, or no number, or of other snapshots; nothing is changed.
        """
        try:
            matches = state["matches"]
            current = _from_json(state["current"])
            rated = {int(name): _from_json(ratings) for name, ratings in state["snapshots"].items()}
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"ratings are {state!r:.200}, expected what get_state returns ({error!r})") from error
        check_integer("matches of ratings", matches, 0, plain=True)
        if list(rated) != snapshots:
            raise ValueError(f"ratings are of the snapshots {list(rated)}, expected {snapshots}")
        self.matches, self.current, self.snapshots = matches, current, rated


def _as_json(ratings: TeamRatings) -> dict[str, list[float]]:
    teams = {"hiders": ratings.hiders, "seekers": ratings.seekers}
    return {name: [rating.mean, rating.deviation] for name, rating in teams.items()}


def _from_json(content: dict[str, list[float]]) -> TeamRatings:
    return TeamRatings(Rating(*content["hiders"]), Rating(*content["seekers"]))
