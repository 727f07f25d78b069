"""The pool of past policies."""

from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.learn.files import RunError
from hideseek.learn.opponents import OpponentPool
from hideseek.policy.config import FeatureSizes
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.policy import Actor, Policy
from tests.learn.toy import TINY_NETWORK, NameTheBucket

SIZES = FeatureSizes.of(NameTheBucket(1).observation_spec)


@pytest.fixture(scope="module")
def policy() -> Policy:
    """An untrained policy."""
    return Policy(Actor(SIZES, TINY_NETWORK, jax.random.key(0)), ObservationNormaliser(SIZES))


def test_pool_is_bounded_and_a_sample_of_the_whole_run(tmp_path: Path, policy: Policy):
    """Of 40 policies four remain, in order, and not just the first or the last ones."""
    pool = OpponentPool(tmp_path, 4)
    for offered in range(1, 41):
        pool.offer(10 * offered, policy, offered)
    assert len(pool.members) == 4
    assert pool.members == sorted(pool.members)
    assert pool.members[0] < 300
    assert pool.members[-1] > 100
    pool.delete_strays(in_use=-1)
    assert sorted(int(path.stem) for path in tmp_path.iterdir()) == pool.members


def test_strays_in_use_are_kept(tmp_path: Path, policy: Policy):
    """The policy that plays at the moment stays on disk after it has left the pool."""
    pool = OpponentPool(tmp_path, 1)
    for iteration in (1, 2):
        pool.offer(iteration, policy, 1)
    assert pool.members == [2]
    pool.delete_strays(in_use=1)
    assert len(list(tmp_path.iterdir())) == 2
    pool.delete_strays(in_use=2)
    assert len(list(tmp_path.iterdir())) == 1


def test_members_come_back_as_they_were(tmp_path: Path, policy: Policy):
    """Every array of a policy survives the way to disk."""
    pool = OpponentPool(tmp_path, 2)
    pool.offer(3, policy, 1)
    for before, after in zip(jax.tree.leaves(policy), jax.tree.leaves(pool.load(3, policy)), strict=True):
        np.testing.assert_array_equal(after, before)


def test_a_missing_member_is_one_clear_error(tmp_path: Path, policy: Policy):
    """Loading a deleted policy names its file."""
    with pytest.raises(RunError, match="00000005"):
        OpponentPool(tmp_path, 2).load(5, policy)
