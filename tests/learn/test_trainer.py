"""Training as a whole: it learns, it resumes exactly, it stops cleanly."""

import os
import signal
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.learn import logger
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.files import RunError
from hideseek.learn.progress import latest
from hideseek.learn.trainer import Trainer
from hideseek.policy.policy import act
from hideseek.signals import NUMBERS
from tests.learn.toy import NameTheBucket, describe, start_run, tiny_config


def read_metrics(folder: Path) -> list[dict[str, float]]:
    """Return the metrics of a run without those that measure time."""
    lines = logger.read_metrics(folder)
    return [{name: x for name, x in line.items() if "second" not in name and "time" not in name} for line in lines]


def test_learns_to_name_the_bucket(tmp_path: Path):
    """From chance, 0.9 of 10, to 8 of 10 in 50 iterations; the saved policy plays as well."""
    start_run(tmp_path).learn(iterations=50)
    metrics = read_metrics(tmp_path)
    assert metrics[0]["episode/hider_return"] < 2.0
    assert min(metrics[-1]["episode/hider_return"], metrics[-1]["episode/seeker_return"]) > 8.0

    policy, description = load_policy(tmp_path)
    assert description == describe(NameTheBucket(1))
    env = NameTheBucket(32, seed=5)
    observation, memory, total = env.reset(), policy.initial_memory(32, 2), 0.0
    for _ in range(10):
        actions, memory = act(policy, observation, memory, jax.random.key(0), most_likely=True)
        observation, reward, _, _ = env.step(*(np.asarray(x) for x in actions))
        total += reward.mean()
    assert total > 8.0


def test_resumed_run_computes_what_an_uninterrupted_one_does(tmp_path: Path):
    """Six iterations at once and four plus two leave equal weights, normalisers, optimiser, pool, metrics."""
    whole = start_run(tmp_path / "whole")
    whole.learn(iterations=6)
    start_run(tmp_path / "parts").learn(iterations=4)
    env = NameTheBucket(tiny_config().world_count, seed=99)
    parts = Trainer(tmp_path / "parts", describe(env), [env], resume=True)
    parts.learn(iterations=6)
    for a, b in zip(jax.tree.leaves(whole.learner), jax.tree.leaves(parts.learner), strict=True):
        np.testing.assert_array_equal(a, b)
    assert whole.pool.members == parts.pool.members
    assert read_metrics(tmp_path / "whole") == read_metrics(tmp_path / "parts")


def test_metrics_after_the_checkpoint_are_dropped_on_resuming(tmp_path: Path):
    """A run that died between checkpoints, in the middle of a line, goes on without gaps or repeats."""
    trainer = start_run(tmp_path)
    trainer.learn(iterations=2)
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"iteration": 3}\n{"iterat')
    env = NameTheBucket(tiny_config().world_count)
    Trainer(tmp_path, describe(env), [env], resume=True).learn(iterations=4)
    assert [line["iteration"] for line in read_metrics(tmp_path)] == [1, 2, 3, 4]


class Interrupted(NameTheBucket):
    """Sends its process a signal, Ctrl-C unless told otherwise, before the steps with these numbers."""

    def __init__(self, *presses: int, number: int = signal.SIGINT) -> None:
        super().__init__(tiny_config().world_count)
        self._presses, self._steps, self._number = presses, 0, number

    def step(self, movement: np.ndarray, grab: np.ndarray, lock: np.ndarray):
        """Count, then go on."""
        self._steps += 1
        if self._steps in self._presses:
            os.kill(os.getpid(), self._number)
        return super().step(movement, grab, lock)


@pytest.mark.parametrize("number", NUMBERS)
def test_interruption_finishes_the_iteration_and_saves(tmp_path: Path, number: int):
    """A signal in the middle of play leaves a checkpoint of the iteration under way, and no exception."""
    before = signal.getsignal(number)
    start_run(tmp_path, Interrupted(30, number=number)).learn(iterations=50)
    assert latest(tmp_path).name == "00000002"
    assert signal.getsignal(number) is before


def test_second_interruption_stops_at_once(tmp_path: Path):
    """It is an exception, and the checkpoint before it is kept."""
    trainer = start_run(tmp_path, Interrupted(30, 32))
    with pytest.raises(KeyboardInterrupt):
        trainer.learn(iterations=50)
    assert trainer.rollout.step == 31
    assert latest(tmp_path).name == "00000000"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_time_limit_stops_with_a_checkpoint(tmp_path: Path):
    """A limit that has passed at once lets no iteration run."""
    start_run(tmp_path).learn(time_limit=0.0)
    assert latest(tmp_path).name == "00000000"


def test_divergence_stops_and_keeps_the_last_checkpoint(tmp_path: Path):
    """A weight that is not a number raises RunError; the checkpoint before it is still there and can be loaded."""
    trainer = start_run(tmp_path)
    trainer.learn(iterations=1)
    networks = eqx.tree_at(lambda n: n.critic.head.bias, trainer.learner.networks, jnp.full(1, np.float32(np.nan)))
    trainer.learner = trainer.learner._replace(networks=networks)
    with pytest.raises(RunError, match=r"iteration 2, minibatch 1 of 8: .*'loss/value': nan.*advantage with"):
        trainer.learn(iterations=5)
    assert latest(tmp_path).name == "00000001"
    assert all(np.isfinite(x).all() for x in jax.tree.leaves(load_policy(tmp_path)[0]))
