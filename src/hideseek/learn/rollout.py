"""Playing: the current policy, and here and there a past one, act in all worlds, and the buffer fills."""

from collections.abc import Mapping
from typing import Protocol

import jax
import numpy as np

from hideseek.checks import check_array, check_instance, check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.tracker import follow
from hideseek.game.config import Game
from hideseek.learn.buffer import Buffer
from hideseek.learn.config import TrainConfig
from hideseek.learn.episodes import EpisodeLog
from hideseek.learn.opponents import Opponents
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Decision, Learner, Memories, decide
from hideseek.policy.config import ObservationSpec
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Policy


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


class Rollout:
    """Everything that goes on from one window of experience to the next."""

    def __init__(self, env: Environment, config: TrainConfig, pool: OpponentPool, seed: int) -> None:
        check_instance("config", config, TrainConfig, "a TrainConfig")
        check_instance("pool", pool, OpponentPool, "an OpponentPool")
        check_integer("seed", seed, 0, 2**32 - 1)
        if env.world_count != config.world_count:
            raise ValueError(f"world_count of env is {env.world_count}, expected that of config, {config.world_count}")
        game = env.game
        self._env, self._config = env, config
        self._shape = (env.world_count, game.agents)
        self._trains_idle = config.train_idle_seekers | (np.arange(game.agents) < game.hiders)
        self._opponents = Opponents(pool, game, config.past_worlds, seed)
        self._counted = np.arange(env.world_count) >= self._opponents.world_count
        self._key, self._past_key = jax.random.split(jax.random.key(seed))
        self._memories = Memories.zeros(env.world_count * game.agents, config.network.memory)
        self._first = np.ones(env.world_count, bool)
        self.buffer = Buffer(env.observation_spec, game.agents, config)
        self.log = EpisodeLog(game, env.world_count)
        self._tracker = follow(env) if isinstance(env, HideAndSeek) else None
        self.step = 0
        """Environment steps so far of every world."""
        env.reset()
        if config.stagger_episodes:
            stagger_episodes(env, config.chunk_length, self._opponents.world_count)
        self._observation = env.observe()

    def collect(self, learner: Learner, phases: Phases) -> np.ndarray:
        """Fill the buffer with one window; return the values [row] of what is observed after it."""
        for time in range(self._config.window):
            with phases("infer"):
                decision, memories = self._decide(learner)
                actions = [np.array(x).reshape(*self._shape, *x.shape[1:]) for x in decision.actions]
                past = self._override(actions, learner.policy)
            with phases("copy"):
                self.buffer.store_decision(time, self._observation, self._memories, self._first, decision)
            with phases("simulate"):
                self._observation, reward, done, info = self._env.step(*actions)
            with phases("copy"):
                effective = self._trains_idle | ~info["preparation"][:, None]
                self.buffer.store_outcome(time, reward, done, effective & ~past, ~past)
                self.log.add(reward, done, info, self._counted)
                self._opponents.record(reward, done, info["preparation"])
                if self._tracker is not None and done.any():
                    self.log.add_behaviours(self._tracker.finished(done & self._counted))
            self._memories, self._first = memories, done.copy()
            self.step += 1
        with phases("infer"):
            return np.asarray(self._decide(learner)[0].value)

    def _decide(self, learner: Learner) -> tuple[Decision, Memories]:
        step = np.asarray(self.step, np.int32)
        return decide(learner, self._observation, self._memories, self._first, self._key, step)

    def _override(self, actions: list[np.ndarray], policy: Policy) -> np.ndarray:
        key = jax.random.fold_in(self._past_key, self.step)
        return self._opponents.override(actions, self._observation, self._first, policy, key, self.step)

    def delete_stray_opponents(self) -> None:
        """Delete the files of past policies that are needed no more."""
        self._opponents.delete_strays()

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed, besides the learner and the counters, to go on as if nothing had happened."""
        return {
            "first": self._first,
            "returns": self.log.returns,
            **_prefixed("memory", {str(i): np.asarray(x) for i, x in enumerate(jax.tree.leaves(self._memories))}),
            **_prefixed("opponents", self._opponents.get_state()),
            **_prefixed("env", self._env.get_state()),
            **_prefixed("behaviour", {} if self._tracker is None else self._tracker.get_state()),
        }

    def set_state(self, state: dict[str, np.ndarray], policy: Policy, step: int, episodes: int) -> None:
        """Put back what `get_state` returned; `policy` lends its structure to the past ones.

        Raises:
            TypeError, ValueError: An array is missing or of a wrong kind or shape.
        """
        self._check_state(state)
        self.step, self.log.episodes = step, episodes
        self._first = state["first"]
        self.log.returns[:] = state["returns"]
        memory = _under("memory", state)
        self._memories = Memories(Memory(memory["0"], memory["1"]), Memory(memory["2"], memory["3"]))
        self._env.set_state(_under("env", state))
        self._observation = self._env.observe()
        self._opponents.set_state(_under("opponents", state), policy)
        if self._tracker is not None:
            self._tracker.set_state(_under("behaviour", state))

    def _check_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Compare the rollout's own arrays with those that are there now."""
        own = {"first": self._first, "returns": self.log.returns}
        own |= _prefixed("memory", {str(i): x for i, x in enumerate(jax.tree.leaves(self._memories))})
        for name, array in own.items():
            if name not in state:
                raise ValueError(f"state lacks {name}, expected all that get_state returns")
            check_array(f"state field {name}", state[name], array.shape, "b" if name == "first" else "f")


def stagger_episodes(env: Environment, stride: int, together: int = 0) -> None:
    """Set the worlds' clocks forward, evenly over the episode in multiples of `stride` steps.

    Otherwise all worlds are in the same phase of the game, and an update sees nothing of the others. The first
    `together` worlds are left at the start: a past policy that plays there is drawn for all at once.

    Raises:
        ValueError: `stride` is not a positive integer, or `together` not a number of worlds.
    """
    check_integer("stride", stride, 1)
    check_integer("together", together, 0, env.world_count)
    phases = max(1, env.game.horizon // stride)
    count = env.world_count - together
    state = env.get_state()
    state["step"][together:] = stride * (np.arange(count) * phases // max(count, 1))
    env.set_state(state)


def _prefixed(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{prefix}/{name}": x for name, x in arrays.items()}


def _under(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(f"{prefix}/"): x for name, x in arrays.items() if name.startswith(f"{prefix}/")}
