"""Seekers that leave the floor, step by step."""

import pytest

from tests.evaluate.behaviour.scenes import Watched, move, room
from tests.worlds import NORTH, World

SEEKER, BOX = 2, 4
RAMP = (2.0, 2.0)
"""Climbs towards smaller y."""
TOP = 0.65
"""Height of the centre of an agent on top of a box, a wall or a ramp."""


def climb(world: World, watched: Watched) -> None:
    """Let a seeker go up the ramp, in two steps."""
    for y, z in ((2.2, 0.3), (1.85, TOP)):
        world.place(SEEKER, 2.0, y, NORTH, z)
        watched.step()


def start(**options: object) -> tuple[World, Watched]:
    """Return a world at the end of preparation, a seeker at the foot of the ramp."""
    world = room([(1.0, 3.5), (5.0, 1.0)], ramps=[RAMP], **options)
    world.place(SEEKER, 2.0, 2.6)
    return world, Watched(world).until_main_phase()


def test_a_seeker_uses_a_ramp():
    """It went up; that it comes down again is nothing more."""
    world, watched = start()
    climb(world, watched)
    world.place(SEEKER, 2.0, 1.4)
    values = watched.to_the_end()
    assert (values["ramp_use"], values["over_wall"]) == (1.0, 0.0)


def test_the_foot_of_a_ramp_is_not_its_top():
    """Nor does walking past a ramp count, or standing somewhere high without having gone up."""
    world, watched = start()
    world.place(SEEKER, 2.0, 2.2, NORTH, 0.35)
    watched.step()
    world.place(SEEKER, 2.0, 2.6)
    assert watched.to_the_end()["ramp_use"] == 0.0
    world, watched = start()
    world.place(SEEKER, 1.0, 3.5, z=TOP)
    watched.step()
    world.place(SEEKER, 2.0, 2.0, z=TOP)
    values = watched.to_the_end()
    assert (values["ramp_use"], values["over_wall"]) == (0.0, 0.0)


def test_hiders_and_preparation_do_not_count():
    """The stage is one of seekers, who cannot act during preparation."""
    world, watched = start()
    world.place(0, 2.0, 2.2, NORTH, 0.3)
    watched.step()
    world.place(0, 2.0, 1.85, NORTH, TOP)
    assert watched.to_the_end()["ramp_use"] == 0.0
    world = room([(1.0, 3.5)], ramps=[RAMP])
    world.place(SEEKER, 2.0, 1.9, NORTH, TOP)
    watched = Watched(world).until_main_phase()
    world.place(SEEKER, 1.0, 1.0)
    assert watched.to_the_end()["ramp_use"] == 0.0


def test_over_the_wall_in_one_step():
    """From the ramp's top to the other side of the wall, on the floor again when it is next seen."""
    world, watched = start()
    world.place(world.counts.agent + 2, 2.75, 2.6, -NORTH / 2.0)
    world.place(SEEKER, 2.2, 2.6)
    watched.step()
    world.place(SEEKER, 2.8, 2.6, z=0.6)
    watched.step()
    world.place(SEEKER, 3.4, 2.6)
    values = watched.to_the_end()
    assert (values["ramp_use"], values["over_wall"]) == (1.0, 1.0)


def test_up_the_ramp_onto_a_box():
    """That counts as over the wall; a box beside the ramp's top does not."""
    world, watched = start()
    climb(world, watched)
    world.place(SEEKER, 1.1, 3.5, z=TOP)
    values = watched.to_the_end()
    assert (values["ramp_use"], values["over_wall"]) == (1.0, 1.0)


def test_back_on_the_floor_the_ramp_is_forgotten():
    """Who then gets onto a box in another way is not over the wall by the ramp."""
    world, watched = start()
    climb(world, watched)
    world.place(SEEKER, 1.0, 2.9)
    watched.step()
    world.place(SEEKER, 1.0, 3.5, z=TOP)
    values = watched.to_the_end()
    assert (values["ramp_use"], values["over_wall"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("box_way", "slip", "height", "surfs"),
    [
        pytest.param(0.2, 0.0, TOP, 1.0, id="three steps of 0.2 m"),
        pytest.param(0.1, 0.0, TOP, 0.0, id="0.3 m are too few"),
        pytest.param(0.2, 0.15, TOP, 0.0, id="the seeker stays behind"),
        pytest.param(0.2, 0.0, 0.15, 0.0, id="beside it on the floor"),
        pytest.param(0.0, 0.2, TOP, 0.0, id="the seeker walks on a box at rest"),
    ],
)
def test_seekers_surf(box_way: float, slip: float, height: float, surfs: float):
    """On top of a box that moves, and they with it."""
    world, watched = start()
    world.place(SEEKER, 1.0, 3.5, z=height)
    watched.step()
    for _ in range(3):
        move(world, BOX, box_way, 0.0)
        move(world, SEEKER, abs(box_way - slip) if box_way else slip, 0.0)
        watched.step()
    assert watched.to_the_end()["box_surfing"] == surfs


def test_hiders_do_not_surf():
    """The stage is one of seekers."""
    world, watched = start()
    world.place(0, 1.0, 3.5, z=TOP)
    for _ in range(4):
        watched.step()
        move(world, BOX, 0.2, 0.0)
        move(world, 0, 0.2, 0.0)
    assert watched.to_the_end()["box_surfing"] == 0.0
