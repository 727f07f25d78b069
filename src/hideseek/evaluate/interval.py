"""Means with their uncertainty."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import stdtrit

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean and the ends of its 95 % confidence interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: Float[np.ndarray, " sample"]) -> "Interval":
        """Return the mean of independent samples with Student's interval; infinite for a single one.

        Raises:
            ValueError: if there is no sample.
        """
        count = len(samples)
        if count == 0:
            raise ValueError("no samples to average, expected at least one")
        mean = float(np.mean(samples))
        if count == 1:
            return cls(mean, -np.inf, np.inf)
        spread = float(np.std(samples, ddof=1)) / count**0.5
        half = float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * spread
        return cls(mean, mean - half, mean + half)

    @property
    def excludes_zero(self) -> bool:
        """Whether the sign of the true mean is known with this confidence."""
        return self.low > 0.0 or self.high < 0.0
