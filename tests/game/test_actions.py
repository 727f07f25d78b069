"""Moving, grabbing, and the four rules of locking."""

import math

import numpy as np
import pytest

from hideseek.game.actions import apply_grab, apply_locks, distance_to_object, set_control
from tests.worlds import World, make_world

LONG = (0.825, 0.075, 0.25)
HIDER, SECOND_HIDER, SEEKER, SECOND_SEEKER = range(4)
AROUND_BOX = [(2.65, 3, 0), (3.35, 3, 0), (3, 2.65, 0), (3, 3.35, 0)]
"""Four places 0.1 m from the sides of a cube at (3, 3)."""


def grab(world: World, *wishes: int) -> list[int]:
    apply_grab(world.params, world.bodies, world.record, world.counts, np.array([wishes], np.int8), 0)
    return world.bodies.weld_object[0].tolist()


def lock(world: World, *wishes: int) -> list[bool]:
    apply_locks(world.params, world.bodies, world.record, world.counts, np.array([wishes], np.int8), 0)
    return world.bodies.locked[0].tolist()


def around_box(**options: object) -> World:
    """Return two hiders and two seekers around one cube, all in reach of it."""
    return make_world(hiders=AROUND_BOX[:2], seekers=AROUND_BOX[2:], boxes=[(3, 3, 0)], **options)


def test_buckets_become_forces():
    """18 N for each step from the middle, along the world's axes; 18 N m about the vertical."""
    world = make_world(hiders=[(1, 1, 2.0)], seekers=[(4, 4, 0)])
    control = np.zeros((1, 2, 3), np.float32)
    set_control(world.params, world.record, np.array([[[0, 5, 10], [6, 4, 5]]], np.int8), control, 0)
    assert control[0].tolist() == [[-90.0, 0.0, 90.0], [18.0, -18.0, 0.0]]


@pytest.mark.parametrize(("step", "acts"), [(0, False), (31, False), (32, True)])
def test_seekers_act_only_after_preparation(step: int, acts: bool):
    """In steps 0 to 31 of 80 they neither move, grab nor lock; hiders do."""
    world = make_world(hiders=[(1, 1, 0)], seekers=[(2.65, 3, 0)], boxes=[(3, 3, 0)])
    world.record.step[0] = step
    control = np.zeros((1, 2, 3), np.float32)
    set_control(world.params, world.record, np.full((1, 2, 3), 10, np.int8), control, 0)
    assert control[0, 0].tolist() == [90.0] * 3
    assert control[0, 1].tolist() == ([90.0] * 3 if acts else [0.0] * 3)
    assert grab(world, 0, 1) == [-1, 0 if acts else -1]
    assert lock(world, 0, 1) == [acts]


def test_distance_is_to_the_surface_of_the_turned_cuboid():
    """In space: a long box turned by 90 degrees reaches along y."""
    world = make_world(hiders=[(3, 4, 0)], boxes=[(3, 3, math.pi / 2)], box_half=LONG)
    measure = (world.params, world.bodies, world.counts, 0, 0, 0)
    assert distance_to_object(*measure) == pytest.approx(1.0 - 0.825, abs=1e-5)
    world.place(0, 3.4, 4, z=0.9)
    expected = math.hypot(0.4 - 0.075, 0.175, 0.9 - 0.5)
    assert distance_to_object(*measure) == pytest.approx(expected, abs=1e-5)
    world.place(0, 3, 3)
    assert distance_to_object(*measure) == 0.0


@pytest.mark.parametrize(("original_quirks", "half_x"), [(False, 0.25), (True, 0.2357)])
def test_distance_to_a_ramp(original_quirks: bool, half_x: float):
    """To its bounding cube; the original measures to another cuboid."""
    world = make_world(hiders=[(2, 3, 0)], ramps=[(3, 3, 0)], original_quirks=original_quirks)
    distance = distance_to_object(world.params, world.bodies, world.counts, 0, 0, 0)
    assert distance == pytest.approx(1.0 - half_x, abs=1e-5)


@pytest.mark.parametrize(("gap", "held"), [(0.249, 0), (0.251, -1)])
def test_grab_reaches_a_quarter_metre_from_the_centre(gap: float, held: int):
    """To the surface of the object."""
    assert grab(make_world(hiders=[(3 - 0.25 - gap, 3, 0)], boxes=[(3, 3, 0)]), 1) == [held]


@pytest.mark.parametrize(("place", "half"), [((3, 2, 0), 0.25), ((3, 3, 0, 1.15), 0.3536)])
def test_originals_ramp_is_taller_but_as_deep(place: tuple, half: float):
    """Along its own y the original's cuboid is the true one, along z it is a tenth of a metre higher."""
    for original_quirks, expected in ((False, 0.25), (True, half)):
        world = make_world(hiders=[place], ramps=[(3, 3, 0)], original_quirks=original_quirks)
        offset = 1.0 if len(place) == 3 else place[3] - 0.25
        distance = distance_to_object(world.params, world.bodies, world.counts, 0, 0, 0)
        assert distance == pytest.approx(offset - expected, abs=1e-5)


@pytest.mark.parametrize("original_quirks", [False, True])
def test_distance_to_a_box_has_no_quirks(original_quirks: bool):
    """Measured to its true cuboid, from the agent's true centre."""
    world = make_world(hiders=[(2, 3, 0)], boxes=[(3, 3, 0)], original_quirks=original_quirks)
    assert distance_to_object(world.params, world.bodies, world.counts, 0, 0, 0) == pytest.approx(0.75, abs=1e-5)


@pytest.mark.parametrize("bucket", range(11))
def test_eleven_buckets_from_full_force_to_full_force(bucket: int):
    """-90 to 90 N and N m in steps of 18; the heading does not matter."""
    world = make_world(hiders=[(1, 1, 0.3)])
    control = np.full((1, 1, 3), np.nan, np.float32)
    set_control(world.params, world.record, np.full((1, 1, 3), bucket, np.int8), control, 0)
    assert control[0, 0].tolist() == [18.0 * (bucket - 5)] * 3


@pytest.mark.parametrize(("reach", "held"), [(0.15, -1), (0.25, 0)])
def test_reach_is_an_option(reach: float, held: int):
    """Two tenths of a metre from its surface."""
    assert grab(make_world(hiders=[(2.55, 3, 0)], boxes=[(3, 3, 0)], reach=reach), 1) == [held]


def test_hold_is_lost_without_sight_or_reach():
    """It is decided anew at every step, without any memory of having held."""
    for lose in ("sight", "reach", "will"):
        world = make_world(hiders=[(2.6, 3, 0)], boxes=[(3, 3, 0)])
        assert grab(world, 1) == [0]
        if lose == "sight":
            world.record.sees_object[:] = False
        elif lose == "reach":
            world.place(0, 2.45, 3)
        assert grab(world, 0 if lose == "will" else 1) == [-1]


def test_absent_boxes_are_not_grabbed():
    """Spare capacity lies at the origin, without size."""
    world = make_world(hiders=[(0.1, 0.1, 0)], spare_boxes=1)
    assert grab(world, 1) == [-1]


def test_agents_do_not_hold_each_other():
    """Only objects can be held."""
    assert grab(make_world(hiders=[(3, 3, 0)], seekers=[(3.3, 3, 0)]), 1, 1) == [-1, -1]


def test_nearest_is_by_surface_not_by_centre():
    """The end of a long box is nearer than a cube whose centre is nearer."""
    world = make_world(hiders=[(3, 3, 0)], boxes=[(3 + 0.2 + 0.825, 3, 0), (2.54, 3, 0)], box_half=LONG)
    world.bodies.half_size[0, 2] = 0.25
    assert grab(world, 1) == [0]


def test_nearest_object_is_grabbed():
    """Boxes and ramps compete; only what was seen counts."""
    world = make_world(hiders=[(3, 3, 0)], boxes=[(3.46, 3, 0)], ramps=[(2.56, 3, 0)])
    assert grab(world, 1) == [1]
    world.record.sees_object[0, 0, 1] = False
    assert grab(world, 1) == [0]
    assert grab(world, 0) == [-1]


def test_several_agents_hold_the_same_object():
    """Grabbing is not exclusive, and locked objects can be held."""
    world = around_box()
    world.bodies.locked[0, 0] = True
    assert grab(world, 1, 1, 1, 0) == [0, 0, 0, -1]


def test_pose_in_the_agents_frame_is_kept_while_it_holds():
    """It is that of the moment at which the object was taken, and taken anew after letting go."""
    world = make_world(hiders=[(3, 3, math.pi / 2)], boxes=[(3, 3.4, 2.0)])
    taken = [0.4, 0.0, 0.1, 2.0 - math.pi / 2]
    grab(world, 1)
    np.testing.assert_allclose(world.bodies.weld_pose[0, 0], taken, atol=1e-5)
    world.place(1, 3, 3.45, 2.5)
    grab(world, 1)
    np.testing.assert_allclose(world.bodies.weld_pose[0, 0], taken, atol=1e-5)
    grab(world, 0)
    grab(world, 1)
    np.testing.assert_allclose(world.bodies.weld_pose[0, 0], [0.45, 0.0, 0.1, 2.5 - math.pi / 2], atol=1e-5)


def test_changing_the_object_takes_the_new_pose():
    """When another becomes nearer."""
    world = make_world(hiders=[(3, 3, 0)], boxes=[(3.4, 3, 0), (2.55, 3, 0)])
    assert grab(world, 1) == [0]
    world.place(2, 2.7, 3)
    assert grab(world, 1) == [1]
    assert world.bodies.weld_pose[0, 0, 0] == pytest.approx(-0.3, abs=1e-5)


def test_locked_object_is_held_where_it_is():
    """At the pose of the moment; being asked for again does not move it."""
    world = make_world(hiders=[(2.65, 3, 0)], boxes=[(3, 3, 0.3)])
    assert lock(world, 1) == [True]
    np.testing.assert_allclose(world.bodies.lock_pose[0, 0], [3, 3, 0.25, 0.3], atol=1e-6)
    world.place(1, 3.01, 3, 0.3)
    assert lock(world, 1) == [True]
    assert world.bodies.lock_pose[0, 0, 0] == pytest.approx(3.0)


def test_lock_needs_sight_and_reach():
    """And it stays when nobody is there."""
    world = make_world(hiders=[(2.65, 3, 0)], boxes=[(3, 3, 0)])
    world.record.sees_object[:] = False
    assert lock(world, 1) == [False]
    world.record.sees_object[:] = True
    assert lock(world, 1) == [True]
    world.place(0, 1, 1)
    assert lock(world, 0) == [True]
    world.place(0, 2.65, 3)
    assert lock(world, 0) == [False]


@pytest.mark.parametrize("lock_ramps", [False, True])
def test_ramps_are_locked_only_where_the_game_allows_it(lock_ramps: bool):
    """The quadrant's ramp cannot be locked."""
    world = make_world(hiders=[(2.65, 3, 0)], ramps=[(3, 3, 0)], lock_ramps=lock_ramps)
    assert lock(world, 1) == [lock_ramps]


def test_absent_boxes_are_not_locked():
    """Spare capacity has no size and lies at the origin."""
    world = make_world(hiders=[(0.1, 0.1, 0)], spare_boxes=1)
    assert lock(world, 1) == [False]


RULE_CASES = [
    # rule, locked by (None: unlocked, never owned), wishes of the four, locked afterwards
    ("any_lock", None, (1, 0, 0, 0), True),
    ("any_lock", SEEKER, (0, 0, 0, 0), False),
    ("any_lock", HIDER, (0, 0, 0, 1), True),
    ("all_lock", None, (1, 1, 1, 0), False),
    ("all_lock", None, (1, 1, 1, 1), True),
    ("all_lock", HIDER, (1, 1, 0, 1), False),
    ("any_lock_specific", None, (0, 0, 1, 0), True),
    ("any_lock_specific", SEEKER, (0, 0, 1, 0), True),
    ("any_lock_specific", SEEKER, (0, 0, 0, 0), False),
    ("all_lock_team_specific", None, (1, 1, 0, 0), True),
    ("all_lock_team_specific", None, (1, 0, 0, 0), False),
    ("all_lock_team_specific", None, (0, 0, 1, 1), False),
    ("all_lock_team_specific", SEEKER, (0, 0, 1, 1), True),
    ("all_lock_team_specific", SEEKER, (1, 1, 1, 0), False),
    ("all_lock_team_specific", HIDER, (1, 1, 0, 0), True),
    ("all_lock_team_specific", HIDER, (1, 0, 1, 1), False),
]


@pytest.mark.parametrize(("rule", "owner", "wishes", "expected"), RULE_CASES)
def test_lock_rules(rule: str, owner: int | None, wishes: tuple[int, ...], expected: bool):
    """All four agents are in reach; an object that nobody has locked counts as the first hider's."""
    world = around_box(lock_rule=rule)
    if owner is not None:
        world.bodies.locked[0, 0], world.record.lock_owner[0, 0] = True, owner
    assert lock(world, *wishes) == [expected]


def test_right_to_unlock_is_kept_after_unlocking():
    """After a seeker's lock, hiders who do nothing no longer stop seekers, but seekers who do nothing stop hiders."""
    world = around_box()
    world.record.lock_owner[0, 0] = SEEKER
    assert lock(world, 1, 1, 0, 0) == [False]
    assert lock(world, 0, 0, 1, 1) == [True]


def test_lock_changes_hands_when_its_only_owner_gives_up():
    """With any_lock_specific; it stays where it was locked."""
    world = around_box(lock_rule="any_lock_specific")
    lock(world, 0, 1, 0, 0)
    assert world.record.lock_owner[0, 0] == SECOND_HIDER
    world.place(4, 3.01, 3)
    assert lock(world, 0, 0, 0, 1) == [True]
    assert world.record.lock_owner[0, 0] == SECOND_SEEKER
    assert world.bodies.lock_pose[0, 0, 0] == pytest.approx(3.0)


def test_owner_is_drawn_among_those_who_want_the_lock():
    """All of them, and nobody else, with equal chances."""
    world = around_box(lock_rule="any_lock")
    owners = []
    for _ in range(600):
        world.bodies.locked[:] = False
        lock(world, 1, 0, 1, 1)
        owners.append(int(world.record.lock_owner[0, 0]))
    counts = np.bincount(owners, minlength=4)
    assert counts[SECOND_HIDER] == 0
    assert counts[[HIDER, SEEKER, SECOND_SEEKER]].min() > 150
