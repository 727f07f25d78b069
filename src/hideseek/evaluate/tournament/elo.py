"""Elo ratings of hiders and seekers from all matches of a tournament at once, with intervals.

Everybody has two ratings, one for each team, on one scale: hiders rated 400 above the seekers that they meet win ten
times as often as they lose (Elo 1978). The ratings are those that make the results most likely (Bradley and Terry
1952); they do not depend on an order of play, as ratings that are updated match by match do.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from hideseek.evaluate.interval import CONFIDENCE
from hideseek.evaluate.ratings import DRAW_MARGIN

MEAN = 1500.0
"""Of all ratings."""
PER_POINT = np.log(10.0) / 400.0
PRIOR = 1.0
"""Games against the average that everybody is taken to have drawn on each team: who wins always is not rated
infinitely high."""
STEPS = 100
LARGEST_STEP = 200.0
"""Of Newton's method in one step [points]."""
CLOSE = 1e-3
SAMPLES = 500
"""Of the bootstrap over layouts."""


class Elo(NamedTuple):
    """Ratings, those of hiders first: [team, entrant]."""

    rating: Float[np.ndarray, "2 entrant"]
    samples: Float[np.ndarray, "sample 2 entrant"]
    """What they might have been with other layouts."""

    @property
    def low(self) -> Float[np.ndarray, "2 entrant"]:
        """Lower end of the 95 % interval."""
        return np.quantile(self.samples, 0.5 - CONFIDENCE / 2, axis=0)

    @property
    def high(self) -> Float[np.ndarray, "2 entrant"]:
        """Upper end of the 95 % interval."""
        return np.quantile(self.samples, 0.5 + CONFIDENCE / 2, axis=0)


def rate(payoff: Float[np.ndarray, "hiders seekers episode"], seed: int = 0) -> Elo:
    """Return the ratings of everybody's hiders and seekers.

    Hiders win an episode with a return above zero, lose below, and draw at zero. Intervals are bootstrapped over
    layouts, which all matches have in common.

    Args:
        payoff: the hiders' returns.
        seed: of the bootstrap.
    """
    scores = 0.5 * (1.0 + np.sign(np.where(np.abs(payoff) < DRAW_MARGIN, 0.0, payoff)))
    episodes = payoff.shape[-1]
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(episodes, np.full(episodes, 1.0 / episodes), SAMPLES) / episodes
    resampled = np.einsum("hse,be->bhs", scores, drawn)
    fitted = _fit(np.concatenate([scores.mean(-1)[None], resampled]), episodes)
    return Elo(fitted[0], fitted[1:])


def win_share(difference: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
    """Return which share of the games is won by who is rated `difference` points higher, draws counted half."""
    return 1.0 / (1.0 + np.exp(-PER_POINT * np.asarray(difference)))


def _fit(share: Float[np.ndarray, "case hiders seekers"], games: int) -> Float[np.ndarray, "case 2 entrant"]:
    """Return the most likely ratings, given the share of `games` that hiders won in each pairing (Newton's method)."""
    cases, count, _ = share.shape
    rating = np.zeros((cases, 2 * count))
    for _ in range(STEPS):
        hiders, seekers = rating[:, :count], rating[:, count:]
        expected = win_share(hiders[:, :, None] - seekers[:, None, :])
        against_average = win_share(rating)
        surplus, weight = games * (share - expected), games * expected * (1.0 - expected)
        slope = np.concatenate([surplus.sum(2), -surplus.sum(1)], 1) + PRIOR * (0.5 - against_average)
        curvature = np.zeros((cases, 2 * count, 2 * count))
        own = np.concatenate([weight.sum(2), weight.sum(1)], 1) + PRIOR * against_average * (1.0 - against_average)
        curvature[:, np.arange(2 * count), np.arange(2 * count)] = own
        curvature[:, :count, count:] = -weight
        curvature[:, count:, :count] = -weight.transpose(0, 2, 1)
        change = np.linalg.solve(curvature, slope[..., None])[..., 0] / PER_POINT
        rating += np.clip(change, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(change).max() < CLOSE:
            break
    rating += MEAN - rating.mean(1, keepdims=True)
    return rating.reshape(cases, 2, count)
