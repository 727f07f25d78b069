"""Contacts as soft constraints, with MuJoCo's parameters (its documentation, chapter "Computation").

A contact is a pyramid of four edges, normal plus and minus friction times each tangent. Every edge is one row that asks
for the acceleration `target = -B v - K d(r) r` and gives way with the regularisation R = (1 - d) / d * (weight), where r is
the penetration and d(r) the impedance. MuJoCo's defaults: solref (0.02, 1), solimp (0.9, 0.95, 0.001, 0.5, 2).
"""

import math

from hideseek.sim.kernel import kernel
from hideseek.sim.workspace import (
    BODY_A,
    BODY_B,
    COSINE,
    EQUALITY,
    INERTIA,
    KIND,
    MASS,
    MASS_OFFSET,
    ONE_SIDED,
    POSE,
    SINE,
    STIFFNESS,
    TARGET,
    VELOCITY,
)

TIME_CONSTANT = 0.02
IMPEDANCE_MIN, IMPEDANCE_MAX, IMPEDANCE_WIDTH = 0.9, 0.95, 0.001
CONTACT_DAMPING = 2.0 / (IMPEDANCE_MAX * TIME_CONSTANT)
CONTACT_STIFFNESS = 1.0 / (IMPEDANCE_MAX * TIME_CONSTANT) ** 2


@kernel
def impedance(distance):
    """Return d(r): 0.9 at the surface, 0.95 from 1 mm of penetration on."""
    x = abs(distance) / IMPEDANCE_WIDTH
    if x >= 1.0:
        return IMPEDANCE_MAX
    y = 2.0 * x * x if x < 0.5 else 1.0 - 2.0 * (1.0 - x) * (1.0 - x)
    return IMPEDANCE_MIN + y * (IMPEDANCE_MAX - IMPEDANCE_MIN)


@kernel
def add_row(body, row, link, r, a, b, weight, distance, imp, kind, multiplicity):
    """Complete row `r`, whose Jacobian stands there already, and return the next free row.

    Args:
        body: bodies.
        row: rows.
        link: integers of the rows.
        r: the row.
        a: body of the first four columns.
        b: body of the last four, or -1.
        weight: inverse mass along the row (MuJoCo's diagonal approximation), scaled by the friction pyramid's factor.
        distance: position error, negative in penetration [m or rad].
        imp: impedance.
        kind: EQUALITY or ONE_SIDED.
        multiplicity: how many identical rows this one stands for.
    """
    speed = (
        row[r, 0] * body[a, VELOCITY]
        + row[r, 1] * body[a, VELOCITY + 1]
        + row[r, 2] * body[a, VELOCITY + 2]
        + row[r, 3] * body[a, VELOCITY + 3]
    )
    if b >= 0:
        speed += (
            row[r, 4] * body[b, VELOCITY]
            + row[r, 5] * body[b, VELOCITY + 1]
            + row[r, 6] * body[b, VELOCITY + 2]
            + row[r, 7] * body[b, VELOCITY + 3]
        )
    link[r, BODY_A] = a
    link[r, BODY_B] = b
    link[r, KIND] = kind
    row[r, STIFFNESS] = multiplicity * imp / ((1.0 - imp) * weight)
    row[r, TARGET] = -CONTACT_DAMPING * speed - CONTACT_STIFFNESS * imp * distance
    # The last row is spare: should the others ever be used up, it is written over.
    return min(r + 1, row.shape[0] - 1)


@kernel
def add_contact(body, row, link, r, a, b, x, y, nx, ny, nz, distance, friction, multiplicity):
    """Add a contact's four rows from `r` on and return the next free row.

    The contact is at (`x`, `y`); its unit normal points from body `b` (or, for -1, the static world) to body `a`.
    """
    tx, ty, tz, sx, sy, sz = tangents(nx, ny, nz)
    imp = impedance(distance)
    inverse_mass = 1.0 / body[a, MASS]
    if b >= 0:
        inverse_mass += 1.0 / body[b, MASS]
    weight = 2.0 * friction * friction * inverse_mass * (1.0 + friction * friction)
    for k in range(4):
        side = friction if k & 1 == 0 else -friction
        if k < 2:
            ux, uy, uz = nx + side * tx, ny + side * ty, nz + side * tz
        else:
            ux, uy, uz = nx + side * sx, ny + side * sy, nz + side * sz
        row[r, 0] = ux
        row[r, 1] = uy
        row[r, 2] = uz
        row[r, 3] = (x - body[a, POSE]) * uy - (y - body[a, POSE + 1]) * ux
        if b >= 0:
            row[r, 4] = -ux
            row[r, 5] = -uy
            row[r, 6] = -uz
            row[r, 7] = (y - body[b, POSE + 1]) * ux - (x - body[b, POSE]) * uy
        r = add_row(body, row, link, r, a, b, weight, distance, imp, ONE_SIDED, multiplicity)
    return r


@kernel
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
            r = add_row(body, row, link, r, a, b, weight, error, imp, EQUALITY, 1.0)
        else:
            row[r, 3] = turn
            row[r, 7] = -turn
            r = add_row(body, row, link, r, a, b, turn_weight, ew, imp, EQUALITY, 1.0)
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
        r = add_row(body, row, link, r, a, -1, weight, -abs(error), impedance(error), ONE_SIDED, 1.0)
    return r
