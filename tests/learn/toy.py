"""Games with the environment's interface, a known optimum and no physics."""

from pathlib import Path

import numpy as np

from hideseek.game.config import Game
from hideseek.game.observe import observation_spec
from hideseek.game.statistics import STATISTIC_NAMES
from hideseek.learn.checkpoint import create_run_folder
from hideseek.learn.config import TrainConfig
from hideseek.learn.description import RunDescription
from hideseek.learn.trainer import Trainer
from hideseek.policy.config import NetworkConfig

BUCKETS = 11


class NameTheBucket:
    """Each agent is rewarded for moving with the bucket that it observed: the best return is the horizon, chance 1/11.

    With `recall` the bucket is shown in an episode's first step alone.
    """

    def __init__(
        self, world_count: int, seed: int = 0, preparation: float = 0.0, recall: bool = False, horizon: int = 10
    ) -> None:
        self.game = Game(
            hiders=1, seekers=1, boxes_min=1, boxes_max=1, horizon=horizon, preparation_fraction=preparation
        )
        self.world_count = world_count
        self.observation_spec = observation_spec(self.game)
        self._recall = recall
        self._generator = np.random.default_rng(seed)
        self._buffers = {
            name: np.zeros((world_count, *shape), dtype) for name, (shape, dtype) in self.observation_spec.items()
        }
        self._step = np.zeros(world_count, np.int32)
        self._bucket = np.zeros((world_count, self.game.agents), np.int64)

    def reset(self) -> dict[str, np.ndarray]:
        """Start all worlds."""
        self._begin(np.ones(self.world_count, bool))
        return self.observe()

    def step(self, movement: np.ndarray, grab: np.ndarray, lock: np.ndarray):
        """Reward, then show new buckets."""
        reward = (movement[..., 0] == self._bucket).astype(np.float32)
        preparation = self._step < self.game.preparation_steps
        self._step += 1
        done = self._step >= self.game.horizon
        info = {
            "statistics": np.ones((self.world_count, len(STATISTIC_NAMES)), np.float32),
            "metrics": np.ones((self.world_count, 0), np.float32),
            "hidden": np.ones(self.world_count, bool),
            "preparation": preparation,
        }
        if not self._recall:
            self._bucket = self._draw()
        self._begin(done)
        return self.observe(), reward, done, info

    def observe(self) -> dict[str, np.ndarray]:
        """Show the worlds as they are."""
        shown = (self._step == 0)[:, None] if self._recall else True
        self._buffers["self"][..., 0] = np.where(shown, self._bucket - 5, 0)
        self._buffers["self"][..., 1] = self._bucket % 2 * shown
        return self._buffers

    def get_state(self) -> dict[str, np.ndarray]:
        """Return the state of all worlds, the random stream's included."""
        state = self._generator.bit_generator.state["state"]
        words = [state["state"] >> 64, state["state"] & (2**64 - 1), state["inc"] >> 64, state["inc"] & (2**64 - 1)]
        return {"step": self._step.copy(), "bucket": self._bucket.copy(), "random": np.array(words, np.uint64)}

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Put back the state of all worlds."""
        self._step, self._bucket = state["step"].copy(), state["bucket"].copy()
        words = [int(x) for x in state["random"]]
        generator = self._generator.bit_generator.state
        generator["state"] = {"state": (words[0] << 64) | words[1], "inc": (words[2] << 64) | words[3]}
        self._generator.bit_generator.state = generator

    def _draw(self) -> np.ndarray:
        return self._generator.integers(0, BUCKETS, (self.world_count, self.game.agents))

    def _begin(self, where: np.ndarray) -> None:
        self._step[where] = 0
        self._bucket[where] = self._draw()[where]


TINY_NETWORK = NetworkConfig(
    lidar_filters=1, entity_sees_lidar=False, embedding=16, attention="self", attention_heads=2, dense=32, memory=16
)


def describe(env: NameTheBucket, **changes: object) -> RunDescription:
    """Return the description of a run in `env`."""
    return RunDescription("toy", env.game, tiny_config(**changes), seed=0)


def start_run(folder: Path, env: NameTheBucket | None = None, **changes: object) -> Trainer:
    """Start a run in a new folder."""
    env = env or NameTheBucket(tiny_config().world_count)
    create_run_folder(folder, describe(env, **changes), overwrite=False)
    return Trainer(folder, describe(env, **changes), [env])


def tiny_config(**changes: object) -> TrainConfig:
    """Return options for runs of seconds."""
    options = {
        "network": TINY_NETWORK,
        "world_count": 32,
        "window": 20,
        "chunk_length": 5,
        "minibatch_chunks": 64,
        "epochs": 2,
        "learning_rate": 3e-3,
        "gamma": 0.9,
        "past_share": 0.1,
        "snapshot_interval": 2,
        "checkpoint_interval": 3,
        "pool_size": 3,
    }
    return TrainConfig(**{**options, **changes})
