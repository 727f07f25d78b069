"""Minibatches in parts on several devices, and worlds in groups; the tests have four processor devices."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.learn.devices import copy_on, make_mesh, replicate, spread
from hideseek.learn.loss import Batch
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, update
from hideseek.learn.rollout import Rollout
from hideseek.policy.config import FeatureSizes
from hideseek.policy.policy import Networks, parameter_count
from tests.learn.toy import TINY_NETWORK, NameTheBucket, tiny_config

CHUNKS = 64
CONFIG = tiny_config(minibatch_chunks=CHUNKS)
SIZES = FeatureSizes.of(NameTheBucket(1).observation_spec)


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner."""
    return eqx.filter_jit(Learner.initialise)(SIZES, CONFIG, jax.random.key(0))


@pytest.fixture(scope="module")
def batch(learner: Learner, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """A minibatch in which the parts of the loss count different samples."""
    pool = OpponentPool(tmp_path_factory.mktemp("pool"), 1)
    rollout = Rollout([NameTheBucket(CONFIG.world_count)], CONFIG, pool, seed=0)
    rollout.collect(learner, Phases())
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=rollout.buffer.reward.shape).astype(np.float32)
    batch = next(rollout.buffer.minibatches(numbers, -numbers, CHUNKS, generator))
    counts = generator.random(batch.first.shape) < np.linspace(0.0, 1.0, CHUNKS)[:, None]
    return batch._replace(trains_policy=counts, trains_value=generator.random(batch.first.shape) < 0.9)


def test_there_are_several_devices():
    """Otherwise the tests below show nothing."""
    assert len(jax.devices()) == 4


@pytest.mark.parametrize(("part_chunks", "devices"), [(32, 2), (16, 4), (4, 4)])
def test_parts_and_devices_change_a_step_by_rounding_alone(
    learner: Learner, batch: Batch, part_chunks: int, devices: int
):
    """The gradient, what is logged and the new weights are those of the whole minibatch at once."""
    whole, expected = update(learner, batch, CONFIG)
    after, metrics = update(learner, batch, replace(CONFIG, part_chunks=part_chunks))
    kernel = after.networks.actor.head.kernel
    assert len(kernel.devices()) == devices
    assert len(whole.networks.actor.head.kernel.devices()) == 1
    for name, number in expected.items():
        assert float(metrics[name]) == pytest.approx(float(number), rel=1e-4, abs=1e-6), name
    # Adam's first step has the size of the learning rate wherever the gradient is more than rounding.
    momentum = [jax.tree.leaves(eqx.filter(x.optimiser, eqx.is_inexact_array)) for x in (whole, after)]
    for one, other in zip(*momentum, strict=True):
        np.testing.assert_allclose(np.asarray(other), np.asarray(one), rtol=2e-3, atol=1e-7)


def test_a_part_is_as_large_as_allowed_and_an_equal_share():
    """Parts divide the minibatch evenly."""
    counts = [replace(CONFIG, part_chunks=size).part_count(CHUNKS) for size in (100, 64, 63, 32, 20, 1)]
    assert counts == [1, 1, 2, 2, 4, 64]


def test_replicated_trees_are_at_hand_on_each_device():
    """A copy is on one device alone, numbers and other leaves stay."""
    mesh = make_mesh(2)
    tree = replicate({"x": np.arange(4.0), "name": None}, mesh)
    for device in range(4):
        copy = copy_on(tree, device)
        assert copy["x"].devices() == {jax.devices()[device]}
        assert copy["x"].tolist() == [0.0, 1.0, 2.0, 3.0]
        assert copy["name"] is None
        assert copy_on({"x": jnp.arange(4.0)}, device)["x"].committed  # or what takes it is compiled once more
    shares = spread(np.arange(6.0), mesh).addressable_shards
    assert [shard.data.tolist() for shard in shares] == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


def test_groups_fill_their_rows_of_the_buffer(learner: Learner, tmp_path: Path):
    """Each group's experience is where its worlds are, and rewards belong to the actions beside them."""
    config = tiny_config(groups=2, past_share=0.0)
    envs = [NameTheBucket(config.world_count // 2, seed=seed) for seed in (1, 2)]
    rollout = Rollout(envs, config, OpponentPool(tmp_path, 1), seed=0)
    values = rollout.collect(learner, Phases())
    buffer = rollout.buffer
    assert values.shape == (buffer.rows,)
    shown = buffer.observation["self"][..., 0] + 5
    assert np.array_equal(buffer.reward, (buffer.actions.movement[..., 0] == shown).astype(np.float32))
    halves = np.split(shown, 2, axis=1)
    assert not np.array_equal(*halves)
    assert rollout.step == config.window


def test_a_shared_encoder_is_the_policys_and_learns_from_both(learner: Learner, batch: Batch):
    """The critic has fewer parameters, and the value's error alone moves the encoder."""
    config = replace(CONFIG, entropy_weight=0.0, network=replace(TINY_NETWORK, share_encoder=True))
    shared = eqx.filter_jit(Learner.initialise)(SIZES, config, jax.random.key(0))
    encoder = parameter_count(shared.networks.actor.tower.encoder)
    assert parameter_count(learner.networks) - parameter_count(shared.networks) == encoder

    def moved(**changes: np.ndarray) -> bool:
        after, _ = update(shared, batch._replace(**changes), config)
        kernels = [x.networks.actor.tower.encoder.embedding.observer.kernel for x in (shared, after)]
        return not np.allclose(*map(np.asarray, kernels), atol=1e-4)

    nothing = np.zeros_like(batch.trains_policy)
    assert moved(trains_policy=nothing)
    assert moved(trains_value=nothing)
    assert not moved(trains_policy=nothing, trains_value=nothing)


def test_bfloat16_rounds_the_products_and_keeps_float32_parameters(batch: Batch):
    """Values differ from float32's by rounding, more than nothing; weights and gradients stay float32."""
    config = replace(CONFIG, network=replace(TINY_NETWORK, precision="bfloat16"))
    full = Networks.initialise(SIZES, TINY_NETWORK, jax.random.key(0))
    half = Networks.initialise(SIZES, config.network, jax.random.key(0))
    values = [
        eqx.filter_jit(n)(batch.observation, batch.observation, batch.memories, batch.first)[1] for n in (full, half)
    ]
    difference = np.abs(np.asarray(values[0]) - np.asarray(values[1]))
    assert 1e-5 < difference.max() < 0.2
    learner = eqx.filter_jit(Learner.initialise)(SIZES, config, jax.random.key(0))
    after, metrics = update(learner, batch, config)
    assert {x.dtype for x in jax.tree.leaves(eqx.filter(after.networks, eqx.is_array))} == {np.dtype(np.float32)}
    assert all(np.isfinite(float(x)) for x in metrics.values())


def test_platform_that_is_not_there_is_named():
    """In one line: JAX itself says nothing of it."""
    environment = {**os.environ, "JAX_PLATFORMS": "cuda", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-m", "hideseek", "watch", "zoo:quadrant", "--out", "nowhere.gif"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("hideseek: JAX_PLATFORMS is cuda, expected devices that JAX finds here: ")
