"""Bins over the axes of a scenario, drawn by how much can be learned in each."""

from collections.abc import Mapping

import numpy as np

from hideseek.checks import check_array
from hideseek.learn.curriculum.rule import Hardness

MEMORY = 40.0
"""Outcomes over which a bin's mean and variance are averaged."""
EVERYWHERE = 0.15
"""Share of the starts that are drawn from all bins alike: what is hopeless, or settled, is still tried now and then."""
UNKNOWN = 0.5, 0.5
"""Mean of the outcome, and of its square, in a bin that has not been tried: the most that can be learned."""


class Bins:
    """Draws a bin in proportion to the variance of its outcomes ("sampling for learnability").

    Where outcomes are 0 or 1 and a share p of them is 1, the variance is p (1 - p) (Rutherford et al. 2024, "No
    regrets").
    """

    def __init__(self, axes: Mapping[str, int]) -> None:
        self._axes = dict(axes)
        self._shape = tuple(axes.values())
        self.mean = np.full(self._shape, UNKNOWN[0])
        self._square = np.full(self._shape, UNKNOWN[1])
        self._count = np.zeros(self._shape)

    def draw(self, generator: np.random.Generator) -> tuple[int, Hardness]:
        """See `Rule`."""
        weights = self._variance().ravel() + 1e-9
        share = EVERYWHERE / weights.size + (1.0 - EVERYWHERE) * weights / weights.sum()
        case = int(generator.choice(weights.size, p=share))
        levels = np.unravel_index(case, self._shape)
        low_to_high = zip(self._axes.items(), levels, strict=True)
        return case, {name: float((level + generator.random()) / count) for (name, count), level in low_to_high}

    def learn(self, case: int, outcome: float) -> None:
        """See `Rule`."""
        where = np.unravel_index(case, self._shape)
        self._count[where] += 1.0
        rate = 1.0 / min(self._count[where] + 1.0, MEMORY)
        self.mean[where] += rate * (outcome - self.mean[where])
        self._square[where] += rate * (outcome**2 - self._square[where])

    def learnable(self) -> float:
        """See `Rule`: the mean of the most variable quarter of the bins."""
        variance = np.sort(self._variance(), axis=None)
        return float(variance[-max(1, variance.size // 4) :].mean())

    def metrics(self) -> dict[str, float]:
        """Return the mean outcome over all bins, in the easiest and in the hardest."""
        return {
            "mean": float(self.mean.mean()),
            "easiest": float(self.mean.ravel()[0]),
            "hardest": float(self.mean.ravel()[-1]),
        }

    def _variance(self) -> np.ndarray:
        return np.maximum(self._square - self.mean**2, 0.0)

    def get_state(self) -> dict[str, np.ndarray]:
        """See `Rule`."""
        return {"mean": self.mean.copy(), "square": self._square.copy(), "count": self._count.copy()}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """See `Rule`."""
        for name in ("mean", "square", "count"):
            if name not in state:
                raise ValueError(f"bins lack {name}, expected all that get_state returns")
            check_array(f"bins' field {name}", state[name], self._shape, "f")
        self.mean, self._square, self._count = (state[name].copy() for name in ("mean", "square", "count"))
