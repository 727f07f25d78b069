"""One iteration of training: what the minibatches hold, and how often."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from hideseek.learn.buffer import Buffer
from hideseek.learn.loss import Batch
from hideseek.learn.phases import Phases
from hideseek.learn.ppo import Learner, update
from hideseek.learn.trainer import Trainer
from tests.learn.toy import NameTheBucket, start_run, tiny_config

CONFIG = tiny_config()


class Spy:
    """Lets a trainer play, then overwrites what it played, and keeps the minibatches that it learns from."""

    def __init__(self, trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.batches: list[Batch] = []
        self.buffer = trainer.rollout.buffer
        self.last_value = np.zeros(self.buffer.rows, np.float32)
        self.values = np.zeros((0, 0), np.float32)
        self.windows = 0
        self._collect, self._minibatches = trainer.rollout.collect, self.buffer.minibatches
        monkeypatch.setattr(trainer.rollout, "collect", self.collect)
        monkeypatch.setattr(self.buffer, "minibatches", self.minibatches)

    def collect(self, learner: Learner, phases: Phases) -> np.ndarray:
        """Play; draw rewards, values, and who is trained; number the samples, over all windows."""
        self._collect(learner, phases)
        generator, buffer = np.random.default_rng(self.windows), self.buffer
        for array in (buffer.reward, buffer.value, self.last_value):
            array[:] = generator.normal(1.0, 2.0, array.shape)
        for array in (buffer.trains_policy, buffer.trains_value):
            array[:] = generator.random(array.shape) < 0.8
        buffer.log_probability[:] = np.arange(buffer.reward.size).reshape(buffer.reward.shape)
        buffer.log_probability += self.windows * buffer.reward.size
        self.windows += 1
        self.values = buffer.in_time(buffer.value)
        return self.last_value

    def minibatches(self, *arguments):
        """Pass minibatches on, and keep them."""
        for batch in self._minibatches(*arguments):
            self.batches.append(batch)
            yield batch


def in_time(buffer: Buffer, batches: list[Batch], name: str) -> np.ndarray:
    """Return an array of the minibatches as [time, row], by the numbers of the samples."""
    flat = np.full(buffer.reward.size, np.nan, np.float32)
    for batch in batches:
        flat[batch.log_probability.astype(int)] = getattr(batch, name)
    return buffer.in_time(flat.reshape(buffer.reward.shape))


def joint_values(buffer: Buffer, spy: Spy) -> tuple[np.ndarray, np.ndarray]:
    """Return the values, and those after the window, of hiders and seekers in turn: half of what tells them apart."""
    counts = buffer.in_time(buffer.trains_value)

    def joint(value: np.ndarray, counts: np.ndarray) -> np.ndarray:
        hider, seeker = (np.where(counts[..., i::2], value[..., i::2], 0.0) for i in (0, 1))
        of_world = (hider - seeker) / np.maximum(counts[..., 0::2].astype(int) + counts[..., 1::2], 1)
        return np.stack([of_world, -of_world], -1).reshape(value.shape)

    return joint(spy.values, counts), joint(spy.last_value, counts[-1])


def discounted_errors(
    reward: np.ndarray, value: np.ndarray, done: np.ndarray, last_value: np.ndarray, time: int, row: int
) -> float:
    """Return the advantage of a step as its definition has it: the sum of the errors up to the episode's end."""
    advantage, weight = 0.0, 1.0
    for t in range(time, len(reward)):
        after = last_value[row] if t + 1 == len(reward) else value[t + 1, row]
        advantage += weight * (reward[t, row] + CONFIG.gamma * after * (not done[t, row]) - value[t, row])
        weight *= CONFIG.gamma * CONFIG.gae_lambda
        if done[t, row]:
            break
    return advantage


@pytest.mark.parametrize(
    ("horizon", "zero_sum"),
    [(10, False), (7, False), (7, True)],
    ids=["ends at edges of chunks and windows", "ends within them", "one value per world"],
)
def test_minibatches_hold_advantages_and_targets_of_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, horizon: int, zero_sum: bool
):
    """Errors are summed over chunks and cut at ends; advantages are normalised over what trains the policy."""
    env = NameTheBucket(CONFIG.world_count, horizon=horizon)
    trainer = start_run(tmp_path, env, zero_sum_value=zero_sum)
    spy = Spy(trainer, monkeypatch)
    trainer.iterate()
    buffer = spy.buffer
    reward, value, done = (buffer.in_time(x) for x in (buffer.reward, buffer.value, buffer.done))
    if zero_sum:
        value, spy.last_value = joint_values(buffer, spy)
    assert done.any()
    expected = np.array(
        [
            [discounted_errors(reward, value, done, spy.last_value, time, row) for row in range(buffer.rows)]
            for time in range(buffer.window)
        ]
    )
    trains_policy, trains_value = buffer.in_time(buffer.trains_policy), buffer.in_time(buffer.trains_value)
    returns = expected + value
    kept = returns[trains_value]
    target = (returns - kept.mean()) / kept.std()
    np.testing.assert_allclose(in_time(buffer, spy.batches, "target"), target, atol=2e-3)
    counted = expected[trains_policy]
    advantage = (expected - counted.mean()) / counted.std()
    np.testing.assert_allclose(in_time(buffer, spy.batches, "advantage"), advantage, atol=1e-4)


def test_every_sample_is_used_once_per_epoch_and_in_one_iteration_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Over three iterations each sample of each window comes up `epochs` times."""
    trainer = start_run(tmp_path, NameTheBucket(CONFIG.world_count))
    spy = Spy(trainer, monkeypatch)
    for _ in range(3):
        trainer.iterate()
    uses = Counter(np.concatenate([batch.log_probability.ravel() for batch in spy.batches]).astype(int).tolist())
    assert sorted(uses) == list(range(3 * spy.buffer.reward.size))
    assert set(uses.values()) == {CONFIG.epochs}
    orders = [batch.log_probability[:, 0].tolist() for batch in spy.batches]
    assert len({tuple(order) for order in orders}) == len(orders), "each epoch has an order of its own"


def test_the_first_minibatch_of_a_window_finds_the_policy_that_acted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """There the ratio is 1 in every iteration, whatever was learnt before; in the second epoch it is not."""
    trainer = start_run(tmp_path, NameTheBucket(CONFIG.world_count))
    minibatches, reports = trainer.rollout.buffer.minibatches, []

    def reporting(*arguments):
        for number, batch in enumerate(minibatches(*arguments)):
            if number == 0:
                reports.append(update(trainer.learner, batch, CONFIG)[1])
            yield batch

    monkeypatch.setattr(trainer.rollout.buffer, "minibatches", reporting)
    for _ in range(3):
        trainer.iterate()
    kl = [abs(float(report["policy/kl"])) for report in reports]
    assert len(kl) == 3 * CONFIG.epochs
    assert max(kl[:: CONFIG.epochs]) < 1e-7
    assert min(kl[1 :: CONFIG.epochs]) > 1e-6
