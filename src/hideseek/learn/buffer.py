"""Where a window of experience is kept: arrays allocated once, laid out in chunks."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Bool, Float32, Int

from hideseek.checks import check_array, check_instance, check_integer, extra_needed
from hideseek.learn.config import TrainConfig
from hideseek.learn.entropy import entropy_levels
from hideseek.learn.loss import Batch
from hideseek.learn.ppo import Decision
from hideseek.policy.config import CRITIC_VIEW_WIDTH, ObservationSpec
from hideseek.policy.distribution import Actions
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Memories, Observation

with extra_needed("train"):
    import jax


class Buffer:
    """Experience of every agent of every world over one window.

    Arrays are [chunk of the window, row, step of the chunk, ...]; rows are the agents of world 0, of world 1, ...
    """

    def __init__(self, observation_spec: ObservationSpec, agents: int, config: TrainConfig) -> None:
        check_instance("observation_spec", observation_spec, Mapping, "a mapping from names to shapes and types")
        check_integer("agents", agents, 1)
        check_instance("config", config, TrainConfig, "a TrainConfig")
        self.rows = config.world_count * agents
        self.window, self.chunk_length = config.window, config.chunk_length
        self.agents = agents
        chunks = (config.window // config.chunk_length, self.rows)
        steps = (*chunks, config.chunk_length)

        def memory() -> Memory:
            shape = (*chunks, config.network.memory)
            return Memory(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

        self.observation = {
            name: np.zeros((*steps, *shape[1:]), dtype) for name, (shape, dtype) in observation_spec.items()
        }
        self.memories = Memories(memory(), memory())
        self.actions = Actions(np.zeros((*steps, 3), np.int8), np.zeros(steps, np.int8), np.zeros(steps, np.int8))
        self.log_probability = np.zeros(steps, np.float32)
        self.value = np.zeros(steps, np.float32)
        self.reward = np.zeros(steps, np.float32)
        self.first = np.zeros(steps, bool)
        self.done = np.zeros(steps, bool)
        self.trains_policy = np.zeros(steps, bool)
        self.trains_value = np.zeros(steps, bool)
        heads, levels = config.network.value_heads, entropy_levels(config)
        self.trains_head = None if heads == 1 else np.ones((self.rows, heads), bool)
        """Which heads of the critic each row trains, where there are several [row, head]."""
        self.entropy_level = None if levels is None else np.repeat(levels, agents)
        """Where each row's bonus for entropy is between the lowest, 0, and the highest, 1, where they differ [row]."""

    @staticmethod
    def bytes_per_row_and_step(observation_spec: ObservationSpec, config: TrainConfig) -> float:
        """Return how much memory a buffer takes for each step of each agent [byte]."""
        observation = sum(math.prod(shape[1:]) * np.dtype(kind).itemsize for shape, kind in observation_spec.values())
        observation += 4 * CRITIC_VIEW_WIDTH if config.network.critic_view else 0
        actions, numbers, flags = 5, 3 * 4, 4
        return observation + actions + numbers + flags + 4 * config.network.memory * 4 / config.chunk_length

    def store_decision(
        self,
        time: int,
        worlds: slice,
        observation: Observation,
        memories: Memories,
        first: Bool[np.ndarray, " world"],
        decision: Decision,
    ) -> None:
        """Copy what was known of some worlds before step `time` of the window, and what was decided."""
        chunk, step = divmod(time, self.chunk_length)
        rows = self._rows(worlds)
        if step == 0:
            for kept, value in zip(jax.tree.leaves(self.memories), jax.tree.leaves(memories), strict=True):
                kept[chunk, rows] = value
        for name, kept in self.observation.items():
            kept[chunk, rows, step] = observation[name].reshape(len(first) * self.agents, *kept.shape[3:])
        for kept, value in zip(self.actions, decision.actions, strict=True):
            kept[chunk, rows, step] = value
        self.log_probability[chunk, rows, step] = decision.log_probability
        self.value[chunk, rows, step] = decision.value
        self.first[chunk, rows, step] = np.repeat(first, self.agents)

    def store_outcome(
        self,
        time: int,
        worlds: slice,
        reward: Float32[np.ndarray, "world agent"],
        done: Bool[np.ndarray, " world"],
        trains_policy: Bool[np.ndarray, "world agent"],
        trains_value: Bool[np.ndarray, "world agent"],
    ) -> None:
        """Copy what came of step `time` of the window in some worlds."""
        chunk, step = divmod(time, self.chunk_length)
        rows = self._rows(worlds)
        self.reward[chunk, rows, step] = reward.reshape(-1)
        self.done[chunk, rows, step] = np.repeat(done, self.agents)
        self.trains_policy[chunk, rows, step] = trains_policy.reshape(-1)
        self.trains_value[chunk, rows, step] = trains_value.reshape(-1)

    def assign_heads(self, generator: np.random.Generator) -> None:
        """Draw for each head of the critic the half of the worlds that trains it; a single head is trained by all.

        Whole worlds, since all that their agents see in a window comes to the same end.

        Raises:
            TypeError: `generator` is no generator of NumPy.
        """
        check_instance("generator", generator, np.random.Generator, "a Generator of numpy.random")
        if self.trains_head is not None:
            worlds, heads = self.rows // self.agents, self.trains_head.shape[1]
            half = np.tile(np.arange(worlds) < (worlds + 1) // 2, (heads, 1))
            self.trains_head = np.repeat(generator.permuted(half, axis=1).T, self.agents, axis=0)

    def _rows(self, worlds: slice) -> slice:
        """Return the rows of the agents in `worlds`."""
        return slice(worlds.start * self.agents, worlds.stop * self.agents)

    def in_time(self, x: np.ndarray) -> np.ndarray:
        """Return a buffer's array [chunk, row, step] as [time, row]."""
        return x.transpose(0, 2, 1).reshape(self.window, self.rows)

    def in_chunks(self, x: np.ndarray) -> np.ndarray:
        """Return an array [time, row] as [chunk, row, step]."""
        return x.reshape(-1, self.chunk_length, self.rows).transpose(0, 2, 1)

    def minibatches(
        self,
        advantage: Float32[np.ndarray, "chunk row step"],
        target: Float32[np.ndarray, "chunk row step"],
        size: int,
        generator: np.random.Generator,
        chunks: Int[np.ndarray, " chosen"] | None = None,
    ) -> Iterator[Batch]:
        """Yield every chunk once in random order, `size` at a time; a remainder is left out.

        `chunks` are those that count, all of them by default: number `chunk * rows + row` is a row's chunk.

        Raises:
            TypeError: An argument is of a wrong kind.
            ValueError: An array is not of the buffer's shape, `size` not between 1 and the number of chunks, or a chunk
                not one of the buffer's.
        """
        check_array("advantage", advantage, self.reward.shape, "f")
        check_array("target", target, self.reward.shape, "f")
        every = np.arange(self.reward.shape[0] * self.rows)
        if chunks is None:
            chunks = every
        else:
            check_array("chunks", chunks, ("chosen",), "i")
            if not np.isin(chunks, every).all():
                raise ValueError(f"chunks are from {chunks.min()} to {chunks.max()}, expected from 0 to {every[-1]}")
        check_integer("size", size, 1, len(chunks))
        check_instance("generator", generator, np.random.Generator, "a Generator of numpy.random")
        return self._minibatches(advantage, target, size, generator.permutation(chunks))

    def _minibatches(
        self, advantage: np.ndarray, target: np.ndarray, size: int, order: Int[np.ndarray, " chosen"]
    ) -> Iterator[Batch]:
        everything = Batch(
            self.observation, self.memories, self.first, self.actions, self.log_probability, advantage, target,
            self.trains_policy, self.trains_value,
        )  # fmt: skip
        flat = jax.tree.map(lambda x: x.reshape(x.shape[0] * x.shape[1], *x.shape[2:]), everything)
        for start in range(0, len(order) - size + 1, size):
            chosen = order[start : start + size]
            batch = jax.tree.map(lambda x: x[chosen], flat)  # noqa: B023 (used up before the next turn)
            rows = chosen % self.rows
            yield batch._replace(
                trains_head=None if self.trains_head is None else self.trains_head[rows],
                entropy_level=None if self.entropy_level is None else self.entropy_level[rows],
            )
