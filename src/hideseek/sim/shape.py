"""What bodies and walls are to the functions that find contacts."""

from typing import NamedTuple

from hideseek.sim.kernel import inline_kernel
from hideseek.sim.workspace import COSINE, HALF_SIZE, POSE, SINE, WALL_HX, WALL_HY, WALL_HZ, WALL_X, WALL_Y, WALL_Z


class Shape(NamedTuple):
    """A box or a ramp, turned about the vertical alone; walls are boxes that are not turned."""

    x: float
    """Of its centre [m]."""
    y: float
    z: float
    cosine: float
    """Of its yaw."""
    sine: float
    half_x: float
    """Half sizes along its own axes [m]."""
    half_y: float
    half_z: float
    is_ramp: bool
    """Whether it slopes down towards its local y, at 45 degrees."""


@inline_kernel
def shape_of_body(body, i, is_ramp):
    """Return the shape of body `i`, a box or a ramp."""
    return Shape(
        body[i, POSE], body[i, POSE + 1], body[i, POSE + 2],
        body[i, COSINE], body[i, SINE],
        body[i, HALF_SIZE], body[i, HALF_SIZE + 1], body[i, HALF_SIZE + 2],
        is_ramp,
    )  # fmt: skip


@inline_kernel
def shape_of_wall(wall, k):
    """Return the shape of wall `k`."""
    return Shape(
        wall[k, WALL_X], wall[k, WALL_Y], wall[k, WALL_Z],
        1.0, 0.0,
        wall[k, WALL_HX], wall[k, WALL_HY], wall[k, WALL_HZ],
        False,
    )  # fmt: skip
