"""One gradient step against its formulas: what it minimises, what it leaves alone, how large it is."""

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.learn.buffer import Buffer
from hideseek.learn.loss import Batch
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, decide, make_optimiser, normalise_targets, observe, update
from hideseek.learn.rollout import Rollout
from hideseek.policy.config import FeatureSizes
from hideseek.policy.distribution import ACTION_HEADS
from hideseek.policy.policy import Memories, critic_masks, policy_masks
from tests.learn.toy import NameTheBucket, tiny_config

CONFIG = tiny_config()
SIZES = FeatureSizes.of(NameTheBucket(1).observation_spec)


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner, whose policy is far from uniform."""
    learner = eqx.filter_jit(Learner.initialise)(SIZES, CONFIG, jax.random.key(0))
    kernel = learner.networks.actor.head.kernel
    return learner._replace(networks=eqx.tree_at(lambda n: n.actor.head.kernel, learner.networks, 50.0 * kernel))


@pytest.fixture(scope="module")
def buffer(learner: Learner, tmp_path_factory: pytest.TempPathFactory) -> Buffer:
    """One window of play."""
    pool = OpponentPool(tmp_path_factory.mktemp("pool"), 1)
    rollout = Rollout([NameTheBucket(CONFIG.world_count)], CONFIG, pool, seed=0)
    rollout.collect(learner, Phases())
    return rollout.buffer


@pytest.fixture
def batch(buffer: Buffer) -> Batch:
    """A minibatch of it; advantages are 1, nothing trains the value."""
    ones, generator = np.ones_like(buffer.reward), np.random.default_rng(0)
    batch = next(buffer.minibatches(ones, ones, CONFIG.minibatch_chunks, generator))
    return batch._replace(trains_value=np.zeros_like(batch.trains_value))


def differ(one: object, other: object) -> bool:
    """Tell whether any weight is another."""
    trees = (jax.tree.leaves(eqx.filter(x, eqx.is_array)) for x in (one, other))
    return any(not np.array_equal(a, b) for a, b in zip(*trees, strict=True))


def test_losses_are_those_of_the_formulas(learner: Learner, batch: Batch):
    """Clipped surrogate, squared error, entropies, KL and clip fraction, each over the samples that count for it."""
    generator = np.random.default_rng(1)
    shape = batch.first.shape
    batch = batch._replace(
        log_probability=batch.log_probability + generator.normal(0.0, 0.3, shape).astype(np.float32),
        advantage=generator.normal(size=shape).astype(np.float32),
        target=generator.normal(size=shape).astype(np.float32),
        trains_policy=generator.random(shape) < 0.7,
        trains_value=generator.random(shape) < 0.6,
    )
    features = learner.observations(batch.observation)
    actor, critic = (eqx.filter_jit(network) for network in learner.networks)
    distribution, _ = actor(features, policy_masks(batch.observation), batch.memories.actor, batch.first)
    value, _ = critic(features, critic_masks(batch.observation), batch.memories.critic, batch.first)
    ratio = np.exp(np.asarray(distribution.log_probability(batch.actions)) - batch.log_probability)
    bounded = np.minimum(np.maximum(ratio, 1.0 - CONFIG.clip), 1.0 + CONFIG.clip)
    policy_counts, value_counts = batch.trains_policy, batch.trains_value
    expected = {
        "loss/policy": -np.minimum(ratio * batch.advantage, bounded * batch.advantage)[policy_counts].mean(),
        "loss/value": np.square(value - batch.target)[value_counts].mean(),
        "policy/kl": (ratio - 1.0 - np.log(ratio))[policy_counts].mean(),
        "policy/clip_fraction": (bounded != ratio)[policy_counts].mean(),
        "policy/entropy": np.asarray(distribution.entropy())[policy_counts].mean(),
    }
    entropies = np.asarray(distribution.head_entropies())[policy_counts].mean(0)
    expected |= {f"policy/entropy_{head}": x for head, x in zip(ACTION_HEADS, entropies, strict=True)}
    expected["loss/total"] = (
        expected["loss/policy"]
        + CONFIG.value_weight * expected["loss/value"]
        - CONFIG.entropy_weight * expected["policy/entropy"]
    )
    assert 0.1 < expected["policy/clip_fraction"] < 0.9
    _, metrics = update(learner, batch, CONFIG)
    for name, number in expected.items():
        assert float(metrics[name]) == pytest.approx(float(number), rel=1e-3, abs=1e-5), name


@pytest.mark.parametrize(
    ("ratio", "advantage", "moves"),
    [(1.3, 1.0, False), (1.3, -1.0, True), (0.7, -1.0, False), (0.7, 1.0, True), (1.1, 1.0, True), (0.9, -1.0, True)],
)
def test_beyond_the_clip_nothing_more_is_gained(
    learner: Learner, batch: Batch, ratio: float, advantage: float, moves: bool
):
    """A sample whose ratio has gone far enough the way that its advantage points counts as one of no advantage."""
    moved = batch._replace(log_probability=batch.log_probability - np.float32(np.log(ratio)))
    with_advantage, without = (
        update(learner, moved._replace(advantage=np.full_like(batch.advantage, x)), CONFIG)[0] for x in (advantage, 0.0)
    )
    assert differ(with_advantage.networks, without.networks) == moves


def test_policy_and_value_are_trained_apart(learner: Learner, batch: Batch):
    """What trains one of them changes no weight of the other; what trains neither changes none but by decay."""
    yes = np.ones_like(batch.first)
    neither, policy, value = (
        update(learner, batch._replace(target=3.0 * batch.target, trains_policy=a, trains_value=b), CONFIG)[0].networks
        for a, b in ((~yes, ~yes), (yes, ~yes), (~yes, yes))
    )
    assert differ(policy.actor, neither.actor)
    assert not differ(policy.critic, neither.critic)
    assert differ(value.critic, neither.critic)
    assert not differ(value.actor, neither.actor)


def test_padding_that_is_no_number_changes_nothing(learner: Learner, batch: Batch):
    """Boxes that do not exist may hold anything: gradient step and normaliser stay as they are."""
    assert not batch.observation["box_exists"].any()
    boxes = np.full_like(batch.observation["boxes"], np.nan)
    spoilt = batch._replace(observation={**batch.observation, "boxes": boxes})
    results = [observe(update(learner, x, CONFIG)[0], x.observation, CONFIG) for x in (batch, spoilt)]
    for a, b in zip(*(jax.tree.leaves(eqx.filter(x, eqx.is_array)) for x in results), strict=True):
        assert np.isfinite(a).all()
        np.testing.assert_array_equal(a, b)


def test_only_kernels_decay(learner: Learner):
    """Where the gradient is zero, each kernel shrinks and biases and layer norms stay as they are."""
    config = tiny_config(weight_decay=0.1)
    optimiser = make_optimiser(config)
    networks = jax.tree.map(lambda x: np.asarray(x) + np.float32(0.5), eqx.filter(learner.networks, eqx.is_array))
    zeros = jax.tree.map(np.zeros_like, networks)
    changes = jax.jit(lambda: optimiser.update(zeros, optimiser.init(networks), networks)[0])()
    kernels = 0
    for (path, change), weight in zip(
        jax.tree_util.tree_leaves_with_path(changes), jax.tree.leaves(networks), strict=True
    ):
        name = jax.tree_util.keystr(path[-1:], simple=True)
        if name.endswith("kernel"):
            kernels += 1
            assert (np.sign(change) == -np.sign(weight)).all(), name
        else:
            assert name in ("bias", "scale")
            np.testing.assert_array_equal(change, 0.0)
    assert kernels == 2 * 11


def test_gradients_are_clipped_by_their_global_norm():
    """One of norm 26 counts as the same of norm 5 does; one of norm 2.6 counts in full."""
    config = tiny_config(weight_decay=0.0, gradient_clip=5.0, learning_rate=1.0, adam_epsilon=1.0)
    optimiser = make_optimiser(config)

    def step(scale: float) -> np.ndarray:
        gradient = {"bias": np.full(4, 12.0 * scale, np.float32), "kernel": np.full((2, 2), 5.0 * scale, np.float32)}
        changes = jax.jit(lambda: optimiser.update(gradient, optimiser.init(gradient), gradient)[0])()
        return np.concatenate([np.ravel(x) for x in jax.tree.leaves(changes)])

    # Adam's first step divides a gradient g by |g| + epsilon.
    clipped = np.repeat([12.0, 5.0], 4) * 5.0 / 26.0
    np.testing.assert_allclose(step(1.0), -clipped / (clipped + 1.0), rtol=1e-5)
    small = np.repeat([1.2, 0.5], 4)
    np.testing.assert_allclose(step(0.1), -small / (small + 1.0), rtol=1e-5)


def test_the_optimiser_is_adam_with_the_given_step_and_epsilon():
    """Three steps agree with its recursion."""
    config = tiny_config(weight_decay=0.0, learning_rate=0.1, adam_epsilon=1e-2)
    optimiser, weight = make_optimiser(config), np.ones(1, np.float32)
    change = jax.jit(optimiser.update)
    state, mean, square, expected = optimiser.init(weight), 0.0, 0.0, 1.0
    for count, gradient in enumerate((0.5, -0.2, 0.01), 1):
        changes, state = change(np.full(1, gradient, np.float32), state, weight)
        weight = weight + np.asarray(changes)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        expected -= 0.1 * (mean / (1 - 0.9**count)) / ((square / (1 - 0.999**count)) ** 0.5 + 1e-2)
        assert float(weight[0]) == pytest.approx(expected, rel=1e-5)


def test_targets_are_normalised_and_values_come_back_in_units_of_reward(learner: Learner):
    """Returns of 1 and 5 have mean 3 and deviation 2; what does not count may be anything; the critic's 0.5 means 4."""
    target = np.array([[1.0, 5.0, np.nan]], np.float32)
    counts = np.array([[True, True, False]])
    after, normalised = normalise_targets(learner, target, counts, CONFIG)
    np.testing.assert_allclose(normalised[0, :2], [-1.0, 1.0], rtol=1e-3)
    head = learner.networks.critic.head
    constant = eqx.tree_at(
        lambda h: (h.kernel, h.bias), head, (np.zeros_like(head.kernel), np.full(1, 0.5, np.float32))
    )
    after = after._replace(networks=eqx.tree_at(lambda n: n.critic.head, after.networks, constant))
    env = NameTheBucket(CONFIG.world_count)
    memories = Memories.zeros(CONFIG.world_count * 2, CONFIG.network.memory)
    first, step = np.ones(CONFIG.world_count, bool), np.asarray(0, np.int32)
    decision, _ = decide(after, env.reset(), memories, first, jax.random.key(0), step)
    np.testing.assert_allclose(decision.value, 4.0, rtol=1e-3)
