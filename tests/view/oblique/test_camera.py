"""Points lie on the picture where they should, and rays lead back to them."""

import math

import numpy as np
import pytest

from hideseek.view.oblique import camera as cameras
from hideseek.view.oblique.camera import Camera, look_at, look_from_light, project

BOX = np.array([-0.5, -0.5, 0.0]), np.array([6.5, 6.5, 0.5])


def both(width: int = 320, height: int = 200) -> list[Camera]:
    return [look_at(BOX, width, height), look_from_light(BOX, 128)]


def test_straight_down_by_hand(monkeypatch):
    """From 13 m above, 200 pixels for 2 m: 1300 pixels per unit of x over distance, north is up."""
    monkeypatch.setattr(cameras, "AZIMUTH", 0.0)
    monkeypatch.setattr(cameras, "ELEVATION", math.pi / 2)
    camera = look_at((np.array([-1.0, -1.0, 0.0]), np.array([1.0, 1.0, 0.0])), 200, 200)
    assert camera.rays[0, 0] == pytest.approx([0.0, 0.0, 13.0])
    found = project.py_func(camera, 0.5, 0.25, 1.0)
    assert found == pytest.approx((100 + 1300 * 0.5 / 12, 100 - 1300 * 0.25 / 12, -1 / 12))


def test_from_the_south_by_hand(monkeypatch):
    """At 30 degrees above the floor, 13 m from the middle: what is east is right, what is high is up."""
    monkeypatch.setattr(cameras, "AZIMUTH", 0.0)
    monkeypatch.setattr(cameras, "ELEVATION", math.radians(30))
    camera = look_at((np.array([-1.0, 0.0, 0.0]), np.array([1.0, 0.0, 1e-9])), 200, 100)
    height, away = 13.0 * 0.5, 13.0 * math.sqrt(0.75)
    assert camera.rays[0, 0] == pytest.approx([0.0, -away, height])
    # A point 1 m above the middle is 0.5 m nearer, and sqrt(3) / 2 m above the middle of the picture.
    found = project.py_func(camera, 0.0, 0.0, 1.0)
    assert found == pytest.approx((100.0, 50.0 - 1300 * math.sqrt(0.75) / 12.5, -1 / 12.5))


@pytest.mark.parametrize("which", [0, 1])
def test_rays_lead_back_to_what_is_projected(which):
    """The ray through a point's picture meets the point."""
    camera = both()[which]
    for point in np.random.default_rng(0).uniform(*BOX, (20, 3)):
        column, row, _ = project.py_func(camera, *point)
        origin, direction = (np.array([1.0, column, row]) @ camera.rays[part] for part in (0, 1))
        along = (point - origin) @ direction / (direction @ direction)
        assert origin + along * direction == pytest.approx(point)


@pytest.mark.parametrize("which", [0, 1])
def test_depth_grows_along_rays(which):
    """Of two points that lie behind each other the farther one has the larger depth."""
    camera = both()[which]
    origin, direction = (np.array([1.0, 50.0, 60.0]) @ camera.rays[part] for part in (0, 1))
    depths = [project.py_func(camera, *(origin + along * direction))[2] for along in (6.0, 9.0, 12.0)]
    assert depths == sorted(depths)
    assert len(set(depths)) == 3


@pytest.mark.parametrize(("width", "height"), [(320, 200), (200, 320), (64, 8000)])
def test_all_of_the_box_is_in_the_picture_and_fills_it(width, height):
    """Its corners touch two borders that face each other, and are as far from the others."""
    camera = look_at(BOX, width, height)
    corners = [[x, y, z] for x in (-0.5, 6.5) for y in (-0.5, 6.5) for z in (0.0, 0.5)]
    places = np.array([project.py_func(camera, *corner)[:2] for corner in corners])
    low, high = places.min(axis=0), np.array([width, height]) - places.max(axis=0)
    assert low == pytest.approx(high)
    assert low.min() == pytest.approx(0.0, abs=1e-6)
