"""Shapes cover what they should, smoothly, and only inside the picture."""

import math

import numpy as np
import pytest

from hideseek.view.canvas import fill_capsule, fill_fan, fill_polygon

RED = (1.0, 0.0, 0.0, 1.0)


def black(size: int = 40) -> np.ndarray:
    return np.zeros((size, size, 3), np.uint8)


def covered_pixels(image: np.ndarray) -> float:
    return image[..., 0].sum() / 255.0


def test_disc_covers_its_area():
    """Coverage at the edge is fractional, so that it adds up to the area of the disc."""
    image = black()
    fill_capsule(image, 20.3, 19.6, 20.3, 19.6, 9.5, RED, 1.0)
    assert covered_pixels(image) == pytest.approx(math.pi * 9.5**2, rel=0.01)
    assert len(np.unique(image[..., 0])) > 10


def test_line_covers_its_length_and_round_ends():
    """A line of radius r and length l covers 2 r l and one disc."""
    image = black()
    fill_capsule(image, 8.0, 10.0, 30.0, 25.0, 3.0, RED, 1.0)
    length = math.hypot(22.0, 15.0)
    assert covered_pixels(image) == pytest.approx(6.0 * length + math.pi * 9.0, rel=0.02)


@pytest.mark.parametrize("order", [1, -1])
def test_polygon_covers_its_area_in_either_order(order):
    """Corners may go round either way."""
    image = black()
    corners = np.array([[8.0, 20.0], [20.0, 6.0], [33.0, 22.0], [19.0, 35.0]])
    x, y = corners.T
    area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    fill_polygon(image, np.ascontiguousarray(corners[::order]), RED, 1.0)
    assert covered_pixels(image) == pytest.approx(area, rel=0.01)


def test_opacity_mixes_with_what_is_there():
    """Half-transparent red over white leaves full red and half of green and blue."""
    image = np.full((20, 20, 3), 255, np.uint8)
    fill_polygon(image, np.array([[2.0, 2.0], [18.0, 2.0], [18.0, 18.0], [2.0, 18.0]]), (1.0, 0.0, 0.0, 0.5), 1.0)
    assert image[10, 10].tolist() == [255, 128, 128]
    assert image[0, 0].tolist() == [255, 255, 255]


def test_softness_widens_the_edge():
    """A soft edge has more half-covered pixels than a sharp one."""
    sharp, soft = black(), black()
    fill_capsule(sharp, 20.0, 20.0, 20.0, 20.0, 10.0, RED, 1.0)
    fill_capsule(soft, 20.0, 20.0, 20.0, 20.0, 10.0, RED, 8.0)
    partly = [np.count_nonzero((image[..., 0] > 0) & (image[..., 0] < 255)) for image in (sharp, soft)]
    assert partly[1] > 4 * partly[0]


def test_shapes_reach_over_the_border_unharmed():
    """What lies outside the picture is left out."""
    image = black(16)
    fill_capsule(image, -4.0, 8.0, 30.0, 8.0, 2.0, RED, 1.0)
    fill_polygon(image, np.array([[-50.0, -50.0], [-40.0, -50.0], [-40.0, -40.0]]), RED, 1.0)
    assert image[7:9, :, 0].min() == 255
    assert image[:5].max() == 0
    assert image[12:].max() == 0


def test_fan_stops_where_its_rays_end():
    """A fan towards +x whose rays end after 10 pixels colours nothing behind, beside or beyond."""
    image = black()
    fill_fan(image, 20.0, 20.0, -0.5, np.full(21, 10.0), 0.05, 1e6, RED)
    assert image[20, 26, 0] > 250
    assert image[20, 33, 0] == 0
    assert image[20, 14, 0] == 0
    assert image[30, 20, 0] == 0


def test_fan_fades_with_distance():
    """The colour is weaker the farther it is, and gone at the fading distance."""
    image = black()
    fill_fan(image, 2.0, 20.0, -0.5, np.full(21, 100.0), 0.05, 30.0, RED)
    near, middle, far = (int(image[20, column, 0]) for column in (6, 17, 35))
    assert near > middle > 0
    assert far == 0
