"""Drawing in metres: the floor seen from above, x to the right and y up."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Float, Float64

from hideseek.view.canvas import Colour, Image, fill_capsule, fill_fan, fill_polygon

Point = tuple[float, float]


class Surface(Protocol):
    """What can be drawn on, in pixels, x to the right and y down; the shapes are those of `hideseek.view.canvas`."""

    @property
    def height(self) -> int:
        """Height [pixel]."""
        ...

    @property
    def width(self) -> int:
        """Width [pixel]."""
        ...

    def capsule(self, start: Point, end: Point, radius: float, paint: Colour, softness: float) -> None:
        """Draw a line with round ends, or a disc."""
        ...

    def polygon(self, points: Float64[np.ndarray, "corner 2"], paint: Colour, softness: float) -> None:
        """Draw a convex polygon."""
        ...

    def fan(
        self, centre: Point, first_angle: float, ranges: np.ndarray, spacing: float, fade: float, paint: Colour
    ) -> None:
        """Draw what evenly spaced rays reach."""
        ...


@dataclass(frozen=True)
class Pixels:
    """A surface that is an image."""

    image: Image

    @property
    def height(self) -> int:
        """Height [pixel]."""
        return self.image.shape[0]

    @property
    def width(self) -> int:
        """Width [pixel]."""
        return self.image.shape[1]

    def capsule(self, start: Point, end: Point, radius: float, paint: Colour, softness: float) -> None:
        """Draw a line with round ends, or a disc."""
        fill_capsule(self.image, *start, *end, radius, paint, softness)

    def polygon(self, points: Float64[np.ndarray, "corner 2"], paint: Colour, softness: float) -> None:
        """Draw a convex polygon."""
        fill_polygon(self.image, points, paint, softness)

    def fan(
        self, centre: Point, first_angle: float, ranges: np.ndarray, spacing: float, fade: float, paint: Colour
    ) -> None:
        """Draw what evenly spaced rays reach."""
        fill_fan(self.image, *centre, first_angle, ranges, spacing, fade, paint)


@dataclass(frozen=True)
class Painter:
    """A surface, and where the floor lies on it."""

    surface: Surface
    scale: float
    """Pixels per metre."""
    low: float
    """x of the picture's left edge and y of its lower edge [m]."""

    @property
    def high(self) -> float:
        """X of the picture's right edge [m]."""
        return self.low + self.surface.width / self.scale

    def pixel(self, x: float, y: float) -> Point:
        """Return the pixel coordinates of a point of the floor."""
        return (x - self.low) * self.scale, self.surface.height - (y - self.low) * self.scale

    def inside(self, pose: np.ndarray, margin: float) -> Point:
        """Return the point nearest to a pose's x and y that is in the picture, `margin` metres from its border."""
        x, y = np.clip(pose[:2], self.low + margin, self.high - margin).tolist()
        return x, y

    def line(self, start: Point, end: Point, radius: float, paint: Colour, softness: float = 0.0) -> None:
        """Draw a line with round ends; `softness` is the width of its edge [m]."""
        edge = max(1.0, softness * self.scale)
        self.surface.capsule(self.pixel(*start), self.pixel(*end), radius * self.scale, paint, edge)

    def disc(self, centre: Point, radius: float, paint: Colour, softness: float = 0.0) -> None:
        """Draw a disc; `softness` is the width of its edge [m]."""
        self.line(centre, centre, radius, paint, softness)

    def polygon(self, corners: Float[np.ndarray, "corner 2"], paint: Colour, softness: float = 0.0) -> None:
        """Draw a convex polygon; `softness` is the width of its edge [m]."""
        points = np.empty((len(corners), 2))
        points[:, 0] = (corners[:, 0] - self.low) * self.scale
        points[:, 1] = self.surface.height - (corners[:, 1] - self.low) * self.scale
        self.surface.polygon(points, paint, max(1.0, softness * self.scale))

    def fan(
        self, centre: Point, heading: float, half_angle: float, ranges: np.ndarray, fade: float, paint: Colour
    ) -> None:
        """Draw what evenly spaced rays from `heading - half_angle` to `heading + half_angle` reach.

        Args:
            centre: where the rays start [m].
            heading: angle of the middle of the fan, counter-clockwise from x [rad].
            half_angle: from the middle to either side [rad].
            ranges: length of each ray, counter-clockwise, inf where nothing ends it [m].
            fade: distance at which the colour has faded to nothing [m].
            paint: colour at the centre.
        """
        spacing = 2.0 * half_angle / (len(ranges) - 1)
        # The picture's y axis points down: counter-clockwise there is clockwise here.
        pixels = np.minimum(ranges[::-1], 2.0 * fade) * self.scale
        self.surface.fan(self.pixel(*centre), -heading - half_angle, pixels, spacing, fade * self.scale, paint)


def oriented(pose: np.ndarray, points: np.ndarray) -> Float[np.ndarray, "point 2"]:
    """Return `points` of a body's frame in the frame of the floor, from its pose (x, y, z, yaw)."""
    cosine, sine = math.cos(pose[3]), math.sin(pose[3])
    points = np.asarray(points, np.float64)
    return np.stack(
        (
            float(pose[0]) + cosine * points[:, 0] - sine * points[:, 1],
            float(pose[1]) + sine * points[:, 0] + cosine * points[:, 1],
        ),
        axis=1,
    )


def rectangle(half_x: float, half_y: float) -> Float[np.ndarray, "4 2"]:
    """Return the corners of a rectangle about the origin."""
    return np.array([[-half_x, -half_y], [half_x, -half_y], [half_x, half_y], [-half_x, half_y]])
