"""The solver for an island of one body, with everything in registers: most islands are of this kind.

The same problem and method as in `solver.py`, for four unknowns: the Hessian is ten numbers, its factor L D L'.
"""

from hideseek.sim.kernel import kernel
from hideseek.sim.line_search import line_search
from hideseek.sim.workspace import (
    ACCELERATION,
    ACTIVE,
    FORCE,
    INERTIA,
    MASS,
    MASS_OFFSET,
    RESIDUAL,
    SLOPE,
    STIFFNESS,
    TARGET,
)

MAX_ITERATIONS = 40


@kernel
def solve_one(body, row, link, order, begin, end, i):
    """Solve for the acceleration of body `i` under the one-sided rows `order[begin:end]`, none of which has another body."""
    mass, inertia, mx, my = body[i, MASS], body[i, INERTIA], body[i, MASS_OFFSET], body[i, MASS_OFFSET + 1]
    fx, fy, fz, fw = body[i, FORCE], body[i, FORCE + 1], body[i, FORCE + 2], body[i, FORCE + 3]
    ax, ay = body[i, ACCELERATION], body[i, ACCELERATION + 1]
    az, aw = body[i, ACCELERATION + 2], body[i, ACCELERATION + 3]
    dx, dy, dz, dw = 0.0, 0.0, 0.0, 0.0
    last_cost, whole = 1e300, False
    for iteration in range(MAX_ITERATIONS):
        px, py, pz = mass * ax - my * aw, mass * ay + mx * aw, mass * az
        pw = inertia * aw - my * ax + mx * ay
        cost = ax * (0.5 * px - fx) + ay * (0.5 * py - fy) + az * (0.5 * pz - fz) + aw * (0.5 * pw - fw)
        gx, gy, gz, gw = px - fx, py - fy, pz - fz, pw - fw
        h00, h11, h22, h33 = mass, mass, mass, inertia
        h10, h20, h21, h30, h31, h32 = 0.0, 0.0, 0.0, -my, mx, 0.0
        changed = 0
        for k in range(begin, end):
            r = order[k]
            j0, j1, j2, j3 = row[r, 0], row[r, 1], row[r, 2], row[r, 3]
            residual = j0 * ax + j1 * ay + j2 * az + j3 * aw - row[r, TARGET]
            row[r, RESIDUAL] = residual
            # The first guess is that the rows of the last substep act again. No branches: they could not be predicted.
            was_active = link[r, ACTIVE]
            active = (1 if residual < 0.0 else 0) if iteration > 0 else was_active
            link[r, ACTIVE] = active
            changed += active ^ was_active
            stiffness = active * row[r, STIFFNESS]
            push = stiffness * residual
            cost += 0.5 * push * residual
            gx += push * j0
            gy += push * j1
            gz += push * j2
            gw += push * j3
            s0, s1, s2, s3 = stiffness * j0, stiffness * j1, stiffness * j2, stiffness * j3
            h00 += s0 * j0
            h10 += s1 * j0
            h11 += s1 * j1
            h20 += s2 * j0
            h21 += s2 * j1
            h22 += s2 * j2
            h30 += s3 * j0
            h31 += s3 * j1
            h32 += s3 * j2
            h33 += s3 * j3
        if whole and changed == 0:
            break
        if cost > last_cost:
            # Too far: come back to the minimum along the way.
            for k in range(begin, end):
                r = order[k]
                row[r, SLOPE] = row[r, 0] * dx + row[r, 1] * dy + row[r, 2] * dz + row[r, 3] * dw
            curve = mass * (dx * dx + dy * dy + dz * dz) + inertia * dw * dw + 2.0 * dw * (mx * dy - my * dx)
            start = (px - fx) * dx + (py - fy) * dy + (pz - fz) * dz + (pw - fw) * dw - curve
            back = 1.0 - line_search(row, link, order, begin, end, start, curve)
            ax, ay, az, aw = ax - back * dx, ay - back * dy, az - back * dz, aw - back * dw
            last_cost, whole = 1e300, False
            continue
        last_cost = cost if iteration > 0 else 1e300
        # L D L' factorisation and substitution.
        i0 = 1.0 / h00
        l10, l20, l30 = h10 * i0, h20 * i0, h30 * i0
        i1 = 1.0 / (h11 - l10 * h10)
        e21, e31 = h21 - l20 * h10, h31 - l30 * h10
        l21, l31 = e21 * i1, e31 * i1
        i2 = 1.0 / (h22 - l20 * h20 - l21 * e21)
        e32 = h32 - l30 * h20 - l31 * e21
        l32 = e32 * i2
        i3 = 1.0 / (h33 - l30 * h30 - l31 * e31 - l32 * e32)
        b1 = gy - l10 * gx
        b2 = gz - l20 * gx - l21 * b1
        dw = -i3 * (gw - l30 * gx - l31 * b1 - l32 * b2)
        dz = -i2 * b2 - l32 * dw
        dy = -i1 * b1 - l21 * dz - l31 * dw
        dx = -i0 * gx - l10 * dy - l20 * dz - l30 * dw
        ax, ay, az, aw = ax + dx, ay + dy, az + dz, aw + dw
        whole = True
    body[i, ACCELERATION] = ax
    body[i, ACCELERATION + 1] = ay
    body[i, ACCELERATION + 2] = az
    body[i, ACCELERATION + 3] = aw
