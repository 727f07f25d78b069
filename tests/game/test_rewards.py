"""Rewards of the step just made."""

import numpy as np
import pytest

from hideseek.game.rewards import write_rewards
from tests.worlds import World, make_world

HIDERS = [(1, 1, 0), (2, 1, 0)]
SEEKERS = [(1, 5, 0), (2, 5, 0)]


def after_step(step: int, sights: list[tuple[int, int]], **options: object) -> World:
    """Return a world that has made `step` steps after which `sights` (viewer, target) hold."""
    world = make_world(hiders=HIDERS, seekers=SEEKERS, boxes=[(3, 3, 0)], spare_boxes=1, **options)
    world.record.step[0] = step
    world.record.sees_agent[0] = np.eye(4, dtype=bool)
    for viewer, target in sights:
        world.record.sees_agent[0, viewer, target] = True
    return world


def rewards(world: World) -> tuple[list[float], bool]:
    reward = np.full((1, 4), np.nan, np.float32)
    hidden = write_rewards(world.params, world.bodies, world.record, world.counts, reward, 0)
    return reward[0].tolist(), hidden


def test_preparation_gives_nothing():
    """Steps 0 to 31 of 80 are preparation, so the 32nd counted step still belongs to it and the 33rd does not."""
    assert rewards(after_step(32, [(2, 0)])) == ([0.0] * 4, False)
    assert rewards(after_step(33, [(2, 0)])) == ([-1.0, -1.0, 1.0, 1.0], False)


def test_preparation_forgives_being_outside():
    """The penalty applies underneath."""
    world = after_step(32, [])
    world.place(0, 9, 9)
    assert rewards(world)[0] == [0.0] * 4


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("joint_zero_sum", [-1.0, -1.0, 1.0, 1.0]),
        ("joint_mean", [0.0, 0.0, 0.0, 0.0]),
        ("selfish", [-1.0, 1.0, 1.0, -1.0]),
    ],
)
def test_one_hider_seen_by_one_seeker(kind: str, expected: list[float]):
    """Worst of the hiders against best of the seekers; means; each its own."""
    assert rewards(after_step(40, [(2, 0)], reward=kind)) == (expected, False)


@pytest.mark.parametrize("kind", ["joint_zero_sum", "joint_mean", "selfish"])
def test_all_hidden(kind: str):
    """Hiders that see, and members of one team that see each other, do not matter."""
    sights = [(0, 2), (1, 3), (0, 1), (2, 3)]
    assert rewards(after_step(40, sights, reward=kind)) == ([1.0, 1.0, -1.0, -1.0], True)


def test_agent_outside_the_area_gets_the_penalty_instead():
    """The others keep what they have."""
    world = after_step(40, [])
    world.place(3, 5.95, 3)
    assert rewards(world)[0] == [1.0, 1.0, -1.0, -10.0]


@pytest.mark.parametrize("penalised", [True, False])
def test_object_outside_the_area_costs_everybody(penalised: bool):
    """Only where the game says so; absent boxes lie at (0, 0), outside, and cost nothing."""
    world = after_step(40, [], penalise_objects_out=penalised)
    assert rewards(world)[0] == [1.0, 1.0, -1.0, -1.0]
    world.place(4, 3, 0.05)
    assert rewards(world)[0] == ([-10.0] * 4 if penalised else [1.0, 1.0, -1.0, -1.0])


def test_hiders_without_seekers_are_hidden():
    """A game without seekers has nobody to be seen by."""
    world = make_world(hiders=[(1, 1, 0)])
    world.record.step[0] = 50
    reward = np.zeros((1, 1), np.float32)
    assert write_rewards(world.params, world.bodies, world.record, world.counts, reward, 0)
    assert reward[0, 0] == 1.0
