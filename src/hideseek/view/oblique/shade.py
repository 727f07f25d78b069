"""The colour of what is seen: paint, light and shadow, marks on faces, and walls that can be seen through."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Float64, UInt8

from hideseek.sim.kernel import entry_kernel, inline_kernel, kernel
from hideseek.view.canvas import Image
from hideseek.view.oblique.camera import LIGHT, Camera, point_on_ray, project, ray_part
from hideseek.view.oblique.raster import Layer, meet_ball
from hideseek.view.oblique.solids import Balls, Faces

LIGHT_X, LIGHT_Y, LIGHT_Z = (part / math.hypot(*LIGHT) for part in LIGHT)
AMBIENT = (0.66, 0.68, 0.72)
"""Share of light that comes from everywhere, by colour: shadows are a little blue."""
SIDEWAYS = 0.93
"""How much of it reaches what does not look up."""
WALL_TOP_OPACITY, WALL_SIDE_OPACITY = 0.92, 0.55
BIAS, OFFSET = 0.015, 0.035
"""How far before a surface something must be to shade it, and how far outside of it this is asked [m].

The light's pixels are as large, and a surface must not shade itself.
"""
WINDOW = 4
"""Width of the square of the light's pixels that decides how much light a point gets."""
BLOCK = 8
"""Width of a block of the light's pixels in `Shadows.nearest`."""
FADE = 0.25
"""Width of the strip along the border of the ground's picture in which it passes into its surroundings [m]."""
FLATTEST = 0.2
"""Sine of the angle from which on a face counts as no flatter, for the sharpness of what is drawn on it."""
UP = (0.0, 0.0, 1.0)


class Ground(NamedTuple):
    """The floor, as a picture from above."""

    picture: UInt8[np.ndarray, "row column 3"]
    low: float
    """x of its left and y of its lower edge [m]."""
    scale: float
    """Pixels per metre."""


class Shadows(NamedTuple):
    """What the light sees."""

    camera: Camera
    depth: Float32[np.ndarray, "row column"]
    nearest: Float32[np.ndarray, "block block"]
    """The least depth that is looked at from a square block of pixels: most of the floor is in the light of all."""


class Scene(NamedTuple):
    """Everything that the colour of a pixel depends on."""

    camera: Camera
    faces: Faces
    balls: Balls
    ground: Ground
    shadows: Shadows
    ink: tuple[float, float, float]
    """Colour of arrows on ramps."""
    outside: tuple[float, float, float]
    """Colour of what is beyond the ground's picture."""


@entry_kernel
def find_nearest(depth: Float32[np.ndarray, "row column"], nearest: Float32[np.ndarray, "block block"]) -> None:
    """Fill `Shadows.nearest`, given `Shadows.depth`."""
    for i in range(nearest.shape[0]):
        for j in range(nearest.shape[1]):
            least = np.float32(np.inf)
            for row in range(i * BLOCK, min((i + 1) * BLOCK + WINDOW - 1, depth.shape[0])):
                for column in range(j * BLOCK, min((j + 1) * BLOCK + WINDOW - 1, depth.shape[1])):
                    least = min(least, depth[row, column])
            nearest[i, j] = least


@entry_kernel
def paint_pixels(
    image: Image, scene: Scene, solid: Layer, wall: Layer, offsets: Float64[np.ndarray, "sample 2"]
) -> None:
    """Fill a picture.

    Where all samples of a pixel show the same surface its colour is that at the pixel's middle, else the mean of the
    samples' colours.

    Args:
        image: what is filled.
        scene: what there is.
        solid: the nearest surfaces but for walls.
        wall: the nearest walls.
        offsets: where in a pixel its samples lie.
    """
    samples = offsets.shape[0]
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            first, before = solid.owner[0, row, column], _wall_before(solid, wall, 0, row, column)
            looks = 1
            for s in range(1, samples):
                if solid.owner[s, row, column] != first or _wall_before(solid, wall, s, row, column) != before:
                    looks = samples
            red, green, blue = 0.0, 0.0, 0.0
            for s in range(looks):
                before = _wall_before(solid, wall, s, row, column)
                x, y = (column + 0.5, row + 0.5) if looks == 1 else (column + offsets[s, 0], row + offsets[s, 1])
                part = _see(scene, solid.owner[s, row, column], before, x, y)
                red, green, blue = red + part[0], green + part[1], blue + part[2]
            red, green, blue = red / looks, green / looks, blue / looks
            image[row, column, 0] = np.uint8(255.0 * min(1.0, red) + 0.5)
            image[row, column, 1] = np.uint8(255.0 * min(1.0, green) + 0.5)
            image[row, column, 2] = np.uint8(255.0 * min(1.0, blue) + 0.5)


@inline_kernel
def _wall_before(solid, wall, s, row, column):
    """Return the wall that is before everything else in a sample, 0 for none."""
    return wall.owner[s, row, column] if wall.depth[s, row, column] < solid.depth[s, row, column] else np.int16(0)


@inline_kernel
def _see(scene, owner, wall, column, row):
    """Return the colour of a surface, through a wall where there is one before it."""
    faces = scene.faces
    count = faces.rim_width.shape[0]
    if owner == 0:
        colour = _see_ground(scene, column, row)
    elif owner <= count:
        colour = _see_face(scene, owner - 1, column, row)
    else:
        colour = _see_ball(scene, owner - 1 - count, column, row)
    if wall == 0:
        return colour
    opacity = WALL_TOP_OPACITY if faces.normal[wall - 1, 2] > 0.5 else WALL_SIDE_OPACITY
    return _mix(colour, _see_face(scene, wall - 1, column, row), opacity)


@inline_kernel
def _mix(under, over, opacity):
    rest = 1.0 - opacity
    return (
        rest * under[0] + opacity * over[0],
        rest * under[1] + opacity * over[1],
        rest * under[2] + opacity * over[2],
    )


@inline_kernel
def _lit(scene, paint, point, normal):
    """Return a paint in the light that a point gets."""
    sideways = SIDEWAYS + (1.0 - SIDEWAYS) * normal[2]
    facing = normal[0] * LIGHT_X + normal[1] * LIGHT_Y + normal[2] * LIGHT_Z
    direct = 0.0
    if facing > 0.0:
        x, y, z = point[0] + OFFSET * normal[0], point[1] + OFFSET * normal[1], point[2] + OFFSET * normal[2]
        direct = facing / LIGHT_Z * _light_share(scene.shadows, (x, y, z))
    return (
        paint[0] * (AMBIENT[0] * sideways + (1.0 - AMBIENT[0]) * direct),
        paint[1] * (AMBIENT[1] * sideways + (1.0 - AMBIENT[1]) * direct),
        paint[2] * (AMBIENT[2] * sideways + (1.0 - AMBIENT[2]) * direct),
    )


@inline_kernel
def _light_share(shadows, point):
    """Return the share of light that reaches a point: the mean over a square, three pixels of the light wide."""
    column, row, depth = project(shadows.camera, point[0], point[1], point[2])
    column, row, depth = column - 2.0, row - 2.0, depth - BIAS
    size = shadows.depth.shape[0]
    # Asked of floats: what is too large for an integer becomes any integer.
    if not (column >= 0.0 and row >= 0.0 and column < size - WINDOW + 1 and row < size - WINDOW + 1):
        return 1.0
    left, top = math.floor(column), math.floor(row)
    if shadows.nearest[top // BLOCK, left // BLOCK] > depth:
        return 1.0
    across, down = column - left, row - top
    light = (1.0 - down) * _lit_line(shadows.depth, top, left, across, depth)
    light += _lit_line(shadows.depth, top + 1, left, across, depth)
    light += _lit_line(shadows.depth, top + 2, left, across, depth)
    light += down * _lit_line(shadows.depth, top + 3, left, across, depth)
    return light / 9.0


@inline_kernel
def _lit_line(map_, row, left, across, depth):
    """Return how much of three pixels' width of a row is not before a depth; it begins `across` pixels after `left`."""
    light = (1.0 - across) * (1.0 if map_[row, left] > depth else 0.0)
    light += 1.0 if map_[row, left + 1] > depth else 0.0
    light += 1.0 if map_[row, left + 2] > depth else 0.0
    return light + across * (1.0 if map_[row, left + 3] > depth else 0.0)


@inline_kernel
def _see_ground(scene, column, row):
    camera, ground = scene.camera, scene.ground
    along = -ray_part(camera, 0, 2, column, row) / ray_part(camera, 1, 2, column, row)
    point = point_on_ray(camera, column, row, along)
    height, width = ground.picture.shape[0], ground.picture.shape[1]
    x, y = (point[0] - ground.low) * ground.scale - 0.5, height - (point[1] - ground.low) * ground.scale - 0.5
    inside = min(x, y, width - 1.0 - x, height - 1.0 - y) / ground.scale
    if not inside > 0.0:
        return _lit(scene, scene.outside, point, UP)
    left, top = int(x), int(y)
    x, y = x - left, y - top
    w00, w01, w10, w11 = (1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y
    paint = (
        _blend(ground.picture, top, left, 0, w00, w01, w10, w11),
        _blend(ground.picture, top, left, 1, w00, w01, w10, w11),
        _blend(ground.picture, top, left, 2, w00, w01, w10, w11),
    )
    paint = _mix(scene.outside, paint, min(1.0, inside / FADE))
    return _lit(scene, paint, point, UP)


@inline_kernel
def _blend(picture, row, column, channel, w00, w01, w10, w11):
    """Return the weighted mean of four neighbouring pixels, 0 .. 1."""
    above = w00 * picture[row, column, channel] + w01 * picture[row, column + 1, channel]
    below = w10 * picture[row + 1, column, channel] + w11 * picture[row + 1, column + 1, channel]
    return (above + below) / 255.0


@kernel
def _see_face(scene, k, column, row):
    camera, faces = scene.camera, scene.faces
    above, across = 0.0, 0.0
    for i in range(3):
        above += faces.normal[k, i] * (faces.corner[k, i] - ray_part(camera, 0, i, column, row))
        across += faces.normal[k, i] * ray_part(camera, 1, i, column, row)
    point = point_on_ray(camera, column, row, above / across)
    a, b = 0.0, 0.0
    for i in range(3):
        away = point[i] - faces.corner[k, i]
        a += faces.duals[k, 0, i] * away
        b += faces.duals[k, 1, i] * away
    begin, end = faces.paint[k, 0], faces.paint[k, 1]
    paint = _mix((begin[0], begin[1], begin[2]), (end[0], end[1], end[2]), b)
    # A pixel covers more of a face that is seen at a flat angle.
    steepness = abs(across) / _length(camera, column, row)
    pixel = _pixel_size(camera, above / across) / max(steepness, FLATTEST)
    u, v = faces.lengths[k, 0], faces.lengths[k, 1]
    if faces.arrows[k]:
        paint = _mix(paint, scene.ink, 0.75 * _cover(_arrow_distance((a - 0.5) * u, (0.5 - b) * v), pixel))
    rim = (faces.rim[k, 0], faces.rim[k, 1], faces.rim[k, 2])
    edge = _edge_distance(a, b, u, v, faces.triangle[k]) - faces.rim_width[k]
    paint = _mix(paint, rim, _cover(edge, pixel))
    if faces.flat[k]:
        return paint
    return _lit(scene, paint, point, (faces.normal[k, 0], faces.normal[k, 1], faces.normal[k, 2]))


@inline_kernel
def _length(camera, column, row):
    """Return the length of the direction of a ray."""
    square = 0.0
    for i in range(3):
        square += ray_part(camera, 1, i, column, row) ** 2
    return math.sqrt(square)


@kernel
def _pixel_size(camera, along):
    """Return the width of a pixel at a distance [m]."""
    rays = camera.rays
    return along * math.sqrt(rays[1, 1, 0] ** 2 + rays[1, 1, 1] ** 2 + rays[1, 1, 2] ** 2)


@kernel
def _cover(distance, pixel):
    """Return the share of a pixel that a shape covers whose edge is so far away [m], negative inside."""
    return min(1.0, max(0.0, 0.5 - distance / pixel))


@kernel
def _edge_distance(a, b, u, v, triangle):
    """Return how far the point (a, b) of a face with sides of lengths u and v is from its edge [m]."""
    nearest = min(a * u, b * v)
    if triangle:
        return min(nearest, (1.0 - a - b) * u * v / math.sqrt(u * u + v * v))
    return min(nearest, (1.0 - a) * u, (1.0 - b) * v)


@kernel
def _segment_distance(x, y, x0, y0, x1, y1):
    dx, dy = x1 - x0, y1 - y0
    along = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)))
    return math.sqrt((x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2)


@kernel
def _arrow_distance(x, y):
    """Return the distance from two arrows that point to smaller y [m], negative inside."""
    x = abs(x)
    first = _segment_distance(x, y, 0.0, 0.03, 0.12, 0.13)
    return min(first, _segment_distance(x, y, 0.0, -0.13, 0.12, -0.03)) - 0.018


@kernel
def _see_ball(scene, k, column, row):
    camera, balls = scene.camera, scene.balls
    _, along = meet_ball(camera, balls, k, column, row)  # a pixel's middle may miss by rounding what its samples hit
    point = point_on_ray(camera, column, row, along)
    radius = balls.radius[k]
    normal = (
        (point[0] - balls.centre[k, 0]) / radius,
        (point[1] - balls.centre[k, 1]) / radius,
        (point[2] - balls.centre[k, 2]) / radius,
    )
    cosine = normal[0] * balls.axis[k, 0] + normal[1] * balls.axis[k, 1] + normal[2] * balls.axis[k, 2]
    pixel = _pixel_size(camera, along) / radius
    paint = (balls.paint[k, 0], balls.paint[k, 1], balls.paint[k, 2])
    spot = (balls.spot[k, 0], balls.spot[k, 1], balls.spot[k, 2])
    if balls.slit[k]:
        side = abs(normal[2] - balls.axis[k, 2])
        paint = _mix(paint, spot, _cover(max(side - 0.16, -cosine), pixel))
    else:
        paint = _mix(paint, spot, _cover(balls.spot_cosine[k] - cosine, pixel))
    return _lit(scene, paint, point, normal)
