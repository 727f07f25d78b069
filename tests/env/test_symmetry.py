"""What a reflection makes of bodies, walls and actions, worked out on paper."""

import math
import re

import numpy as np
import pytest

from hideseek.env.symmetry import SYMMETRIES, Symmetry, reflect_bodies, reflect_movement, symmetries_of
from hideseek.game.config import PRESETS, make_game
from tests.games import HIDE_AND_SEEK
from tests.worlds import EAST, NORTH, SOUTH, WEST, make_world

IDENTITY, DIAGONAL = SYMMETRIES["quadrant"]
_, LEFT_RIGHT, UP_DOWN, HALF_TURN = SYMMETRIES["random_walls"]
EVERYTHING = slice(None)
YAW_CASES = [
    (DIAGONAL, {SOUTH: EAST, EAST: SOUTH, NORTH: WEST, WEST: NORTH}),
    (LEFT_RIGHT, {SOUTH: SOUTH, EAST: WEST, NORTH: NORTH, WEST: EAST}),
    (UP_DOWN, {SOUTH: NORTH, EAST: EAST, NORTH: SOUTH, WEST: WEST}),
    (HALF_TURN, {SOUTH: NORTH, EAST: WEST, NORTH: SOUTH, WEST: EAST}),
]
"""Where somebody looks, or a ramp climbs, and where their image does."""


def modulo_turns(yaw: float) -> float:
    """Return an angle between -pi and pi."""
    return math.remainder(yaw, 2.0 * math.pi)


def test_the_room_of_the_quadrant_stays_and_its_walls_change_places():
    """A place at a door in the vertical wall becomes one at a door in the horizontal wall; the corner stays."""
    walls = [(3.0, 1.5, 0.05, 1.4, 0.5), (4.5, 3.0, 1.4, 0.05, 0.5)]
    world = make_world(hiders=[(3, 1, 0), (5.9, 0.1, 0)], walls=walls)
    reflect_bodies(DIAGONAL, world.counts, world.bodies, EVERYTHING)
    np.testing.assert_allclose(world.bodies.pose[0, :, :2], [(5, 3), (5.9, 0.1)], atol=1e-6)
    np.testing.assert_allclose(world.bodies.wall_centre[0, :2, :2], [(4.5, 3.0), (3.0, 1.5)], atol=1e-6)
    np.testing.assert_allclose(world.bodies.wall_half[0, :2, :2], [(1.4, 0.05), (0.05, 1.4)], atol=1e-6)


@pytest.mark.parametrize(("symmetry", "images"), YAW_CASES, ids=[str(case[0]) for case in YAW_CASES])
def test_agents_and_ramps_look_where_their_image_looks(symmetry: Symmetry, images: dict[float, float]):
    """All four directions along the axes."""
    for yaw, image in images.items():
        world = make_world(hiders=[(1, 2, yaw)], ramps=[(4, 2, yaw)])
        reflect_bodies(symmetry, world.counts, world.bodies, EVERYTHING)
        for body in (0, 1):
            assert modulo_turns(world.bodies.pose[0, body, 3] - image) == pytest.approx(0.0, abs=1e-6)


def test_a_long_box_lies_where_its_image_lies():
    """Along x or y it keeps its yaw, 0, and the diagonal exchanges its sizes; askew its ends are those of the image."""
    half = (0.825, 0.075, 0.25)
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 2, 0)], box_half=half)
    reflect_bodies(DIAGONAL, world.counts, world.bodies, EVERYTHING)
    assert world.bodies.pose[0, 1, 3] == 0.0
    np.testing.assert_allclose(world.bodies.half_size[0, 1], (0.075, 0.825, 0.25))
    yaw = 0.3
    for symmetry in (DIAGONAL, LEFT_RIGHT, UP_DOWN, HALF_TURN):
        world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, yaw)], box_half=half)
        reflect_bodies(symmetry, world.counts, world.bodies, EVERYTHING)
        end = 0.825 * np.array([math.cos(yaw), math.sin(yaw)])
        image = (end[::-1] if symmetry.swaps else end) * (symmetry.sign_x, symmetry.sign_y)
        angle, sizes = world.bodies.pose[0, 1, 3], world.bodies.half_size[0, 1]
        along = (math.cos(angle), math.sin(angle)) if sizes[0] > sizes[1] else (-math.sin(angle), math.cos(angle))
        assert abs(image @ along) == pytest.approx(0.825, abs=1e-6)


@pytest.mark.parametrize("symmetry", [DIAGONAL, LEFT_RIGHT, UP_DOWN, HALF_TURN], ids=str)
def test_the_image_of_the_image_is_the_original(symmetry: Symmetry):
    """In all that moves, what is held and locked included; angles up to whole turns."""
    options = {"boxes": [(2, 2, 0.3), (4, 4, -1)], "ramps": [(5, 1, 2)], "box_half": (0.825, 0.075, 0.25)}
    world = make_world(hiders=[(1, 2, 0.5), (3, 3, -4)], walls=[(3, 1, 0.05, 1, 0.5)], **options)
    generator = np.random.default_rng(0)
    bodies = world.bodies
    bodies.weld_object[0] = 1, 2
    for array in (bodies.velocity, bodies.weld_pose, bodies.lock_pose):
        array[:] = generator.normal(size=array.shape)
    before = {name: array.copy() for name, array in bodies._asdict().items()}
    reflect_bodies(symmetry, world.counts, bodies, EVERYTHING)
    assert any(not np.array_equal(before[name], array) for name, array in bodies._asdict().items())
    reflect_bodies(symmetry, world.counts, bodies, EVERYTHING)
    for name, array in bodies._asdict().items():
        difference = array.astype(float) - before[name]
        if name in ("pose", "weld_pose", "lock_pose"):
            difference[..., 3] = np.remainder(difference[..., 3] + math.pi, 2.0 * math.pi) - math.pi
        np.testing.assert_allclose(difference, 0.0, atol=2e-6, err_msg=name)


@pytest.mark.parametrize(
    ("symmetry", "image"),
    [
        (IDENTITY, (7, 2, 4)),
        (DIAGONAL, (8, 3, 6)),
        (LEFT_RIGHT, (3, 2, 6)),
        (UP_DOWN, (7, 8, 6)),
        (HALF_TURN, (3, 8, 4)),
    ],
    ids=str,
)
def test_forces_are_reflected_and_torques_change_sign(symmetry: Symmetry, image: tuple[int, int, int]):
    """A force of 2 buckets along x and -3 along y, and a torque of -1; half a turn keeps the torque."""
    movement = np.full((1, 1, 3), (7, 2, 4), np.int8)
    reflect_movement(symmetry, movement)
    assert movement[0, 0].tolist() == list(image)


@pytest.mark.parametrize("name", HIDE_AND_SEEK)
def test_the_papers_games_are_symmetric(name: str):
    """The quadrant has one reflection, random walls have three symmetries besides the identity."""
    assert len(symmetries_of(PRESETS[name])) == {"quadrant": 2, "random-walls": 4}[name]


def test_games_that_are_not_symmetric_are_refused_with_their_numbers():
    """An area that is another one when it is reflected, and positions that are corners."""
    symmetries_of(make_game("quadrant", area=(0.0, 1.0, 5.0, 6.0)))
    expected = "area is (0.1, 0.2, 5.9, 5.9), expected one that mirrored play does not change: "
    with pytest.raises(
        ValueError, match=re.escape(f"{expected}(x, y) -> (6 - y, 6 - x) makes it (0.1, 0.1, 5.8, 5.9)")
    ):
        symmetries_of(make_game("quadrant", area=(0.1, 0.2, 5.9, 5.9)))
    with pytest.raises(ValueError, match=re.escape("(x, y) -> (6 - x, y) makes it (-5, -6, 12, 12)")):
        symmetries_of(make_game("random-walls", area=(-6.0, -6.0, 11.0, 12.0)))
    with pytest.raises(ValueError, match="original_quirks is True, expected False in mirrored play"):
        symmetries_of(make_game("quadrant", original_quirks=True))
    with pytest.raises(TypeError, match="game is None"):
        symmetries_of(None)  # type: ignore[arg-type]
