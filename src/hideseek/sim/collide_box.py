"""Contacts of boxes with the floor, walls and each other.

Nothing tips, so a box is a rectangle with a bottom and a top.
"""

from typing import NamedTuple

import numpy as np

from hideseek.sim.contact import add_contact
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.shape import shape_of_body
from hideseek.sim.workspace import COSINE, HALF_SIZE, POSE, SINE


@kernel
def collide_corners_floor(body, row, link, r, i, friction):
    """Add the contacts of the four lower corners of a box or a ramp with the floor; return the next free row."""
    distance = body[i, POSE + 2] - body[i, HALF_SIZE + 2]
    if distance >= 0.0:
        return r
    c, s = body[i, COSINE], body[i, SINE]
    for k in range(4):
        lx = body[i, HALF_SIZE] if k & 1 else -body[i, HALF_SIZE]
        ly = body[i, HALF_SIZE + 1] if k & 2 else -body[i, HALF_SIZE + 1]
        x, y = body[i, POSE] + c * lx - s * ly, body[i, POSE + 1] + s * lx + c * ly
        r = add_contact(body, row, link, r, i, -1, x, y, 0.0, 0.0, 1.0, distance, friction, 1.0)
    return r


@kernel
def collide_boxes(body, row, link, polygon, r, a, b, other, friction):
    """Add the contacts of box `a` with `other`, the shape of body `b` or (-1) of a wall; return the next free row.

    The contact leaves along the axis of least penetration.
    """
    box = shape_of_body(body, a, False)
    dx, dy, dz = box.x - other.x, box.y - other.y, box.z - other.z
    overlap_z = box.half_z + other.half_z - abs(dz)
    if overlap_z <= 0.0:
        return r
    # Cosine and sine of the box's yaw as seen from the other.
    cr, sr = box.cosine * other.cosine + box.sine * other.sine, box.sine * other.cosine - box.cosine * other.sine
    acr, asr = abs(cr), abs(sr)
    bx, by = other.cosine * dx + other.sine * dy, other.cosine * dy - other.sine * dx
    pen_bx = other.half_x + box.half_x * acr + box.half_y * asr - abs(bx)
    pen_by = other.half_y + box.half_x * asr + box.half_y * acr - abs(by)
    if pen_bx <= 0.0 or pen_by <= 0.0:
        return r
    lx, ly = box.cosine * dx + box.sine * dy, box.cosine * dy - box.sine * dx
    pen_ax = box.half_x + other.half_x * acr + other.half_y * asr - abs(lx)
    pen_ay = box.half_y + other.half_x * asr + other.half_y * acr - abs(ly)
    if pen_ax <= 0.0 or pen_ay <= 0.0:
        return r
    least = min(min(pen_bx, pen_by), min(pen_ax, pen_ay))
    if overlap_z < least:
        sign = 1.0 if dz >= 0.0 else -1.0
        return _stack(body, row, link, polygon, r, a, b, box, other, sign, -overlap_z, friction)
    if least == pen_bx:
        return _side(body, row, link, r, a, b, box, _face(other, 0, 1.0 if bx >= 0.0 else -1.0), 1.0, friction)
    if least == pen_by:
        return _side(body, row, link, r, a, b, box, _face(other, 1, 1.0 if by >= 0.0 else -1.0), 1.0, friction)
    if least == pen_ax:
        return _side(body, row, link, r, a, b, other, _face(box, 0, -1.0 if lx >= 0.0 else 1.0), -1.0, friction)
    return _side(body, row, link, r, a, b, other, _face(box, 1, -1.0 if ly >= 0.0 else 1.0), -1.0, friction)


class _Face(NamedTuple):
    """A vertical face of a box."""

    x: float
    """Of the box's centre [m]."""
    y: float
    normal_x: float
    """Away from the box."""
    normal_y: float
    depth: float
    """From the centre to the face [m]."""
    width: float
    """Half of it [m]."""


@inline_kernel
def _face(box, axis, sign):
    """Return the face of a box towards plus or minus its local x (`axis` 0) or y (1)."""
    if axis == 0:
        return _Face(box.x, box.y, sign * box.cosine, sign * box.sine, box.half_x, box.half_y)
    return _Face(box.x, box.y, -sign * box.sine, sign * box.cosine, box.half_y, box.half_x)


@kernel
def _side(body, row, link, r, a, b, incident, face, sign, friction):
    """Add the contacts of a vertical edge or side of the box `incident` with a face of the other box.

    `sign` is 1 where the face's normal points to body `a`, the incident one, and else -1.
    """
    nx, ny = face.normal_x, face.normal_y
    tx, ty = -ny, nx
    ci, si = incident.cosine, incident.sine
    # The incident side is the one whose outward normal opposes the face's most.
    dot_x, dot_y = nx * ci + ny * si, ny * ci - nx * si
    if abs(dot_x) > abs(dot_y):
        flip = -1.0 if dot_x > 0.0 else 1.0
        mx, my = incident.x + flip * incident.half_x * ci, incident.y + flip * incident.half_x * si
        ex, ey = -si * incident.half_y, ci * incident.half_y
    else:
        flip = -1.0 if dot_y > 0.0 else 1.0
        mx, my = incident.x - flip * incident.half_y * si, incident.y + flip * incident.half_y * ci
        ex, ey = ci * incident.half_x, si * incident.half_x
    # In the face's coordinates: `t` along it, `d` the distance before it, from end 0 to end 1 of the side.
    t_mid, t_half = (mx - face.x) * tx + (my - face.y) * ty, ex * tx + ey * ty
    d_mid, d_half = (mx - face.x) * nx + (my - face.y) * ny - face.depth, ex * nx + ey * ny
    for k in range(2):
        end = -1.0 if k == 0 else 1.0
        t = t_mid + end * t_half
        # Clip the side to the face's width.
        if t > face.width:
            if t_mid - end * t_half >= face.width:
                continue
            end = (face.width - t_mid) / t_half
        elif t < -face.width:
            if t_mid - end * t_half <= -face.width:
                continue
            end = (-face.width - t_mid) / t_half
        distance = d_mid + end * d_half
        if distance >= 0.0:
            continue
        x = mx + end * ex - 0.5 * distance * nx
        y = my + end * ey - 0.5 * distance * ny
        # Once at the bottom and once at the top of the common height: the same row for bodies that cannot tip.
        r = add_contact(body, row, link, r, a, b, x, y, sign * nx, sign * ny, 0.0, distance, friction, 2.0)
    return r


@kernel
def _stack(body, row, link, polygon, r, a, b, box, other, sign, distance, friction):
    """Add the contacts at the corners of the common ground of two boxes, one above the other."""
    c, s = other.cosine, other.sine
    # The corners of the box in the other's frame, clipped by the other's four sides.
    cr, sr = box.cosine * c + box.sine * s, box.sine * c - box.cosine * s
    dx, dy = box.x - other.x, box.y - other.y
    mx, my = c * dx + s * dy, c * dy - s * dx
    for k in range(4):
        lx = box.half_x if k == 0 or k == 3 else -box.half_x
        ly = box.half_y if k < 2 else -box.half_y
        polygon[0, k, 0] = mx + cr * lx - sr * ly
        polygon[0, k, 1] = my + sr * lx + cr * ly
    count, source = np.int64(4), np.int64(0)
    for side in range(4):
        axis = side & 1
        outward = 1.0 if side < 2 else -1.0
        limit = other.half_x if axis == 0 else other.half_y
        count = _clip(polygon, source, count, axis, outward, limit)
        source = 1 - source
    for k in range(count):
        lx, ly = polygon[source, k, 0], polygon[source, k, 1]
        x, y = other.x + c * lx - s * ly, other.y + s * lx + c * ly
        r = add_contact(body, row, link, r, a, b, x, y, 0.0, 0.0, sign, distance, friction, 1.0)
    return r


@inline_kernel
def _clip(polygon, source, count, axis, outward, limit):
    """Cut `polygon[source]` by outward * coordinate <= limit into the buffer's other half; return the new count."""
    target = 1 - source
    new = 0
    for k in range(count):
        following = k + 1 if k + 1 < count else 0
        here = outward * polygon[source, k, axis] - limit
        there = outward * polygon[source, following, axis] - limit
        if here <= 0.0:
            polygon[target, new, 0] = polygon[source, k, 0]
            polygon[target, new, 1] = polygon[source, k, 1]
            new += 1
        if (here < 0.0 < there) or (there < 0.0 < here):
            share = here / (here - there)
            for j in range(2):
                polygon[target, new, j] = polygon[source, k, j] + share * (
                    polygon[source, following, j] - polygon[source, k, j]
                )
            new += 1
    return new
