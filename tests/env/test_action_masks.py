"""Which values of an action are of use."""

import numpy as np
import pytest

from hideseek.env.adapters import action_masks
from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv
from hideseek.env.pettingzoo import parallel_env
from hideseek.game.config import make_game

CHANGES = {"hiders": 1, "seekers": 2, "horizon": 4, "preparation_fraction": 0.5}
NOTHING = [0] * 5 + [1] + [0] * 5
NO_ACTION = [*NOTHING, *NOTHING, *NOTHING, 1, 0, 1, 0]
"""Of each choice the one value that does nothing."""
STILL = np.tile([5, 5, 5, 0, 0], 3)


def test_seekers_in_preparation_may_only_do_nothing():
    """Worlds of a batch by themselves; the mask is that of the coming step."""
    env = HideAndSeek(make_game("quadrant", **CHANGES), 2)
    env.reset()
    off = np.zeros((2, 3), np.int8)
    for step in range(6):
        if step == 1:
            env.reset(worlds=[1])
        for world, since in ((0, step % 4), (1, step if step == 0 else (step - 1) % 4)):
            masks = action_masks(env)[world]
            assert masks[0].all()
            assert masks.shape == (3, 37)
            for seeker in masks[1:]:
                assert seeker.astype(int).tolist() == (NO_ACTION if since < 2 else [1] * 37), (step, world)
        env.step(np.full((2, 3, 3), 5, np.int8), off, off)


def test_masks_keep_what_makes_a_difference():
    """A seeker moves by what is masked in preparation as little as by nothing at all, and afterwards does."""
    poses = []
    for bucket in (5, 10):
        env = HideAndSeek(make_game("quadrant", **CHANGES), 1)
        env.reset()
        off = np.zeros((1, 3), np.int8)
        poses.append([])
        for _ in range(3):
            env.step(np.full((1, 3, 3), bucket, np.int8), off, off)
            poses[-1].append(env.bodies.pose[0, 1:3].copy())
    np.testing.assert_array_equal(poses[0][1], poses[1][1])
    assert (poses[0][2] != poses[1][2]).any()


@pytest.mark.parametrize(("team", "members"), [("hiders", 1), ("seekers", 2)])
def test_gymnasium_has_the_masks_of_its_team(team: str, members: int):
    """One vector, as sb3-contrib asks for it; one for each world of a batch."""
    single = HideAndSeekEnv("quadrant", team=team, **CHANGES)
    batch = HideAndSeekVectorEnv("quadrant", 3, team=team, thread_count=1, **CHANGES)
    with pytest.raises(RuntimeError, match="action_masks was called before the first reset"):
        single.action_masks()
    single.reset(seed=0)
    batch.reset(seed=0)
    for step in range(4):
        expected = (NO_ACTION if team == "seekers" and step < 2 else [1] * 37) * members
        assert single.action_masks().astype(int).tolist() == expected
        assert batch.action_masks().astype(int).tolist() == [expected] * 3
        assert single.action_masks().dtype == np.bool_
        single.step(STILL[: 5 * members])
        batch.step(np.tile(STILL[: 5 * members], (3, 1)))


def test_pettingzoo_has_the_masks_of_every_agent():
    world = parallel_env("quadrant", **CHANGES)
    world.reset(seed=0)
    for step in range(3):
        masks = world.action_masks()
        assert list(masks) == world.possible_agents
        assert masks["hider_0"].all()
        assert masks["seeker_1"].astype(int).tolist() == (NO_ACTION if step < 2 else [1] * 37)
        world.step(dict.fromkeys(world.agents, STILL[:5]))
