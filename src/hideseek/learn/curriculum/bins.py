"""Bins over the axes of a scenario, drawn by how much can be learned in each."""

from collections.abc import Mapping

import numpy as np

from hideseek.learn.curriculum.rule import Hardness
from hideseek.learn.state import check_field

MEMORY = 40.0
"""Starts over which a bin's share of successes is averaged."""
SHARPNESS = 2.0
"""Power of p (1 - p)^2 that bins are drawn by. With 1, the many bins in which next to nothing succeeds yet take half of
the starts from the few in which much is learned."""
EVERYWHERE = 0.15
"""Share of the starts that are drawn from all bins alike: what is hopeless, or settled, is still tried now and then."""
UNKNOWN = 0.5
"""Share of successes in a bin that has not been tried: as if most could be learned there."""


class Bins:
    """Draws a bin in proportion to the square of p (1 - p)^2, where p is its share of successes.

    After "sampling for learnability" (Rutherford et al. 2024), p (1 - p): what never succeeds is too hard yet, what
    always does is learned. One more factor 1 - p, since what mostly succeeds may do so as often as it can: there is
    bad luck that nothing can be learned from.
    """

    def __init__(self, axes: Mapping[str, int]) -> None:
        self._axes = dict(axes)
        self._shape = tuple(axes.values())
        self.success = np.full(self._shape, UNKNOWN)
        self._count = np.zeros(self._shape)

    def draw(self, generator: np.random.Generator) -> tuple[int, Hardness]:
        """See `Rule`."""
        weights = (self._learnable() * (1.0 - self.success)).ravel() ** SHARPNESS + 1e-9
        share = EVERYWHERE / weights.size + (1.0 - EVERYWHERE) * weights / weights.sum()
        case = int(generator.choice(weights.size, p=share))
        levels = np.unravel_index(case, self._shape)
        low_to_high = zip(self._axes.items(), levels, strict=True)
        return case, {name: float((level + generator.random()) / count) for (name, count), level in low_to_high}

    def learn(self, case: int, succeeded: bool) -> None:
        """See `Rule`."""
        where = np.unravel_index(case, self._shape)
        self._count[where] += 1.0
        rate = 1.0 / min(self._count[where] + 1.0, MEMORY)
        self.success[where] += rate * (succeeded - self.success[where])

    def learnable(self) -> float:
        """See `Rule`: the mean of the quarter of the bins from which most can be learned."""
        learnable = np.sort(self._learnable(), axis=None)
        return float(learnable[-max(1, learnable.size // 4) :].mean())

    def metrics(self) -> dict[str, float]:
        """Return the share of successes over all bins, in the easiest and in the hardest."""
        return {
            "success": float(self.success.mean()),
            "success_easiest": float(self.success.ravel()[0]),
            "success_hardest": float(self.success.ravel()[-1]),
        }

    def _learnable(self) -> np.ndarray:
        return self.success * (1.0 - self.success)

    def get_state(self) -> dict[str, np.ndarray]:
        """See `Rule`."""
        return {"success": self.success.copy(), "count": self._count.copy()}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """See `Rule`."""
        for name in ("success", "count"):
            check_field("state of bins", state, name, self._shape, "f")
        self.success, self._count = state["success"].copy(), state["count"].copy()
