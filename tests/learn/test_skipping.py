"""Chunks without a surprise are left out, and no others."""

from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.learn.skipping import chunk_surprise, surprising_chunks
from hideseek.learn.trainer import Trainer
from tests.learn.test_iteration import Spy
from tests.learn.toy import NameTheBucket, start_run, tiny_config

SURPRISE = np.array([0.5, 0.1, 0.9, 0.0, 0.3, 0.2, 0.8, 0.4], np.float32)


def test_the_surprise_of_a_chunk_is_its_largest_advantage():
    """Of either sign, over the samples that train something, whatever the others hold."""
    advantage = np.zeros((2, 3, 4), np.float32)
    trains = np.ones(advantage.shape, bool)
    advantage[0, 1] = [0.1, -0.7, 0.2, 0.3]
    advantage[1, 2] = [0.5, 9.0, -0.6, np.nan]
    trains[1, 2] = [True, False, True, False]
    trains[1, 0] = False
    advantage[1, 0] = np.inf
    expected = np.array([0.0, 0.7, 0.0, 0.0, 0.0, 0.6], np.float32)
    np.testing.assert_array_equal(chunk_surprise(advantage, trains), expected)


@pytest.mark.parametrize(
    ("threshold", "size", "chosen"),
    [
        (0.45, 3, [0, 2, 6]),
        (0.25, 2, [0, 2, 4, 5, 6, 7]),  # 5 reach it; the next is 0.2
        (0.5, 3, [0, 2, 6]),
        (2.0, 3, [0, 2, 6]),
        (0.0, 3, [0, 1, 2, 3, 4, 5, 6, 7]),
        (0.15, 4, [0, 1, 2, 3, 4, 5, 6, 7]),
        (0.15, 5, [0, 2, 4, 5, 6, 7]),
    ],
    ids=["exact", "filled", "equal counts", "never none", "all", "filled with all", "remainder that cannot be filled"],
)
def test_chunks_at_the_threshold_and_what_fills_the_last_minibatch(threshold: float, size: int, chosen: list[int]):
    """No chunk that reaches it is left out, unless the window has no room for a minibatch more."""
    np.testing.assert_array_equal(surprising_chunks(SURPRISE, threshold, size), chosen)


def learned(trainer: Trainer, spy: Spy) -> np.ndarray:
    """Play and learn once; return how often each chunk of the window was learned from."""
    del spy.batches[:]
    first = spy.windows * spy.buffer.reward.size
    trainer.iterate()
    starts = np.concatenate([batch.log_probability[:, 0] for batch in spy.batches]).astype(int) - first
    return np.bincount(starts // spy.buffer.chunk_length, minlength=spy.buffer.reward.size // spy.buffer.chunk_length)


def test_a_run_learns_from_chunks_near_the_moving_maximum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Advantages made by hand: with no value and no discount they are the rewards; two windows move the maximum."""
    size, share = 16, 0.5
    config = {"gamma": 0.0, "minibatch_chunks": size, "skip_below": share}
    trainer = start_run(tmp_path, NameTheBucket(tiny_config().world_count), **config)
    spy = Spy(trainer, monkeypatch)
    buffer, maximum = spy.buffer, 0.0
    play = trainer.rollout.collect

    def collect(*arguments):
        last_value = play(*arguments)
        buffer.value[:] = 0.0
        buffer.reward[:] = 0.0
        buffer.reward[..., 1] = peaks.reshape(buffer.reward.shape[:2])
        for trains in (buffer.trains_policy, buffer.trains_value):
            trains[:] = True
            trains[..., 1] = (np.arange(len(peaks)) % 5 > 0).reshape(buffer.reward.shape[:2])
        return last_value

    monkeypatch.setattr(trainer.rollout, "collect", collect)
    for window, largest in enumerate((1.0, 3.0)):
        peaks = np.random.default_rng(window).uniform(-largest, largest, buffer.reward.size // buffer.chunk_length)
        peaks = peaks.astype(np.float32)
        uses = learned(trainer, spy)
        surprise = np.where(np.arange(len(peaks)) % 5 > 0, np.abs(peaks), 0.0)
        maximum = surprise.max() if window == 0 else 0.75 * maximum + 0.25 * surprise.max()
        enough = surprise >= share * maximum
        filled = -(-enough.sum() // size) * size
        assert 0 < enough.sum() < filled < len(peaks)
        assert set(uses) == {0, trainer.config.epochs}
        assert (uses > 0).sum() == filled
        assert uses[enough].all()
        assert surprise[(uses > 0) & ~enough].min() >= surprise[uses == 0].max()
    assert trainer.progress.update.largest_advantage == pytest.approx(maximum)


def test_the_share_left_out_is_logged(tmp_path: Path):
    """It is that of the chunks of the window, in whole minibatches."""
    metrics = start_run(tmp_path, skip_below=0.9, minibatch_chunks=16).iterate()
    assert metrics["update/skipped"] in [1.0 - n / 16 for n in range(1, 16)]


def test_a_run_in_which_nothing_is_below_learns_as_without_the_option(tmp_path: Path):
    """All chunks count, in the same order: the weights are the same to the last bit."""
    skipping, plain = (start_run(tmp_path / str(x), skip_below=x, past_share=0.0) for x in (1e-9, 0.0))
    assert skipping.iterate()["update/skipped"] == 0.0
    plain.iterate()
    for a, b in zip(jax.tree.leaves(skipping.learner), jax.tree.leaves(plain.learner), strict=True):
        np.testing.assert_array_equal(a, b)
