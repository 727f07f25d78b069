"""What a rule is: it says how hard the next start of a scenario is, and hears what came of it."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

Hardness = dict[str, float]
"""From 0 to 1 along each axis of a scenario."""


class Rule(Protocol):
    """How hard the starts of one scenario are."""

    def draw(self, generator: np.random.Generator) -> tuple[int, Hardness]:
        """Return the next start's case, a number for `learn`, and its hardness."""
        ...

    def learn(self, case: int, succeeded: bool) -> None:
        """Take in what came of a start."""
        ...

    def learnable(self) -> float:
        """Return how much can be learned from the scenario now, from 0 to 0.25: p (1 - p) of successes p."""
        ...

    def metrics(self) -> dict[str, float]:
        """Return what to log."""
        ...

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed to go on as if nothing had happened."""
        ...

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Put back what `get_state` returned; raise TypeError or ValueError where an array is missing or unfit."""
        ...
