"""The nearest surface is seen, whatever is drawn first, and edges are smooth."""

import math

import numpy as np
import pytest

from hideseek.view.oblique import camera as cameras
from hideseek.view.oblique.camera import Camera, look_at, project
from hideseek.view.oblique.raster import MIDDLE, SAMPLES, Layer, fill_balls, fill_faces, make_layer
from hideseek.view.oblique.solids import CUBOID, WEDGE, Balls, Faces, join, make_faces, place

SIZE = 100
GREY = np.full(3, 0.5)
BOX = np.array([-1.0, -1.0, 0.0]), np.array([1.0, 1.0, 0.0])


@pytest.fixture
def down(monkeypatch) -> Camera:
    """Return a camera 13 m above the middle of 2 m that are 100 pixels wide: pixel (50, 50) is at (0, 0)."""
    monkeypatch.setattr(cameras, "AZIMUTH", 0.0)
    monkeypatch.setattr(cameras, "ELEVATION", math.pi / 2)
    return look_at(BOX, SIZE, SIZE)


def square(x: float, y: float, z: float, side: float) -> Faces:
    """Return a level square that is seen from above, its lower left corner first."""
    sides = np.array([[[side, 0.0, 0.0], [0.0, side, 0.0]]])
    return make_faces(np.array([[x, y, z]]), sides, False, GREY, GREY, 0.0)


def solid(shape, x: float, y: float, half: float, yaw: float = 0.0) -> Faces:
    """Return a body that stands on the floor."""
    corner, sides, triangle = place(shape, np.array([[x, y, half, yaw]]), np.full((1, 3), half))
    return make_faces(corner, sides, triangle, GREY, GREY, 0.0)


def ball(x: float, y: float, z: float, radius: float) -> Balls:
    grey, up = GREY[None], np.array([[0.0, 0.0, 1.0]])
    return Balls(np.array([[x, y, z]]), np.array([radius]), grey, grey, up, np.array([2.0]), np.zeros(1, np.bool_))


def draw(camera: Camera, faces: Faces, offsets=MIDDLE) -> Layer:
    layer = make_layer(len(offsets), SIZE, SIZE)
    fill_faces(layer, camera, faces, 0, len(faces.corner), offsets)
    return layer


def test_square_covers_the_pixels_that_it_should(down):
    """Half a metre at the floor is 25 pixels; nothing else is touched."""
    layer = draw(down, square(0.0, 0.0, 0.0, 0.5))
    expected = np.zeros((SIZE, SIZE), int)
    expected[25:50, 50:75] = 1
    np.testing.assert_array_equal(layer.owner[0], expected)
    assert layer.depth[0, 30, 60] == pytest.approx(-1 / 13)
    assert np.isinf(layer.depth[0, 60, 60])


def test_only_the_outer_side_of_a_face_is_seen(down):
    """A square whose sides are swapped looks downwards."""
    corner = np.array([[0.0, 0.0, 0.0]])
    sides = np.array([[[0.0, 0.5, 0.0], [0.5, 0.0, 0.0]]])
    assert not draw(down, make_faces(corner, sides, False, GREY, GREY, 0.0)).owner.any()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_depth_decides_not_the_order_of_drawing(down, order):
    """Of three squares above each other the highest is seen where it is, then the next."""
    squares = [square(-0.5, -0.5, 0.0, 1.0), square(-0.5, -0.5, 0.5, 0.5), square(-0.5, -0.5, 1.0, 0.25)]
    layer = draw(down, join([squares[k] for k in order]))
    seen = np.array([-1, *order])[layer.owner[0]]
    assert seen[70, 30] == 2  # at (-0.4, -0.4)
    assert seen[60, 45] == 1
    assert seen[35, 65] == 0
    assert seen[20, 20] == -1


def test_faces_that_cross_are_seen_on_their_sides():
    """Two boxes that stick in each other, looked at obliquely: every sample has the nearer of both alone."""
    camera = look_at((np.array([-1.0, -1.0, 0.0]), np.array([1.0, 1.0, 0.5])), SIZE, SIZE)
    first, second = solid(CUBOID, -0.1, 0.0, 0.3), solid(CUBOID, 0.15, 0.1, 0.3, yaw=0.7)
    alone = [draw(camera, faces).depth for faces in (first, second)]
    np.testing.assert_allclose(draw(camera, join([first, second])).depth, np.minimum(*alone), rtol=1e-6)


def test_box_behind_a_box_is_hidden_and_before_it_seen(monkeypatch):
    """From the south, of two equal boxes that touch the southern one hides the other's front, but not its top."""
    monkeypatch.setattr(cameras, "AZIMUTH", 0.0)
    camera = look_at((np.array([-1.0, -1.0, 0.0]), np.array([1.0, 1.0, 0.5])), SIZE, SIZE)
    layer = draw(camera, join([solid(CUBOID, 0.0, 0.3, 0.25), solid(CUBOID, 0.0, -0.2, 0.25)]))
    assert not (layer.owner == 2).any(), "the front of the northern box"
    assert (layer.owner == 1).any(), "its top"
    assert (layer.owner == 7).any(), "the front of the southern box"


def test_ramp_s_slope_and_sides(down):
    """From above only the slope is seen, as large as its bounding box, nearer towards -y."""
    layer = draw(down, solid(WEDGE, 0.0, 0.0, 0.25))
    assert set(np.unique(layer.owner)) == {0, 1}
    assert layer.depth[0, 60, 50] == pytest.approx(-1 / (13 - (0.25 + 0.2)), rel=1e-2)
    assert layer.depth[0, 60, 50] < layer.depth[0, 40, 50]


def test_triangle_covers_half(down):
    """Of a square's pixels, but for the diagonal."""
    sides = np.array([[[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]])
    faces = make_faces(np.array([[0.0, 0.0, 0.0]]), sides, True, GREY, GREY, 0.0)
    assert np.count_nonzero(draw(down, faces).owner) == pytest.approx(25 * 25 / 2, abs=25)


def test_ball_is_a_disc_and_hides_what_is_below(down):
    """A ball on the floor: its area, its nearest point, and a square at the height of its middle."""
    layer = draw(down, square(-1.0, -1.0, 0.2, 2.0))
    fill_balls(layer, down, ball(0.01, 0.01, 0.2, 0.2), 5, MIDDLE)
    radius = 10.0 * 13.0 / 12.8
    assert np.count_nonzero(layer.owner == 5) == pytest.approx(math.pi * radius**2, rel=0.04)
    assert layer.depth.min() == pytest.approx(-1 / 12.6, rel=1e-4)


def test_edge_moves_smoothly(down):
    """A quarter of a pixel to the right uncovers a quarter of the samples of the pixels at the left edge."""
    pixel = 2.0 / SIZE
    shares = []
    for step in range(5):
        layer = draw(down, square(0.25 * step * pixel, -0.5, 0.0, 0.5), SAMPLES)
        shares.append(layer.owner[:, 60, 50].astype(bool).mean())
    assert shares == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_level_edge_moves_smoothly(down):
    """The same upwards."""
    pixel = 2.0 / SIZE
    shares = [
        draw(down, square(-0.5, 0.25 * step * pixel, 0.0, 0.5), SAMPLES).owner[:, 49, 40].astype(bool).mean()
        for step in range(5)
    ]
    assert shares == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_what_is_outside_the_picture_does_no_harm(down):
    """Beside it, across its border, behind the camera."""
    camera = look_at((np.array([-1.0, -1.0, 0.0]), np.array([1.0, 1.0, 0.5])), SIZE, SIZE)
    eye = camera.rays[0, 0]
    behind = 2.0 * eye
    far = [square(50.0, 3.0, 0.0, 1.0), square(behind[0], behind[1], behind[2], 1.0), square(-40.0, -0.1, 0.0, 80.0)]
    layer = draw(camera, join(far))
    assert set(np.unique(layer.owner)) == {0, 3}
    fill_balls(layer, camera, ball(*behind, 1.0), 9, MIDDLE)
    fill_balls(layer, camera, ball(*eye, 1.0), 9, MIDDLE)
    assert not (layer.owner == 9).any()
    column, row, _ = project.py_func(camera, 0.0, 0.0, 0.0)
    assert layer.owner[0, int(row), int(column)] == 3
