"""The oblique picture shows who and what is where, and every mark."""

import numpy as np
import pytest

from hideseek.game.floor import FLOOR_SIZE
from hideseek.view.header import header_height
from hideseek.view.oblique.camera import look_at, project
from hideseek.view.oblique.render import PADLOCK_HEIGHT, render_oblique
from hideseek.view.oblique.scene import WALL_HEIGHT
from hideseek.view.oblique.shade import WALL_SIDE_OPACITY
from hideseek.view.palette import BOX, CYLINDER, CYLINDER_SIDE, FLOOR, HIDER, SEEKER, WHITE, colour
from hideseek.view.worlds import floor_margin

SIZE = (640, 480)
TOP = header_height(480)


def render(scene, **options) -> np.ndarray:
    return render_oblique(scene.bodies, scene.record, scene.game, 0, **options)


def at(scene, image: np.ndarray, x: float, y: float, z: float) -> np.ndarray:
    """Return the colour of a point of the world in a picture of 640 x 480 pixels."""
    row, column = place_of(scene, x, y, z)
    return image[row, column].astype(int)


def place_of(scene, x: float, y: float, z: float) -> tuple[int, int]:
    """Return the row and column of a point of the world in a picture of 640 x 480 pixels."""
    margin = floor_margin(scene.game)
    box = np.array([-margin, -margin, 0.0]), np.array([FLOOR_SIZE + margin, FLOOR_SIZE + margin, WALL_HEIGHT])
    column, row, _ = project.py_func(look_at(box, SIZE[0], SIZE[1] - TOP), x, y, z)
    return TOP + int(row), int(column)


def rgb(code: str) -> np.ndarray:
    return 255 * np.array(colour(code)[:3])


def nearest_colour(pixel: np.ndarray, *codes: str) -> str:
    """Return which colour a pixel's hue is nearest to, whatever the light."""
    hues = [rgb(code) / np.linalg.norm(rgb(code)) for code in codes]
    return codes[int(np.argmax([hue @ pixel for hue in hues]))]


@pytest.mark.parametrize("size", [(64, 64), (101, 77), (640, 480), (200, 64), (64, 300)])
def test_picture_has_the_size_asked_for_in_even_numbers(scene, size):
    """Videos need even sides; the header is part of the picture."""
    image = render(scene, size=size)
    assert image.dtype == np.uint8
    assert image.shape == (size[1] + size[1] % 2, size[0] + size[0] % 2, 3)


def test_teams_and_boxes_have_their_colours(scene):
    """Hiders are blue, seekers red, boxes amber, the floor is light."""
    image = render(scene, views=False)
    assert nearest_colour(at(scene, image, 1, 1, 0.3), HIDER, SEEKER, BOX) == HIDER
    assert nearest_colour(at(scene, image, 5, 5, 0.3), HIDER, SEEKER, BOX) == SEEKER
    assert np.abs(at(scene, image, 2, 3, 0.5) - rgb(BOX)).max() < 6, "a level surface in full light has its own colour"
    assert np.abs(at(scene, image, 2.5, 1.5, 0.0) - rgb(FLOOR)).max() < 6


def test_what_the_light_does_not_reach_is_darker(scene):
    """A box throws its shadow away from the light, on the floor behind it."""
    image = render(scene, views=False)
    assert at(scene, image, 2.4, 3.2, 0.0).sum() < 0.85 * at(scene, image, 2.4, 2.6, 0.0).sum()


def test_box_hides_what_is_behind_it(scene):
    """An agent behind a box leaves no trace on the box's front; before it, it is seen."""
    scene.bodies.exists[0, 5:] = False
    scene.bodies.pose[0, 0, :2] = [2.0, 3.5]
    front = at(scene, render(scene, views=False), 2.0, 2.75, 0.25)
    assert nearest_colour(front, HIDER, BOX) == BOX
    scene.bodies.pose[0, 0, :2] = [2.0, 2.5]
    assert nearest_colour(at(scene, render(scene, views=False), 2.0, 2.35, 0.15), HIDER, BOX) == HIDER


def test_wall_can_be_seen_through(scene):
    """The difference between two locks' colours shrinks by the opacity of a wall before them.

    It is looked for on a face that gets no direct light, so that the wall's shadow changes nothing.
    """
    scene.bodies.pose[0, 4, 3] = np.radians(-45.0)
    scene.bodies.locked[0, 0] = True

    def contrast() -> np.ndarray:
        pixels = []
        for scene.record.lock_owner[0, 0] in (1, 2):
            pixels.append(at(scene, render(scene, views=False), 2.016, 2.662, 0.2))
        return pixels[1] - pixels[0]

    scene.bodies.wall_count[0] = 0
    free = contrast()
    scene.bodies.wall_count[0] = 1
    scene.bodies.wall_centre[0, 0], scene.bodies.wall_half[0, 0] = [2.0, 2.62, 0.25], [1.0, 0.02, 0.25]
    assert np.abs(free).max() > 80
    assert contrast() == pytest.approx((1.0 - WALL_SIDE_OPACITY) * free, abs=3)


def test_outer_walls_are_drawn_low(scene):
    """The fence of 4 m hides no more than one of half a metre."""
    high = render(scene)
    scene.bodies.wall_centre[0, :4, 2] = scene.bodies.wall_half[0, :4, 2] = 0.25
    assert np.array_equal(render(scene), high)


def test_edges_are_smooth(scene):
    """As the dark edge of a box comes into a pixel of the floor, the pixel darkens bit by bit."""
    scene.bodies.exists[0, 5:] = False
    shades = []
    for step in range(7):
        scene.bodies.pose[0, 4, 1] = 2.99 + 0.005 * step
        shades.append(int(at(scene, render(scene, views=False), 2.0, 3.256, 0.5)[2]))
    changes = -np.diff(shades)
    assert changes.sum() > 100, shades
    assert (changes >= -1).all()
    assert changes.max() < 0.6 * changes.sum()


def test_absent_box_is_not_drawn(scene):
    """Spare capacity leaves no trace."""
    scene.bodies.exists[0, 5] = False
    without = render(scene)
    scene.bodies.pose[0, 5, 0] = 1.0
    assert np.array_equal(render(scene), without)


@pytest.mark.parametrize(("owner", "team"), [(1, HIDER), (2, SEEKER)])
def test_locked_object_has_a_padlock_and_edges_in_its_team_s_colour(scene, owner, team):
    """Both tell whose lock it is; on a box and on a ramp."""
    scene.bodies.locked[0, [0, 2]] = True
    scene.record.lock_owner[0, [0, 2]] = owner
    image = render(scene)
    for x in (2, 4):
        padlock = at(scene, image, x, 3, 0.5 + PADLOCK_HEIGHT - 0.05)
        assert nearest_colour(padlock, HIDER, SEEKER) == team
        assert padlock.max() - padlock.min() > 60
    assert nearest_colour(at(scene, image, 2, 2.77, 0.5), HIDER, SEEKER) == team
    assert nearest_colour(at(scene, image, 4, 2.76, 0.5), HIDER, SEEKER) == team


def test_grabbed_object_has_a_chain_to_its_agent(scene):
    """White above both, where there was floor or box before."""
    scene.bodies.pose[0, 0, :2] = [2.0, 2.4]
    free = render(scene)
    scene.bodies.weld_object[0, 0] = 0
    changed = (np.abs(render(scene).astype(int) - free).max(axis=2) > 60)[TOP:]
    assert changed.sum() > 100
    held = render(scene)[TOP:][changed]
    assert (held.min(axis=1) > 200).sum() > 20, "white links"
    assert (held.max(axis=1) < 80).sum() > 20, "in dark ink"


def test_seekers_close_their_eyes_during_preparation(scene):
    """Only theirs: lids are over the pupils; hiders look the same."""
    scene.bodies.pose[0, :4, 3] = 0.0  # facing the camera
    asleep = render(scene, views=False)
    scene.record.step[0] = scene.game.preparation_steps
    awake = render(scene, views=False)
    assert np.array_equal(awake[300:], asleep[300:]), "the hiders' half"
    row, column = place_of(scene, 5.0, 4.9, 0.22)
    heads = [image[row - 8 : row + 8, column - 12 : column + 12] for image in (awake, asleep)]
    dark = [np.count_nonzero(head.max(axis=2) < 90) for head in heads]
    assert dark[0] > 10, "pupils"
    assert dark[1] < 3


def test_seen_hider_is_marked_only_after_preparation(scene):
    """A halo on the floor and the header's verdict; a line from the seeker at any time."""
    scene.record.sees_agent[0, 2, 0] = True
    before = render(scene, views=False)
    scene.record.step[0] = scene.game.preparation_steps
    after = render(scene, views=False)
    halo = 1.25, 0.95, 0.0
    assert at(scene, after, *halo)[1] < at(scene, before, *halo)[1] - 20
    assert not np.array_equal(before[:TOP], after[:TOP])
    for image in (before, after):
        assert nearest_colour(at(scene, image, 1.0, 3.0, 0.15), SEEKER, WHITE) == SEEKER


def test_views_can_be_left_out(scene):
    """The floor before an agent is tinted, or not."""
    scene.bodies.pose[0, 0, :2] = [1.0, 2.5]
    tinted, plain = (at(scene, render(scene, views=views), 1.0, 1.7, 0.0) for views in (True, False))
    assert tinted[2] - tinted[0] > plain[2] - plain[0] + 20


def test_agent_that_left_stands_at_the_border(scene):
    """Where nothing fences the floor, an agent far outside is still shown, even behind the camera."""
    scene.bodies.pose[0, 1, :2] = [1.0, -40.0]
    image = render(scene)
    assert nearest_colour(at(scene, image, 1.0, -0.05 + 0.15, 0.3), HIDER, SEEKER, BOX) == HIDER


def test_pictures_are_the_same_again(scene):
    """Equal worlds make equal pictures, and looking changes nothing."""
    before = [array.copy() for array in (*scene.bodies, *scene.record)]
    assert np.array_equal(render(scene), render(scene))
    assert all(np.array_equal(a, b) for a, b in zip(before, (*scene.bodies, *scene.record), strict=True))


def test_cylinder_stands_where_it_is_and_hides_what_is_behind_it(shelter):
    """Its top has its colour, its side is darker, its shadow falls away from the light; a box behind it is hidden."""
    image = render(shelter, views=False)
    for x, y in ((3.0, 3.0), (2.3, 3.0), (3.0, 3.7), (3.5, 3.5)):
        assert nearest_colour(at(shelter, image, x, y, 0.5), CYLINDER, BOX, FLOOR) == CYLINDER
    assert nearest_colour(at(shelter, image, 3.0, 2.21, 0.25), CYLINDER_SIDE, BOX, FLOOR) == CYLINDER_SIDE
    assert at(shelter, image, 3.0, 2.21, 0.25).sum() < at(shelter, image, 3.0, 3.0, 0.5).sum()
    shelter.bodies.pose[0, 1, :2] = 3.0, 3.0
    assert np.array_equal(render(shelter, views=False)[260:300, 300:340], image[260:300, 300:340]), "a box within it"


def test_cylinder_of_no_radius_is_not_drawn(shelter):
    """It is none."""
    shelter.bodies.cylinder_size[:] = 0.0
    assert np.abs(at(shelter, render(shelter, views=False), 3.4, 3.4, 0.0) - rgb(FLOOR)).max() < 6
