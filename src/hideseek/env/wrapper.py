"""What environments around another environment have in common."""

from typing import Union

import numpy as np
from jaxtyping import Integer

from hideseek.env.batch import HideAndSeek, StepResult


class Wrapper:
    """An environment that passes on to another one whatever its class does not change.

    Attributes:
        env: the environment within.
        unwrapped: the innermost one, which has the worlds.
        game, world_count, observation_spec: its own.
    """

    def __init__(self, env: Union[HideAndSeek, "Wrapper"]) -> None:
        self.env = env
        self.unwrapped: HideAndSeek = env.unwrapped if isinstance(env, Wrapper) else env
        self.game, self.world_count, self.observation_spec = env.game, env.world_count, env.observation_spec

    def reset(self) -> dict[str, np.ndarray]:
        """See `HideAndSeek`."""
        return self._shown(self.env.reset())

    def step(
        self,
        movement: Integer[np.ndarray, "world agent 3"],
        grab: Integer[np.ndarray, "world agent"],
        lock: Integer[np.ndarray, "world agent"],
    ) -> StepResult:
        """See `HideAndSeek`."""
        observation, reward, done, info = self.env.step(movement, grab, lock)
        return self._shown(observation), reward, done, info

    def observe(self) -> dict[str, np.ndarray]:
        """See `HideAndSeek`."""
        return self._shown(self.env.observe())

    def get_state(self) -> dict[str, np.ndarray]:
        """See `HideAndSeek`."""
        return self.env.get_state()

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """See `HideAndSeek`."""
        self.env.set_state(state)

    def _shown(self, observation: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return what is shown in place of an observation of the environment within."""
        return observation
