"""The gradient noise scale, against problems whose noise is known."""

from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.learn.gradient_noise import noise_estimates, square_norm
from hideseek.learn.loss import Batch, Counts, loss
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, update
from hideseek.learn.rollout import Rollout
from hideseek.learn.update_state import NoiseScale
from hideseek.policy.config import FeatureSizes
from tests.learn.toy import NameTheBucket, tiny_config

PARTS = 4
CONFIG = tiny_config(part_chunks=tiny_config().minibatch_chunks // PARTS, noise_scale=True)


def test_estimates_have_no_bias():
    """Gradients of known mean and covariance: over many minibatches the estimates' mean is |G|^2 and tr(Sigma)."""
    generator = np.random.default_rng(0)
    mean, deviation, samples = np.array([0.3, -0.2, 0.1, 0.0]), np.array([0.5, 1.0, 2.0, 0.1]), 32
    gradients = generator.normal(mean, deviation, (5000, PARTS, samples // PARTS, 4))
    parts = gradients.mean(2)
    part_squares, whole_squares = np.square(parts).sum(-1).mean(-1), np.square(parts.mean(1)).sum(-1)
    estimates = [
        noise_estimates(float(part), float(whole), PARTS, samples)
        for part, whole in zip(part_squares, whole_squares, strict=True)
    ]
    squares, variances = np.array(estimates).T
    for found, known in ((squares, np.square(mean).sum()), (variances, np.square(deviation).sum())):
        error = found.std() / np.sqrt(len(found))
        assert abs(found.mean() - known) < 4.0 * error
        assert error < 0.05 * known
    assert whole_squares.mean() > 2.0 * np.square(mean).sum(), "what the squared norm itself says is mostly noise"


def test_moving_averages_give_the_ratio_of_the_means():
    """The first iteration alone counts in full; after many, what the estimates lie around; none below zero."""
    assert NoiseScale().samples is None
    assert NoiseScale().updated(0.5, 100.0).samples == pytest.approx(200.0)
    assert NoiseScale().updated(-0.5, 100.0).samples is None
    generator, noise = np.random.default_rng(0), NoiseScale()
    for _ in range(1000):
        noise = noise.updated(generator.normal(0.5, 0.5), generator.normal(100.0, 50.0))
    assert noise.samples == pytest.approx(200.0, rel=0.3)


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner."""
    sizes = FeatureSizes.of(NameTheBucket(1).observation_spec)
    return eqx.filter_jit(Learner.initialise)(sizes, CONFIG, jax.random.key(0))


@pytest.fixture(scope="module")
def batch(learner: Learner, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """A minibatch of play, in which two samples of three count for the policy and one of three for the value."""
    pool = OpponentPool(tmp_path_factory.mktemp("pool"), 1)
    rollout = Rollout([NameTheBucket(CONFIG.world_count)], CONFIG, pool, seed=0)
    rollout.collect(learner, Phases())
    generator = np.random.default_rng(1)
    advantage, target = generator.normal(size=(2, *rollout.buffer.reward.shape)).astype(np.float32)
    batch = next(rollout.buffer.minibatches(advantage, target, CONFIG.minibatch_chunks, generator))
    number = np.arange(batch.first.size).reshape(batch.first.shape) % 3
    return batch._replace(trains_policy=number > 0, trains_value=number == 0)


def test_a_gradient_step_reports_the_noise_between_its_parts(learner: Learner, batch: Batch):
    """The estimates, from the gradients of all parts as they are worked out one by one; policy and critic apart."""
    counts = Counts.of(batch, CONFIG)
    gradient = eqx.filter_jit(eqx.filter_grad(lambda *arguments: loss(*arguments, counts, CONFIG)[0]))
    parts = []
    for chunks in np.split(np.arange(CONFIG.minibatch_chunks), PARTS):
        part = jax.tree.map(lambda x, chunks=chunks: x[chunks], batch)
        parts.append(jax.tree.map(lambda x: PARTS * x, gradient(learner.networks, learner.observations, part)))
    whole = jax.tree.map(lambda *x: sum(x) / PARTS, *parts)
    _, metrics = update(learner, batch, CONFIG)
    for name, end, samples in (("actor", "", counts.policy), ("critic", "_value", counts.value)):
        part_square = np.mean([square_norm(getattr(part, name)) for part in parts])
        square, variance = noise_estimates(part_square, square_norm(getattr(whole, name)), PARTS, samples)
        assert float(metrics[f"gradient/square{end}"]) == pytest.approx(float(square), rel=1e-2)
        assert float(metrics[f"gradient/variance{end}"]) == pytest.approx(float(variance), rel=1e-3)


def test_parts_that_are_alike_have_no_noise(learner: Learner, batch: Batch):
    """The same chunks in every part: no variance, and the gradient's own norm."""
    chunks = np.tile(np.arange(CONFIG.part_chunks), PARTS)
    _, metrics = update(learner, jax.tree.map(lambda x: x[chunks], batch), CONFIG)
    whole = float(metrics["gradient/square"]) + float(metrics["gradient/square_value"])
    assert whole == pytest.approx(float(metrics["loss/gradient_norm"]) ** 2, rel=1e-4)
    for end in ("", "_value"):
        assert abs(float(metrics[f"gradient/variance{end}"])) < 1e-3 * float(metrics[f"gradient/square{end}"])


def test_the_noise_is_measured_on_request(learner: Learner, batch: Batch):
    """Otherwise nothing is reported."""
    _, metrics = update(learner, batch, replace(CONFIG, noise_scale=False))
    assert not [name for name in metrics if name.startswith("gradient/")]


def test_a_minibatch_of_one_part_is_refused():
    """There would be nothing to compare."""
    with pytest.raises(ValueError, match="part_chunks is 64, expected less than minibatch_chunks, 64"):
        replace(CONFIG, part_chunks=64)
