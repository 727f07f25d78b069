"""Contacts of ramps with walls, boxes and each other, by the separating-axis theorem.

Two convex solids overlap unless some direction separates them; among the normals of their faces and the cross products
of their edges, the contact leaves along the direction of least penetration.
"""

import math

from hideseek.sim.contact import add_contact
from hideseek.sim.kernel import kernel
from hideseek.sim.shape import shape_of_body

SUNK = 0.01
"""A ramp deeper than this in the floor [m] is not pushed further down by what stands beside it: jammed under a wall, it
would stay there."""
ROOT_HALF = math.sqrt(0.5)
FEATURE_DEPTH = 0.003
"""Corners this close to the deepest one belong to the same edge or face [m]."""
WIDE = 0.02
"""A common edge longer than this touches at both its ends [m]."""


@kernel
def collide_ramp(body, row, link, r, a, b, other, friction):
    """Add the contacts of ramp `a` with `other`, the shape of body `b` or (-1) of a wall; return the next free row."""
    ramp = shape_of_body(body, a, True)
    best, nx, ny, nz = _least_penetration(ramp, other)
    if best <= 0.0:
        return r
    horizontal = math.sqrt(nx * nx + ny * ny)
    if horizontal > 0.1:
        tx, ty = -ny / horizontal, nx / horizontal
    else:
        tx, ty = -other.sine, other.cosine
    # Second tangent, as n x t.
    sx, sy, sz = -nz * ty, nz * tx, nx * ty - ny * tx
    low, high = _common_span(ramp, other, nx, ny, nz, tx, ty, 0.0)
    across_low, across_high = _common_span(ramp, other, nx, ny, nz, sx, sy, sz)
    across = 0.5 * (across_low + across_high)
    level = _reach(other, nx, ny, nz) + other.x * nx + other.y * ny + other.z * nz - 0.5 * best
    if horizontal > 0.1 and high - low > WIDE:
        r = _add_at(body, row, link, r, a, b, low, across, level, nx, ny, nz, tx, ty, sx, sy, best, friction)
        return _add_at(body, row, link, r, a, b, high, across, level, nx, ny, nz, tx, ty, sx, sy, best, friction)
    return _add_at(
        body, row, link, r, a, b, 0.5 * (low + high), across, level, nx, ny, nz, tx, ty, sx, sy, best, friction
    )


@kernel
def _add_at(body, row, link, r, a, b, along, across, level, nx, ny, nz, tx, ty, sx, sy, depth, friction):
    x = level * nx + along * tx + across * sx
    y = level * ny + along * ty + across * sy
    return add_contact(body, row, link, r, a, b, x, y, nx, ny, nz, -depth, friction, 1.0)


@kernel
def _reach(shape, nx, ny, nz):
    """Return how far a shape extends from its centre along a direction."""
    c, s = shape.cosine, shape.sine
    lx, ly = c * nx + s * ny, c * ny - s * nx
    if shape.is_ramp:
        return shape.half_x * (abs(lx) + max(-ly - nz, abs(ly - nz)))
    return shape.half_x * abs(lx) + shape.half_y * abs(ly) + shape.half_z * abs(nz)


@kernel
def _depth(ramp, other, nx, ny, nz):
    """Return the penetration along the unit normal that points from `other` to `ramp`."""
    apart = (ramp.x - other.x) * nx + (ramp.y - other.y) * ny + (ramp.z - other.z) * nz
    return _reach(other, nx, ny, nz) + _reach(ramp, -nx, -ny, -nz) - apart


@kernel
def _least_penetration(ramp, other):
    """Return the least penetration (negative or zero where apart) and its unit normal, from `other` to `ramp`."""
    best, bx, by, bz = 1e9, 0.0, 0.0, 1.0
    is_sunk = ramp.z - ramp.half_z < -SUNK and other.z - other.half_z < SUNK
    for k in range(20):
        nx, ny, nz = _candidate(ramp, other, k)
        length = math.sqrt(nx * nx + ny * ny + nz * nz)
        if length < 1e-6 or (is_sunk and nz < 0.0):
            continue
        nx, ny, nz = nx / length, ny / length, nz / length
        depth = _depth(ramp, other, nx, ny, nz)
        if depth < best - 1e-9:
            best, bx, by, bz = depth, nx, ny, nz
            if best <= 0.0:
                break
    return best, bx, by, bz


@kernel
def _candidate(ramp, other, k):
    """Return the k-th direction that may separate a ramp from another shape, not normalised."""
    rc, rs, oc, os = ramp.cosine, ramp.sine, other.cosine, other.sine
    sign = -1.0 if k & 1 else 1.0
    which = k >> 1
    if which == 0:
        return sign * oc, sign * os, 0.0
    if which == 1:
        return -sign * os, sign * oc, 0.0
    if which == 2:
        return sign * rc, sign * rs, 0.0
    if which == 3:
        return -sign * rs, sign * rc, 0.0
    if which == 4:
        return 0.0, 0.0, sign
    if which == 5:
        # The slopes: a normal that points from the other to this ramp leaves the ramp through its slope when it is -n.
        if sign > 0.0:
            return rs * ROOT_HALF, -rc * ROOT_HALF, -ROOT_HALF
        if other.is_ramp:
            return -os * ROOT_HALF, oc * ROOT_HALF, ROOT_HALF
        return 0.0, 0.0, 0.0
    # The edges down the slope, crossed with the other's horizontal edges (and the other way round).
    ax, ay, az = -rs, rc, -1.0
    if which == 6:
        return sign * -az * os, sign * az * oc, sign * (ax * os - ay * oc)
    if which == 7:
        return sign * -az * oc, sign * -az * os, sign * (ax * oc + ay * os)
    if not other.is_ramp:
        return 0.0, 0.0, 0.0
    ex, ey, ez = -os, oc, -1.0
    if which == 8:
        return sign * (ay * ez - az * ey), sign * (az * ex - ax * ez), sign * (ax * ey - ay * ex)
    return sign * ez * rs, sign * -ez * rc, sign * (ey * rc - ex * rs)


@kernel
def _common_span(ramp, other, nx, ny, nz, tx, ty, tz):
    """Return the interval along a tangent that the touching corners of both shapes have in common."""
    low_a, high_a = _feature_span(ramp, -nx, -ny, -nz, tx, ty, tz)
    low_b, high_b = _feature_span(other, nx, ny, nz, tx, ty, tz)
    low, high = max(low_a, low_b), min(high_a, high_b)
    if low > high:
        middle = 0.5 * (low + high)
        return middle, middle
    return low, high


@kernel
def _feature_span(shape, nx, ny, nz, tx, ty, tz):
    """Return the interval along a tangent of the corners that lie deepest along a direction."""
    deepest = _reach(shape, nx, ny, nz) - FEATURE_DEPTH
    c, s = shape.cosine, shape.sine
    low, high = 1e9, -1e9
    for k in range(8):
        if shape.is_ramp and k & 6 == 6:
            continue  # a ramp has no corner at the top of its low end
        lx = shape.half_x if k & 1 else -shape.half_x
        ly = shape.half_y if k & 2 else -shape.half_y
        lz = shape.half_z if k & 4 else -shape.half_z
        x, y = c * lx - s * ly, s * lx + c * ly
        if x * nx + y * ny + lz * nz < deepest:
            continue
        along = (shape.x + x) * tx + (shape.y + y) * ty + (shape.z + lz) * tz
        low, high = min(low, along), max(high, along)
    return low, high
