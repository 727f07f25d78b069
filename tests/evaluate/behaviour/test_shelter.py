"""Shelters, doors, and what is put away at the end of preparation, in rooms set up by hand."""

import math

import pytest

from tests.evaluate.behaviour.scenes import DOOR_X, DOOR_Y, SECOND_DOOR_X, SECOND_DOOR_Y, Watched, room
from tests.worlds import Place, World, make_world

IN_DOOR = (DOOR_X, DOOR_Y)
IN_SECOND_DOOR = (SECOND_DOOR_X, SECOND_DOOR_Y)
ASIDE = (5.3, 1.2)
"""A place in the room where a box blocks nothing."""
NEAR_SEEKERS = (1.0, 5.0)


def found(world: World) -> dict[str, float]:
    """Return the behaviours of an episode in which nothing moves."""
    return Watched(world).to_the_end()


def lock(world: World, *items: int) -> World:
    """Lock some objects of a world; return it."""
    world.bodies.locked[0, list(items)] = True
    return world


@pytest.mark.parametrize(
    ("boxes", "doors", "blocked"),
    [
        pytest.param([IN_DOOR], 1, True, id="box in the only door"),
        pytest.param([ASIDE], 1, False, id="box elsewhere"),
        pytest.param([IN_DOOR], 2, False, id="one of two doors"),
        pytest.param([IN_DOOR, IN_SECOND_DOOR], 2, True, id="both doors"),
        pytest.param([(3.15 + 0.25 + 0.27, DOOR_Y)], 1, True, id="box behind the door, gaps of 0.288 m"),
        pytest.param([(3.15 + 0.25 + 0.29, DOOR_Y)], 1, False, id="box behind the door, gaps of 0.307 m"),
        pytest.param([(3.05 - 0.25 - 0.27, DOOR_Y)], 1, True, id="box before the door, gaps of 0.288 m"),
        pytest.param([(3.05 - 0.25 - 0.29, DOOR_Y)], 1, False, id="box before the door, gaps of 0.307 m"),
        pytest.param([(DOOR_X, DOOR_Y + 0.1)], 1, True, id="box against one of the door's posts"),
        pytest.param([(DOOR_X, DOOR_Y, math.pi / 4)], 1, True, id="box on its corner in the door"),
    ],
)
def test_doors_are_blocked(boxes: list[Place], doors: int, blocked: bool):
    """By boxes within an agent's width of both posts, whether locked or not."""
    values = found(room(boxes, doors))
    for name in ("door_blocked", "door_blocked_prep", "sheltered", "sheltered_prep"):
        assert values[name] == blocked, name
    for name in ("door_blocked_locked", "door_blocked_locked_prep", "sheltered_locked", "sheltered_locked_prep"):
        assert values[name] == 0.0, name


def test_locked_boxes_count_apart():
    """All doors have to be closed by locked objects."""
    assert found(lock(room([IN_DOOR], 1), 0))["door_blocked_locked"] == 1.0
    values = found(lock(room([IN_DOOR, IN_SECOND_DOOR], 2), 0))
    assert (values["door_blocked"], values["door_blocked_locked"]) == (1.0, 0.0)
    assert (values["sheltered"], values["sheltered_locked"]) == (1.0, 0.0)
    values = found(lock(room([IN_DOOR, IN_SECOND_DOOR], 2), 0, 1))
    assert values["door_blocked_locked_prep"] == values["sheltered_locked_prep"] == 1.0


def test_a_ramp_closes_a_door_like_a_box():
    """The quadrant's ramp cannot be locked."""
    values = found(room([ASIDE], 1, ramps=[IN_DOOR]))
    assert (values["door_blocked"], values["door_blocked_locked"]) == (1.0, 0.0)


def test_what_is_lifted_off_the_floor_closes_nothing():
    """An agent walks below a box that hangs 0.35 m high, not below one at 0.25 m."""
    for height, blocked in ((0.35, 0.0), (0.25, 1.0)):
        world = room([IN_DOOR])
        world.bodies.pose[0, 4, 2] = 0.25 + height
        assert found(world)["door_blocked"] == blocked


def test_closed_doors_do_not_shelter_who_is_outside():
    """Nor those who share the room with a seeker."""
    world = room([IN_DOOR])
    world.place(1, 2.0, 2.0)
    assert (found(world)["door_blocked"], found(world)["sheltered"]) == (1.0, 0.0)
    world = room([IN_DOOR])
    world.place(2, 5.0, 2.5)
    assert (found(world)["door_blocked"], found(world)["sheltered"]) == (1.0, 0.0)


def test_a_shelter_in_a_corner_closes_no_door():
    """Three boxes around the lower right corner, with two hiders behind them."""
    world = room([(5.0, 0.4), (5.05, 0.9), (5.5, 0.95)])
    world.place(0, 5.45, 0.35)
    world.place(1, 5.7, 0.55)
    values = found(world)
    assert (values["door_blocked"], values["sheltered"]) == (0.0, 1.0)


def test_who_leans_on_a_box_is_still_behind_it():
    """Bodies press into each other by some millimetres."""
    world = room([IN_DOOR])
    world.place(0, DOOR_X + 0.25 + 0.13, DOOR_Y)
    world.place(2, DOOR_X - 0.25 - 0.13, DOOR_Y)
    assert found(world)["sheltered"] == 1.0


@pytest.mark.parametrize("agent", [0, 2])
def test_who_stands_on_the_box_in_the_door_may_step_down_on_both_sides(agent: int):
    """Hider or seeker; the doors are blocked all the same."""
    world = room([IN_DOOR])
    world.place(agent, DOOR_X, DOOR_Y, z=0.65)
    values = found(world)
    assert (values["door_blocked"], values["sheltered"]) == (1.0, 0.0)


def test_a_seeker_on_a_wall_may_step_down_on_both_sides():
    """While one on a ramp that leans on the wall is not over yet."""
    world = room([IN_DOOR], ramps=[(2.8, 2.6, math.pi / 2)])
    world.place(2, 2.8, 2.6, z=0.45)
    assert found(world)["sheltered"] == 1.0
    world.place(2, DOOR_X, 2.6, z=0.65)
    assert found(world)["sheltered"] == 0.0


def test_shares_are_those_of_the_main_phase():
    """A door that is closed for half of it; what holds during preparation stands apart."""
    world = room([IN_DOOR])
    watched = Watched(world).until_main_phase()
    watched.step(3)
    world.place(4, *ASIDE)
    values = watched.to_the_end()
    assert (values["door_blocked_prep"], values["door_blocked"], values["sheltered"]) == (1.0, 0.5, 0.5)


def test_ramps_are_away_in_the_room():
    """Behind closed doors, or not."""
    assert found(room([IN_DOOR], ramps=[ASIDE]))["ramp_defence"] == 1.0
    assert found(room([ASIDE], ramps=[(5.0, 2.0)]))["ramp_defence"] == 0.0
    assert found(room([IN_DOOR], ramps=[NEAR_SEEKERS]))["ramp_defence"] == 0.0
    assert found(room([IN_DOOR], ramps=[ASIDE, NEAR_SEEKERS]))["ramp_defence"] == 0.0


def test_ramps_are_away_when_they_are_locked():
    """Wherever they stand."""
    world = room([IN_DOOR], ramps=[ASIDE, NEAR_SEEKERS], lock_ramps=True)
    assert found(lock(world, 2))["ramp_defence"] == 1.0


def test_a_ramp_that_closes_the_door_itself_is_in_reach():
    """A seeker walks up to it."""
    assert found(room([ASIDE], ramps=[IN_DOOR]))["ramp_defence"] == 0.0


def test_boxes_are_locked_or_not():
    """All of them, at the end of preparation; a spare box is none."""
    assert found(lock(room([ASIDE, IN_DOOR]), 0))["surf_defence"] == 0.0
    assert found(lock(room([ASIDE, IN_DOOR]), 0, 1))["surf_defence"] == 1.0
    assert found(lock(room([ASIDE], spare_boxes=1), 0))["surf_defence"] == 1.0
    world = room([ASIDE])
    watched = Watched(world).until_main_phase()
    lock(world, 0)
    assert watched.to_the_end()["surf_defence"] == 0.0


def test_open_floor_without_walls():
    """Four long boxes around a hider shelter it, three do not: there need not be any walls."""
    fence = [(3.0, 2.0), (3.0, 4.0), (2.0, 3.0, math.pi / 2), (4.0, 3.0, math.pi / 2)]
    for boxes, sheltered in ((fence, 1.0), (fence[:3], 0.0)):
        world = make_world(
            [(3.0, 3.0)], [(9.0, -3.0)], boxes, box_half=(0.825, 0.075, 0.25), layout="random_walls",
            horizon=2, preparation_fraction=0.0,
        )  # fmt: skip
        values = found(world)
        assert values["sheltered"] == sheltered
        assert "door_blocked" not in values
        assert "sheltered_prep" not in values
