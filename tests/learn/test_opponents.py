"""Self-play against the past: who plays, how matches are rated, what is left out of training."""

from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.evaluate.ratings import MEAN, TeamRatings
from hideseek.learn.buffer import Buffer
from hideseek.learn.config import OpponentChoice
from hideseek.learn.logger import read_metrics
from hideseek.learn.opponents import SEATS, Opponents
from hideseek.learn.phases import Phases
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner
from hideseek.learn.rollout import Rollout
from hideseek.learn.trainer import Trainer
from hideseek.policy.config import FeatureSizes
from hideseek.policy.policy import Policy
from tests.learn.toy import NameTheBucket, describe, start_run, tiny_config

WORLDS, PAST = 32, 16
CHANGES = {"past_share": PAST / WORLDS, "window": 15, "snapshot_interval": 1}
"""One and a half episodes are in a window. One configuration for all tests, as each is compiled anew."""
CONFIG = tiny_config(**CHANGES)


class ToTheHiders(NameTheBucket):
    """Hiders get `hiders_reward` per step after preparation and -9 before, seekers the opposite."""

    hiders_reward = 1.0

    def step(self, movement: np.ndarray, grab: np.ndarray, lock: np.ndarray):
        """Reward the teams without regard to their actions."""
        observation, reward, done, info = super().step(movement, grab, lock)
        reward = np.where(info["preparation"][:, None], -9.0, self.hiders_reward) * np.ones_like(reward)
        return observation, (reward * [1.0, -1.0]).astype(np.float32), done, info


@pytest.fixture(scope="module")
def learner() -> Learner:
    """An untrained learner."""
    sizes = FeatureSizes.of(NameTheBucket(1).observation_spec)
    return eqx.filter_jit(Learner.initialise)(sizes, CONFIG, jax.random.key(0))


def rate_one_window(folder: Path, learner: Learner, hiders_reward: float) -> OpponentPool:
    """Return the pool, its member 7 having played an episode in each of its worlds."""
    pool = OpponentPool(folder, 2)
    pool.add(7, learner.policy)
    env = ToTheHiders(WORLDS, preparation=0.4)
    env.hiders_reward = hiders_reward
    Rollout([env], CONFIG, pool, seed=0).collect(learner, Phases())
    return pool


def mean_ratings(ratings: TeamRatings) -> tuple[float, float]:
    """Return the means for hiders and seekers."""
    return ratings.hiders.mean, ratings.seekers.mean


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_known_outcomes_move_ratings(tmp_path: Path, learner: Learner, sign: float):
    """Whoever plays the team that always wins, present or past, is rated above the team that always loses."""
    pool = rate_one_window(tmp_path, learner, sign)
    assert pool.ratings.matches == PAST
    for ratings in (pool.ratings.current, pool.ratings.snapshots[7]):
        hiders, seekers = mean_ratings(ratings)
        assert sign * hiders > sign * MEAN > sign * seekers


def test_draws_between_equals_move_nothing(tmp_path: Path, learner: Learner):
    """Rewards of preparation, which are not zero here, do not count."""
    pool = rate_one_window(tmp_path, learner, 0.0)
    assert pool.ratings.matches == PAST
    for ratings in (pool.ratings.current, pool.ratings.snapshots[7]):
        assert mean_ratings(ratings) == (MEAN, MEAN)


def test_a_match_is_a_whole_episode(tmp_path: Path, learner: Learner):
    """Staggered clocks leave the worlds of past policies together; the other worlds are spread over the episode."""
    pool = OpponentPool(tmp_path, 2)
    env = NameTheBucket(WORLDS)
    rollout = Rollout([env], CONFIG, pool, seed=0)
    steps = env.get_state()["step"]
    np.testing.assert_array_equal(steps[:PAST], 0)
    assert sorted(set(steps[PAST:].tolist())) == [0, 5]
    assert (steps[PAST:] == 5).sum() == (WORLDS - PAST) // 2
    rollout.collect(learner, Phases())
    assert pool.ratings.matches == 0, "nobody to play against"
    pool.add(1, learner.policy)
    rollout.collect(learner, Phases())
    assert pool.ratings.matches == PAST, "the episodes that had begun without it do not count"


def drawn_members(pool: OpponentPool, policy: Policy, rounds: int, choice: OpponentChoice = "losses") -> np.ndarray:
    """Return who was drawn [round, seat] for episodes that begin at once; half of the seats play the hiders."""
    opponents = Opponents(pool, NameTheBucket(1).game, PAST, seed=3, choice=choice)
    observation = NameTheBucket(PAST).reset()
    members = []
    for step in range(rounds):
        actions = [np.zeros((PAST, 2, 3), np.int8), *np.zeros((2, PAST, 2), np.int8)]
        past = opponents.override(actions, observation, np.ones(PAST, bool), policy, jax.random.key(step), step)
        np.testing.assert_array_equal(past.sum(1), 1)
        assert past[:, 0].sum() == PAST // 2
        members.append(opponents.get_state()["members"])
    return np.array(members)


def test_equals_are_drawn_equally_often(tmp_path: Path, learner: Learner):
    """As hiders and as seekers, several at a time."""
    pool = OpponentPool(tmp_path, 3)
    for iteration in (1, 2, 3):
        pool.add(iteration, learner.policy)
    members = drawn_members(pool, learner.policy, 50)
    assert members.shape == (50, SEATS)
    for seats in (members[:, 0::2], members[:, 1::2]):
        counts = [(seats == member).sum() for member in (1, 2, 3)]
        assert min(counts) > 20, counts


def test_who_would_win_is_drawn_most(tmp_path: Path, learner: Learner):
    """Member 2 is the stronger as hiders, member 1 as seekers; each is met where it still teaches something."""
    pool = OpponentPool(tmp_path, 2)
    for iteration in (1, 2):
        pool.add(iteration, learner.policy)
    for _ in range(20):
        pool.ratings.record(2, True, 1.0)
        pool.ratings.record(1, True, -1.0)
        pool.ratings.record(1, False, -1.0)
        pool.ratings.record(2, False, 1.0)
    assert pool.ratings.win_probability(2, True) < 0.5 < pool.ratings.win_probability(1, True)
    members = drawn_members(pool, learner.policy, 20)
    assert (members[:, 0::2] == 2).mean() > 0.75
    assert (members[:, 1::2] == 1).mean() > 0.75
    alike = drawn_members(pool, learner.policy, 20, "uniform")
    assert 0.3 < (alike == 1).mean() < 0.7


@pytest.mark.parametrize("worlds", [1, 2, 3, 5, 26])
def test_each_past_world_has_one_opponent(tmp_path: Path, learner: Learner, worlds: int):
    """Whatever their number is; the other worlds have none, and one agent of two is replaced."""
    pool = OpponentPool(tmp_path, 1)
    pool.add(1, learner.policy)
    opponents = Opponents(pool, NameTheBucket(1).game, worlds, seed=0)
    total = worlds + 3
    actions = [np.full((total, 2, 3), -1, np.int8), *np.full((2, total, 2), -1, np.int8)]
    first = np.ones(total, bool)
    observation = NameTheBucket(total).reset()
    past = opponents.override(actions, observation, first, learner.policy, jax.random.key(0), 0)
    np.testing.assert_array_equal(past.sum(1), [1] * worlds + [0] * 3)
    for chosen in actions:
        np.testing.assert_array_equal((chosen >= 0).reshape(total, 2, -1).all(2), past)


def test_a_resumed_run_has_equal_ratings(tmp_path: Path):
    """Bit for bit, interrupted in the middle of its matches; they are logged from the first match on."""
    whole = start_run(tmp_path / "whole", **CHANGES)
    whole.learn(iterations=6)
    start_run(tmp_path / "parts", **CHANGES).learn(iterations=3)
    env = NameTheBucket(WORLDS, seed=99)
    parts = Trainer(tmp_path / "parts", describe(env, **CHANGES), [env], resume=True)
    assert parts.pool.ratings.matches > 0
    parts.learn(iterations=6)
    assert whole.pool.ratings.get_state() == parts.pool.ratings.get_state()
    assert whole.pool.ratings.matches > 60
    assert list(whole.pool.ratings.snapshots) == whole.pool.members == parts.pool.members
    logged = [line.get("rating/hiders") for line in read_metrics(tmp_path / "whole")]
    assert logged[0] is not None, "the untrained policy is in the pool from the start"
    assert logged[-1] == whole.pool.ratings.current.hiders.mean


def poison(buffer: Buffer) -> None:
    """Spoil everything that is known of samples that are left out, and nothing else."""
    out = ~buffer.trains_policy
    assert 0 < out.sum() < out.size
    np.testing.assert_array_equal(buffer.trains_value, buffer.trains_policy)
    for array, value in ((buffer.reward, 1e6), (buffer.value, -1e6), (buffer.log_probability, -1e6)):
        array[out] = value
    for array in buffer.actions:
        array[out] = 1 - np.minimum(array[out], 1)
    rows = out.any(2)
    for array in jax.tree.leaves(buffer.memories):
        array[rows] = 3.0
    for name in ("self", "lidar"):
        buffer.observation[name][out] += 7.0


def test_samples_of_past_policies_have_no_influence_on_the_weights(tmp_path: Path):
    """Poisoned rewards, values, probabilities, actions, memories and observations leave every weight as it would be."""
    learners = []
    for poisoned in (False, True):
        trainer = start_run(tmp_path / str(poisoned), **CHANGES)
        trainer.learn(iterations=1)
        collect = trainer.rollout.collect

        def spoiled(learner: Learner, phases: Phases, collect=collect, trainer=trainer, poisoned=poisoned):
            last_value = collect(learner, phases)
            if poisoned:
                poison(trainer.rollout.buffer)
            return last_value

        trainer.rollout.collect = spoiled
        trainer.iterate()
        learners.append(trainer.learner)
    clean, spoilt = learners
    for part in ("networks", "optimiser", "values"):
        for a, b in zip(jax.tree.leaves(getattr(clean, part)), jax.tree.leaves(getattr(spoilt, part)), strict=True):
            np.testing.assert_array_equal(a, b)
