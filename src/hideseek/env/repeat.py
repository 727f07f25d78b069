"""One decision for several steps."""

import numpy as np
from jaxtyping import Integer

from hideseek.checks import check_instance, check_integer
from hideseek.env.batch import HideAndSeek, StepResult
from hideseek.env.wrapper import Wrapper


class RepeatedSteps(Wrapper):
    """Carries out each action for several steps of 75 ms; rewards add up.

    Decisions are fewer, and what agents try lasts longer: easier to explore, and to see the use of.
    """

    def __init__(self, env: HideAndSeek, repeat: int) -> None:
        """Take an environment, and how many steps an action lasts.

        Raises:
            TypeError: if `env` is no environment.
            ValueError: if preparation or episode are no multiple of `repeat` steps.
        """
        check_instance("env", env, HideAndSeek, "a HideAndSeek")
        check_integer("repeat", repeat, 1)
        for name, steps in (("preparation", env.game.preparation_steps), ("horizon", env.game.horizon)):
            if steps % repeat:
                raise ValueError(f"repeat is {repeat}, expected a divisor of the {steps} steps of the {name}")
        super().__init__(env)
        self._repeat = repeat

    def step(
        self,
        movement: Integer[np.ndarray, "world agent 3"],
        grab: Integer[np.ndarray, "world agent"],
        lock: Integer[np.ndarray, "world agent"],
    ) -> StepResult:
        """Step all worlds `repeat` times; see `HideAndSeek.step`. `info` is that of the last step.

        Where an episode ends in between, the next one waits at its first moment for the next decision.
        """
        total = np.zeros((self.world_count, self.game.agents), np.float32)
        ended = np.zeros(self.world_count, np.bool_)
        beginnings = []
        for k in range(self._repeat):
            observation, reward, done, info = self.env.step(movement, grab, lock)
            total += np.where(ended[:, None], np.float32(0.0), reward)
            if k + 1 < self._repeat and (index := np.flatnonzero(done & ~ended)).size:
                beginnings.append((index, self.unwrapped.get_state(index)))
                ended[index] = True
        if not beginnings:
            return observation, total, done, info
        for index, state in beginnings:
            self.unwrapped.set_state(state, index)
        return self.env.observe(), total, done | ended, {**info, "terminated": info["terminated"] | ended}
