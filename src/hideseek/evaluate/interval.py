"""Means with their uncertainty."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from hideseek.checks import check_array, import_extra

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
            TypeError: if the samples are no array of numbers.
            ValueError: if there is no sample, or one that is not finite.
            MissingExtraError: if there are several, and SciPy is not installed.
        """
        check_array("samples", samples, ("sample",), "f")
        count = len(samples)
        if count == 0:
            raise ValueError("samples is empty, expected at least one")
        if not np.isfinite(samples).all():
            raise ValueError(f"samples has {np.sum(~np.isfinite(samples))} of {count} not finite, expected numbers")
        mean = float(np.mean(samples))
        if count == 1:
            return cls(mean, -np.inf, np.inf)
        spread = float(np.std(samples, ddof=1)) / count**0.5
        special = import_extra("scipy.special", "SciPy", "train")
        half = float(special.stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * spread
        return cls(mean, mean - half, mean + half)

    @property
    def excludes_zero(self) -> bool:
        """Whether the sign of the true mean is known with this confidence."""
        return self.low > 0.0 or self.high < 0.0
