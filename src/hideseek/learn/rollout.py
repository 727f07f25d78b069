"""Playing: the current policy, and here and there a past one, act in all worlds, and the buffer fills."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from hideseek.checks import check_instance, check_integer, extra_needed
from hideseek.learn.buffer import Buffer
from hideseek.learn.config import TrainConfig
from hideseek.learn.curriculum.curriculum import Curriculum
from hideseek.learn.devices import copy_on
from hideseek.learn.episodes import EpisodeLog
from hideseek.learn.group import Environment, Group
from hideseek.learn.opponents import Opponents
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, value_spread
from hideseek.learn.state import check_field, prefixed, under
from hideseek.policy.policy import Policy

with extra_needed("train"):
    import jax


VALUED_TOGETHER = 256
"""Visited states whose value is worked out in one call."""


class Rollout:
    """Everything that goes on from one window of experience to the next.

    The worlds are in one group or several, each in an environment and on a device of its own. They take turns: while
    one group is simulated, the networks decide for the others, so that neither processor nor accelerator waits.
    """

    def __init__(self, envs: Sequence[Environment], config: TrainConfig, pool: OpponentPool, seed: int) -> None:
        check_instance("config", config, TrainConfig, "a TrainConfig")
        check_instance("pool", pool, OpponentPool, "an OpponentPool")
        check_integer("seed", seed, 0, 2**32 - 1)
        check_instance("envs", envs, Sequence, "a list of environments")
        counts = [env.world_count for env in envs]
        if counts != [config.world_count // config.groups] * config.groups:
            raise ValueError(
                f"envs have {counts} worlds, expected {config.groups} with {config.world_count // config.groups} each"
            )
        game = envs[0].game
        self._config = config
        self._hiders = game.hiders
        self._trains_idle = config.train_idle_seekers | (np.arange(game.agents) < game.hiders)
        self._opponents = Opponents(pool, game, config.past_worlds, seed, config.opponent_choice)
        self.curriculum = Curriculum(config.starts, game, config.world_count, config.action_repeat, seed)
        has_past = np.arange(config.world_count) < self._opponents.world_count
        self._counted = ~has_past & ~self.curriculum.has_starts
        self._past_key, *keys = jax.random.split(jax.random.key(seed), 1 + config.groups)
        self._groups = [
            Group(env, config, key, i * env.world_count) for i, (env, key) in enumerate(zip(envs, keys, strict=True))
        ]
        self.buffer = Buffer(envs[0].observation_spec, game.agents, config)
        self.log = EpisodeLog(game, config.world_count)
        self.step = 0
        """Environment steps so far of every world."""
        if self.curriculum.has_starts.any() and any(group.real is None for group in self._groups):
            raise ValueError(f"share of starts is {config.starts.share}, expected 0 for worlds that are no HideAndSeek")
        for group in self._groups:
            group.env.reset()
        if config.stagger_episodes:
            stride = config.chunk_length * config.action_repeat
            stagger_episodes(envs, stride, self._opponents.world_count)
        for group in self._groups:
            group.observation = group.env.observe()

    def collect(self, learner: Learner, phases: Phases) -> np.ndarray:
        """Fill the buffer with one window; return the values [row] of what is observed after it."""
        devices = len(jax.devices())
        learners = [copy_on(learner, i % devices) for i in range(len(self._groups))]
        with phases("infer"):
            for group, copy in zip(self._groups, learners, strict=True):
                group.begin_decision(copy, self.step)
        for time in range(self._config.window):
            for group, copy in zip(self._groups, learners, strict=True):
                self._play(group, learners[0].policy, time, phases)
                with phases("infer"):
                    group.begin_decision(copy, self.step + 1)
            self.step += 1
        with phases("copy"):
            for group in self._groups:
                if group.real is not None:
                    self.curriculum.visit(group.real, group.observation, self.step)
        with phases("infer"):
            return np.concatenate([group.decision()[0].value for group in self._groups])

    def _play(self, group: Group, policy: Policy, time: int, phases: Phases) -> None:
        """Carry out what was decided for a group at step `time` of the window, and keep it."""
        worlds = group.worlds
        with phases("infer"):
            decision, memories = group.decision()
            shape = group.env.world_count, group.env.game.agents
            actions = [np.array(x).reshape(*shape, *x.shape[1:]) for x in decision.actions]
            past = self._override(group, actions, policy)
        with phases("copy"):
            self.buffer.store_decision(time, worlds, group.observation, group.memories, group.first, decision)
        with phases("simulate"):
            group.observation, reward, done, info = group.env.step(*actions)
        with phases("copy"):
            effective = self._trains_idle | ~info["preparation"][:, None]
            self.buffer.store_outcome(time, worlds, reward, done, effective & ~past, ~past)
            self.log.add(worlds, reward, done, info, self._counted[worlds], self.curriculum.share[worlds])
            if group is self._groups[0]:
                self._opponents.record(reward, done, info["preparation"])
            if group.tracker is not None and done.any():
                self.log.add_behaviours(group.tracker.finished(done & self._counted[worlds]))
            self._begin_episodes(group, done, info)
        group.memories, group.first = memories, done.copy()

    def _begin_episodes(self, group: Group, done: np.ndarray, info: dict[str, np.ndarray]) -> None:
        """Let episodes of worlds that have starts begin there."""
        self.curriculum.record(group.worlds, info["hidden"], info["preparation"])
        if done.any() and group.real is not None and self.curriculum.begin(group.real, group.worlds, done, self.step):
            group.observation = group.env.observe()

    def _override(self, group: Group, actions: list[np.ndarray], policy: Policy) -> np.ndarray:
        """Let the past policy act in its worlds, which are the first group's; return where it did [world, agent]."""
        if group is not self._groups[0]:
            return np.zeros(actions[1].shape, bool)
        key = jax.random.fold_in(self._past_key, self.step)
        return self._opponents.override(actions, group.observation, group.first, policy, key, self.step)

    def look_again(self, learner: Learner) -> None:
        """Work out anew what can be learned from the states that play has visited, if starts are among them."""
        visited = self.curriculum.visited
        if visited is None:
            return
        is_hider = np.arange(self.buffer.agents) < self._hiders

        def spread(observation: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
            """Return the hiders' value, as all agents see it, and the mean disagreement of the heads about it."""
            values, deviations = in_batches(partial(value_spread, learner), observation, VALUED_TOGETHER)
            return np.where(is_hider, values, -values).mean(1), deviations.mean(1)

        visited.look_again(spread)

    def delete_stray_opponents(self) -> None:
        """Delete the files of past policies that are needed no more."""
        self._opponents.delete_strays()

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed, besides the learner and the counters, to go on as if nothing had happened."""
        state = {"returns": self.log.returns, **prefixed("opponents/", self._opponents.get_state())}
        starts = self.curriculum.get_state()
        if starts:
            state |= {"played": np.array(self.log.played), **prefixed("starts/", starts)}
        for i, group in enumerate(self._groups):
            state |= prefixed(f"group{i}/", group.get_state())
        return state

    def set_state(self, state: dict[str, np.ndarray], policy: Policy, step: int, episodes: int) -> None:
        """Put back what `get_state` returned; `policy` lends its structure to the past ones.

        Raises:
            TypeError, ValueError: An array is missing or of a wrong kind or shape.
        """
        check_field("state", state, "returns", self.log.returns.shape, "f")
        self.step, self.log.played = step, float(episodes)
        if self.curriculum.has_starts.any():
            self.curriculum.set_state(under("starts/", state))
            check_field("state", state, "played", (), "f")
            self.log.played = float(state["played"])
        self.log.returns[:] = state["returns"]
        for i, group in enumerate(self._groups):
            group.set_state(under(f"group{i}/", state))
        self._opponents.set_state(under("opponents/", state), policy)


def in_batches(
    function: Callable[[dict[str, np.ndarray]], Sequence[Any]], arrays: Mapping[str, np.ndarray], size: int
) -> list[np.ndarray]:
    """Return what a function gives for arrays [row, ...], called for `size` rows at a time: compiled once for all.

    The last rows are repeated to fill their batch.
    """
    count = len(next(iter(arrays.values())))
    results = []
    for first in range(0, count, size):
        rows = np.minimum(np.arange(first, first + size), count - 1)
        results.append([np.asarray(x) for x in function({name: x[rows] for name, x in arrays.items()})])
    return [np.concatenate(parts)[:count] for parts in zip(*results, strict=True)]


def stagger_episodes(envs: Sequence[Environment], stride: int, together: int = 0) -> None:
    """Set the worlds' clocks forward, evenly over the episode in multiples of `stride` steps.

    Otherwise all worlds are in the same phase of the game, and an update sees nothing of the others. The first
    `together` worlds are left at the start: a past policy that plays there is drawn for all at once.

    Raises:
        ValueError: `stride` is not a positive integer, or `together` not a number of worlds.
    """
    total = sum(env.world_count for env in envs)
    check_integer("stride", stride, 1)
    check_integer("together", together, 0, total)
    phases = max(1, envs[0].game.horizon // stride)
    count = total - together
    clocks = np.concatenate([np.zeros(together, int), stride * (np.arange(count) * phases // max(count, 1))])
    for env in envs:
        state = env.get_state()
        state["step"][:], clocks = clocks[: env.world_count], clocks[env.world_count :]
        env.set_state(state)
