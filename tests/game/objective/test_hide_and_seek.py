"""Rewards of the step just made."""

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.game.numbers import numbers_of
from hideseek.game.objective.hide_and_seek import write_hide_and_seek_rewards
from tests.worlds import World, make_world

HIDERS = [(1, 1, 0), (2, 1, 0)]
SEEKERS = [(1, 5, 0), (2, 5, 0)]
THIRD = round(1 / 3, 6)


def after_step(step: int, sights: list[tuple[int, int]], **options: object) -> World:
    """Return a world that has made `step` steps after which `sights` (viewer, target) hold."""
    world = make_world(hiders=HIDERS, seekers=SEEKERS, boxes=[(3, 3, 0)], spare_boxes=1, **options)
    world.record.step[0] = step
    world.record.sees_agent[0] = np.eye(4, dtype=bool)
    for viewer, target in sights:
        world.record.sees_agent[0, viewer, target] = True
    return world


def judge(world: World, reward: np.ndarray) -> bool:
    """Write the rewards of a step; return whether all hiders are hidden."""
    objective = numbers_of(world.game.objective)
    return write_hide_and_seek_rewards(objective, world.params, world.bodies, world.record, world.counts, reward, 0)


def rewards(world: World) -> tuple[list[float], bool]:
    reward = np.full((1, 4), np.nan, np.float32)
    hidden = judge(world, reward)
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
    assert judge(world, reward)
    assert reward[0, 0] == 1.0


def three_against_two(sights: list[tuple[int, int]], **options: object) -> World:
    """Return hiders 0 to 2 and seekers 3 and 4, all within the area, after preparation."""
    hiders, seekers = [(1, 1, 0), (2, 1, 0), (3, 1, 0)], [(1, 5, 0), (2, 5, 0)]
    world = make_world(hiders=hiders, seekers=seekers, ramps=[(4, 4, 0)], **options)
    world.record.step[0] = 40
    world.record.sees_agent[0] = np.eye(5, dtype=bool)
    for viewer, target in sights:
        world.record.sees_agent[0, viewer, target] = True
    return world


def rewards_of_five(world: World) -> list[float]:
    reward = np.full((1, 5), np.nan, np.float32)
    judge(world, reward)
    return [round(value, 6) for value in reward[0].tolist()]


@pytest.mark.parametrize(
    ("kind", "sights", "expected"),
    [
        # Seeker 4 sees hiders 0 and 1.
        ("joint_zero_sum", [(4, 0), (4, 1)], [-1, -1, -1, 1, 1]),
        ("joint_mean", [(4, 0), (4, 1)], [*[-THIRD] * 3, 0, 0]),
        ("selfish", [(4, 0), (4, 1)], [-1, -1, 1, -1, 1]),
        # Both seekers see hider 2: to be seen twice is no worse.
        ("joint_zero_sum", [(3, 2), (4, 2)], [-1, -1, -1, 1, 1]),
        ("joint_mean", [(3, 2), (4, 2)], [*[THIRD] * 3, 1, 1]),
        ("selfish", [(3, 2), (4, 2)], [1, 1, -1, 1, 1]),
        # All are seen by seeker 3.
        ("joint_mean", [(3, 0), (3, 1), (3, 2)], [-1, -1, -1, 0, 0]),
        ("selfish", [(3, 0), (3, 1), (3, 2)], [-1, -1, -1, 1, -1]),
    ],
)
def test_teams_of_unequal_size(kind: str, sights: list[tuple[int, int]], expected: list[float]):
    """Worst of three and best of two, each team's mean, or each its own."""
    assert rewards_of_five(three_against_two(sights, reward=kind)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("joint_zero_sum", [-10, -1, -1, 1, 1]),
        ("joint_mean", [-10, THIRD, THIRD, 0, 0]),
        ("selfish", [-10, 1, 1, 1, -1]),
    ],
)
def test_penalty_comes_after_the_teams_are_joined(kind: str, expected: list[float]):
    """Team mates keep what they would have if nobody were outside; who is outside gets nothing else."""
    world = three_against_two([(3, 0)], reward=kind)
    world.place(0, 3, 0.05)
    assert rewards_of_five(world) == expected


def test_hiders_and_seekers_alike_are_penalised():
    """Two outside, one of each."""
    world = three_against_two([])
    world.place(2, 0.05, 3)
    world.place(3, 3, 6.2)
    assert rewards_of_five(world) == [1, 1, -10, -10, -1]


@pytest.mark.parametrize(
    ("x", "y", "inside"),
    [(0.11, 3, True), (0.09, 3, False), (5.89, 3, True), (5.91, 3, False), (3, 0.11, True), (3, 0.09, False),
     (3, 5.89, True), (3, 5.91, False)],
)  # fmt: skip
def test_centre_decides_what_is_outside(x: float, y: float, inside: bool):
    """The quadrant game's area reaches from 0.1 to 5.9 m along both axes."""
    world = three_against_two([])
    world.place(0, x, y)
    assert rewards_of_five(world) == [1 if inside else -10, 1, 1, -1, -1]


def test_ramp_outside_costs_everybody():
    """As a box does; how high it lies does not matter."""
    world = three_against_two([])
    world.place(5, 6.1, 3, z=0.3)
    assert rewards_of_five(world) == [-10.0] * 5


def test_penalty_is_an_option():
    """Whatever number the game says."""
    world = three_against_two([], out_of_area_reward=-2.5)
    world.place(0, 9, 9)
    assert rewards_of_five(world) == [-2.5, 1, 1, -1, -1]


def test_full_game_lets_agents_run_six_metres_off():
    """Its area is -6 to 12 m, and objects may lie anywhere."""
    full = make_game("random-walls")
    world = three_against_two([], area=full.area, penalise_objects_out=full.penalise_objects_out)
    world.place(5, 30, 30)
    world.place(0, 11.9, -5.9)
    world.place(1, 12.1, 3)
    world.place(3, 3, -6.1)
    assert rewards_of_five(world) == [1, -10, 1, -10, -1]


@pytest.mark.parametrize(("fraction", "last"), [(0.4, 32), (0.0, 0), (0.5, 40), (1.0, 80)])
def test_preparation_pays_nothing_up_to_its_last_step(fraction: float, last: int):
    """Of 80 steps: the step that is counted as number `last` is its last."""
    for step in (last, last + 1):
        world = three_against_two([(3, 0)], preparation_fraction=fraction)
        world.record.step[0] = step
        assert (rewards_of_five(world) == [0.0] * 5) == (step <= last)
