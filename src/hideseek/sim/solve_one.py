"""The solver for an island of one body, with everything in registers: most islands are of this kind.

The same problem and method as in `solver.py`, for four unknowns: the Hessian is ten numbers, its factor L D L'.
"""

from hideseek.sim.kernel import inline_kernel
from hideseek.sim.line_search import active_edges, line_search, steepest_edge
from hideseek.sim.workspace import (
    ACCELERATION,
    ACTIVE,
    FORCE,
    INERTIA,
    MASS,
    MASS_OFFSET,
    NEXT_ACTIVE,
    RESIDUAL,
    SHIFT_1,
    SHIFT_2,
    SLOPE,
    STIFFNESS,
    TARGET,
    UNKNOWN,
)

MAX_ITERATIONS = 40
ANY_COST = 1e300


@inline_kernel
def solve_one(body, row, link, order, begin, end, i):
    """Solve for the acceleration of body `i` under the one-sided rows `order[begin:end]`, which have no other body."""
    mass, inertia, mx, my = body[i, MASS], body[i, INERTIA], body[i, MASS_OFFSET], body[i, MASS_OFFSET + 1]
    fx, fy, fz, fw = body[i, FORCE], body[i, FORCE + 1], body[i, FORCE + 2], body[i, FORCE + 3]
    ax, ay = body[i, ACCELERATION], body[i, ACCELERATION + 1]
    az, aw = body[i, ACCELERATION + 2], body[i, ACCELERATION + 3]
    dx, dy, dz, dw = 0.0, 0.0, 0.0, 0.0
    last_cost, whole = ANY_COST, False
    for iteration in range(MAX_ITERATIONS):
        px, py, pz = mass * ax - my * aw, mass * ay + mx * aw, mass * az
        pw = inertia * aw - my * ax + mx * ay
        cost, changed = _measure(row, link, order, begin, end, ax, ay, az, aw, iteration == 0)
        if whole and changed == 0:
            break
        cost += ax * (0.5 * px - fx) + ay * (0.5 * py - fy) + az * (0.5 * pz - fz) + aw * (0.5 * pw - fw)
        gx, gy, gz, gw = px - fx, py - fy, pz - fz, pw - fw
        if cost > last_cost:
            # Too far: come back to the minimum along the way.
            for k in range(begin, end):
                r = order[k]
                for j in range(3):
                    c = 8 * j
                    row[r, SLOPE + j] = row[r, c] * dx + row[r, c + 1] * dy + row[r, c + 2] * dz + row[r, c + 3] * dw
            curve = mass * (dx * dx + dy * dy + dz * dz) + inertia * dw * dw + 2.0 * dw * (mx * dy - my * dx)
            start = gx * dx + gy * dy + gz * dz + gw * dw - curve
            back = 1.0 - line_search(row, link, order, begin, end, start, curve)
            ax, ay, az, aw = ax - back * dx, ay - back * dy, az - back * dz, aw - back * dw
            last_cost, whole = ANY_COST, False
            continue
        last_cost, whole = cost if iteration > 0 else ANY_COST, True
        dx, dy, dz, dw = _newton_step(row, link, order, begin, end, gx, gy, gz, gw, mass, inertia, mx, my)
        ax, ay, az, aw = ax + dx, ay + dy, az + dz, aw + dw
    body[i, ACCELERATION] = ax
    body[i, ACCELERATION + 1] = ay
    body[i, ACCELERATION + 2] = az
    body[i, ACCELERATION + 3] = aw


@inline_kernel
def _measure(row, link, order, begin, end, ax, ay, az, aw, first):
    """Fill the residuals and NEXT_ACTIVE at an acceleration; return the rows' cost, and whether any edge changed.

    The `first` guess is that the edges of the last substep act again, and of a new row the steepest one.
    """
    cost, changed = 0.0, 0
    for k in range(begin, end):
        r = order[k]
        normal = row[r, 0] * ax + row[r, 1] * ay + row[r, 2] * az + row[r, 3] * aw - row[r, TARGET]
        along_1 = row[r, 8] * ax + row[r, 9] * ay + row[r, 10] * az + row[r, 11] * aw + row[r, SHIFT_1]
        along_2 = row[r, 16] * ax + row[r, 17] * ay + row[r, 18] * az + row[r, 19] * aw + row[r, SHIFT_2]
        row[r, RESIDUAL] = normal
        row[r, RESIDUAL + 1] = along_1
        row[r, RESIDUAL + 2] = along_2
        e0, e1, e2, e3 = normal + along_1, normal - along_1, normal + along_2, normal - along_2
        active = link[r, ACTIVE]
        if not first:
            active = active_edges(e0, e1, e2, e3)
        elif active == UNKNOWN:
            active = steepest_edge(e0, e1, e2, e3)
        link[r, NEXT_ACTIVE] = active
        changed |= active ^ link[r, ACTIVE]
        pushing = min(e0, 0.0) ** 2 + min(e1, 0.0) ** 2 + min(e2, 0.0) ** 2 + min(e3, 0.0) ** 2
        cost += 0.5 * row[r, STIFFNESS] * pushing
    return cost, changed


@inline_kernel
def _newton_step(row, link, order, begin, end, gx, gy, gz, gw, mass, inertia, mx, my):
    """Return minus the inverse Hessian times the gradient, for the edges of NEXT_ACTIVE, which become ACTIVE.

    `gx` .. `gw` are the gradient without rows.
    """
    h00, h11, h22, h33 = mass, mass, mass, inertia
    h10, h20, h21, h30, h31, h32 = 0.0, 0.0, 0.0, -my, mx, 0.0
    for k in range(begin, end):
        r = order[k]
        active = link[r, NEXT_ACTIVE]
        link[r, ACTIVE] = active
        if active == 0:
            continue
        n0, n1, n2, n3 = row[r, 0], row[r, 1], row[r, 2], row[r, 3]
        t0, t1, t2, t3 = row[r, 8], row[r, 9], row[r, 10], row[r, 11]
        s0, s1, s2, s3 = row[r, 16], row[r, 17], row[r, 18], row[r, 19]
        normal, along_1, along_2 = row[r, RESIDUAL], row[r, RESIDUAL + 1], row[r, RESIDUAL + 2]
        stiffness = row[r, STIFFNESS]
        d0, d1 = stiffness * (active & 1), stiffness * ((active >> 1) & 1)
        d2, d3 = stiffness * ((active >> 2) & 1), stiffness * ((active >> 3) & 1)
        knn, knt, kns, ktt, kss = d0 + d1 + d2 + d3, d0 - d1, d2 - d3, d0 + d1, d2 + d3
        push = knn * normal + knt * along_1 + kns * along_2
        push_1, push_2 = knt * normal + ktt * along_1, kns * normal + kss * along_2
        gx += push * n0 + push_1 * t0 + push_2 * s0
        gy += push * n1 + push_1 * t1 + push_2 * s1
        gz += push * n2 + push_1 * t2 + push_2 * s2
        gw += push * n3 + push_1 * t3 + push_2 * s3
        # The edges' stiffness matrix in (n, t, s), times [n t s]', row by row; then times [n t s].
        p0, q0, r0 = knn * n0 + knt * t0 + kns * s0, knt * n0 + ktt * t0, kns * n0 + kss * s0
        p1, q1, r1 = knn * n1 + knt * t1 + kns * s1, knt * n1 + ktt * t1, kns * n1 + kss * s1
        p2, q2, r2 = knn * n2 + knt * t2 + kns * s2, knt * n2 + ktt * t2, kns * n2 + kss * s2
        p3, q3, r3 = knn * n3 + knt * t3 + kns * s3, knt * n3 + ktt * t3, kns * n3 + kss * s3
        h00 += p0 * n0 + q0 * t0 + r0 * s0
        h10 += p1 * n0 + q1 * t0 + r1 * s0
        h11 += p1 * n1 + q1 * t1 + r1 * s1
        h20 += p2 * n0 + q2 * t0 + r2 * s0
        h21 += p2 * n1 + q2 * t1 + r2 * s1
        h22 += p2 * n2 + q2 * t2 + r2 * s2
        h30 += p3 * n0 + q3 * t0 + r3 * s0
        h31 += p3 * n1 + q3 * t1 + r3 * s1
        h32 += p3 * n2 + q3 * t2 + r3 * s2
        h33 += p3 * n3 + q3 * t3 + r3 * s3
    return _solve_four(h00, h10, h11, h20, h21, h22, h30, h31, h32, h33, gx, gy, gz, gw)


@inline_kernel
def _solve_four(h00, h10, h11, h20, h21, h22, h30, h31, h32, h33, gx, gy, gz, gw):
    """Return minus the inverse of a symmetric positive matrix times a vector, by L D L'."""
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
    return dx, dy, dz, dw
