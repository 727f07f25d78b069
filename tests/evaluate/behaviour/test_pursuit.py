"""Chases, flights, cover, and hiders that run away."""

import numpy as np
import pytest

from tests.evaluate.behaviour.scenes import SHORT, Watched, room
from tests.worlds import World, make_world

HIDER, SEEKER = 0, 2


def episode(world: World) -> dict[str, float]:
    """Return the behaviours of an episode in which nothing moves; velocities stand."""
    return Watched(world).to_the_end()


def test_distance_is_that_to_the_nearest_hider():
    """Mean over the seekers, seen from above."""
    world = make_world([(1.0, 1.0), (2.0, 1.0)], [(2.0, 4.0), (5.0, 5.0)], **SHORT)
    assert episode(world)["seeker_distance"] == pytest.approx(0.5 * (3.0 + 5.0))


def test_chasing_is_speed_towards_the_nearest_hider_in_sight():
    """Of those seekers alone that see one; not the nearest hider of all, if that is out of sight."""
    world = room([(5.3, 1.2)])
    world.place(0, 2.0, 1.0)
    world.place(1, 1.0, 3.0)
    world.record.sees_agent[0, SEEKER, 1] = True
    world.bodies.velocity[0, SEEKER, :2] = 2.0, 1.5
    world.bodies.velocity[0, 3, :2] = 5.0, 5.0
    values = episode(world)
    assert values["chasing"] == pytest.approx(1.5)
    assert values["fleeing"] == pytest.approx(0.0)


def test_fleeing_is_speed_away_from_the_nearest_seeker_who_sees():
    """Not a number as long as nobody is seen."""
    world = room([(5.3, 1.2)])
    world.place(HIDER, 3.0, 1.0)
    world.bodies.velocity[0, HIDER, :2] = 3.0, 4.0
    assert np.isnan(episode(world)["fleeing"])
    assert np.isnan(episode(world)["chasing"])
    world.record.sees_agent[0, SEEKER, HIDER] = True
    assert episode(world)["fleeing"] == pytest.approx(3.0)
    assert episode(world)["chasing"] == pytest.approx(0.0)


def one_against_one(hider: tuple[float, float], **objects: object) -> World:
    """Return a seeker in the lower left, with its back to everything, and a hider; what is between is up to objects."""
    world = make_world([hider], [(1.0, 1.0)], **{"boxes": [(5.0, 0.5)], **objects}, **SHORT)
    world.record.sees_agent[:] = np.eye(2, dtype=bool)
    return world


@pytest.mark.parametrize(
    ("objects", "behind_walls", "behind_objects"),
    [
        pytest.param({}, 0.0, 0.0, id="it looks elsewhere"),
        pytest.param({"walls": [(3.0, 1.0, 0.05, 1.0, 0.5)]}, 1.0, 0.0, id="a wall"),
        pytest.param({"boxes": [(3.0, 1.0)]}, 0.0, 1.0, id="a box"),
        pytest.param({"ramps": [(3.0, 1.0)]}, 0.0, 1.0, id="a ramp"),
        pytest.param({"boxes": [(3.0, 1.0)], "walls": [(4.0, 1.0, 0.05, 1.0, 0.5)]}, 1.0, 0.0, id="a wall and a box"),
        pytest.param({"walls": [(3.0, 3.0, 0.05, 1.0, 0.5)]}, 0.0, 0.0, id="a wall elsewhere"),
    ],
)
def test_cover_is_what_stands_between(objects: dict, behind_walls: float, behind_objects: float):
    """A wall before an object, an object before nothing."""
    values = episode(one_against_one((5.0, 1.0), **objects))
    assert (values["behind_walls"], values["behind_objects"]) == (behind_walls, behind_objects)


def test_who_is_seen_has_no_cover():
    """There is no share of nothing."""
    world = one_against_one((5.0, 1.0), walls=[(3.0, 1.0, 0.05, 1.0, 0.5)])
    world.record.sees_agent[:] = True
    assert np.isnan(episode(world)["behind_walls"])


@pytest.mark.parametrize(("place", "share"), [((6.9, 3.0), 0.0), ((7.1, 3.0), 0.5), ((3.0, -1.1), 0.5), ((-2, 8), 0.5)])
def test_who_is_far_outside_has_run_away(place: tuple[float, float], share: float):
    """One of two hiders, more than a metre from the floor's edge, in the whole main phase."""
    world = room([(5.3, 1.2)])
    world.place(HIDER, *place)
    assert episode(world)["running_away"] == share
