"""Where a point of the world lies on a picture, and which ray a pixel looks along.

Coordinates are the world's [m], z up, and pixels, x to the right and y down.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from hideseek.sim.kernel import inline_kernel

AZIMUTH, ELEVATION = math.radians(-9.0), math.radians(53.0)
"""From where the camera looks: counter-clockwise from the south, and above the floor."""
DISTANCE = 13.0
"""From the camera to the middle of what it shows [m]: the smaller, the stronger the perspective."""
LIGHT = (-0.46, -0.40, 0.79)
"""Towards the light, a unit vector but for rounding: it comes from the left, a little from the front."""


class Camera(NamedTuple):
    """A perspective or a parallel projection."""

    matrix: Float64[np.ndarray, "4 4"]
    """From (x, y, z, 1) to (column, row, depth, 1) times the last; depth grows away from the camera, and is linear on a
    plane's picture."""
    rays: Float64[np.ndarray, "2 3 3"]
    """Origin and direction of a pixel's ray, each at pixel (0, 0) and its growth by column and by row."""


def look_at(box: tuple[np.ndarray, np.ndarray], width: int, height: int) -> Camera:
    """Return the camera that shows a cuboid of the world as large as a picture of `width` x `height` pixels allows.

    Args:
        box: its lowest and its highest corner [m].
        width: of the picture [pixel].
        height: of the picture [pixel].
    """
    right, up, forward = _axes(AZIMUTH, ELEVATION)
    eye = 0.5 * (box[0] + box[1]) - DISTANCE * forward
    relative = _corners(box) - eye
    plane = np.stack([relative @ right, -relative @ up], axis=1) / (relative @ forward)[:, None]
    scale, shift = _fit(plane, width, height)
    matrix = np.zeros((4, 4))
    matrix[0, :3], matrix[1, :3] = scale * right + shift[0] * forward, -scale * up + shift[1] * forward
    matrix[3, :3] = forward
    matrix[:, 3] = -matrix[:, :3] @ eye
    matrix[2, 3] = -1.0  # one over the distance is what is linear on the picture
    rays = np.zeros((2, 3, 3))
    rays[0, 0] = eye
    rays[1] = forward - (shift[0] * right - shift[1] * up) / scale, right / scale, -up / scale
    return Camera(matrix, rays)


def look_from_light(box: tuple[np.ndarray, np.ndarray], size: int) -> Camera:
    """Return the parallel projection of a cuboid of the world, as the light sees it, on `size` x `size` pixels."""
    light = np.array(LIGHT) / math.hypot(*LIGHT)
    right, up, forward = _axes(math.atan2(light[0], -light[1]), math.asin(light[2]))
    corners = _corners(box)
    plane = np.stack([corners @ right, -corners @ up], axis=1)
    scale, shift = _fit(plane, size, size)
    matrix = np.zeros((4, 4))
    matrix[0, :3], matrix[1, :3], matrix[2, :3] = scale * right, -scale * up, forward
    matrix[:2, 3], matrix[3, 3] = shift, 1.0
    rays = np.zeros((2, 3, 3))
    rays[0] = (shift[1] * up - shift[0] * right) / scale, right / scale, -up / scale
    rays[1, 0] = forward
    return Camera(matrix, rays)


@inline_kernel
def project(camera: Camera, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return column, row and depth of a point."""
    m = camera.matrix
    scale = 1.0 / (m[3, 0] * x + m[3, 1] * y + m[3, 2] * z + m[3, 3])
    column = (m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3]) * scale
    row = (m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3]) * scale
    return column, row, (m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3]) * scale


@inline_kernel
def ray_part(camera: Camera, part: int, axis: int, column: float, row: float) -> float:
    """Return a coordinate of the origin (`part` 0) or the direction (1) of the ray through a point of the picture."""
    rays = camera.rays
    return rays[part, 0, axis] + column * rays[part, 1, axis] + row * rays[part, 2, axis]


@inline_kernel
def point_on_ray(camera: Camera, column: float, row: float, along: float) -> tuple[float, float, float]:
    """Return the point that is `along` directions from the origin of a ray."""
    return (
        ray_part(camera, 0, 0, column, row) + along * ray_part(camera, 1, 0, column, row),
        ray_part(camera, 0, 1, column, row) + along * ray_part(camera, 1, 1, column, row),
        ray_part(camera, 0, 2, column, row) + along * ray_part(camera, 1, 2, column, row),
    )


def _axes(azimuth: float, elevation: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the unit vectors to the right, up and forward of a camera that is at these angles from what it shows."""
    right = np.array([math.cos(azimuth), math.sin(azimuth), 0.0])
    ahead = np.array([-math.sin(azimuth), math.cos(azimuth), 0.0])
    vertical = np.array([0.0, 0.0, 1.0])
    forward = math.cos(elevation) * ahead - math.sin(elevation) * vertical
    return right, np.cross(right, forward), forward


def _corners(box: tuple[np.ndarray, np.ndarray]) -> Float64[np.ndarray, "8 3"]:
    low, high = box
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def _fit(points: Float64[np.ndarray, "point 2"], width: int, height: int) -> tuple[float, Float64[np.ndarray, "2"]]:
    """Return the scale and the shift that put points into the middle of a picture, as large as it allows."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.array([width, height])
    scale = float((size / (high - low)).min())
    return scale, 0.5 * (size - scale * (low + high))
