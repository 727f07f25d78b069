"""Blocks of worlds with bonuses of their own for entropy: who gets which, and what the network is told."""

from dataclasses import replace
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.learn.buffer import Buffer
from hideseek.learn.checkpoint import create_run_folder
from hideseek.learn.entropy import entropy_levels
from hideseek.learn.loss import Batch
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, decide, update
from hideseek.learn.rollout import Rollout
from hideseek.learn.trainer import Trainer
from hideseek.policy.config import FeatureSizes
from hideseek.policy.policy import Memories, act, policy_masks
from tests.learn.interrupted import outcome
from tests.learn.toy import TINY_NETWORK, NameTheBucket, describe, start_run, tiny_config
from tests.refusal import assert_refused, refused

BONUSES = (0.0, 0.02)
CHANGES = {
    "network": replace(TINY_NETWORK, value_heads=2, entropy_input=True),
    "entropy_blocks": BONUSES,
    "zero_sum_value": True,
    "weight_decay": 0.0,
    "epochs": 1,
}
"""All that critics and entropy can be told, so that what holds for each holds for all together."""
CONFIG = tiny_config(**CHANGES)
SIZES = FeatureSizes.of(NameTheBucket(1).observation_spec)


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner, whose policy is far from uniform and depends much on the bonus."""
    learner = eqx.filter_jit(Learner.initialise)(SIZES, CONFIG, jax.random.key(0))
    actor = learner.networks.actor
    kernels = 50.0 * actor.head.kernel, actor.tower.dense.kernel.at[-1].multiply(20.0)
    actor = eqx.tree_at(lambda a: (a.head.kernel, a.tower.dense.kernel), actor, kernels)
    return learner._replace(networks=learner.networks._replace(actor=actor))


@pytest.fixture(scope="module")
def buffer(learner: Learner, tmp_path_factory: pytest.TempPathFactory) -> Buffer:
    """One window of play, in two groups."""
    pool = OpponentPool(tmp_path_factory.mktemp("pool"), 1)
    worlds = CONFIG.world_count // 2
    rollout = Rollout([NameTheBucket(worlds), NameTheBucket(worlds, 1)], replace(CONFIG, groups=2), pool, seed=0)
    rollout.collect(learner, Phases())
    return rollout.buffer


@pytest.fixture
def batch(buffer: Buffer) -> Batch:
    """A minibatch of it, without advantages; nothing trains the value."""
    nothing, generator = np.zeros_like(buffer.reward), np.random.default_rng(0)
    batch = next(buffer.minibatches(nothing, nothing, CONFIG.minibatch_chunks, generator))
    return batch._replace(trains_value=np.zeros_like(batch.trains_value))


def test_blocks_are_interleaved():
    """World w has the bonus number w mod n, told as a share; without blocks there is nothing to tell."""
    network = replace(TINY_NETWORK, entropy_input=True)
    config = tiny_config(network=network, world_count=12, minibatch_chunks=4, entropy_blocks=(0.0, 0.1, 0.2), groups=2)
    np.testing.assert_array_equal(entropy_levels(config), np.float32([0.0, 0.5, 1.0] * 4))
    assert entropy_levels(tiny_config()) is None


def test_each_world_is_trained_with_the_bonus_of_its_block(learner: Learner, batch: Batch):
    """The lowest here is nothing: samples of that block move no weight, those of the other one do."""
    high = batch.entropy_level == 1.0
    assert 0 < high.sum() < len(high)
    for block, moves in ((high, True), (~high, False)):
        counted = batch._replace(trains_policy=batch.trains_policy & block[:, None])
        _, metrics = update(learner, counted, CONFIG)
        assert (float(metrics["loss/gradient_norm"]) > 1e-6) == moves
    _, metrics = update(learner, batch, CONFIG)
    entropies = [float(metrics[f"policy/entropy_block{i}"]) for i in (0, 1)]
    counts = [batch.trains_policy[block].sum() for block in (~high, high)]
    assert float(metrics["policy/entropy"]) == pytest.approx(np.average(entropies, weights=counts), rel=1e-4)
    bonus = BONUSES[1] * entropies[1] * counts[1] / sum(counts)
    assert float(metrics["loss/total"]) == pytest.approx(float(metrics["loss/policy"]) - bonus, rel=1e-3, abs=1e-6)


def test_what_is_trained_is_what_acted(learner: Learner, buffer: Buffer, batch: Batch):
    """Agents of all groups acted knowing their bonus: the ratio is 1 with it, and is not with another."""
    assert set(buffer.entropy_level.reshape(-1, 4)[:, 0]) == {0.0}
    assert set(buffer.entropy_level.reshape(-1, 4)[:, 2]) == {1.0}
    _, metrics = update(learner, batch, CONFIG)
    assert abs(float(metrics["policy/kl"])) < 1e-6
    _, metrics = update(learner, batch._replace(entropy_level=1.0 - batch.entropy_level), CONFIG)
    assert float(metrics["policy/kl"]) > 1e-3


def test_play_is_that_of_the_lowest_bonus(learner: Learner):
    """A policy that is told of no bonus acts as those with the lowest do, not as the others."""
    worlds, agents = 8, 2
    env = NameTheBucket(worlds, seed=2)
    observation = {name: x.copy() for name, x in env.reset().items()}
    memory = learner.policy.initial_memory(worlds, agents)
    key, step = jax.random.key(0), np.asarray(0, np.int32)
    chosen, _ = act(learner.policy, observation, memory, key, most_likely=True)
    rows = {name: x.reshape(worlds * agents, 1, *x.shape[2:]) for name, x in observation.items()}
    begins, features = np.ones((worlds * agents, 1), bool), learner.observations(rows)
    start = Memories.zeros(worlds * agents, CONFIG.network.memory).actor

    def likeliest(level: float) -> np.ndarray:
        levels = np.full(worlds * agents, level, np.float32)
        actor = eqx.filter_jit(learner.networks.actor)
        return actor(features, policy_masks(rows), start, begins, levels)[0].most_likely().movement[:, 0]

    np.testing.assert_array_equal(chosen.movement.reshape(-1, 3), likeliest(0.0))
    assert not np.array_equal(chosen.movement.reshape(-1, 3), likeliest(1.0))
    arguments = learner, observation, Memories.zeros(worlds * agents, 16), np.ones(worlds, bool), key, step
    without, lowest, highest = (
        decide(*arguments, level)[0].log_probability
        for level in (None, np.zeros(worlds, np.float32), np.ones(worlds, np.float32))
    )
    np.testing.assert_array_equal(without, lowest)
    assert not np.allclose(lowest, highest, atol=1e-3)


def test_a_run_with_blocks_heads_and_joint_values_resumes_exactly(tmp_path: Path):
    """Every byte and every metric is that of a run that went on."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    options = {**CHANGES, "past_share": 0.5, "snapshot_interval": 1}
    env = NameTheBucket(CONFIG.world_count, preparation=0.2)
    start_run(whole, env, **options).learn(iterations=4)
    env = NameTheBucket(CONFIG.world_count, preparation=0.2)
    start_run(parts, env, **options).learn(iterations=2)
    env = NameTheBucket(CONFIG.world_count, preparation=0.2)
    Trainer(parts, describe(env, **options), [env], resume=True).learn(iterations=4)
    found, expected = outcome(parts), outcome(whole)
    assert found == expected
    line = expected["metrics"][-1]  # type: ignore[index]
    assert {"policy/entropy_block0", "policy/entropy_block1", "value/disagreement"} <= set(line)


@refused(
    [
        ({"entropy_blocks": (0.1,)}, ValueError, r"entropy_blocks is \(0\.1,\), expected none, or two or more numbers"),
        ({"entropy_blocks": (0.2, 0.1)}, ValueError, r"entropy_blocks is \(0\.2, 0\.1\), expected .* in ascending"),
        ({"entropy_blocks": (0.1, 0.1)}, ValueError, r"entropy_blocks is \(0\.1, 0\.1\), expected .* in ascending"),
        ({"entropy_blocks": (-0.1, 0.1)}, ValueError, r"a bonus of entropy_blocks is -0\.1, expected a finite number"),
        ({"entropy_blocks": ("a", 0.1)}, ValueError, "a bonus of entropy_blocks is 'a', expected a finite number"),
        ({"entropy_blocks": [0.0, 0.1]}, TypeError, r"entropy_blocks is \[0\.0, 0\.1\], expected a tuple"),
        (
            {"entropy_blocks": (0.0, 0.1, 0.2), "groups": 2},
            ValueError,
            "entropy_blocks has 3 numbers, expected a divisor of the 16 worlds of a group",
        ),
        (
            {"entropy_blocks": ()},
            ValueError,
            r"entropy_input of the network is True and entropy_blocks is \(\), expected both or neither",
        ),
        (
            {"network": TINY_NETWORK},
            ValueError,
            r"entropy_input of the network is False and entropy_blocks is \(0\.0, 0\.02\), expected both or neither",
        ),
    ]
)
def test_impossible_blocks(call: dict, error: type[Exception], message: str):
    """The option, its value and what was expected are named."""
    assert_refused(lambda: replace(CONFIG, **call), error, message)


def test_a_batch_without_levels_is_refused(learner: Learner, batch: Batch):
    """Where worlds have different bonuses; and so are levels of other worlds when agents decide."""
    assert_refused(
        lambda: update(learner, batch._replace(entropy_level=None), CONFIG),
        TypeError,
        "entropy_level of batch is of type NoneType",
    )
    env, memories = NameTheBucket(2), Memories.zeros(4, CONFIG.network.memory)
    arguments = learner, env.reset(), memories, np.ones(2, bool), jax.random.key(0), np.asarray(0, np.int32)
    assert_refused(
        lambda: decide(*arguments, np.zeros(3, np.float32)),
        ValueError,
        r"entropy_level has shape \(3,\), expected \(2\)",
    )


def test_a_game_that_is_not_zero_sum_has_no_joint_value(tmp_path: Path):
    """The option, and the game's reward, are named before a folder is made."""
    env = NameTheBucket(CONFIG.world_count)
    description = describe(env, **CHANGES)
    assert_refused(
        lambda: replace(description, game=env.game.changed(reward="joint_mean")),
        ValueError,
        "zero_sum_value is True, expected False in a game whose reward is 'joint_mean'",
    )
    create_run_folder(tmp_path / "run", description, overwrite=False)
    assert type(description).load(tmp_path / "run") == description
