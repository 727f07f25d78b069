"""Who beats whom, whether that is an order, and ratings that are updated match by match."""

from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

from hideseek.evaluate.interval import Interval
from hideseek.evaluate.ratings import Rating, TeamRatings, rate_match


def who_beats_whom(payoff: Float[np.ndarray, "hiders seekers episode"]) -> Bool[np.ndarray, "winner loser"]:
    """Return who does better in the other's place, on both teams together, by more than chance would.

    A beats B where A's hiders get more from B's seekers than B's hiders from A's on the same layouts.
    """
    count = len(payoff)
    beats = np.zeros((count, count), bool)
    for a, b in combinations(range(count), 2):
        interval = Interval.of(payoff[a, b] - payoff[b, a])
        beats[a, b], beats[b, a] = interval.low > 0.0, interval.high < 0.0
    return beats


def find_cycles(beats: Bool[np.ndarray, "winner loser"]) -> list[tuple[int, int, int]]:
    """Return all triples in which the first beats the second, the second the third, and the third the first."""
    cycles = []
    for a, b, c in combinations(range(len(beats)), 3):
        if beats[a, b] and beats[b, c] and beats[c, a]:
            cycles.append((a, b, c))
        if beats[a, c] and beats[c, b] and beats[b, a]:
            cycles.append((a, c, b))
    return cycles


def skill_ratings(payoff: Float[np.ndarray, "hiders seekers episode"], seed: int = 0) -> list[TeamRatings]:
    """Return ratings in the manner of TrueSkill, updated episode by episode in a random order (`rate_match`).

    Args:
        payoff: the hiders' returns.
        seed: of the order.
    """
    count = len(payoff)
    hiders, seekers = [Rating()] * count, [Rating()] * count
    for match in np.random.default_rng(seed).permutation(payoff.size):
        a, b, episode = np.unravel_index(match, payoff.shape)
        hiders[a], seekers[b] = rate_match(hiders[a], seekers[b], float(payoff[a, b, episode]))
    return [TeamRatings(*both) for both in zip(hiders, seekers, strict=True)]
