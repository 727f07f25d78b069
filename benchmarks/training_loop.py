"""A training run under the clock, and beside it what it could not do without: gradient steps and forward passes."""

import time
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from benchmarks.training_cases import SEED, Case
from benchmarks.training_yardsticks import Step, make_steps
from hideseek.learn.checkpoint import create_run_folder
from hideseek.learn.devices import copy_on
from hideseek.learn.loss import Batch
from hideseek.learn.phases import PHASES
from hideseek.learn.ppo import decide, update
from hideseek.learn.run import make_environments
from hideseek.learn.trainer import Trainer
from hideseek.policy.policy import Memories


class Round(NamedTuple):
    """One turn of everything that is compared [s]."""

    loop: float
    """An iteration of the trainer."""
    phases: dict[str, float]
    """Its parts, by `PHASES`."""
    gradient: float
    """Its gradient steps alone, on minibatches that lie ready."""
    forward: float
    """Its forward passes alone, on observations that lie ready."""
    steps: dict[str, float]
    """One gradient step in each way of `make_steps`."""

    @property
    def bound_share(self) -> float:
        """Bound over loop: 1 if nothing but networks takes time."""
        return (self.gradient + self.forward) / self.loop

    @property
    def simulate_share(self) -> float:
        """Share of the loop that the simulator takes."""
        return self.phases["simulate"] / self.loop


class TimedRun:
    """A run in a new folder, whose iterations take turns with their bound.

    The untrained policy plays as a past one from the first episode on, as in every run.
    """

    def __init__(self, case: Case, folder: Path, with_torch: bool = False) -> None:
        """Start, and go once through everything, so that all is compiled.

        Raises:
            RuntimeError: if the networks in PyTorch compute something else than ours.
        """
        self._config = config = case.config
        self._envs = make_environments(case.description)
        create_run_folder(folder, case.description, overwrite=False)
        self._trainer = Trainer(folder, case.description, self._envs)
        self._rng = np.random.default_rng(SEED)
        self._trainer.iterate()
        batch = self.minibatches()[0]
        self.steps = make_steps(self._trainer.learner, config, batch, case.compare_plain, with_torch)
        self.play_round()

    @property
    def agent_steps(self) -> int:
        """Steps of an iteration, times worlds, times agents."""
        return self._config.window * self._trainer.rollout.buffer.rows

    def minibatches(self) -> list[Batch]:
        """Return the minibatches of an epoch over what the last iteration played.

        Advantages and value targets are drawn, in the units that the learner gives them: mean 0 and deviation 1.
        """
        buffer = self._trainer.rollout.buffer
        advantage, target = self._rng.standard_normal((2, *buffer.reward.shape), np.float32)
        return list(buffer.minibatches(advantage, target, self._config.minibatch_chunks, self._rng))

    def play_round(self) -> Round:
        """Time an iteration, then its pieces."""
        loop, phases = self._time_iteration()
        batches = self.minibatches()
        gradient, forward = self._time_gradient(batches), self._time_forward()
        steps = {name: _time_step(step, batches[0]) for name, step in self.steps.items()}
        return Round(loop, phases, gradient, forward, steps)

    def _time_iteration(self) -> tuple[float, dict[str, float]]:
        start = time.perf_counter()
        metrics = self._trainer.iterate()
        # The normalisers' update is still under way when `iterate` returns.
        jax.block_until_ready(self._trainer.learner)
        seconds = time.perf_counter() - start
        inside = self.agent_steps / metrics["speed/agent_steps_per_second"]
        return seconds, {phase: metrics[f"time/{phase}"] * inside for phase in PHASES}

    def _time_gradient(self, batches: list[Batch]) -> float:
        learner = self._trainer.learner
        start = time.perf_counter()
        for _ in range(self._config.epochs):
            for batch in batches:
                learner, _ = update(learner, batch, self._config)
        jax.block_until_ready(learner)
        return time.perf_counter() - start

    def _time_forward(self) -> float:
        key, groups = jax.random.key(SEED), []
        for i, env in enumerate(self._envs):
            learner = copy_on(self._trainer.learner, i % len(jax.devices()))
            observation = {name: x.copy() for name, x in env.observe().items()}
            memories = Memories.zeros(env.world_count * env.game.agents, self._config.network.memory)
            groups.append((learner, observation, memories, np.zeros(env.world_count, bool), key))
        start = time.perf_counter()
        for step in range(self._config.window):
            jax.block_until_ready([decide(*group, np.asarray(step, np.int32)) for group in groups])
        return time.perf_counter() - start


def _time_step(step: Step, batch: Batch) -> float:
    start = time.perf_counter()
    step.take(batch)
    return time.perf_counter() - start
