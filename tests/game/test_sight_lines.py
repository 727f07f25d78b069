"""What hides what: obstacles between an eye and what it looks at, and what does not hide anything."""

import math

import pytest

from hideseek.game.vision import sense_vision
from tests.worlds import EAST, NORTH, SOUTH, WEST, World, make_world

ON_TOP = 0.65
"""Height of the centre of an agent that stands on a box or an inner wall [m]."""
BETWEEN = {
    "box": {"boxes": [(3, 3, 0)]},
    "ramp": {"ramps": [(3, 3, WEST)]},
    "agent": {"seekers": [(3, 3, NORTH)]},
    "inner wall": {"walls": [(3, 3, 0.05, 1, 0.5)]},
    "outer wall": {"walls": [(3, 3, 0.05, 1, 4.0)]},
}


def look(world: World) -> World:
    world.record.sees_agent[:] = False
    world.record.sees_object[:] = False
    sense_vision(world.params, world.bodies, world.record, world.counts, 0)
    return world


def hider_sees_hider(**others: object) -> bool:
    """Whether the first hider, at (1, 3), sees the second, at (5, 3), along a line through (3, 3)."""
    return bool(look(make_world(hiders=[(1, 3, EAST), (5, 3, WEST)], **others)).record.sees_agent[0, 0, 1])


@pytest.mark.parametrize("obstacle", BETWEEN)
def test_everything_hides_agents(obstacle: str):
    """A line free of obstacles shows what each kind of obstacle in it hides."""
    assert hider_sees_hider()
    assert not hider_sees_hider(**BETWEEN[obstacle])


@pytest.mark.parametrize("obstacle", BETWEEN)
def test_everything_hides_objects(obstacle: str):
    """The last box, at (5, 3), is not seen past it."""
    others = {name: places for name, places in BETWEEN[obstacle].items() if name != "boxes"}
    boxes = [*BETWEEN[obstacle].get("boxes", []), (5, 3, 0)]
    world = look(make_world(hiders=[(1, 3, EAST)], boxes=boxes, **others))
    assert not world.record.sees_object[0, 0, len(boxes) - 1]


@pytest.mark.parametrize("obstacle", BETWEEN)
def test_what_stands_beside_the_line_hides_nothing(obstacle: str):
    """The same obstacles, farther north than they reach."""
    aside = {name: [(x, y + 1.5, *rest) for x, y, *rest in places] for name, places in BETWEEN[obstacle].items()}
    assert hider_sees_hider(**aside)


def test_low_end_of_a_ramp_is_looked_over():
    """The line, 0.15 m up, crosses the ramp sideways at its foot, where the slope is 0.05 m high."""
    assert hider_sees_hider(ramps=[(3, 3 - 0.2, SOUTH)])
    assert not hider_sees_hider(ramps=[(3, 3 + 0.2, SOUTH)])


def test_eyes_on_top_look_over_inner_walls_and_boxes():
    """From one box to another, but not over an outer wall."""
    high = [(1, 3, EAST, ON_TOP), (5, 3, WEST, ON_TOP)]
    for obstacle, seen in (("inner wall", True), ("box", True), ("ramp", True), ("outer wall", False)):
        world = look(make_world(hiders=high, **BETWEEN[obstacle]))
        assert world.record.sees_agent[0, 0, 1] == seen, obstacle


def test_own_arms_do_not_hide():
    """Sixty degrees off its heading an agent's eye looks through its own arm."""
    angle = -math.pi / 2 + math.atan2(0.13, 0.075)
    target = (3 + math.cos(angle), 3 + math.sin(angle), 0)
    assert look(make_world(hiders=[(3, 3, SOUTH)], boxes=[target])).record.sees_object[0, 0, 0]


@pytest.mark.parametrize("yaw", [EAST, NORTH, WEST, SOUTH])
def test_arms_of_the_one_looked_at_are_its_own(yaw: float):
    """However it is turned, hitting its arm first is seeing it."""
    world = look(make_world(hiders=[(1, 3, EAST)], seekers=[(2.5, 3, yaw)]))
    assert world.record.sees_agent[0, 0, 1]


def test_cone_is_flat():
    """Its angle is measured on the floor: a target right below the heading is in it, however steep the line."""
    world = look(make_world(hiders=[(3, 3, EAST, 3.0)], boxes=[(3.3, 3, 0)], seekers=[(2.7, 3, 0)]))
    assert world.record.sees_object[0, 0, 0]
    assert not world.record.sees_agent[0, 0, 1]


@pytest.mark.parametrize("yaw", [0.3, 0.3 + 2.0 * math.pi, 0.3 - 20.0 * math.pi])
def test_cone_turns_with_the_agent(yaw: float):
    """Yaw counts modulo a whole turn; the heading is the yaw less a quarter turn."""
    ahead = yaw - math.pi / 2
    for degrees, seen in ((67.0, True), (-67.0, True), (68.0, False), (-68.0, False), (180.0, False)):
        angle = ahead + math.radians(degrees)
        target = (3 + 2 * math.cos(angle), 3 + 2 * math.sin(angle), 0)
        assert look(make_world(hiders=[(3, 3, yaw)], boxes=[target])).record.sees_object[0, 0, 0] == seen, degrees


def test_team_mates_are_seen_like_others():
    """Two hiders and a seeker that face the middle see each other."""
    world = look(make_world(hiders=[(1, 3, EAST), (4, 4, math.radians(-36))], seekers=[(4, 2, math.radians(216))]))
    assert world.record.sees_agent[0].all()


def off_the_heading(yaw: float, degrees: float) -> tuple[float, float, float]:
    """Return a place two metres from (3, 3), so many degrees to the left of where an agent with `yaw` looks."""
    angle = yaw - math.pi / 2 + math.radians(degrees)
    return 3 + 2 * math.cos(angle), 3 + 2 * math.sin(angle), 0


@pytest.mark.parametrize("kind", ["boxes", "ramps"])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_original_measures_cubes_and_ramps_to_their_corner(kind: str, side: float):
    """A tenth of a metre farther south and west: the south's margin comes into view, the north's leaves it."""
    for yaw, degrees in ((SOUTH, 68.5), (NORTH, 66.5)):
        place = off_the_heading(yaw, side * degrees)
        for original_quirks in (False, True):
            world = make_world(hiders=[(3, 3, yaw)], original_quirks=original_quirks, **{kind: [place]})
            assert look(world).record.sees_object[0, 0, 0] == (original_quirks == (yaw == SOUTH))


@pytest.mark.parametrize(("degrees", "seen"), [(67.0, True), (68.0, False)])
def test_original_measures_agents_to_their_centre(degrees: float, seen: bool):
    """The corners of both are equally far off, so that it makes no difference."""
    for yaw in (SOUTH, NORTH):
        world = make_world(hiders=[(3, 3, yaw)], seekers=[off_the_heading(yaw, degrees)], original_quirks=True)
        assert look(world).record.sees_agent[0, 0, 1] == seen


def test_original_casts_rays_to_the_centre():
    """A narrow wall before the middle hides a box, one before the corner does not."""
    for y, seen in ((3.0, False), (2.7, True)):
        walls = [(4.5, y, 0.02, 0.05, 0.5)]
        world = make_world(hiders=[(1, 3, EAST)], boxes=[(5, 3, 0)], walls=walls, original_quirks=True)
        assert look(world).record.sees_object[0, 0, 0] == seen
