"""Worlds that are stepped together, and the agents in them: where they are, and what they are about to do."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from hideseek.checks import extra_needed
from hideseek.env.batch import HideAndSeek
from hideseek.env.wrapper import Wrapper
from hideseek.evaluate.behaviour.tracker import follow
from hideseek.game.config import Game
from hideseek.learn.config import TrainConfig
from hideseek.learn.entropy import entropy_levels
from hideseek.learn.ppo import Decision, Learner, decide
from hideseek.learn.state import check_field, prefixed, under
from hideseek.policy.config import ObservationSpec
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Memories

with extra_needed("train"):
    import jax


class Environment(Protocol):
    """What the learner needs of `hideseek.env.batch.HideAndSeek`."""

    game: Game
    world_count: int

    @property
    def observation_spec(self) -> ObservationSpec:
        """Shape and dtype of each observation."""
        ...

    def reset(self) -> dict[str, np.ndarray]:
        """Start all worlds."""
        ...

    def step(
        self, movement: np.ndarray, grab: np.ndarray, lock: np.ndarray
    ) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Step all worlds."""
        ...

    def observe(self) -> dict[str, np.ndarray]:
        """Return the observations of the worlds as they are."""
        ...

    def get_state(self) -> dict[str, np.ndarray]:
        """Return the state of all worlds."""
        ...

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Put back the state of all worlds."""
        ...


class Group:
    """An environment, the memories of its agents, and the decision that is being worked out for them."""

    def __init__(self, env: Environment, config: TrainConfig, key: jax.Array, first_world: int) -> None:
        self.env, self._key = env, key
        self.worlds = slice(first_world, first_world + env.world_count)
        """Which worlds of the whole batch these are."""
        self.observation: dict[str, np.ndarray] = {}
        self.memories = Memories.zeros(env.world_count * env.game.agents, config.network.memory)
        """Before the step that is to come."""
        levels = entropy_levels(config)
        self._entropy_level = None if levels is None else levels[self.worlds]
        self.first = np.ones(env.world_count, bool)
        """Whether an episode begins with it."""
        real = env.unwrapped if isinstance(env, Wrapper) else env
        self.real = real if isinstance(real, HideAndSeek) else None
        """The environment behind all wrappers; None where it is something else."""
        self.tracker = follow(self.real) if self.real is not None else None
        """Detects behaviours, in games that have them."""
        self._decided: tuple[Decision, Memories] | None = None

    def begin_decision(self, learner: Learner, step: int) -> None:
        """Let the networks begin to work on step number `step` of the run; does not wait for them."""
        number = np.asarray(step, np.int32)
        # From the first step on where later ones are: JAX would compile once more for memories that are elsewhere.
        (device,) = learner.values.weight.devices()
        known = self.observation, jax.device_put(self.memories, device), self.first
        self._decided = decide(learner, *known, self._key, number, self._entropy_level)

    def decision(self) -> tuple[Decision, Memories]:
        """Wait for what was begun; return the decision, and the memories after the step."""
        assert self._decided is not None, "no decision was begun"
        return jax.block_until_ready(self._decided)

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed to go on as if nothing had happened."""
        memories = {f"memory/{i}": np.asarray(x) for i, x in enumerate(jax.tree.leaves(self.memories))}
        behaviours = {} if self.tracker is None else self.tracker.get_state()
        return {
            "first": self.first,
            **memories,
            **prefixed("env/", self.env.get_state()),
            **prefixed("behaviour/", behaviours),
        }

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Put back what `get_state` returned.

        Raises:
            TypeError, ValueError: An array is missing or of a wrong kind or shape.
        """
        memories = jax.tree.leaves(self.memories)
        for name, array, kind in [
            ("first", self.first, "b"),
            *((f"memory/{i}", x, "f") for i, x in enumerate(memories)),
        ]:
            check_field("state", state, name, array.shape, kind)
        self.first = state["first"]
        leaves = [state[f"memory/{i}"] for i in range(len(memories))]
        self.memories = Memories(Memory(*leaves[:2]), Memory(*leaves[2:]))
        self.env.set_state(under("env/", state))
        if self.tracker is not None:
            self.tracker.set_state(under("behaviour/", state))
        self.observation = self.env.observe()
