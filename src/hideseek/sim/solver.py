"""The accelerations that obey all constraints: MuJoCo's convex problem, solved exactly for each island of touching bodies.

Minimise  1/2 (a - a0)' M (a - a0) + sum over rows of 1/2 D (J a - target)^2, where a one-sided row counts only while
J a < target. The cost is piecewise quadratic, so Newton's method ends when a whole step leaves the set of active rows as it
was; a step that raises the cost is cut to the minimum along its way.
"""

import math

from hideseek.sim.dynamics import mass_times
from hideseek.sim.kernel import kernel
from hideseek.sim.line_search import line_search
from hideseek.sim.solve_one import MAX_ITERATIONS, solve_one
from hideseek.sim.workspace import (
    ABSENT,
    ACCELERATION,
    ACTIVE,
    BODY_A,
    BODY_B,
    COLUMN_A,
    COLUMN_B,
    DIRECTION,
    EQUALITY,
    FACTOR,
    FORCE,
    GRADIENT,
    HESSIAN,
    INERTIA,
    KIND,
    MASS,
    MASS_OFFSET,
    MEMBER,
    PARENT,
    RESIDUAL,
    ROW_END,
    SLOPE,
    SLOT,
    SOLUTION,
    STATE,
    STIFFNESS,
    TARGET,
)


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
    if rows == 0:
        return
    body, tag, link = ws.body, ws.tag, ws.link
    _group_rows(tag, link, ws.order, rows)
    begin = 0
    for root in range(body.shape[0]):
        end = tag[root, ROW_END]
        if end == begin:
            continue
        count = _gather_members(tag, root)
        if count == 1:
            solve_one(body, ws.row, link, ws.order, begin, end, root)
        else:
            _solve_many(body, tag, ws.row, link, ws.order, ws.matrix, ws.vector, ws.envelope, count, begin, end)
        begin = end


@kernel
def _group_rows(tag, link, order, rows):
    """Sort the rows by island into `order`; ROW_END of an island's root is one past its last place there."""
    n = tag.shape[0]
    for i in range(n):
        tag[i, PARENT] = i
        tag[i, ROW_END] = 0
    for r in range(rows):
        if link[r, BODY_B] >= 0:
            root_a, root_b = find_root(tag, link[r, BODY_A]), find_root(tag, link[r, BODY_B])
            tag[max(root_a, root_b), PARENT] = min(root_a, root_b)
    for r in range(rows):
        tag[find_root(tag, link[r, BODY_A]), ROW_END] += 1
    place = 0
    for i in range(n):
        place += tag[i, ROW_END]
        tag[i, ROW_END] = place - tag[i, ROW_END]
    for r in range(rows):
        root = find_root(tag, link[r, BODY_A])
        order[tag[root, ROW_END]] = r
        tag[root, ROW_END] += 1
        link[r, ACTIVE] = 0


@kernel
def _gather_members(tag, root):
    """List the bodies of the island of `root`, its first; return their number."""
    count = 0
    for i in range(root, tag.shape[0]):
        if tag[i, STATE] != ABSENT and find_root(tag, i) == root:
            tag[count, MEMBER] = i
            tag[i, SLOT] = count
            count += 1
    return count


@kernel
def _solve_many(body, tag, row, link, order, matrix, vector, envelope, count, begin, end):
    """Newton's method on the island of `count` members and the rows `order[begin:end]`."""
    dof = 4 * count
    _begin(body, tag, link, order, matrix, vector, envelope, count, begin, end)
    x, gradient, direction = vector[SOLUTION], vector[GRADIENT], vector[DIRECTION]
    last_cost, whole = 1e300, False
    for _ in range(MAX_ITERATIONS):
        cost = _smooth_part(body, tag, x, gradient, count)
        changed = False
        for k in range(begin, end):
            r = order[k]
            a, b = link[r, COLUMN_A], link[r, COLUMN_B]
            residual = row[r, 0] * x[a] + row[r, 1] * x[a + 1] + row[r, 2] * x[a + 2] + row[r, 3] * x[a + 3]
            if b >= 0:
                residual += row[r, 4] * x[b] + row[r, 5] * x[b + 1] + row[r, 6] * x[b + 2] + row[r, 7] * x[b + 3]
            residual -= row[r, TARGET]
            row[r, RESIDUAL] = residual
            active = residual < 0.0 or link[r, KIND] == EQUALITY
            if active != (link[r, ACTIVE] != 0):
                link[r, ACTIVE] = 1 if active else 0
                _add_to_hessian(row, matrix, r, a, b, row[r, STIFFNESS] if active else -row[r, STIFFNESS])
                changed = True
            if active:
                push = row[r, STIFFNESS] * residual
                cost += 0.5 * push * residual
                for j in range(4):
                    gradient[a + j] += push * row[r, j]
                if b >= 0:
                    for j in range(4):
                        gradient[b + j] += push * row[r, 4 + j]
        if whole and not changed:
            break
        if cost > last_cost:
            # Too far: come back to the minimum along the way.
            back = 1.0 - _search_back(body, tag, row, link, order, vector, count, begin, end)
            for k in range(dof):
                x[k] -= back * direction[k]
            last_cost, whole = 1e300, False
            continue
        last_cost, whole = cost, True
        _factorise(matrix, envelope, dof)
        _substitute(matrix, gradient, direction, envelope, dof)
        for k in range(dof):
            x[k] += direction[k]
    for m in range(count):
        for k in range(4):
            body[tag[m, MEMBER], ACCELERATION + k] = x[4 * m + k]


@kernel
def _begin(body, tag, link, order, matrix, vector, envelope, count, begin, end):
    """Start from the last accelerations, with the mass matrix as the Hessian; find its envelope and the rows' columns."""
    dof = 4 * count
    for k in range(dof):
        envelope[k] = k & ~3
    for k in range(begin, end):
        r = order[k]
        a, b = 4 * tag[link[r, BODY_A], SLOT], -1
        if link[r, BODY_B] >= 0:
            b = 4 * tag[link[r, BODY_B], SLOT]
            low, high = min(a, b), max(a, b)
            if envelope[high] > low:
                for j in range(high, high + 4):
                    envelope[j] = low
        link[r, COLUMN_A] = a
        link[r, COLUMN_B] = b
    for i in range(dof):
        for j in range(envelope[i], i + 1):
            matrix[HESSIAN, i, j] = 0.0
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        for k in range(3):
            matrix[HESSIAN, d + k, d + k] = body[i, MASS]
        matrix[HESSIAN, d + 3, d + 3] = body[i, INERTIA]
        matrix[HESSIAN, d + 3, d] = -body[i, MASS_OFFSET + 1]
        matrix[HESSIAN, d + 3, d + 1] = body[i, MASS_OFFSET]
        for k in range(4):
            vector[SOLUTION, d + k] = body[i, ACCELERATION + k]


@kernel
def _smooth_part(body, tag, x, gradient, count):
    """Fill the gradient of the cost without rows at accelerations `x`; return that cost, up to a constant."""
    cost = 0.0
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        fx, fy, fw = mass_times(body, i, x[d], x[d + 1], x[d + 3])
        fz = body[i, MASS] * x[d + 2]
        cost += x[d] * (0.5 * fx - body[i, FORCE]) + x[d + 1] * (0.5 * fy - body[i, FORCE + 1])
        cost += x[d + 2] * (0.5 * fz - body[i, FORCE + 2]) + x[d + 3] * (0.5 * fw - body[i, FORCE + 3])
        gradient[d] = fx - body[i, FORCE]
        gradient[d + 1] = fy - body[i, FORCE + 1]
        gradient[d + 2] = fz - body[i, FORCE + 2]
        gradient[d + 3] = fw - body[i, FORCE + 3]
    return cost


@kernel
def _search_back(body, tag, row, link, order, vector, count, begin, end):
    """Return the best share of a whole step that went too far."""
    x, direction = vector[SOLUTION], vector[DIRECTION]
    for k in range(begin, end):
        r = order[k]
        a, b = link[r, COLUMN_A], link[r, COLUMN_B]
        slope = 0.0
        for j in range(4):
            slope += row[r, j] * direction[a + j]
        if b >= 0:
            for j in range(4):
                slope += row[r, 4 + j] * direction[b + j]
        row[r, SLOPE] = slope
    start, curve = 0.0, 0.0
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        px, py, pw = mass_times(body, i, x[d], x[d + 1], x[d + 3])
        cx, cy, cw = mass_times(body, i, direction[d], direction[d + 1], direction[d + 3])
        pz, cz = body[i, MASS] * x[d + 2], body[i, MASS] * direction[d + 2]
        start += (px - cx - body[i, FORCE]) * direction[d] + (py - cy - body[i, FORCE + 1]) * direction[d + 1]
        start += (pz - cz - body[i, FORCE + 2]) * direction[d + 2] + (pw - cw - body[i, FORCE + 3]) * direction[d + 3]
        curve += cx * direction[d] + cy * direction[d + 1] + cz * direction[d + 2] + cw * direction[d + 3]
    return line_search(row, link, order, begin, end, start, curve)


@kernel
def _add_to_hessian(row, matrix, r, a, b, stiffness):
    """Add stiffness * J' J of row `r`, whose bodies' columns begin at `a` and `b`, to the Hessian's lower triangle."""
    for i in range(4):
        scaled = stiffness * row[r, i]
        for j in range(i + 1):
            matrix[HESSIAN, a + i, a + j] += scaled * row[r, j]
    if b < 0:
        return
    for i in range(4):
        scaled = stiffness * row[r, 4 + i]
        for j in range(i + 1):
            matrix[HESSIAN, b + i, b + j] += scaled * row[r, 4 + j]
    # The block that couples both bodies, in the rows of the later one.
    late, early, late_column, early_column = (a, b, 0, 4) if a > b else (b, a, 4, 0)
    for i in range(4):
        scaled = stiffness * row[r, late_column + i]
        for j in range(4):
            matrix[HESSIAN, late + i, early + j] += scaled * row[r, early_column + j]


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
        matrix[FACTOR, i, i] = 1.0 / math.sqrt(total)


@kernel
def _substitute(matrix, gradient, direction, envelope, dof):
    """Fill the direction with minus the inverse Hessian times the gradient."""
    for i in range(dof):
        total = -gradient[i]
        for k in range(envelope[i], i):
            total -= matrix[FACTOR, i, k] * direction[k]
        direction[i] = total * matrix[FACTOR, i, i]
    for i in range(dof - 1, -1, -1):
        direction[i] *= matrix[FACTOR, i, i]
        for k in range(envelope[i], i):
            direction[k] -= matrix[FACTOR, i, k] * direction[i]
