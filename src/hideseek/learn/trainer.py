"""The main loop: act, estimate advantages, update, log."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32, Int

from hideseek.checks import check_flag, check_instance, check_integer, check_number, check_path, extra_needed
from hideseek.compile_time import working_time
from hideseek.learn.advantages import generalised_advantages, zero_sum_values
from hideseek.learn.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from hideseek.learn.description import RunDescription
from hideseek.learn.devices import copy_on
from hideseek.learn.display import Display
from hideseek.learn.divergence import describe, first_diverged
from hideseek.learn.files import RunError, WriteError
from hideseek.learn.group import Environment
from hideseek.learn.logger import Logger
from hideseek.learn.loss import Batch
from hideseek.learn.metrics import value_metrics
from hideseek.learn.phases import PHASES, Phases
from hideseek.learn.pool import FOLDER as POOL
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, normalise_targets, observe, policy_change, update
from hideseek.learn.progress import Progress, finished_checkpoints
from hideseek.learn.replays import keep_replay
from hideseek.learn.rollout import Rollout
from hideseek.learn.skipping import chunk_surprise, surprising_chunks
from hideseek.policy.config import FeatureSizes
from hideseek.policy.settings import standard_settings
from hideseek.signals import finishing
from hideseek.terminal import printable_path

with extra_needed("train"):
    import equinox as eqx
    import jax


LOOK_INTERVAL = 20
"""Iterations from one look at the value of visited states to the next."""


class Trainer:
    """Trains one policy for all agents by self-play (Baker et al. 2019, appendix B).

    Everything random follows from the seed and the counters, so that a run that was interrupted and resumed computes
    what it would have computed otherwise.
    """

    @standard_settings()
    def __init__(
        self,
        run_folder: Path,
        description: RunDescription,
        envs: Sequence[Environment],
        resume: bool = False,
        learner: Learner | None = None,
    ) -> None:
        """Start a run, with a first checkpoint, in a folder that has been made for it, or resume the run that is there.

        `envs` are the groups of worlds (`make_environments`). `learner` is what a new run starts with, by default an
        untrained one.

        Raises:
            TypeError: `run_folder` is no path, or `description` no RunDescription.
            ValueError: The environments are of another game or size than described, or a buffer of them holds less
                than one minibatch.
            RunError: There is no folder, or no checkpoint to resume from, or it is damaged or of another run, or a run
                that is to start has been there before.
        """
        run_folder = check_path("run_folder", run_folder)
        check_instance("description", description, RunDescription, "a RunDescription")
        check_flag("resume", resume)
        for env in envs:
            if env.game != description.game:
                raise ValueError(f"env plays {env.game}, expected the description's {description.game}")
        if not run_folder.is_dir():
            raise RunError(f"there is no run folder {run_folder}")
        self.config = config = description.config
        self.folder, self._description = run_folder, description
        config.chunk_count(description.game.agents)
        self.pool = OpponentPool(run_folder / POOL, config.pool_size)
        self.rollout = Rollout(envs, config, self.pool, description.seed)
        if resume:
            self._restore(load_checkpoint(run_folder, description))
        elif finished_checkpoints(run_folder):
            raise RunError(f"{run_folder} has the checkpoint of a run; resume it, or choose another folder")
        else:
            self.learner = _untrained(envs[0], description) if learner is None else learner
            self.progress = Progress()
            self.pool.add(0, self.learner.policy)
            self.save()
        self._phases = Phases()
        self._title = f"hideseek {description.game_name}"

    @standard_settings()
    def learn(self, time_limit: float | None = None, iterations: int | None = None, wandb: str | None = None) -> None:
        """Train until the limit, or until asked to end (Ctrl-C, SIGTERM, SIGHUP); a checkpoint is written at the end.

        Args:
            time_limit: Seconds of training in this call, not negative; checked after each iteration. What is compiled
                meanwhile does not count.
            iterations: Iterations of the whole run.
            wandb: Project at Weights & Biases that gets the metrics, too.

        Raises:
            ImportError: `wandb` is given and the extra is not installed.
            ValueError: A limit is out of range.
            RunError: The loss is not a number any more, or the disk is full; the last checkpoint is kept.
        """
        check_limits(time_limit, iterations)
        try:
            self._learn(time_limit, iterations, wandb)
        except WriteError as error:
            raise RunError(f"{error}; training stopped, the last checkpoint in {self.folder} is kept") from error

    def _learn(self, time_limit: float | None, iterations: int | None, wandb: str | None) -> None:
        last = math.inf if iterations is None else iterations
        with (
            Logger(self.folder, self.progress.iteration, wandb) as logger,
            Display(self._title, iterations=iterations) as display,
            finishing() as interrupted,
        ):
            if self.progress.iteration == 0:
                self._keep_replay()
            deadline = working_time() + (math.inf if time_limit is None else time_limit)
            while self.progress.iteration < last and working_time() < deadline and not interrupted:
                metrics = self.iterate()
                logger.write(metrics)
                display.show(metrics, None if time_limit is None else deadline - working_time())
                self._keep()
            self.save()
            display.note(f"{printable_path(self.folder)}: checkpoint of iteration {self.progress.iteration}")

    @standard_settings()
    def iterate(self) -> dict[str, float]:
        """Play one window, update on it, and return the metrics."""
        start = working_time()
        last_value = self.rollout.collect(self.learner, self._phases)
        with self._phases("update"):
            advantage, target = self._estimate(last_value)
            chunks = self._surprising(advantage)
            losses = self._update(self._normalised(advantage), target, chunks)
            buffer = self.rollout.buffer
            losses |= value_metrics(buffer.value, target, buffer.trains_value, self.learner.values)
        self.pool.ratings.drift()
        self.progress.iteration += 1
        if self.progress.iteration % LOOK_INTERVAL == 0:
            self.rollout.look_again(copy_on(self.learner, 0))
        self.progress.step = self.rollout.step
        ended = self.rollout.log.episodes - self.progress.episodes
        self.progress.episodes = self.rollout.log.episodes
        elapsed = working_time() - start
        self.progress.seconds += elapsed
        return self._metrics(losses, ended, elapsed)

    def _estimate(
        self, last_value: Float32[np.ndarray, " row"]
    ) -> tuple[Float32[np.ndarray, "chunk row step"], Float32[np.ndarray, "chunk row step"]]:
        """Return the advantages in units of reward, and the value targets in the value normaliser's units."""
        buffer, config = self.rollout.buffer, self.config
        if config.zero_sum_value:
            last_value = self._use_zero_sum_values(last_value)
        reward, value, done = (buffer.in_time(x) for x in (buffer.reward, buffer.value, buffer.done))
        advantage = buffer.in_chunks(
            np.asarray(generalised_advantages(reward, value, done, last_value, config.gamma, config.gae_lambda))
        )
        self.learner, target = normalise_targets(self.learner, advantage + buffer.value, buffer.trains_value, config)
        return advantage, np.asarray(target)

    def _normalised(self, advantage: Float32[np.ndarray, "chunk row step"]) -> Float32[np.ndarray, "chunk row step"]:
        """Return the advantages normalised over the samples of the buffer that train the policy."""
        used = advantage[self.rollout.buffer.trains_policy]
        if used.size:
            advantage = (advantage - used.mean()) / (used.std() + 1e-8)
        return np.ascontiguousarray(advantage)

    def _surprising(self, advantage: Float32[np.ndarray, "chunk row step"]) -> Int[np.ndarray, " chosen"] | None:
        """Return the chunks to learn from; None is all of them."""
        config, buffer = self.config, self.rollout.buffer
        if not config.skip_below:
            return None
        surprise = chunk_surprise(advantage, buffer.trains_policy | buffer.trains_value)
        self.progress.update = self.progress.update.with_largest_advantage(float(surprise.max()))
        threshold = config.skip_below * self.progress.update.largest_advantage
        return surprising_chunks(surprise, threshold, config.minibatch_chunks)

    def _use_zero_sum_values(self, last_value: Float32[np.ndarray, " row"]) -> Float32[np.ndarray, " row"]:
        """Put one value per world in place of each agent's own in the buffer; return the same of `last_value`."""
        buffer, game = self.rollout.buffer, self._description.game
        is_hider = np.arange(game.agents) < game.hiders
        value, counts = buffer.in_time(buffer.value), buffer.in_time(buffer.trains_value)
        buffer.value[:] = buffer.in_chunks(zero_sum_values(value, counts, is_hider))
        # Whoever is trained in the last step is trained in the one after it, unless the episode ends in between.
        return zero_sum_values(last_value, counts[-1], is_hider)

    def _update(
        self,
        advantage: Float32[np.ndarray, "chunk row step"],
        target: Float32[np.ndarray, "chunk row step"],
        chunks: Int[np.ndarray, " chosen"] | None,
    ) -> dict[str, float]:
        """Take the gradient steps of one iteration; return the mean of what they report."""
        reports = []
        rate = self.config.learning_rate * self.progress.update.rate_factor if self.config.kl_target else None
        for batch in self._minibatches(advantage, target, chunks):
            self.learner, report = update(self.learner, batch, self.config, rate)
            reports.append(report)
        kl = self._kl_after(advantage, target) if self.config.kl_target else None
        self.learner = observe(copy_on(self.learner, 0), self.rollout.buffer.observation, self.config)
        reports = [{name: float(x) for name, x in report.items()} for report in reports]
        diverged = first_diverged(reports)
        if diverged is not None:
            batch = next(islice(self._minibatches(advantage, target, chunks), diverged, None))
            raise RunError(
                f"training diverged in iteration {self.progress.iteration + 1},"
                f" minibatch {diverged + 1} of {len(reports)}: {reports[diverged]}; {describe(batch)};"
                f" the last checkpoint in {self.folder} is kept"
            )
        metrics = {name: float(np.mean([report[name] for report in reports])) for name in reports[0]}
        self.progress.update = self.progress.update.with_noise(metrics)
        metrics |= self.progress.update.metrics()
        if kl is not None and rate is not None:
            metrics |= {"policy/kl_after": float(kl), "policy/learning_rate": rate}
            self._follow(float(kl))
        if chunks is not None:
            used = len(reports) // self.config.epochs * self.config.minibatch_chunks
            metrics["update/skipped"] = 1.0 - used * self.config.chunk_length / advantage.size
        return metrics

    def _kl_after(
        self, advantage: Float32[np.ndarray, "chunk row step"], target: Float32[np.ndarray, "chunk row step"]
    ) -> Float[jax.Array, ""]:
        """Return how far the gradient steps have moved the policy [nat], over a minibatch of the whole buffer."""
        generator = np.random.default_rng([self._description.seed, self.progress.iteration, 1])
        size = self.config.minibatch_chunks
        batch = next(self.rollout.buffer.minibatches(advantage, target, size, generator))
        return policy_change(self.learner, batch, self.config)

    def _follow(self, kl: float) -> None:
        """Let the learning rate follow how far an iteration has moved the policy [nat]."""
        if not math.isfinite(kl):
            raise RunError(
                f"training diverged in iteration {self.progress.iteration + 1}, in its last gradient step:"
                f" policy/kl_after is {kl}; the last checkpoint in {self.folder} is kept"
            )
        self.progress.update = self.progress.update.with_kl(kl, self.config.kl_target)

    def _minibatches(
        self,
        advantage: Float32[np.ndarray, "chunk row step"],
        target: Float32[np.ndarray, "chunk row step"],
        chunks: Int[np.ndarray, " chosen"] | None,
    ) -> Iterator[Batch]:
        """Yield the minibatches of an iteration, the same ones each time."""
        generator = np.random.default_rng([self._description.seed, self.progress.iteration])
        self.rollout.buffer.assign_heads(generator)
        for _ in range(self.config.epochs):
            yield from self.rollout.buffer.minibatches(
                advantage, target, self.config.minibatch_chunks, generator, chunks
            )

    def _metrics(self, losses: dict[str, float], ended: int, elapsed: float) -> dict[str, float]:
        agent_steps = self.rollout.buffer.rows
        seconds = self._phases.read()
        return {
            "iteration": self.progress.iteration,
            "seconds": self.progress.seconds,
            "episodes": self.progress.episodes,
            "agent_steps": self.progress.step * agent_steps,
            "speed/agent_steps_per_second": self.config.window * agent_steps / elapsed,
            "speed/episodes_per_second": ended / elapsed,
            **{f"time/{name}": seconds[name] / elapsed for name in PHASES},
            **self.rollout.log.read(),
            **self.rollout.curriculum.metrics(),
            **self.pool.ratings.metrics(),
            **losses,
        }

    def _keep(self) -> None:
        """Put the policy into the pool, write a checkpoint, keep a replay, where the intervals say so."""
        if self.progress.iteration % self.config.snapshot_interval == 0:
            self.pool.add(self.progress.iteration, self.learner.policy)
        if self.progress.iteration % self.config.checkpoint_interval == 0:
            self.save()
        self._keep_replay()

    def _keep_replay(self) -> None:
        """Keep an episode as a replay, where the interval says so."""
        interval, iteration = self.config.replay_interval, self.progress.iteration
        if interval and iteration % interval == 0:
            keep_replay(self.folder, copy_on(self.learner, 0).policy, self._description, iteration)

    def save(self) -> None:
        """Write a checkpoint."""
        rollout, pool = self.rollout.get_state(), self.pool
        checkpoint = Checkpoint(
            self.learner, rollout, replace(self.progress), list(pool.members), pool.ratings.get_state()
        )
        save_checkpoint(self.folder, checkpoint, self._description)
        self.rollout.delete_stray_opponents()

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.learner, self.progress = checkpoint.learner, checkpoint.progress
        try:
            self.pool.set_state(checkpoint.pool, checkpoint.ratings)
            self.rollout.set_state(checkpoint.rollout, self.learner.policy, self.progress.step, self.progress.episodes)
        except (TypeError, ValueError) as error:
            raise RunError(f"{self.folder} cannot be resumed, its state is damaged: {error}") from error


def _untrained(env: Environment, description: RunDescription) -> Learner:
    sizes = FeatureSizes.of(env.observation_spec)
    return eqx.filter_jit(Learner.initialise)(sizes, description.config, jax.random.key(description.seed))


def check_limits(time_limit: object, iterations: object) -> None:
    """Raise ValueError unless a time limit [s] and a number of iterations are not negative; None is no limit."""
    if time_limit is not None:
        check_number("time_limit", time_limit, least=0.0)
    if iterations is not None:
        check_integer("iterations", iterations, 0)
