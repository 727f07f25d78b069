"""What a scene is made of: flat faces and balls, as arrays for the kernels that draw them."""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64

from hideseek.view.palette import colour


class Faces(NamedTuple):
    """Parallelograms and triangles: their points are `corner` + a `sides[0]` + b `sides[1]`, with a, b from 0 to 1."""

    corner: Float64[np.ndarray, "face 3"]
    sides: Float64[np.ndarray, "face 2 3"]
    normal: Float64[np.ndarray, "face 3"]
    """Unit vector outwards: a face is seen from this side only."""
    duals: Float64[np.ndarray, "face 2 3"]
    """What a point's distance from `corner` is multiplied with for its a and b."""
    lengths: Float64[np.ndarray, "face 2"]
    """Of the sides [m]."""
    triangle: Bool[np.ndarray, " face"]
    """Only the half with a + b <= 1."""
    paint: Float64[np.ndarray, "face 2 3"]
    """Colour at b = 0 and at b = 1."""
    rim: Float64[np.ndarray, "face 3"]
    """Colour along the edges."""
    rim_width: Float64[np.ndarray, " face"]
    """How far the rim reaches into the face [m]."""
    arrows: Bool[np.ndarray, " face"]
    """With two arrows towards b = 1."""
    flat: Bool[np.ndarray, " face"]
    """Drawn in plain colour, without light and shadow."""


class Balls(NamedTuple):
    """Spheres with a round spot of another colour."""

    centre: Float64[np.ndarray, "ball 3"]
    radius: Float64[np.ndarray, " ball"]
    paint: Float64[np.ndarray, "ball 3"]
    spot: Float64[np.ndarray, "ball 3"]
    """Colour of the spot."""
    axis: Float64[np.ndarray, "ball 3"]
    """Unit vector from the centre towards the spot's."""
    spot_cosine: Float64[np.ndarray, " ball"]
    """Of the angle that the spot reaches from its axis; above 1 there is none."""
    slit: Bool[np.ndarray, " ball"]
    """The spot is a level slit instead: a closed eye."""


Vector = tuple[float, float, float]
Shape = Sequence[tuple[Vector, Vector, Vector, bool]]
"""Faces of a body with half extents of 1: corner, two sides, counter-clockwise seen from outside, triangle or not."""
CUBOID: Shape = (
    ((-1, -1, 1), (2, 0, 0), (0, 2, 0), False),
    ((-1, -1, -1), (2, 0, 0), (0, 0, 2), False),
    ((1, -1, -1), (0, 2, 0), (0, 0, 2), False),
    ((1, 1, -1), (-2, 0, 0), (0, 0, 2), False),
    ((-1, 1, -1), (0, -2, 0), (0, 0, 2), False),
)
"""The top first; nobody sees the bottom."""
WEDGE: Shape = (
    ((1, 1, -1), (-2, 0, 0), (0, -2, 2), False),
    ((-1, -1, -1), (2, 0, 0), (0, 0, 2), False),
    ((1, -1, -1), (0, 2, 0), (0, 0, 2), True),
    ((-1, -1, -1), (0, 0, 2), (0, 2, 0), True),
)
"""A ramp: the slope first, which climbs along -y."""
COLUMN_SIDES = 48
"""Of the prism that a cylinder is drawn as."""


def _column() -> Shape:
    """Return the faces of an upright prism in a cylinder of radius and half height 1."""
    turns = [2.0 * math.pi * k / COLUMN_SIDES for k in range(COLUMN_SIDES + 1)]
    rim = [(math.cos(turn), math.sin(turn), 0.0) for turn in turns]
    pairs = list(pairwise(rim))
    top = [((0.0, 0.0, 1.0), one, other, True) for one, other in pairs]
    sides = [((x, y, -1.0), (u - x, v - y, 0.0), (0.0, 0.0, 2.0), False) for (x, y, _), (u, v, _) in pairs]
    return (*top, *sides)


COLUMN = _column()
"""A cylinder: the triangles of its top first, then its sides."""


@cache
def rgb(code: str) -> Float64[np.ndarray, "3"]:
    """Return the colour that six hexadecimal digits name."""
    return np.array(colour(code)[:3])


def make_faces(
    corner: np.ndarray,
    sides: np.ndarray,
    triangle: np.ndarray | bool,
    paint: np.ndarray,
    rim: np.ndarray,
    rim_width: np.ndarray | float,
    arrows: np.ndarray | bool = False,
    flat: bool = False,
) -> Faces:
    """Return faces, given `Faces`' own fields; what is the same for all may be given once."""
    count = len(corner)
    across = cross(sides[:, 0], sides[:, 1])
    area2 = np.einsum("fc,fc->f", across, across)[:, None]
    duals = np.stack([cross(sides[:, 1], across), cross(across, sides[:, 0])], axis=1) / area2[:, None]
    return Faces(
        corner=np.asarray(corner, np.float64),
        sides=np.asarray(sides, np.float64),
        normal=across / np.sqrt(area2),
        duals=duals,
        lengths=np.linalg.norm(sides, axis=2),
        triangle=_each(triangle, (count,), np.bool_),
        paint=_each(paint, (count, 2, 3), np.float64),
        rim=_each(rim, (count, 3), np.float64),
        rim_width=_each(rim_width, (count,), np.float64),
        arrows=_each(arrows, (count,), np.bool_),
        flat=_each(flat, (count,), np.bool_),
    )


def cross(a: Float64[np.ndarray, "n 3"], b: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3"]:
    """Return the cross products of vectors; `numpy.cross` takes ten times as long for few."""
    (x, y, z), (u, v, w) = a.T, b.T
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=1)


def _each(value: np.ndarray | float, shape: tuple[int, ...], kind: type) -> np.ndarray:
    return np.ascontiguousarray(np.broadcast_to(np.asarray(value, kind), shape))


def join(parts: Sequence[Faces]) -> Faces:
    """Return several groups of faces behind each other."""
    return Faces(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def place(shape: Shape, pose: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return corners, sides and triangles of bodies, those of a body behind each other.

    Args:
        shape: the bodies' faces.
        pose: x, y, z and yaw of the middle of each body [body, 4].
        half: its half extents [body, 3].
    """
    cosine, sine = np.cos(pose[:, 3]), np.sin(pose[:, 3])
    turn = np.zeros((len(pose), 3, 3))
    turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1], turn[:, 2, 2] = cosine, -sine, sine, cosine, 1.0
    turn = turn * half[:, None, :]
    unit = np.array([[corner, *sides] for corner, *sides, _ in shape], np.float64)
    placed = np.einsum("bij,fkj->bfki", turn, unit)
    corners = (placed[:, :, 0] + pose[:, None, :3]).reshape(-1, 3)
    triangle = np.tile(np.array([face[3] for face in shape]), len(pose))
    return corners, placed[:, :, 1:].reshape(-1, 2, 3), triangle
