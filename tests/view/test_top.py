"""The picture from above shows who and what is where."""

import math

import numpy as np
import pytest

from hideseek.view.header import header_height
from hideseek.view.palette import BOX, CYLINDER, FLOOR, HIDER, SEEKER, colour
from hideseek.view.top import render_top

SIZE = 240
FENCED = 6.1
"""Width of the floor that a fenced game's picture shows [m]; it begins at -0.05."""


def at(image: np.ndarray, x: float, y: float) -> np.ndarray:
    """Return the colour of a point of the floor [m] in a picture of a fenced game."""
    size = image.shape[1]
    top = image.shape[0] - size
    return image[top + int(size - (y + 0.05) / FENCED * size), int((x + 0.05) / FENCED * size)].astype(int)


def distance(pixel: np.ndarray, code: str) -> float:
    """Return how far a pixel is from a colour, in levels of 255."""
    return float(np.abs(pixel - 255 * np.array(colour(code)[:3])).max())


def render(scene, size=SIZE):
    return render_top(scene.bodies, scene.record, scene.game, 0, size)


@pytest.mark.parametrize("size", [64, 101, 240, 480])
def test_picture_has_the_size_asked_for_in_even_numbers(scene, size):
    """Videos need even sides; the header comes on top."""
    image = render(scene, size)
    even = size + size % 2
    assert image.dtype == np.uint8
    assert image.shape == (even + header_height(even), even, 3)
    assert header_height(even) % 2 == 0


def test_teams_and_boxes_have_their_colours(scene):
    """Hiders are blue, seekers red, boxes amber, and the floor shows between them."""
    scene.bodies.pose[0, :4, 3] = math.pi  # Looking up: their faces are not at the centre, their views not at (3, 1).
    image = render(scene, 480)
    assert distance(at(image, 1, 1), HIDER) < 3
    assert distance(at(image, 5, 1), HIDER) < 3
    assert distance(at(image, 1, 5), SEEKER) < 3
    assert distance(at(image, 2.0, 3.23), BOX) < 3
    assert distance(at(image, 3.3, 0.5), FLOOR) < 3


def test_cylinder_is_a_disc(shelter):
    """In its own colour, as wide as it is."""
    image = render(shelter, 480)
    for x, y in ((3.0, 3.0), (3.7, 3.0), (3.0, 2.3)):
        assert distance(at(image, x, y), CYLINDER) < 3
    assert distance(at(image, 3.6, 3.6), FLOOR) < 3
    shelter.bodies.cylinder_size[:] = 0.0
    assert distance(at(render(shelter, 480), 3.4, 3.4), CYLINDER) > 50


def test_absent_box_is_not_drawn(scene):
    """Spare capacity leaves no trace."""
    scene.bodies.exists[0, 5] = False
    with_one = render(scene)
    scene.bodies.pose[0, 5, 0] = 1.0
    assert np.array_equal(render(scene), with_one)


def test_locked_box_has_a_rim_in_its_team_s_colour(scene):
    """The rim tells whose lock it is."""
    scene.bodies.locked[0, :2] = True
    scene.record.lock_owner[0, :2] = [1, 2]
    image = render(scene, 480)
    assert distance(at(image, 2.0, 3.27), HIDER) < 20
    assert distance(at(image, 3.0, 3.27), SEEKER) < 20


def test_ramp_is_brighter_towards_its_top(scene):
    """A ramp climbs along local -y."""
    image = render(scene, 480)
    assert at(image, 4.15, 2.85).sum() > at(image, 4.15, 3.2).sum() + 60


def test_view_ends_at_what_blocks_it(scene):
    """The floor is tinted in front of a seeker and untouched behind a box that it looks at."""
    scene.bodies.pose[0, 2, :2] = [2.0, 4.2]
    image = render(scene, 480)
    before, behind = at(image, 2.2, 3.6), at(image, 2.0, 2.5)
    assert before[0] - before[1] > 15
    assert abs(behind[0] - behind[1]) <= 5


def test_grabbed_object_is_tied_to_its_agent(scene):
    """A white rod runs from the agent to what it holds."""
    scene.bodies.pose[0, 0] = [2.0, 2.5, 0.15, math.pi]
    free = at(render(scene, 480), 2.0, 2.7)
    scene.bodies.weld_object[0, 0] = 0
    assert distance(at(render(scene, 480), 2.0, 2.7), "ffffff") < 40 < distance(free, "ffffff")


def test_seen_hider_is_marked_only_after_preparation(scene):
    """The header says hidden or seen, and the seen hider has a halo."""
    scene.record.step[0] = scene.game.preparation_steps
    hidden = render(scene)
    scene.record.sees_agent[0, 2, 0] = True
    seen = render(scene)
    top = header_height(SIZE)
    assert not np.array_equal(hidden[:top], seen[:top])
    assert at(seen, 1.25, 1.0)[1] < at(hidden, 1.25, 1.0)[1] - 20


def test_bar_grows_with_time(scene):
    """The header's last row fills from left to right."""
    lengths = []
    for step in (0, 20, 40, 79):
        scene.record.step[0] = step
        row = render(scene)[header_height(SIZE) - 1].astype(int)
        lengths.append(int(np.abs(row - row[-1]).sum(-1).astype(bool).sum()))
    assert lengths == sorted(lengths)
    assert lengths[-1] > 0.9 * SIZE


def test_agent_that_left_stands_at_the_border(scene):
    """Where nothing fences the floor, an agent far outside is still shown."""
    scene.bodies.pose[0, 1] = [20.0, 1.0, 0.15, math.pi]
    image = render(scene, 480)
    assert distance(at(image, 6.05 - 0.15, 1.0), HIDER) < 3


def test_state_is_left_as_it_was(scene):
    """Looking changes nothing."""
    before = [array.copy() for array in (*scene.bodies, *scene.record)]
    render(scene)
    assert all(np.array_equal(a, b) for a, b in zip(before, (*scene.bodies, *scene.record), strict=True))


def test_bad_requests_are_refused(scene):
    """A size too small to show anything, and a world that is not there."""
    with pytest.raises(ValueError, match="size is 10"):
        render(scene, 10)
    with pytest.raises(ValueError, match="w is 3, expected an integer from 0 to 0"):
        render_top(scene.bodies, scene.record, scene.game, 3)
