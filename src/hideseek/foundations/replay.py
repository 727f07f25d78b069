"""The replay buffer: transitions to learn from more than once, and in another order than they came in."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from hideseek.checks import check_fits_memory, check_instance, check_integer
from hideseek.foundations.environments import Step
from hideseek.foundations.networks import Numbers


class Transitions(NamedTuple):
    """Some (s, a, r, s'), and whether the episode ended with them."""

    observation: Float[Numbers, "row feature"]
    action: Int[Numbers, " row"]
    reward: Float[Numbers, " row"]
    successor: Float[Numbers, "row feature"]
    terminated: Bool[Numbers, " row"]


class Replay:
    """The last `capacity` transitions."""

    def __init__(self, capacity: int, features: int) -> None:
        check_integer("capacity", capacity, 1)
        check_integer("features", features, 1)
        check_fits_memory("capacity", capacity, capacity * (8 * features + 9))
        self._kept = Transitions(
            observation=np.zeros((capacity, features), np.float32),
            action=np.zeros(capacity, np.int32),
            reward=np.zeros(capacity, np.float32),
            successor=np.zeros((capacity, features), np.float32),
            terminated=np.zeros(capacity, bool),
        )
        self._capacity, self._added = capacity, 0

    def __len__(self) -> int:
        return min(self._added, self._capacity)

    def add(
        self, observation: Float32[np.ndarray, "copy feature"], action: Int[np.ndarray, " copy"], step: Step
    ) -> None:
        """Keep what one step of the first player did in every copy; the oldest transitions make room."""
        rows = (self._added + np.arange(len(action))) % self._capacity
        new = Transitions(observation, action, step.reward[0], step.successor[0], step.terminated)
        for kept, added in zip(self._kept, new, strict=True):
            kept[rows] = added
        self._added += len(action)

    def sample(self, size: int, generator: np.random.Generator) -> Transitions:
        """Return `size` transitions, each drawn from all that are kept with equal chance.

        Raises:
            TypeError: `generator` is none.
            ValueError: `size` is no positive integer, or nothing is kept yet.
        """
        check_integer("size", size, 1)
        check_instance("generator", generator, np.random.Generator, "a Generator")
        if not len(self):
            raise ValueError("the replay buffer has 0 transitions, expected at least one")
        rows = generator.integers(len(self), size=size)
        return Transitions(*(kept[rows] for kept in self._kept))
