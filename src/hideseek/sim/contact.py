"""Contacts as soft constraints, with MuJoCo's parameters (its documentation, chapter "Computation").

A contact is a pyramid of four edges, normal plus and minus friction times each tangent. Every edge asks for the
acceleration `-B v - K d(r) r` along itself and gives way with the regularisation R = (1 - d) / d * (weight), where r is
the penetration and d(r) the impedance. MuJoCo's defaults: solref (0.02, 1), solimp (0.9, 0.95, 0.001, 0.5, 2).
"""

import math

from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.workspace import (
    BODY_A,
    BODY_B,
    COSINE,
    EQUALITY,
    INERTIA,
    KIND,
    MASS,
    MASS_OFFSET,
    NORMAL,
    ONE_SIDED,
    POSE,
    SHIFT_1,
    SHIFT_2,
    SINE,
    STIFFNESS,
    TANGENT_1,
    TANGENT_2,
    TARGET,
    VELOCITY,
)

TIME_CONSTANT = 0.02
IMPEDANCE_MIN, IMPEDANCE_MAX, IMPEDANCE_WIDTH = 0.9, 0.95, 0.001
CONTACT_DAMPING = 2.0 / (IMPEDANCE_MAX * TIME_CONSTANT)
CONTACT_STIFFNESS = 1.0 / (IMPEDANCE_MAX * TIME_CONSTANT) ** 2


@inline_kernel
def impedance(distance):
    """Return d(r): 0.9 at the surface, 0.95 from 1 mm of penetration on."""
    x = abs(distance) / IMPEDANCE_WIDTH
    if x >= 1.0:
        return IMPEDANCE_MAX
    y = 2.0 * x * x if x < 0.5 else 1.0 - 2.0 * (1.0 - x) * (1.0 - x)
    return IMPEDANCE_MIN + y * (IMPEDANCE_MAX - IMPEDANCE_MIN)


@inline_kernel
def add_contact(body, row, link, r, a, b, x, y, nx, ny, nz, distance, friction, multiplicity):
    """Add a contact as row `r` and return the next free row.

    Args:
        body: bodies.
        row: rows.
        link: integers of the rows.
        r: the row.
        a: a body.
        b: the other, or -1 for the static world.
        x: where they touch [m].
        y: likewise.
        nx: unit normal, pointing from `b` to `a`.
        ny: likewise.
        nz: likewise.
        distance: negative, the penetration [m].
        friction: sliding friction of the pair.
        multiplicity: how many identical contacts this one stands for.
    """
    tx, ty, tz, sx, sy, sz = tangents(nx, ny, nz)
    tx, ty, tz = friction * tx, friction * ty, friction * tz
    sx, sy, sz = friction * sx, friction * sy, friction * sz
    inverse_mass = 1.0 / body[a, MASS]
    ax, ay = x - body[a, POSE], y - body[a, POSE + 1]
    normal = _put_direction(body, row, r, NORMAL, a, nx, ny, nz, ax * ny - ay * nx)
    shift_1 = _put_direction(body, row, r, TANGENT_1, a, tx, ty, tz, ax * ty - ay * tx)
    shift_2 = _put_direction(body, row, r, TANGENT_2, a, sx, sy, sz, ax * sy - ay * sx)
    if b >= 0:
        inverse_mass += 1.0 / body[b, MASS]
        bx, by = x - body[b, POSE], y - body[b, POSE + 1]
        normal += _put_direction(body, row, r, NORMAL + 4, b, -nx, -ny, -nz, by * nx - bx * ny)
        shift_1 += _put_direction(body, row, r, TANGENT_1 + 4, b, -tx, -ty, -tz, by * tx - bx * ty)
        shift_2 += _put_direction(body, row, r, TANGENT_2 + 4, b, -sx, -sy, -sz, by * sx - bx * sy)
    weight = 2.0 * friction * friction * inverse_mass * (1.0 + friction * friction)
    row[r, SHIFT_1] = CONTACT_DAMPING * shift_1
    row[r, SHIFT_2] = CONTACT_DAMPING * shift_2
    return _complete(row, link, r, a, b, multiplicity / weight, normal, distance, impedance(distance), ONE_SIDED)


@inline_kernel
def _put_direction(body, row, r, column, i, x, y, z, turn):
    """Write a direction in the velocities of body `i` and return the body's present velocity along it."""
    row[r, column] = x
    row[r, column + 1] = y
    row[r, column + 2] = z
    row[r, column + 3] = turn
    flat = x * body[i, VELOCITY] + y * body[i, VELOCITY + 1]
    return flat + z * body[i, VELOCITY + 2] + turn * body[i, VELOCITY + 3]


@inline_kernel
def _complete(row, link, r, a, b, inverse_weight, speed, distance, imp, kind):
    """Fill stiffness, target and bodies of row `r`; return the next free row.

    `inverse_weight` is one over MuJoCo's approximation of the inverse mass along an edge, `speed` the velocity along
    the normal, `distance` the position error, negative in penetration, and `imp` the impedance.
    """
    link[r, BODY_A] = a
    link[r, BODY_B] = b
    link[r, KIND] = kind
    row[r, STIFFNESS] = inverse_weight * imp / (1.0 - imp)
    row[r, TARGET] = -CONTACT_DAMPING * speed - CONTACT_STIFFNESS * imp * distance
    # The last row is spare: should the others ever be used up, it is written over.
    return min(r + 1, row.shape[0] - 1)


@kernel
def _add_single(body, row, link, r, a, b, weight, distance, imp, kind):
    """Add row `r`, whose normal stands there already, without tangents: its four edges are one and the same."""
    speed = 0.0
    for k in range(4):
        speed += row[r, NORMAL + k] * body[a, VELOCITY + k]
        if b >= 0:
            speed += row[r, NORMAL + 4 + k] * body[b, VELOCITY + k]
    for k in range(8):
        row[r, TANGENT_1 + k] = 0.0
        row[r, TANGENT_2 + k] = 0.0
    row[r, SHIFT_1] = 0.0
    row[r, SHIFT_2] = 0.0
    return _complete(row, link, r, a, b, 0.25 / weight, speed, distance, imp, kind)


@inline_kernel
def tangents(nx, ny, nz):
    """Return two tangents of a normal, chosen as MuJoCo does: friction pyramids are not round."""
    if -0.5 < ny < 0.5:
        tx, ty, tz = -nx * ny, 1.0 - ny * ny, -nz * ny
    else:
        tx, ty, tz = -nx * nz, -ny * nz, 1.0 - nz * nz
    scale = 1.0 / math.sqrt(tx * tx + ty * ty + tz * tz)
    tx, ty, tz = tx * scale, ty * scale, tz * scale
    return tx, ty, tz, ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx


@kernel
def add_weld(body, row, link, r, a, b, px, py, pz, yaw):
    """Hold body `b` at the pose (`px`, `py`, `pz`, `yaw`) in the frame of body `a`: four equality rows from `r` on.

    Returns the next free row.
    """
    c, s = body[a, COSINE], body[a, SINE]
    rx, ry = c * px - s * py, s * px + c * py
    half = 0.5 * (body[a, POSE + 3] + yaw - body[b, POSE + 3])
    ex = body[a, POSE] + rx - body[b, POSE]
    ey = body[a, POSE + 1] + ry - body[b, POSE + 1]
    ez = body[a, POSE + 2] + pz - body[b, POSE + 2]
    ew = math.sin(half)
    imp = impedance(math.sqrt(ex * ex + ey * ey + ez * ez + ew * ew))
    weight = 1.0 / body[a, MASS] + 1.0 / body[b, MASS]
    # MuJoCo weighs rotations by the mean of the three axes, of which only the vertical one can turn.
    turn_weight = (turn_inverse(body, a) + turn_inverse(body, b)) / 3.0
    turn = 0.5 * math.cos(half)
    for k in range(4):
        for j in range(8):
            row[r, j] = 0.0
        if k < 3:
            row[r, k] = 1.0
            row[r, 4 + k] = -1.0
            row[r, 3] = -ry if k == 0 else (rx if k == 1 else 0.0)
            error = ex if k == 0 else (ey if k == 1 else ez)
            r = _add_single(body, row, link, r, a, b, weight, error, imp, EQUALITY)
        else:
            row[r, 3] = turn
            row[r, 7] = -turn
            r = _add_single(body, row, link, r, a, b, turn_weight, ew, imp, EQUALITY)
    return r


@kernel
def turn_inverse(body, i):
    """Return the inverse of the inertia that body `i` opposes to a torque: with an offset mass it may also slide."""
    mx, my = body[i, MASS_OFFSET], body[i, MASS_OFFSET + 1]
    return 1.0 / (body[i, INERTIA] - (mx * mx + my * my) / body[i, MASS])


@kernel
def add_lock(body, row, link, r, a, x, y, z, yaw):
    """Hold body `a` at a pose by limits of all its joints: a one-sided row for each coordinate that has strayed.

    Returns the next free row.
    """
    turn = turn_inverse(body, a)
    offset = math.sqrt(body[a, MASS_OFFSET] ** 2 + body[a, MASS_OFFSET + 1] ** 2) / body[a, MASS]
    for k in range(4):
        error = body[a, POSE + k] - (x if k == 0 else (y if k == 1 else (z if k == 2 else yaw)))
        if error == 0.0:
            continue
        for j in range(4):
            row[r, j] = 0.0
        row[r, k] = -1.0 if error > 0.0 else 1.0
        weight = turn if k == 3 else 1.0 / body[a, MASS]
        if k == 0:
            # MuJoCo takes the weights at yaw 0, where an offset mass gives way along x alone.
            weight += turn * offset * offset
        r = _add_single(body, row, link, r, a, -1, weight, -abs(error), impedance(error), ONE_SIDED)
    return r
