"""What a window of play leaves in the buffer."""

from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.learn import ppo
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner, update
from hideseek.learn.rollout import Rollout
from hideseek.policy.config import FeatureSizes
from tests.learn.toy import NameTheBucket, tiny_config

CONFIG = tiny_config()
PAST_WORLDS = 3


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner, whose policy is far from uniform and hangs on its memory."""
    sizes = FeatureSizes.of(NameTheBucket(1).observation_spec)
    learner = eqx.filter_jit(Learner.initialise)(sizes, CONFIG, jax.random.key(0))
    kernel = learner.networks.actor.head.kernel
    return learner._replace(networks=eqx.tree_at(lambda n: n.actor.head.kernel, learner.networks, 50.0 * kernel))


def make_rollout(
    folder: Path, learner: Learner, preparation: float = 0.0, past: bool = False, horizon: int = 10
) -> Rollout:
    """Return a rollout in which one window has been played."""
    pool = OpponentPool(folder, CONFIG.pool_size)
    if past:
        pool.add(7, learner.policy)
    env = NameTheBucket(CONFIG.world_count, preparation=preparation, horizon=horizon)
    rollout = Rollout([env], CONFIG, pool, seed=0)
    rollout.collect(learner, Phases())
    return rollout


@pytest.mark.parametrize("horizon", [10, 7], ids=["ends at edges of chunks and windows", "ends within them"])
def test_the_update_recomputes_what_the_rollout_computed(tmp_path: Path, learner: Learner, horizon: int):
    """Before any change the ratio of new to old probability is 1 everywhere: memories and resets agree."""
    rollout = make_rollout(tmp_path, learner, horizon=horizon)
    buffer = rollout.buffer
    ends = np.flatnonzero(buffer.in_time(buffer.done).any(1)).tolist()
    assert ends == {10: [4, 9, 14, 19], 7: [6, 13]}[horizon]
    rollout.collect(learner, Phases())
    nothing = np.zeros_like(buffer.reward)
    generator = np.random.default_rng(0)
    for batch in buffer.minibatches(nothing, buffer.value, CONFIG.minibatch_chunks, generator):
        _, metrics = update(learner, batch, CONFIG)
        assert abs(float(metrics["policy/kl"])) < 1e-7
        assert float(metrics["policy/clip_fraction"]) == 0.0
        assert float(metrics["loss/value"]) < 1e-8


def test_the_first_step_compiles_what_all_others_use(tmp_path: Path, learner: Learner):
    """The memories with which a run begins are where later ones are."""
    ppo._decide.clear_cache()
    make_rollout(tmp_path, learner)
    assert ppo._decide._cache_size() == 1


def test_episodes_begin_where_they_ended(tmp_path: Path, learner: Learner):
    """An episode begins in the step after each end, over the edge of a window, too; clocks are staggered."""
    rollout = make_rollout(tmp_path, learner)
    buffer = rollout.buffer
    first, done = (buffer.in_time(x).copy() for x in (buffer.first, buffer.done))
    assert first[0].all()
    np.testing.assert_array_equal(first[1:], done[:-1])
    assert done.any(0).all()
    assert 0 < done[-1].sum() < done.shape[1]
    rollout.collect(learner, Phases())
    np.testing.assert_array_equal(buffer.in_time(buffer.first)[0], done[-1])


def test_idle_seekers_train_the_value_but_not_the_policy(tmp_path: Path, learner: Learner):
    """In preparation, half of these episodes, the samples of seekers are left out of the policy loss."""
    buffer = make_rollout(tmp_path, learner, preparation=0.5).buffer
    trains = buffer.in_time(buffer.trains_policy).reshape(20, CONFIG.world_count, 2)
    assert trains[..., 0].all()
    assert trains[..., 1].mean() == 0.5
    assert buffer.trains_value.all()


def test_samples_of_past_policies_train_nothing(tmp_path: Path, learner: Learner):
    """In the first worlds one team is a past policy's, drawn per world; all else is trained on."""
    buffer = make_rollout(tmp_path, learner, past=True).buffer
    trains = buffer.in_time(buffer.trains_policy).reshape(20, CONFIG.world_count, 2)
    np.testing.assert_array_equal(trains[:, :PAST_WORLDS].sum(2), 1)
    assert trains[:, PAST_WORLDS:].all()
    np.testing.assert_array_equal(buffer.trains_value, buffer.trains_policy)


def follow_games(folder: Path) -> tuple[Rollout, Learner]:
    """Return a rollout of real games, whose episodes last two windows, and an untrained learner."""
    game = make_game("quadrant", horizon=2 * CONFIG.window, preparation_fraction=0.5)
    env = HideAndSeek(game, CONFIG.world_count, seed=1)
    sizes = FeatureSizes.of(env.observation_spec)
    rollout = Rollout([env], CONFIG, OpponentPool(folder, CONFIG.pool_size), seed=0)
    return rollout, Learner.initialise(sizes, CONFIG, jax.random.key(0))


def test_behaviours_are_logged_and_resumed(tmp_path: Path):
    """Of whole episodes alone; a rollout that is stopped within episodes goes on with what was seen of them."""
    rollout, learner = follow_games(tmp_path / "one")
    other, _ = follow_games(tmp_path / "other")
    rollout.collect(learner, Phases())
    assert "behaviour/seeker_distance" not in rollout.log.read()
    other.set_state(rollout.get_state(), learner.policy, rollout.step, rollout.log.episodes)
    logs = []
    for each in (rollout, other):
        for _ in range(3):
            each.collect(learner, Phases())
        logs.append({name: x for name, x in each.log.read().items() if name.startswith("behaviour/")})
    assert logs[0] == logs[1]
    assert {"behaviour/door_blocked_prep", "behaviour/seeker_distance", "behaviour/ramp_use"} <= logs[0].keys()
