"""The yardstick: the same worlds, stepped by MuJoCo's C engine, physics alone."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float32

from hideseek.env.batch import HideAndSeek
from hideseek.game.actions import FORCE_PER_BUCKET, MIDDLE_BUCKET
from hideseek.game.config import MOVEMENT_BUCKETS
from hideseek.sim.mujoco_twin import make_twin, step_twin


class MujocoWorlds:
    """The first worlds of an environment as MuJoCo models, one MjData each, shared out among Python threads.

    They go on from where the environment stands, with new random forces at every step; what is held and what is locked
    stays so. MuJoCo lets go of Python's lock while it steps.
    """

    def __init__(self, env: HideAndSeek, world_count: int, thread_count: int) -> None:
        """Compile the models.

        Raises:
            ImportError: if MuJoCo is not installed.
        """
        game = env.game
        self.world_count, self.thread_count = min(world_count, env.world_count), thread_count
        self._twins = [make_twin(env.bodies, game.counts, game.physics, w) for w in range(self.world_count)]
        # Seekers stand still in worlds that are in preparation.
        acts = np.ones((self.world_count, game.agents, 1), np.float32)
        acts[env.record.step[: self.world_count] < game.preparation_steps, game.hiders :] = 0.0
        self._force = FORCE_PER_BUCKET * acts

    def time_steps(self, steps: int, rng: np.random.Generator) -> float:
        """Step all worlds `steps` times; return the seconds it took.

        Raises:
            RuntimeError: if nothing moved, or if MuJoCo warned of numbers that are not finite or of lack of memory.
        """
        buckets = rng.integers(0, MOVEMENT_BUCKETS, (steps, self.world_count, self._force.shape[1], 3))
        control = ((buckets - MIDDLE_BUCKET) * self._force).astype(np.float32)
        shares = np.array_split(np.arange(self.world_count), self.thread_count)
        before = self._positions()
        with ThreadPoolExecutor(self.thread_count) as pool:
            start = time.perf_counter()
            for future in [pool.submit(self._step_share, share, control) for share in shares]:
                future.result()
            seconds = time.perf_counter() - start
        if any(twin.data.warning.number.any() for twin in self._twins):
            raise RuntimeError("MuJoCo warned during the benchmark: its worlds are not what they should be")
        if np.abs(self._positions() - before).mean() == 0.0:
            raise RuntimeError("nothing moved in MuJoCo's worlds")
        return seconds

    def _step_share(self, share: np.ndarray, control: Float32[np.ndarray, "step world agent 3"]) -> None:
        for step in range(len(control)):
            for w in share:
                step_twin(self._twins[w], control[step, w])

    def _positions(self) -> np.ndarray:
        return np.concatenate([twin.data.qpos for twin in self._twins])
