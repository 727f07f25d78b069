"""Who takes part in locking, and what stays as it is (the four rules themselves: `test_actions.py`)."""

import math
from typing import get_args

import numpy as np
import pytest

from hideseek.game.actions import apply_locks
from hideseek.game.config import LockRule
from tests.worlds import World, make_world

RULES = get_args(LockRule)
HIDER, SECOND_HIDER, SEEKER, SECOND_SEEKER = range(4)
every_rule = pytest.mark.parametrize("rule", RULES)


def lock(world: World, *wishes: int) -> list[bool]:
    apply_locks(world.params, world.bodies, world.record, world.counts, np.array([wishes], np.int8), 0)
    return world.bodies.locked[0].tolist()


def around_box(**options: object) -> World:
    """Return two hiders and two seekers around a cube, 0.1 m from its sides."""
    places = [(2.65, 3, 0), (3.35, 3, 0), (3, 2.65, 0), (3, 3.35, 0)]
    return make_world(hiders=places[:2], seekers=places[2:], boxes=[(3, 3, 0)], **options)


def locked_by(owner: int, **options: object) -> World:
    world = around_box(**options)
    world.bodies.locked[0, 0], world.record.lock_owner[0, 0] = True, owner
    return world


def send_away(world: World, *agents: int) -> None:
    for agent in agents:
        world.place(agent, 1.0, 1.0 + agent)


def test_one_press_locks_everything_in_reach():
    """A box and a ramp on both sides of the agent, but not the box beyond its reach."""
    world = make_world(
        hiders=[(3, 3, 0)], boxes=[(3.4, 3, 0), (3, 3.51, 0)], ramps=[(2.6, 3, 0)], lock_ramps=True, reach=0.25
    )
    assert lock(world, 1) == [True, False, True]


@pytest.mark.parametrize(("gap", "locked"), [(0.249, True), (0.251, False)])
def test_reach_is_a_quarter_metre_to_the_surface(gap: float, locked: bool):
    """The same distance as for grabbing."""
    assert lock(make_world(hiders=[(3 - 0.25 - gap, 3, 0)], boxes=[(3, 3, 0)]), 1) == [locked]


@pytest.mark.parametrize(("height", "locked"), [(0.74, True), (0.76, False)])
def test_reach_is_measured_in_space(height: float, locked: bool):
    """From above a box, half a metre high, as well."""
    assert lock(make_world(hiders=[(3, 3, 0, height)], boxes=[(3, 3, 0)]), 1) == [locked]


def test_who_does_not_see_the_object_does_not_take_part():
    """Neither to lock nor to unlock."""
    world = around_box()
    world.record.sees_object[:] = False
    assert lock(world, 1, 1, 1, 1) == [False]
    world.bodies.locked[0, 0] = True
    assert lock(world, 0, 0, 0, 0) == [True]


@every_rule
def test_locks_persist_while_nobody_is_near(rule: str):
    """Whatever those far away press."""
    world = locked_by(HIDER, lock_rule=rule)
    send_away(world, *range(4))
    assert lock(world, 0, 0, 0, 0) == [True]
    assert lock(world, 1, 0, 1, 0) == [True]


@every_rule
def test_nothing_is_locked_unasked(rule: str):
    """Four agents near and no press."""
    assert lock(around_box(lock_rule=rule), 0, 0, 0, 0) == [False]


@every_rule
def test_everybody_pressing_locks_under_every_rule(rule: str):
    """There is nobody to object."""
    assert lock(around_box(lock_rule=rule), 1, 1, 1, 1) == [True]


@every_rule
def test_owner_stays_while_the_lock_does(rule: str):
    """Others who press on a locked object do not become its owners."""
    world = locked_by(SEEKER, lock_rule=rule)
    for _ in range(20):
        assert lock(world, 1, 1, 1, 1) == [True]
        assert world.record.lock_owner[0, 0] == SEEKER


@every_rule
def test_owner_is_remembered_after_unlocking(rule: str):
    """Alone at its box, the second seeker locks it and lets it go."""
    world = around_box(lock_rule=rule)
    send_away(world, HIDER, SECOND_HIDER, SEEKER)
    assert lock(world, 0, 0, 0, 1) == [True]
    assert lock(world, 0, 0, 0, 0) == [False]
    assert world.record.lock_owner[0, 0] == SECOND_SEEKER


@pytest.mark.parametrize(
    ("rule", "locked"),
    [("any_lock", False), ("all_lock", False), ("any_lock_specific", True), ("all_lock_team_specific", True)],
)
def test_opponent_alone_at_a_lock(rule: str, locked: bool):
    """Without pressing, a seeker undoes a hider's lock only where ownership does not count."""
    world = locked_by(HIDER, lock_rule=rule)
    send_away(world, HIDER, SECOND_HIDER)
    assert lock(world, 0, 0, 0, 0) == [locked]


@pytest.mark.parametrize(
    ("rule", "locked"),
    [("any_lock", False), ("all_lock", False), ("any_lock_specific", True), ("all_lock_team_specific", False)],
)
def test_team_mate_alone_at_a_lock(rule: str, locked: bool):
    """The second hider may undo the first one's lock, except where only the owner may."""
    world = locked_by(HIDER, lock_rule=rule)
    send_away(world, HIDER, SEEKER, SECOND_SEEKER)
    assert lock(world, 0, 0, 0, 0) == [locked]


def test_hiders_block_seekers_at_a_fresh_box_but_not_the_reverse():
    """A box that nobody ever locked counts as the first hider's."""
    assert lock(around_box(), 0, 0, 1, 1) == [False]
    assert lock(around_box(), 1, 1, 0, 0) == [True]
    alone = around_box()
    send_away(alone, HIDER, SECOND_HIDER)
    assert lock(alone, 0, 0, 1, 0) == [True]


@pytest.mark.parametrize(("rule", "locked"), [("all_lock", False), ("all_lock_team_specific", True)])
def test_seekers_press_nothing_during_preparation(rule: str, locked: bool):
    """They count as near and not pressing, whatever they do: with all_lock they keep hiders from locking."""
    world = around_box(lock_rule=rule)
    world.record.step[0] = 0
    assert lock(world, 1, 1, 1, 1) == [locked]


def test_seekers_cannot_lock_during_preparation():
    """Alone at a box."""
    world = around_box()
    world.record.step[0] = 31
    send_away(world, HIDER, SECOND_HIDER)
    assert lock(world, 1, 1, 1, 1) == [False]
    world.record.step[0] = 32
    assert lock(world, 1, 1, 1, 1) == [True]


def test_objects_are_decided_on_one_by_one():
    """At one of two boxes a team mate objects: only the other is locked."""
    world = make_world(hiders=[(3, 3, 0), (2.2, 3, 0)], boxes=[(2.6, 3, 0), (3.4, 3, 0)])
    assert lock(world, 1, 0) == [False, True]


def test_lock_does_not_loosen_a_hold():
    """Who holds a box goes on holding it when it is locked."""
    world = around_box()
    world.bodies.weld_object[0] = [0, -1, -1, -1]
    assert lock(world, 1, 1, 0, 0) == [True]
    assert world.bodies.weld_object[0].tolist() == [0, -1, -1, -1]


def test_lock_keeps_height_and_yaw():
    """All four coordinates are held: a box on top of another, turned."""
    world = make_world(hiders=[(3, 3.3, 0, 0.65)], boxes=[(3, 3, 0), (3, 3, 0.4, 0.75)])
    assert lock(world, 1) == [True, True]
    np.testing.assert_allclose(world.bodies.lock_pose[0, 1], [3, 3, 0.75, 0.4], atol=1e-6)


def test_relocking_takes_the_new_pose():
    """Unlocked, moved and locked again, a box is held at its new place."""
    world = make_world(hiders=[(2.65, 3, 0)], boxes=[(3, 3, 0)])
    lock(world, 1)
    lock(world, 0)
    world.place(1, 3.05, 3, math.pi / 8)
    lock(world, 1)
    np.testing.assert_allclose(world.bodies.lock_pose[0, 0], [3.05, 3, 0.25, math.pi / 8], atol=1e-6)
