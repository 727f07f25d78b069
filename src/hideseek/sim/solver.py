"""The accelerations that obey all constraints: MuJoCo's convex problem, solved exactly for each island of touching bodies.

Minimise  1/2 (a - a0)' M (a - a0) + sum over rows of 1/2 D (J a - target)^2, where a one-sided row counts only while
J a < target. The cost is piecewise quadratic, so Newton's method ends when the set of active rows stays the same.
"""

import math

from hideseek.sim.dynamics import mass_times
from hideseek.sim.kernel import kernel
from hideseek.sim.workspace import (
    ABSENT,
    ACCELERATION,
    ACTIVE,
    BODY_A,
    BODY_B,
    DIRECTION,
    EQUALITY,
    FACTOR,
    FIRST_ROW,
    FORCE,
    GRADIENT,
    HESSIAN,
    INERTIA,
    KIND,
    MASS,
    MASS_OFFSET,
    MEMBER,
    NEXT,
    PARENT,
    RESIDUAL,
    SLOPE,
    SLOT,
    STATE,
    STIFFNESS,
    TARGET,
)

MAX_ITERATIONS = 30
SEARCH_ITERATIONS = 12


@kernel
def find_root(tag, i):
    """Return the representative of body `i`'s island."""
    while tag[i, PARENT] != i:
        tag[i, PARENT] = tag[tag[i, PARENT], PARENT]
        i = tag[i, PARENT]
    return i


@kernel
def solve_islands(ws, rows):
    """Solve for the acceleration of every body that has one of the first `rows` rows; the others' must stand there already."""
    body, tag, link = ws.body, ws.tag, ws.link
    n = body.shape[0]
    for i in range(n):
        tag[i, PARENT] = i
        tag[i, FIRST_ROW] = -1
    for r in range(rows):
        if link[r, BODY_B] >= 0:
            root_a, root_b = find_root(tag, link[r, BODY_A]), find_root(tag, link[r, BODY_B])
            if root_a < root_b:
                tag[root_b, PARENT] = root_a
            else:
                tag[root_a, PARENT] = root_b
    for r in range(rows - 1, -1, -1):
        root = find_root(tag, link[r, BODY_A])
        link[r, NEXT] = tag[root, FIRST_ROW]
        tag[root, FIRST_ROW] = r
    for root in range(n):
        if tag[root, FIRST_ROW] < 0:
            continue
        count = 0
        for i in range(root, n):
            if tag[i, STATE] != ABSENT and find_root(tag, i) == root:
                tag[count, MEMBER] = i
                tag[i, SLOT] = count
                count += 1
        _solve_island(body, tag, ws.row, link, ws.matrix, ws.vector, ws.envelope, count, tag[root, FIRST_ROW])


@kernel
def _solve_island(body, tag, row, link, matrix, vector, envelope, count, first):
    """Newton's method with an exact line search on the island of `count` members and the rows linked from `first`."""
    dof = 4 * count
    _assemble(body, tag, row, link, matrix, envelope, count, first)
    for _ in range(MAX_ITERATIONS):
        _fill_gradient(body, tag, row, link, vector, count, first)
        _factorise(matrix, envelope, dof)
        for k in range(dof):
            vector[DIRECTION, k] = -vector[GRADIENT, k]
        _substitute(matrix, vector, envelope, dof)
        r = first
        changed = False
        while r >= 0:
            slope = _row_dot(tag, row, link, vector, r)
            row[r, SLOPE] = slope
            if link[r, KIND] != EQUALITY and (row[r, RESIDUAL] + slope < 0.0) != link[r, ACTIVE]:
                changed = True
            r = link[r, NEXT]
        step = 1.0 if not changed else _line_search(body, tag, row, link, vector, count, first)
        for m in range(count):
            i = tag[m, MEMBER]
            for k in range(4):
                body[i, ACCELERATION + k] += step * vector[DIRECTION, 4 * m + k]
        if not changed:
            return
        if not _move(tag, row, link, matrix, first, step):
            return


@kernel
def _move(tag, row, link, matrix, first, step):
    """Move the residuals by `step`, and rows whose activity changes into or out of the Hessian; tell whether any did."""
    changed = False
    r = first
    while r >= 0:
        row[r, RESIDUAL] += step * row[r, SLOPE]
        if link[r, KIND] != EQUALITY:
            active = row[r, RESIDUAL] < 0.0
            if active != link[r, ACTIVE]:
                link[r, ACTIVE] = active
                _add_to_hessian(tag, row, link, matrix, r, row[r, STIFFNESS] if active else -row[r, STIFFNESS])
                changed = True
        r = link[r, NEXT]
    # At a step of less than 1 the minimum of the current quadratic has not been reached, changed or not.
    return changed or step < 1.0


@kernel
def _assemble(body, tag, row, link, matrix, envelope, count, first):
    """Fill the Hessian M + J' D J of the active rows, and all residuals, at the current accelerations."""
    dof = 4 * count
    for k in range(dof):
        envelope[k] = k & ~3
    r = first
    while r >= 0:
        if link[r, BODY_B] >= 0:
            a, b = 4 * tag[link[r, BODY_A], SLOT], 4 * tag[link[r, BODY_B], SLOT]
            low, high = min(a, b), max(a, b)
            for k in range(high, high + 4):
                envelope[k] = min(envelope[k], low)
        r = link[r, NEXT]
    for i in range(dof):
        for j in range(envelope[i], i + 1):
            matrix[HESSIAN, i, j] = 0.0
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        matrix[HESSIAN, d, d] = matrix[HESSIAN, d + 1, d + 1] = matrix[HESSIAN, d + 2, d + 2] = body[i, MASS]
        matrix[HESSIAN, d + 3, d + 3] = body[i, INERTIA]
        matrix[HESSIAN, d + 3, d] = -body[i, MASS_OFFSET + 1]
        matrix[HESSIAN, d + 3, d + 1] = body[i, MASS_OFFSET]
    r = first
    while r >= 0:
        a, b = link[r, BODY_A], link[r, BODY_B]
        value = -row[r, TARGET]
        for k in range(4):
            value += row[r, k] * body[a, ACCELERATION + k]
        if b >= 0:
            for k in range(4):
                value += row[r, 4 + k] * body[b, ACCELERATION + k]
        row[r, RESIDUAL] = value
        link[r, ACTIVE] = value < 0.0 or link[r, KIND] == EQUALITY
        if link[r, ACTIVE]:
            _add_to_hessian(tag, row, link, matrix, r, row[r, STIFFNESS])
        r = link[r, NEXT]


@kernel
def _add_to_hessian(tag, row, link, matrix, r, stiffness):
    """Add stiffness * J' J of row `r` to the lower triangle of the Hessian."""
    a = 4 * tag[link[r, BODY_A], SLOT]
    for i in range(4):
        scaled = stiffness * row[r, i]
        for j in range(i + 1):
            matrix[HESSIAN, a + i, a + j] += scaled * row[r, j]
    if link[r, BODY_B] < 0:
        return
    b = 4 * tag[link[r, BODY_B], SLOT]
    for i in range(4):
        scaled = stiffness * row[r, 4 + i]
        for j in range(i + 1):
            matrix[HESSIAN, b + i, b + j] += scaled * row[r, 4 + j]
    if a > b:
        for i in range(4):
            scaled = stiffness * row[r, i]
            for j in range(4):
                matrix[HESSIAN, a + i, b + j] += scaled * row[r, 4 + j]
    else:
        for i in range(4):
            scaled = stiffness * row[r, 4 + i]
            for j in range(4):
                matrix[HESSIAN, b + i, a + j] += scaled * row[r, j]


@kernel
def _fill_gradient(body, tag, row, link, vector, count, first):
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        fx, fy, fw = mass_times(body, i, body[i, ACCELERATION], body[i, ACCELERATION + 1], body[i, ACCELERATION + 3])
        vector[GRADIENT, d] = fx - body[i, FORCE]
        vector[GRADIENT, d + 1] = fy - body[i, FORCE + 1]
        vector[GRADIENT, d + 2] = body[i, MASS] * body[i, ACCELERATION + 2] - body[i, FORCE + 2]
        vector[GRADIENT, d + 3] = fw - body[i, FORCE + 3]
    r = first
    while r >= 0:
        if link[r, ACTIVE]:
            push = row[r, STIFFNESS] * row[r, RESIDUAL]
            a = 4 * tag[link[r, BODY_A], SLOT]
            for k in range(4):
                vector[GRADIENT, a + k] += push * row[r, k]
            if link[r, BODY_B] >= 0:
                b = 4 * tag[link[r, BODY_B], SLOT]
                for k in range(4):
                    vector[GRADIENT, b + k] += push * row[r, 4 + k]
        r = link[r, NEXT]


@kernel
def _factorise(matrix, envelope, dof):
    """Cholesky factor of the Hessian, inside its envelope; the diagonal holds the inverse of the factor's."""
    for i in range(dof):
        start = envelope[i]
        for j in range(start, i):
            total = matrix[HESSIAN, i, j]
            for k in range(max(start, envelope[j]), j):
                total -= matrix[FACTOR, i, k] * matrix[FACTOR, j, k]
            matrix[FACTOR, i, j] = total * matrix[FACTOR, j, j]
        total = matrix[HESSIAN, i, i]
        for k in range(start, i):
            total -= matrix[FACTOR, i, k] * matrix[FACTOR, i, k]
        matrix[FACTOR, i, i] = 1.0 / math.sqrt(max(total, 1e-12))


@kernel
def _substitute(matrix, vector, envelope, dof):
    """Solve with the Cholesky factor, in place in the direction."""
    x = vector[DIRECTION]
    for i in range(dof):
        total = x[i]
        for k in range(envelope[i], i):
            total -= matrix[FACTOR, i, k] * x[k]
        x[i] = total * matrix[FACTOR, i, i]
    for i in range(dof - 1, -1, -1):
        x[i] *= matrix[FACTOR, i, i]
        for k in range(envelope[i], i):
            x[k] -= matrix[FACTOR, i, k] * x[i]


@kernel
def _row_dot(tag, row, link, vector, r):
    """Return J times the search direction."""
    x = vector[DIRECTION]
    a = 4 * tag[link[r, BODY_A], SLOT]
    total = row[r, 0] * x[a] + row[r, 1] * x[a + 1] + row[r, 2] * x[a + 2] + row[r, 3] * x[a + 3]
    if link[r, BODY_B] >= 0:
        b = 4 * tag[link[r, BODY_B], SLOT]
        total += row[r, 4] * x[b] + row[r, 5] * x[b + 1] + row[r, 6] * x[b + 2] + row[r, 7] * x[b + 3]
    return total


@kernel
def _line_search(body, tag, row, link, vector, count, first):
    """Return the step in (0, 1] at which the cost along the search direction is least."""
    # The cost's derivative without rows is linear: start + step * curve.
    start, curve = 0.0, 0.0
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        x = vector[DIRECTION]
        fx, fy, fw = mass_times(body, i, body[i, ACCELERATION], body[i, ACCELERATION + 1], body[i, ACCELERATION + 3])
        gx, gy, gw = mass_times(body, i, x[d], x[d + 1], x[d + 3])
        start += (
            (fx - body[i, FORCE]) * x[d] + (fy - body[i, FORCE + 1]) * x[d + 1] + (fw - body[i, FORCE + 3]) * x[d + 3]
        )
        start += (body[i, MASS] * body[i, ACCELERATION + 2] - body[i, FORCE + 2]) * x[d + 2]
        curve += gx * x[d] + gy * x[d + 1] + gw * x[d + 3] + body[i, MASS] * x[d + 2] * x[d + 2]
    low, high, step = 0.0, 1.0, 1.0
    for _ in range(SEARCH_ITERATIONS):
        value, second = start + step * curve, curve
        r = first
        while r >= 0:
            residual = row[r, RESIDUAL] + step * row[r, SLOPE]
            if residual < 0.0 or link[r, KIND] == EQUALITY:
                value += row[r, STIFFNESS] * residual * row[r, SLOPE]
                second += row[r, STIFFNESS] * row[r, SLOPE] * row[r, SLOPE]
            r = link[r, NEXT]
        if value > 0.0:
            high = step
        elif step == 1.0:
            return 1.0
        else:
            low = step
        following = step - value / second
        if not (low < following < high):
            following = 0.5 * (low + high)
        if abs(following - step) < 1e-6:
            return following
        step = following
    return step
