"""Sight: the cone, the ray, and what the original measured differently."""

import math

import pytest

from hideseek.game.vision import sense_vision
from tests.worlds import EAST, SOUTH, WEST, World, make_world


def look(world: World) -> World:
    world.record.sees_agent[:] = False
    world.record.sees_object[:] = False
    sense_vision(world.params, world.bodies, world.record, world.counts, 0)
    return world


def test_agents_see_themselves():
    """The diagonal is True wherever they look."""
    world = look(make_world(hiders=[(1, 1, WEST)], seekers=[(4, 4, EAST)]))
    assert world.record.sees_agent[0].tolist() == [[True, False], [False, True]]


@pytest.mark.parametrize(("degrees", "seen"), [(67.0, True), (-67.0, True), (68.0, False), (-68.0, False)])
def test_cone_is_135_degrees_around_the_heading(degrees: float, seen: bool):
    """An agent with yaw 0 looks along -y."""
    angle = -math.pi / 2 + math.radians(degrees)
    target = (3 + 2 * math.cos(angle), 3 + 2 * math.sin(angle), 0)
    assert look(make_world(hiders=[(3, 3, SOUTH)], seekers=[target])).record.sees_agent[0, 0, 1] == seen
    assert look(make_world(hiders=[(3, 3, SOUTH)], boxes=[target])).record.sees_object[0, 0, 0] == seen


def test_sight_has_no_range():
    """Something thirty metres away is seen."""
    assert look(make_world(hiders=[(0, 0, EAST)], boxes=[(30, 0, 0)])).record.sees_object[0, 0, 0]


def test_sight_is_not_mutual():
    """A seeker behind a hider sees it without being seen."""
    sees = look(make_world(hiders=[(3, 3, EAST)], seekers=[(1, 3, EAST)])).record.sees_agent[0]
    assert sees[1, 0]
    assert not sees[0, 1]


def test_only_the_ray_to_the_middle_counts():
    """A wall before the middle of a long box hides it although both of its ends show."""
    options = {"boxes": [(4, 3, 0)], "box_half": (0.075, 0.825, 0.25)}
    narrow = make_world(hiders=[(1, 3, EAST)], walls=[(2, 3, 0.05, 0.1, 0.5)], **options)
    beside = make_world(hiders=[(1, 3, EAST)], walls=[(2, 3.2, 0.05, 0.1, 0.5)], **options)
    assert not look(narrow).record.sees_object[0, 0, 0]
    assert look(beside).record.sees_object[0, 0, 0]


def test_ramp_is_looked_at_in_its_centre_of_mass():
    """Eyes 0.65 m up look over a wall at a ramp's middle, 0.25 m high, but not at its centre of mass, 0.167 m high.

    The line from 0.65 m down to 0.25 m over 4 m passes x = 3, half way, at 0.45 m; down to 0.167 m at 0.41 m.
    """
    options = {"hiders": [(1, 3, EAST, 0.65)], "walls": [(3, 3, 0.001, 1, 0.43)]}
    assert look(make_world(boxes=[(5, 3, 0)], **options)).record.sees_object[0, 0, 0]
    assert not look(make_world(ramps=[(5, 3, 0)], **options)).record.sees_object[0, 0, 0]


def test_absent_objects_are_never_seen():
    """Not even where their zero pose would be."""
    world = look(make_world(hiders=[(3, 3, SOUTH)], boxes=[(3, 1, 0)], spare_boxes=2))
    assert world.record.sees_object[0, 0].tolist() == [True, False, False]


@pytest.mark.parametrize("original_quirks", [False, True])
def test_original_measures_the_cone_to_corners(original_quirks: bool):
    """A long box just inside the cone: its corner, 0.675 m farther to the left than the agent's, is outside it."""
    angle = -math.pi / 2 - math.radians(60.0)
    box = (3 + 2 * math.cos(angle), 3 + 2 * math.sin(angle), 0)
    world = make_world(
        hiders=[(3, 3, SOUTH)], boxes=[box], box_half=(0.825, 0.075, 0.25), original_quirks=original_quirks
    )
    assert look(world).record.sees_object[0, 0, 0] != original_quirks


def test_seekers_see_during_preparation():
    """Preparation takes their actions away, not their eyes."""
    world = make_world(hiders=[(1, 3, EAST)], seekers=[(4, 3, WEST)])
    world.record.step[0] = 0
    assert look(world).record.sees_agent[0].all()
