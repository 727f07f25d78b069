"""Who moves boxes, and what goes through walls."""

import pytest

from tests.evaluate.behaviour.scenes import DOOR_X, DOOR_Y, Watched, move, room
from tests.worlds import World

BOX, RAMP = 4, 5
START = (4.0, 1.0)


def carried(world: World, *carriers: tuple[int, bool]) -> float:
    """Let hiders, each of whom holds the box or pushes it from behind, move it 0.4 m; return how many boxes shared."""
    watched = Watched(world).step()
    for hider, holds in carriers:
        x, y = world.bodies.pose[0, BOX, :2]
        world.place(hider, x - 0.25 - 0.16, y)
        world.bodies.weld_object[0, hider] = 0 if holds else -1
        watched.step()
        for _ in range(2):
            move(world, hider, 0.2, 0.0)
            move(world, BOX, 0.2, 0.0)
            watched.step()
        world.bodies.weld_object[0, hider] = -1
        world.place(hider, 5.5, 2.0 + 0.4 * hider)
        watched.step()
    return watched.to_the_end()["shared_work"]


@pytest.mark.parametrize(
    ("carriers", "shared"),
    [
        pytest.param([(0, True), (1, True)], 1.0, id="carried by one, then the other"),
        pytest.param([(0, True), (1, False)], 1.0, id="carried, then pushed"),
        pytest.param([(0, True), (0, False)], 0.0, id="one alone"),
        pytest.param([(1, True), (2, True)], 0.0, id="a hider and a seeker"),
    ],
)
def test_two_hiders_move_a_box(carriers: list[tuple[int, bool]], shared: float):
    """Each by 0.4 m, or not."""
    assert carried(room([START], horizon=20, preparation_fraction=0.2), *carriers) == shared


def test_who_stands_in_the_way_has_no_share():
    """A hider at rest whom the box comes to touch."""
    world = room([START], horizon=20, preparation_fraction=0.2)
    world.place(1, 4.0 + 0.4 + 0.25 + 0.16, 1.0)
    assert carried(world, (0, True)) == 0.0


@pytest.mark.parametrize(
    ("start", "end", "forced"),
    [
        pytest.param((2.7, 2.6), (3.5, 2.6), 1.0, id="through a wall"),
        pytest.param((2.7, 2.6), (3.08, 2.6), 1.0, id="into a wall"),
        pytest.param((2.7, DOOR_Y), (3.5, DOOR_Y), 0.0, id="through the door"),
        pytest.param((2.3, 2.6), (2.7, 2.6), 0.0, id="up to the wall"),
        pytest.param((5.5, 5.0), (6.3, 5.0), 1.0, id="out of the world"),
    ],
)
@pytest.mark.parametrize("body", [BOX, RAMP])
def test_what_goes_through_a_wall_was_forced(body: int, start: tuple, end: tuple, forced: float):
    """Boxes and ramps, inner and outer walls."""
    world = room([START], ramps=[(1.0, 3.0)])
    world.place(body, *start)
    watched = Watched(world).step()
    world.place(body, *end)
    assert watched.to_the_end()["forced_through"] == forced


def test_what_goes_above_a_wall_was_not_forced():
    """It stood on the wall's top."""
    world = room([START])
    world.place(BOX, 2.7, 2.6, z=0.76)
    watched = Watched(world).step()
    world.place(BOX, 3.5, 2.6, z=0.76)
    assert watched.to_the_end()["forced_through"] == 0.0
    assert DOOR_X == 3.1
