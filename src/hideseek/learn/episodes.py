"""What became of the episodes that ended: returns of both teams, statistics of behaviour, time in hiding."""

import numpy as np
from jaxtyping import Bool, Float32, Float64

from hideseek.checks import check_integer
from hideseek.evaluate.behaviour.names import PREFIX, Values
from hideseek.game.config import Game, check_game
from hideseek.game.statistics import STATISTIC_NAMES


class EpisodeLog:
    """Sums rewards per episode, and averages over the episodes that ended since it was last read."""

    def __init__(self, game: Game, world_count: int) -> None:
        check_game(game)
        check_integer("world_count", world_count, 1)
        self._hiders = game.hiders
        self.played = 0.0
        """Episodes that ended so far; one that began in the middle counts as its share."""
        self.returns = np.zeros((world_count, game.agents), np.float32)
        """Rewards so far of each agent in its current episode."""
        self._ended: list[np.ndarray] = []
        self._measures: list[np.ndarray] = []
        self._names = (*STATISTIC_NAMES, *game.objective.metric_names)
        self._behaviours: list[dict[str, Values]] = []
        self._hidden = self._seeking = 0

    def add(
        self,
        worlds: slice,
        reward: Float32[np.ndarray, "world agent"],
        done: Bool[np.ndarray, " world"],
        info: dict[str, np.ndarray],
        counted: Bool[np.ndarray, " world"],
        share: Float64[np.ndarray, " world"],
    ) -> None:
        """Take in one step of some worlds.

        Those that are not `counted` (a past policy plays, or it did not begin at its beginning) stay out of averages.
        `share` is how much of a whole episode the current one is.
        """
        returns = self.returns[worlds]
        seeking = ~info["preparation"] & counted
        self._seeking += int(seeking.sum())
        self._hidden += int((info["hidden"] & seeking).sum())
        returns += reward
        if done.any():
            ended = done & counted
            self.played += float(share[done].sum())
            self._ended.append(returns[ended])
            self._measures.append(np.concatenate([info["statistics"][ended], info["metrics"][ended]], axis=1))
            returns[done] = 0.0

    @property
    def episodes(self) -> int:
        """Whole episodes that `played` stands for."""
        return int(self.played + 1e-6)

    def add_behaviours(self, behaviours: dict[str, Values]) -> None:
        """Take in what was detected in episodes that ended, not a number where one does not tell."""
        self._behaviours.append(behaviours)

    def read(self) -> dict[str, float]:
        """Return the averages since the last call; what nothing is known of is left out."""
        metrics = {}
        if self._seeking:
            metrics["episode/hidden"] = self._hidden / self._seeking
        if sum(map(len, self._ended)):
            returns = np.concatenate(self._ended).mean(0)
            teams = {"hider": returns[: self._hiders], "seeker": returns[self._hiders :]}
            metrics |= {f"episode/{name}_return": float(team.mean()) for name, team in teams.items() if team.size}
            measures = np.concatenate(self._measures).mean(0)
            metrics |= {f"episode/{name}": float(x) for name, x in zip(self._names, measures, strict=True)}
        for name in self._behaviours[0] if self._behaviours else ():
            told = np.concatenate([values[name] for values in self._behaviours])
            told = told[np.isfinite(told)]
            if told.size:
                metrics[PREFIX + name] = float(told.mean())
        self._ended, self._measures, self._behaviours = [], [], []
        self._hidden = self._seeking = 0
        return metrics
