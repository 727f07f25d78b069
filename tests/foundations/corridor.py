"""A corridor of five cells: from the first to the last are four steps to the right, and each step costs one."""

from typing import Any

import gymnasium
import numpy as np

NAME = "Corridor-v0"
LENGTH, LIMIT = 5, 20
BEST = -4.0
"""Largest return."""


class Corridor(gymnasium.Env):
    """Action 0 goes left, 1 right; at the last cell the episode ends."""

    def __init__(self) -> None:
        self.action_space = gymnasium.spaces.Discrete(2)
        self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (LENGTH,), np.float32)
        self._cell = 0

    def reset(self, *, seed: int | None = None, options: dict | None = None) -> tuple[np.ndarray, dict]:
        """Begin at the first cell."""
        super().reset(seed=seed)
        self._cell = 0
        return self._look(), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Walk."""
        self._cell = max(0, self._cell + (1 if action == 1 else -1))
        return self._look(), -1.0, self._cell == LENGTH - 1, False, {}

    def _look(self) -> np.ndarray:
        return np.eye(LENGTH, dtype=np.float32)[self._cell]


gymnasium.register(NAME, Corridor, max_episode_steps=LIMIT)
