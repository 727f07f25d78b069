"""Anti-aliased shapes on an RGB picture, in software: no display and no graphics driver is needed.

Every shape is a signed distance to its edge (negative inside), in pixels; a pixel is covered by `0.5 - distance`,
clipped to 0 .. 1, or over a wider edge where the shape is soft. Coordinates are pixels, x to the right and y down;
a colour is (red, green, blue, opacity) with components 0 .. 1.
"""

import math

import numpy as np
from jaxtyping import Float64, UInt8
from numba import njit

from hideseek.sim.kernel import kept_between_runs

Image = UInt8[np.ndarray, "height width 3"]
Colour = tuple[float, float, float, float]


@njit(inline="always")
def _blend(image, row, column, colour, coverage):
    """Lay `colour` over one pixel, `coverage` 0 .. 1 of its opacity."""
    share = colour[3] * min(1.0, max(0.0, coverage))
    for c in range(3):
        image[row, column, c] = np.uint8(image[row, column, c] * (1.0 - share) + 255.0 * colour[c] * share + 0.5)


@njit(inline="always")
def _span(low, high, size):
    """Pixels that reach from `low` to `high`, those of them that an axis of `size` pixels has; none for no numbers.

    Clipped as floats: what is too large for an integer becomes any integer.
    """
    first, last = max(low, 0.0), min(high, float(size))
    if not first <= last:
        return 0, 0
    return math.floor(first), min(size, math.ceil(last) + 1)


@kept_between_runs
@njit
def fill_capsule(
    image: Image, x0: float, y0: float, x1: float, y1: float, radius: float, colour: Colour, softness: float
) -> None:
    """Fill all within `radius` of the segment from (x0, y0) to (x1, y1): a line with round ends, or a disc.

    The edge is `softness` pixels wide; 1 is sharp.
    """
    reach = radius + softness
    rows = _span(min(y0, y1) - reach, max(y0, y1) + reach, image.shape[0])
    columns = _span(min(x0, x1) - reach, max(x0, x1) + reach, image.shape[1])
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    for row in range(rows[0], rows[1]):
        for column in range(columns[0], columns[1]):
            px, py = column + 0.5 - x0, row + 0.5 - y0
            along = 0.0 if length2 == 0.0 else min(1.0, max(0.0, (px * dx + py * dy) / length2))
            distance = math.hypot(px - along * dx, py - along * dy) - radius
            _blend(image, row, column, colour, 0.5 - distance / softness)


@kept_between_runs
@njit
def fill_polygon(image: Image, points: Float64[np.ndarray, "corner 2"], colour: Colour, softness: float) -> None:
    """Fill a convex polygon whose corners go round either way; its edge is `softness` pixels wide, 1 is sharp.

    One without an area is not drawn; corners may coincide.
    """
    count = points.shape[0]
    area = 0.0
    for k in range(count):
        n = (k + 1) % count
        area += points[k, 0] * points[n, 1] - points[n, 0] * points[k, 1]
    if not abs(area) > 0.0:
        return
    edges = np.empty((count, 3))
    for k in range(count):
        n = (k + 1) % count
        dx, dy = points[n, 0] - points[k, 0], points[n, 1] - points[k, 1]
        length = math.hypot(dx, dy)
        if length == 0.0:
            edges[k, 0], edges[k, 1], edges[k, 2] = 0.0, 0.0, -math.inf
            continue
        scale = math.copysign(1.0, area) / length
        edges[k, 0], edges[k, 1] = dy * scale, -dx * scale
        edges[k, 2] = -(edges[k, 0] * points[k, 0] + edges[k, 1] * points[k, 1])
    rows = _span(points[:, 1].min() - softness, points[:, 1].max() + softness, image.shape[0])
    columns = _span(points[:, 0].min() - softness, points[:, 0].max() + softness, image.shape[1])
    for row in range(rows[0], rows[1]):
        for column in range(columns[0], columns[1]):
            distance = -math.inf
            for k in range(count):
                distance = max(distance, edges[k, 0] * (column + 0.5) + edges[k, 1] * (row + 0.5) + edges[k, 2])
            if distance < softness:
                _blend(image, row, column, colour, 0.5 - distance / softness)


@kept_between_runs
@njit
def fill_fan(
    image: Image,
    x: float,
    y: float,
    first_angle: float,
    ranges: Float64[np.ndarray, " ray"],
    spacing: float,
    fade: float,
    colour: Colour,
) -> None:
    """Fill what rays from (x, y) sweep: ray k leaves at `first_angle` + k `spacing` radians and ends after `ranges[k]`.

    Ranges are finite.
    Angles run from the x axis towards y. The opacity falls linearly to nothing at a distance of `fade` pixels.
    """
    reach = min(fade, ranges.max())
    rows = _span(y - reach, y + reach, image.shape[0])
    columns = _span(x - reach, x + reach, image.shape[1])
    half_angle = 0.5 * spacing * (ranges.shape[0] - 1)
    middle_x, middle_y = math.cos(first_angle + half_angle), math.sin(first_angle + half_angle)
    narrowest = math.cos(half_angle)
    for row in range(rows[0], rows[1]):
        for column in range(columns[0], columns[1]):
            px, py = column + 0.5 - x, row + 0.5 - y
            distance = math.sqrt(px * px + py * py)
            ahead = px * middle_x + py * middle_y
            if not (distance < reach and ahead > narrowest * distance):
                continue
            place = (math.atan2(py * middle_x - px * middle_y, ahead) + half_angle) / spacing
            k = max(0, min(int(place), ranges.shape[0] - 2))
            covered = 0.5 + ranges[k] + (place - k) * (ranges[k + 1] - ranges[k]) - distance
            if covered > 0.0:
                _blend(image, row, column, colour, (1.0 - distance / fade) * min(1.0, covered))
