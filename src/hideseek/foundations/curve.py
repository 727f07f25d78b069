"""What the ladder's algorithms record while they learn."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float64


@dataclass
class LearningCurve:
    """The return of every episode that was played while learning, undiscounted."""

    steps: list[int] = field(default_factory=list)
    """Steps of the environment, all copies together, when the episode ended."""
    returns: list[float] = field(default_factory=list)
    """Sum of the episode's rewards; in a game, those of the first player."""
    on_episode: Callable[["LearningCurve"], None] | None = None
    """Called after every episode, for progress bars."""

    def add(self, steps: int, episode_return: float) -> None:
        """Record an episode."""
        self.steps.append(steps)
        self.returns.append(episode_return)
        if self.on_episode is not None:
            self.on_episode(self)

    def mean(self, episodes: int = 100) -> float:
        """Return the mean return of the last `episodes` episodes; NaN before the first."""
        return float(np.mean(self.returns[-episodes:])) if self.returns else float("nan")

    def sampled(self, grid: Float64[np.ndarray, " point"], episodes: int = 20) -> Float64[np.ndarray, " point"]:
        """Return the mean return of the last `episodes` episodes at each number of steps; NaN before the first."""
        sums = np.cumsum([0.0, *self.returns])
        last = np.searchsorted(self.steps, grid, side="right")
        first = np.maximum(0, last - episodes)
        return np.where(last > 0, (sums[last] - sums[first]) / np.maximum(1, last - first), np.nan)
