"""Which face or ball is seen where: a depth for every sample of a picture.

A pixel has several samples at places of their own; each keeps the nearest surface. Owners are numbers: 0 nothing, then
faces from 1, then balls.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Float64, Int16

from hideseek.sim.kernel import entry_kernel, inline_kernel, kernel
from hideseek.view.oblique.camera import Camera, point_on_ray, project, ray_part
from hideseek.view.oblique.solids import Balls, Faces

SAMPLES = np.array([[0.375, 0.125], [0.875, 0.375], [0.125, 0.625], [0.625, 0.875]])
"""Places of a pixel's samples (column, row): no two share one, so that upright and level edges have four steps."""
MIDDLE = np.array([[0.5, 0.5]])
NEAREST = 0.5
"""What is nearer to the camera than this is left out [m]."""


class Layer(NamedTuple):
    """The nearest surface of every sample."""

    depth: Float32[np.ndarray, "sample row column"]
    owner: Int16[np.ndarray, "sample row column"]


def make_layer(samples: int, height: int, width: int) -> Layer:
    """Return a layer without any surface."""
    shape = (samples, height, width)
    return Layer(np.full(shape, np.inf, np.float32), np.zeros(shape, np.int16))


@entry_kernel
def fill_faces(
    layer: Layer, camera: Camera, faces: Faces, first: int, last: int, offsets: Float64[np.ndarray, "sample 2"]
) -> None:
    """Draw the faces `first` to below `last`, as far as they show the camera their outer side.

    Args:
        layer: what is drawn on.
        camera: the projection.
        faces: all faces.
        first: index of the first one.
        last: index behind the last one.
        offsets: where in a pixel its samples lie.
    """
    for k in range(first, last):
        _fill_face(layer, camera, faces, k, offsets)


@kernel
def _corner(camera, faces, k, a, b):
    """Project the point (a, b) of a face."""
    x = faces.corner[k, 0] + a * faces.sides[k, 0, 0] + b * faces.sides[k, 1, 0]
    y = faces.corner[k, 1] + a * faces.sides[k, 0, 1] + b * faces.sides[k, 1, 1]
    z = faces.corner[k, 2] + a * faces.sides[k, 0, 2] + b * faces.sides[k, 1, 2]
    m = camera.matrix
    near = m[3, 0] * x + m[3, 1] * y + m[3, 2] * z + m[3, 3] < NEAREST
    column, row, depth = project(camera, x, y, z)
    return column, row, depth, near


@kernel
def _fill_face(layer, camera, faces, k, offsets):
    x0, y0, z0, near0 = _corner(camera, faces, k, 0.0, 0.0)
    x1, y1, z1, near1 = _corner(camera, faces, k, 1.0, 0.0)
    x3, y3, z3, near3 = _corner(camera, faces, k, 0.0, 1.0)
    if faces.triangle[k]:
        x2, y2, near2 = x3, y3, near3
    else:
        x2, y2, _, near2 = _corner(camera, faces, k, 1.0, 1.0)
    # Counter-clockwise seen from outside is a negative area where rows grow downwards.
    area = (x1 - x0) * (y3 - y0) - (x3 - x0) * (y1 - y0)
    if near0 or near1 or near2 or near3 or not area <= -1e-9:
        return
    by_column = ((z1 - z0) * (y3 - y0) - (z3 - z0) * (y1 - y0)) / area
    by_row = ((z3 - z0) * (x1 - x0) - (z1 - z0) * (x3 - x0)) / area
    height, width = layer.depth.shape[1], layer.depth.shape[2]
    top, bottom = min(y0, y1, y2, y3), max(y0, y1, y2, y3)
    for s in range(offsets.shape[0]):
        dx, dy = offsets[s, 0], offsets[s, 1]
        first_row, end_row = _span(top - dy, bottom - dy, height)
        for row in range(first_row, end_row):
            y = row + dy
            left, right = -math.inf, math.inf
            left, right = _clip(left, right, x0, y0, x1, y1, y)
            left, right = _clip(left, right, x1, y1, x2, y2, y)
            left, right = _clip(left, right, x2, y2, x3, y3, y)
            left, right = _clip(left, right, x3, y3, x0, y0, y)
            depth = z0 + by_column * (dx - x0) + by_row * (y - y0)
            first_column, end_column = _span(left - dx, right - dx, width)
            for column in range(first_column, end_column):
                here = np.float32(depth + by_column * column)
                if here < layer.depth[s, row, column]:
                    layer.depth[s, row, column] = here
                    layer.owner[s, row, column] = k + 1


@inline_kernel
def _span(low, high, size):
    """Return the first whole number from `low` on, and the one behind the last up to `high`, within 0 .. `size` - 1.

    Both are the same where there is none, and for what is no number. Clipped as floats: what is too large for an
    integer becomes any integer, and nothing checks indices.
    """
    first, last = max(low, 0.0), min(high, size - 1.0)
    if not first <= last:
        return 0, 0
    return math.ceil(first), math.floor(last) + 1


@kernel
def _clip(left, right, x0, y0, x1, y1, y):
    """Shorten the part of a row that is inside the edge from (x0, y0) to (x1, y1), on its left seen along it."""
    if y0 == y1:
        return left, right
    x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    if y1 > y0:
        return max(left, x), right
    return left, min(right, x)


@entry_kernel
def fill_balls(
    layer: Layer, camera: Camera, balls: Balls, first_owner: int, offsets: Float64[np.ndarray, "sample 2"]
) -> None:
    """Draw all balls; the arguments are those of `fill_faces`, the owner of the first ball is `first_owner`."""
    for k in range(balls.radius.shape[0]):
        _fill_ball(layer, camera, balls, k, first_owner + k, offsets)


@kernel
def _fill_ball(layer, camera, balls, k, owner, offsets):
    x, y, z = balls.centre[k, 0], balls.centre[k, 1], balls.centre[k, 2]
    m = camera.matrix
    away = m[3, 0] * x + m[3, 1] * y + m[3, 2] * z + m[3, 3]
    if not away >= NEAREST + balls.radius[k]:
        return
    column, row, _ = project(camera, x, y, z)
    # Pixels per metre at the ball's distance; perspective makes its picture a little larger than its radius.
    scale = math.sqrt(m[0, 0] ** 2 + m[0, 1] ** 2 + m[0, 2] ** 2 + m[1, 0] ** 2 + m[1, 1] ** 2 + m[1, 2] ** 2) / away
    reach = 1.05 * scale * balls.radius[k] + 2.0
    height, width = layer.depth.shape[1], layer.depth.shape[2]
    for s in range(offsets.shape[0]):
        first_row, end_row = _span(row - reach, row + reach, height)
        first_column, end_column = _span(column - reach, column + reach, width)
        for r in range(first_row, end_row):
            for c in range(first_column, end_column):
                across, down = c + offsets[s, 0], r + offsets[s, 1]
                hit, along = meet_ball(camera, balls, k, across, down)
                if not hit:
                    continue
                x, y, z = point_on_ray(camera, across, down, along)
                _, _, depth = project(camera, x, y, z)
                if depth < layer.depth[s, r, c]:
                    layer.depth[s, r, c] = depth
                    layer.owner[s, r, c] = owner


@kernel
def meet_ball(camera: Camera, balls: Balls, k: int, column: float, row: float) -> tuple[bool, float]:
    """Return whether a ray meets ball `k`, and after how many directions; where it misses, where it comes nearest."""
    a, b, c = 0.0, 0.0, -(balls.radius[k] ** 2)
    for i in range(3):
        direction = ray_part(camera, 1, i, column, row)
        relative = ray_part(camera, 0, i, column, row) - balls.centre[k, i]
        a += direction * direction
        b += direction * relative
        c += relative * relative
    discriminant = b * b - a * c
    return discriminant >= 0.0, (-b - math.sqrt(max(discriminant, 0.0))) / a
