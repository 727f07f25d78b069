"""The pool of past policies."""

from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.learn.files import RunError
from hideseek.learn.pool import OpponentPool, thinned
from hideseek.policy.config import FeatureSizes
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.policy import Actor, Policy
from tests.learn.toy import TINY_NETWORK, NameTheBucket

SIZES = FeatureSizes.of(NameTheBucket(1).observation_spec)


@pytest.fixture(scope="module")
def policy() -> Policy:
    """An untrained policy."""
    return Policy(Actor(SIZES, TINY_NETWORK, jax.random.key(0)), ObservationNormaliser(SIZES))


def test_pool_is_bounded_on_disk_and_in_ratings(tmp_path: Path, policy: Policy):
    """Of 20 policies four remain, in order, the first and the last among them."""
    pool = OpponentPool(tmp_path, 4)
    for iteration in range(10, 210, 10):
        pool.add(iteration, policy)
        pool.delete_strays(in_use=[-1])
        assert len(pool.members) <= 4
        assert (pool.members[0], pool.members[-1]) == (10, iteration)
        assert pool.members == sorted(pool.members) == list(pool.ratings.snapshots)
        assert sorted(int(path.stem) for path in tmp_path.iterdir()) == pool.members


@pytest.mark.parametrize("size", [4, 8, 32])
def test_members_are_spread_evenly_over_the_run(size: int):
    """At every time no gap is longer than three times another, but for that to the newest, which is never longer."""
    members: list[int] = []
    for iteration in range(20, 20_001, 20):
        members = thinned([*members, iteration], size)
        gaps = np.diff(members)
        assert len(members) == min(size, iteration // 20)
        assert (members[0], members[-1]) == (20, iteration)
        assert gaps[:-1].max(initial=0) <= 3 * gaps[:-1].min(initial=10**9)
        assert gaps[-1:].max(initial=0) <= 3 * gaps[:-1].min(initial=10**9)


def test_the_one_between_the_closest_neighbours_leaves():
    """The oldest of several such; the ends never, unless there is room for one alone."""
    assert thinned([0, 10, 20, 30, 50], 4) == [0, 20, 30, 50]
    assert thinned([0, 20, 30, 35, 60], 4) == [0, 20, 35, 60]
    assert thinned([0, 1, 2], 2) == [0, 2]
    assert thinned([5, 6], 1) == [6]
    assert thinned([5, 6], 3) == [5, 6]


def test_members_join_in_order(tmp_path: Path, policy: Policy):
    """An iteration that is not after the last one is refused, and nothing changes."""
    pool = OpponentPool(tmp_path, 2)
    pool.add(5, policy)
    with pytest.raises(ValueError, match="iteration is 5"):
        pool.add(5, policy)
    assert pool.members == [5]


def test_strays_in_use_are_kept(tmp_path: Path, policy: Policy):
    """The policy that plays at the moment stays on disk after it has left the pool."""
    pool = OpponentPool(tmp_path, 1)
    for iteration in (1, 2):
        pool.add(iteration, policy)
    assert pool.members == [2]
    pool.delete_strays(in_use=[1])
    assert len(list(tmp_path.iterdir())) == 2
    pool.delete_strays(in_use=[2])
    assert len(list(tmp_path.iterdir())) == 1


def test_members_come_back_as_they_were(tmp_path: Path, policy: Policy):
    """Every array of a policy survives the way to disk."""
    pool = OpponentPool(tmp_path, 2)
    pool.add(3, policy)
    for before, after in zip(jax.tree.leaves(policy), jax.tree.leaves(pool.load(3, policy)), strict=True):
        np.testing.assert_array_equal(after, before)


def test_a_missing_member_is_one_clear_error(tmp_path: Path, policy: Policy):
    """Loading a deleted policy names its file."""
    with pytest.raises(RunError, match="00000005"):
        OpponentPool(tmp_path, 2).load(5, policy)
