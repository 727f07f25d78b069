"""Contacts of boxes with the floor, walls and each other.

Nothing tips, so a box is a rectangle with a bottom and a top.
"""

import numpy as np

from hideseek.sim.contact import add_contact
from hideseek.sim.kernel import inline_kernel, kernel
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
def collide_boxes(body, row, link, polygon, r, a, b, cx, cy, cz, c, s, hx, hy, hz, friction):
    """Add the contacts of box `a` with another box (or a wall, `b` = -1); return the next free row.

    The other has its centre at (`cx`, `cy`, `cz`), half sizes (`hx`, `hy`, `hz`) and a yaw of cosine `c` and sine `s`.
    The contact leaves along the axis of least penetration.
    """
    ax, ay, az = body[a, POSE], body[a, POSE + 1], body[a, POSE + 2]
    ca, sa = body[a, COSINE], body[a, SINE]
    hax, hay, haz = body[a, HALF_SIZE], body[a, HALF_SIZE + 1], body[a, HALF_SIZE + 2]
    dx, dy, dz = ax - cx, ay - cy, az - cz
    overlap_z = haz + hz - abs(dz)
    if overlap_z <= 0.0:
        return r
    # Cosine and sine of a's yaw as seen from the other box.
    cr, sr = ca * c + sa * s, sa * c - ca * s
    acr, asr = abs(cr), abs(sr)
    bx, by = c * dx + s * dy, c * dy - s * dx
    pen_bx = hx + hax * acr + hay * asr - abs(bx)
    pen_by = hy + hax * asr + hay * acr - abs(by)
    if pen_bx <= 0.0 or pen_by <= 0.0:
        return r
    lx, ly = ca * dx + sa * dy, ca * dy - sa * dx
    pen_ax = hax + hx * acr + hy * asr - abs(lx)
    pen_ay = hay + hx * asr + hy * acr - abs(ly)
    if pen_ax <= 0.0 or pen_ay <= 0.0:
        return r
    least = min(min(pen_bx, pen_by), min(pen_ax, pen_ay))
    if overlap_z < least:
        return _stack(
            body, row, link, polygon, r, a, b, cx, cy, c, s, hx, hy, 1.0 if dz >= 0.0 else -1.0, -overlap_z, friction
        )
    if least == pen_bx:
        sign = 1.0 if bx >= 0.0 else -1.0
        return _side(
            body, row, link, r, a, b, ax, ay, ca, sa, hax, hay, cx, cy, sign * c, sign * s, hx, hy, 1.0, friction
        )
    if least == pen_by:
        sign = 1.0 if by >= 0.0 else -1.0
        return _side(
            body, row, link, r, a, b, ax, ay, ca, sa, hax, hay, cx, cy, -sign * s, sign * c, hy, hx, 1.0, friction
        )
    if least == pen_ax:
        sign = -1.0 if lx >= 0.0 else 1.0
        return _side(
            body, row, link, r, a, b, cx, cy, c, s, hx, hy, ax, ay, sign * ca, sign * sa, hax, hay, -1.0, friction
        )
    sign = -1.0 if ly >= 0.0 else 1.0
    return _side(
        body, row, link, r, a, b, cx, cy, c, s, hx, hy, ax, ay, -sign * sa, sign * ca, hay, hax, -1.0, friction
    )


@kernel
def _side(body, row, link, r, a, b, ix, iy, ci, si, hix, hiy, rx, ry, nx, ny, depth, width, sign, friction):
    """Add the contacts of a vertical edge or side of the incident box with a side face of the reference box.

    The incident rectangle has centre (`ix`, `iy`); the face lies `depth` from (`rx`, `ry`) along its outward normal
    (`nx`, `ny`) and is 2 `width` wide. `sign` is 1 where the normal points to body `a`, the incident one.
    """
    tx, ty = -ny, nx
    # The incident side is the one whose outward normal opposes the face's most.
    dot_x, dot_y = nx * ci + ny * si, ny * ci - nx * si
    if abs(dot_x) > abs(dot_y):
        flip = -1.0 if dot_x > 0.0 else 1.0
        mx, my = ix + flip * hix * ci, iy + flip * hix * si
        ex, ey = -si * hiy, ci * hiy
    else:
        flip = -1.0 if dot_y > 0.0 else 1.0
        mx, my = ix - flip * hiy * si, iy + flip * hiy * ci
        ex, ey = ci * hix, si * hix
    # In the face's coordinates: `t` along it, `d` the distance before it, from end 0 to end 1 of the side.
    t_mid, t_half = (mx - rx) * tx + (my - ry) * ty, ex * tx + ey * ty
    d_mid, d_half = (mx - rx) * nx + (my - ry) * ny - depth, ex * nx + ey * ny
    for k in range(2):
        end = -1.0 if k == 0 else 1.0
        t = t_mid + end * t_half
        # Clip the side to the face's width.
        if t > width:
            if t_mid - end * t_half >= width:
                continue
            end = (width - t_mid) / t_half
        elif t < -width:
            if t_mid - end * t_half <= -width:
                continue
            end = (-width - t_mid) / t_half
        distance = d_mid + end * d_half
        if distance >= 0.0:
            continue
        x = mx + end * ex - 0.5 * distance * nx
        y = my + end * ey - 0.5 * distance * ny
        # Once at the bottom and once at the top of the common height: the same row for bodies that cannot tip.
        r = add_contact(body, row, link, r, a, b, x, y, sign * nx, sign * ny, 0.0, distance, friction, 2.0)
    return r


@kernel
def _stack(body, row, link, polygon, r, a, b, cx, cy, c, s, hx, hy, sign, distance, friction):
    """Add the contacts at the corners of the common ground of two boxes, one above the other."""
    ca, sa = body[a, COSINE], body[a, SINE]
    # The corners of a in the other's frame, clipped by the other's four sides.
    cr, sr = ca * c + sa * s, sa * c - ca * s
    dx, dy = body[a, POSE] - cx, body[a, POSE + 1] - cy
    mx, my = c * dx + s * dy, c * dy - s * dx
    for k in range(4):
        lx = body[a, HALF_SIZE] if k == 0 or k == 3 else -body[a, HALF_SIZE]
        ly = body[a, HALF_SIZE + 1] if k < 2 else -body[a, HALF_SIZE + 1]
        polygon[0, k, 0] = mx + cr * lx - sr * ly
        polygon[0, k, 1] = my + sr * lx + cr * ly
    count, source = np.int64(4), np.int64(0)
    for side in range(4):
        axis = side & 1
        outward = 1.0 if side < 2 else -1.0
        limit = hx if axis == 0 else hy
        count = _clip(polygon, source, count, axis, outward, limit)
        source = 1 - source
    for k in range(count):
        lx, ly = polygon[source, k, 0], polygon[source, k, 1]
        x, y = cx + c * lx - s * ly, cy + s * lx + c * ly
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
