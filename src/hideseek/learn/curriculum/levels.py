"""A level for each axis of a scenario, which rises while its team succeeds at the frontier and falls below."""

from collections.abc import Mapping

import numpy as np

from hideseek.learn.curriculum.rule import Hardness
from hideseek.learn.state import check_field

STEP = 0.02
"""By how much a level rises or falls."""
SAMPLES = 60
"""Starts at an axis' frontier from one decision on its level to the next."""
RISES, FALLS = 0.35, 0.15
"""Share of successes above which a level rises, and below which it falls."""


class Levels:
    """One axis, drawn at random, is at its level; the others anywhere below theirs (Akkaya et al. 2019, "ADR").

    Each axis so has a success rate of its own: what is easy along it goes ahead of what is hard.
    """

    def __init__(self, axes: Mapping[str, int]) -> None:
        self._names = tuple(axes)
        self.level = np.zeros(len(axes))
        self._successes, self._tries = np.zeros(len(axes)), np.zeros(len(axes))
        self._rate = np.full(len(axes), 0.5)

    def draw(self, generator: np.random.Generator) -> tuple[int, Hardness]:
        """See `Rule`."""
        axis = int(generator.integers(len(self._names)))
        hardness = self.level * generator.random(len(self.level))
        hardness[axis] = self.level[axis]
        return axis, dict(zip(self._names, hardness.tolist(), strict=True))

    def learn(self, case: int, succeeded: bool) -> None:
        """See `Rule`."""
        self._tries[case] += 1.0
        self._successes[case] += succeeded
        if self._tries[case] >= SAMPLES:
            rate = self._rate[case] = self._successes[case] / self._tries[case]
            self.level[case] = np.clip(self.level[case] + STEP * (float(rate > RISES) - float(rate < FALLS)), 0.0, 1.0)
            self._successes[case] = self._tries[case] = 0.0

    def learnable(self) -> float:
        """See `Rule`."""
        return float((self._rate * (1.0 - self._rate)).mean())

    def metrics(self) -> dict[str, float]:
        """Return the level of each axis, and the success rate at its frontier."""
        levels = {f"level_{name}": float(x) for name, x in zip(self._names, self.level, strict=True)}
        return levels | {f"success_{name}": float(x) for name, x in zip(self._names, self._rate, strict=True)}

    def get_state(self) -> dict[str, np.ndarray]:
        """See `Rule`."""
        return {
            "level": self.level.copy(), "rate": self._rate.copy(), "successes": self._successes.copy(),
            "tries": self._tries.copy(),
        }  # fmt: skip

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """See `Rule`."""
        for name in ("level", "rate", "successes", "tries"):
            check_field("state of levels", state, name, self.level.shape, "f")
        self.level, self._rate = state["level"].copy(), state["rate"].copy()
        self._successes, self._tries = state["successes"].copy(), state["tries"].copy()
