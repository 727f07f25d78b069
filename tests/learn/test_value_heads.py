"""Several heads of the critic: what trains each, what they say together, and where they disagree."""

from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.learn.buffer import Buffer
from hideseek.learn.loss import Batch
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, update, value_spread
from hideseek.learn.rollout import Rollout
from hideseek.policy.config import FeatureSizes
from hideseek.policy.policy import Memories, critic_masks
from tests.learn.toy import TINY_NETWORK, NameTheBucket, tiny_config
from tests.refusal import assert_refused

HEADS, AGENTS = 3, 2
CONFIG = tiny_config(network=replace(TINY_NETWORK, value_heads=HEADS), weight_decay=0.0)
SIZES = FeatureSizes.of(NameTheBucket(1).observation_spec)


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner."""
    return eqx.filter_jit(Learner.initialise)(SIZES, CONFIG, jax.random.key(0))


@pytest.fixture(scope="module")
def buffer(learner: Learner, tmp_path_factory: pytest.TempPathFactory) -> Buffer:
    """One window of play, its worlds assigned to heads."""
    pool = OpponentPool(tmp_path_factory.mktemp("pool"), 1)
    rollout = Rollout([NameTheBucket(CONFIG.world_count)], CONFIG, pool, seed=0)
    rollout.collect(learner, Phases())
    rollout.buffer.assign_heads(np.random.default_rng(0))
    return rollout.buffer


@pytest.fixture
def batch(buffer: Buffer) -> Batch:
    """A minibatch of it; all targets are 1."""
    ones, generator = np.ones_like(buffer.reward), np.random.default_rng(0)
    return next(buffer.minibatches(ones, ones, CONFIG.minibatch_chunks, generator))


def estimates(learner: Learner, batch: Batch) -> np.ndarray:
    """Return the values of a minibatch by each head [chunk, step, head]."""
    features, critic = learner.observations(batch.observation), learner.networks.critic
    arguments = features, critic_masks(batch.observation), batch.memories.critic, batch.first
    return np.asarray(eqx.filter_jit(critic.estimates)(*arguments)[0])


def test_each_head_has_its_half_of_the_worlds(buffer: Buffer):
    """All agents of a world go together; halves are others for each head and each draw, the same for equal seeds."""

    def drawn(seed: int) -> np.ndarray:
        buffer.assign_heads(np.random.default_rng(seed))
        return buffer.trains_head.copy()

    halves = drawn(0)
    np.testing.assert_array_equal(halves.sum(0), buffer.rows // 2)
    np.testing.assert_array_equal(halves[0::AGENTS], halves[1::AGENTS])
    assert len({tuple(column) for column in halves.T}) == HEADS
    assert not np.array_equal(halves, drawn(1))
    np.testing.assert_array_equal(halves, drawn(0))


def test_chunks_bring_the_heads_of_their_rows(buffer: Buffer):
    """In every minibatch, whatever the order."""
    buffer.log_probability[:] = np.arange(buffer.rows)[:, None]
    nothing = np.zeros_like(buffer.reward)
    for batch in buffer.minibatches(nothing, nothing, CONFIG.minibatch_chunks, np.random.default_rng(1)):
        rows = batch.log_probability[:, 0].astype(int)
        np.testing.assert_array_equal(batch.trains_head, buffer.trains_head[rows])


def test_a_single_head_is_trained_by_all():
    """Then minibatches and learner are those of a critic without heads, and nothing is drawn."""
    config, generator = tiny_config(), np.random.default_rng(0)
    buffer, numbers = Buffer(NameTheBucket(1).observation_spec, AGENTS, config), np.zeros((4, 64, 5), np.float32)
    buffer.assign_heads(generator)
    assert buffer.trains_head is None
    assert generator.integers(2**32) == np.random.default_rng(0).integers(2**32)
    assert next(buffer.minibatches(numbers, numbers, 64, generator)).trains_head is None


def test_a_head_learns_from_its_samples_alone(learner: Learner, batch: Batch):
    """The first head, which no sample trains, stays as it is; the others come closer to the target."""
    batch = batch._replace(trains_head=np.arange(HEADS) > np.zeros((len(batch.first), 1)))
    after = update(learner, batch, CONFIG)[0]
    before, now = (np.asarray(x.networks.critic.head.kernel) for x in (learner, after))
    np.testing.assert_array_equal(now[:, 0], before[:, 0])
    assert (now[:, 1:] != before[:, 1:]).all()


def test_the_value_loss_is_the_mean_over_heads_of_their_samples(learner: Learner, batch: Batch):
    """So is the disagreement, the deviation over all heads."""
    values = estimates(learner, batch)
    counted = batch.trains_value[..., None] & batch.trains_head[:, None]
    assert 0 < counted.sum() < counted.size
    _, metrics = update(learner, batch, CONFIG)
    expected = np.square(values - 1.0)[counted].mean()
    assert float(metrics["loss/value"]) == pytest.approx(float(expected), rel=1e-4)
    spread = np.broadcast_to(values.std(-1, keepdims=True), values.shape)[counted].mean()
    assert float(metrics["value/disagreement"]) == pytest.approx(float(spread), rel=1e-4)


def test_the_value_that_counts_is_the_mean_of_the_heads(learner: Learner, batch: Batch, buffer: Buffer):
    """What was stored when the agents acted, in the units of an untrained normaliser."""
    flat = buffer.value.reshape(-1, CONFIG.chunk_length)
    order = np.random.default_rng(0).permutation(len(flat))[: len(batch.first)]
    values = estimates(learner, batch)
    assert values.std(-1).min() > 1e-3
    np.testing.assert_allclose(values.mean(-1), flat[order], atol=1e-5)


def test_spread_of_states_is_that_of_the_heads_at_an_episode_s_beginning(learner: Learner):
    """Mean and deviation of each agent of each state; with one head there is nothing to disagree about."""
    observation = {name: x.copy() for name, x in NameTheBucket(5, seed=4).reset().items()}
    spread = value_spread(learner, observation)
    rows = {name: x.reshape(5 * AGENTS, 1, *x.shape[2:]) for name, x in observation.items()}
    memories, begins = Memories.zeros(5 * AGENTS, CONFIG.network.memory), np.ones((5 * AGENTS, 1), bool)
    _, values, _ = eqx.filter_jit(learner.networks)(learner.observations(rows), rows, memories, begins)
    np.testing.assert_allclose(spread.mean, values.mean(-1).reshape(5, AGENTS), atol=1e-6)
    np.testing.assert_allclose(spread.deviation, values.std(-1).reshape(5, AGENTS), atol=1e-6)
    assert (np.asarray(spread.deviation) > 1e-3).all()
    single = eqx.filter_jit(Learner.initialise)(SIZES, tiny_config(), jax.random.key(0))
    np.testing.assert_array_equal(value_spread(single, observation).deviation, 0.0)


def test_a_batch_without_heads_is_refused(learner: Learner, batch: Batch):
    """Where the critic has several; and so are states of another game."""
    assert_refused(
        lambda: update(learner, batch._replace(trains_head=None), CONFIG), TypeError, "trains_head of batch is of type"
    )
    assert_refused(
        lambda: update(learner, batch._replace(trains_head=batch.trains_head[:, :2]), CONFIG),
        ValueError,
        r"trains_head of batch has shape \(64, 2\), expected \(64, 3\)",
    )
    assert_refused(lambda: value_spread(None, {}), TypeError, "learner is None, expected a Learner")
    with pytest.raises(ValueError, match="observation lacks self"):
        value_spread(learner, {})
