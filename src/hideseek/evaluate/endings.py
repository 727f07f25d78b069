"""The ends of a batch of episodes, some of which may be over before the others."""

import numpy as np
from jaxtyping import Bool

from hideseek.env.batch import HideAndSeek
from hideseek.game.statistics import STATISTIC_NAMES


class Endings:
    """Keeps what is known of each world's episode when it ends, and keeps the world there while others go on.

    Attributes:
        over: Whose episode is over.
        statistics: [world, statistic], of the episodes that are over.
        metrics: [world, metric], likewise.
    """

    def __init__(self, env: HideAndSeek) -> None:
        """Take the worlds of `env` at the beginning of their episodes."""
        self._env = env
        self.over = np.zeros(env.world_count, np.bool_)
        self.statistics = np.zeros((env.world_count, len(STATISTIC_NAMES)))
        self.metrics = np.zeros((env.world_count, len(env.game.objective.metric_names)))
        self._last: list[tuple[np.ndarray, dict[str, np.ndarray]]] = []

    def take(self, done: Bool[np.ndarray, " world"], info: dict[str, np.ndarray]) -> None:
        """Take in a step. Where worlds do not begin anew by themselves, those that were over are put back."""
        ended = np.flatnonzero(done & ~self.over)
        self.statistics[ended] = info["statistics"][ended]
        self.metrics[ended] = info["metrics"][ended]
        if self._env.autoreset:
            self.over[ended] = True
            return
        for index, state in self._last:
            self._env.set_state(state, index)
        self.over[ended] = True
        early = ended[self._env.record.step[ended] < self._env.game.horizon]
        if early.size:
            # Put back, too: a world that is at its end could not be stepped with the others.
            self._last.append((early, self._env.get_state(early)))
            self._env.set_state(self._last[-1][1], early)
