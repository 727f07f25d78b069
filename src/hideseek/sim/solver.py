"""The accelerations that obey all constraints: MuJoCo's convex problem, solved exactly for each island of touching bodies.

Minimise  1/2 (a - a0)' M (a - a0) + sum over rows of 1/2 D (J a - target)^2, where a one-sided row counts only while
J a < target. The cost is piecewise quadratic, so Newton's method ends when a whole step leaves the set of active rows as it
was; a step that raises the cost is cut to the minimum along its way.
"""

from hideseek.sim.cholesky import factorise, substitute
from hideseek.sim.dynamics import mass_times
from hideseek.sim.kernel import kernel
from hideseek.sim.line_search import line_search
from hideseek.sim.solve_one import MAX_ITERATIONS, solve_one
from hideseek.sim.workspace import (
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
    SIZE,
    SLOPE,
    SLOT,
    SOLUTION,
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
def solve_islands(ws, rows, known):
    """Solve for the acceleration of every body that has one of the first `rows` rows; the others' must stand there already.

    ACTIVE of the first `known` rows is the first guess: what it was in the last substep, where rows mostly came in the
    same order.
    """
    if rows == 0:
        return
    body, tag, link = ws.body, ws.tag, ws.link
    _group_rows(tag, link, ws.order, rows, known)
    begin = 0
    for root in range(body.shape[0]):
        end = tag[root, ROW_END]
        if end == begin:
            continue
        if tag[root, SIZE] == 1:
            solve_one(body, ws.row, link, ws.order, begin, end, root)
        else:
            _gather_members(tag, root)
            size = tag[root, SIZE]
            _solve_many(body, tag, ws.row, link, ws.order, ws.matrix, ws.vector, ws.envelope, size, begin, end)
        begin = end


@kernel
def _group_rows(tag, link, order, rows, known):
    """Sort the rows by island into `order`; ROW_END of an island's root is one past its last place there."""
    n = tag.shape[0]
    for i in range(n):
        tag[i, PARENT] = i
        tag[i, ROW_END] = 0
        tag[i, SIZE] = 0
    for r in range(rows):
        if link[r, BODY_B] >= 0:
            root_a, root_b = find_root(tag, link[r, BODY_A]), find_root(tag, link[r, BODY_B])
            tag[max(root_a, root_b), PARENT] = min(root_a, root_b)
    for i in range(n):
        # A parent comes before its children, so that its own root stands already.
        tag[i, PARENT] = tag[tag[i, PARENT], PARENT]
        tag[tag[i, PARENT], SIZE] += 1
    for r in range(rows):
        tag[tag[link[r, BODY_A], PARENT], ROW_END] += 1
        if r >= known:
            link[r, ACTIVE] = 0
    place = 0
    for i in range(n):
        place += tag[i, ROW_END]
        tag[i, ROW_END] = place - tag[i, ROW_END]
    for r in range(rows):
        root = tag[link[r, BODY_A], PARENT]
        order[tag[root, ROW_END]] = r
        tag[root, ROW_END] += 1


@kernel
def _gather_members(tag, root):
    """List the bodies of the island of `root`, its first."""
    count = 0
    for i in range(root, tag.shape[0]):
        if tag[i, PARENT] == root:
            tag[count, MEMBER] = i
            tag[i, SLOT] = count
            count += 1


@kernel
def _solve_many(body, tag, row, link, order, matrix, vector, envelope, count, begin, end):
    """Newton's method on the island of `count` members and the rows `order[begin:end]`."""
    dof = 4 * count
    hessian, factor = matrix[HESSIAN], matrix[FACTOR]
    x, gradient, direction = vector[SOLUTION], vector[GRADIENT], vector[DIRECTION]
    _begin(body, tag, link, order, hessian, x, envelope, count, begin, end)
    last_cost, whole = 1e300, False
    for iteration in range(MAX_ITERATIONS):
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
            was_active = link[r, ACTIVE] != 0
            active = link[r, KIND] == EQUALITY or (residual < 0.0 if iteration > 0 else was_active)
            if active != was_active or (active and iteration == 0):
                link[r, ACTIVE] = 1 if active else 0
                _add_to_hessian(row, hessian, r, a, b, row[r, STIFFNESS] if active else -row[r, STIFFNESS])
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
        last_cost, whole = cost if iteration > 0 else 1e300, True
        factorise(hessian, factor, envelope, count)
        substitute(factor, gradient, direction, envelope, count)
        for k in range(dof):
            x[k] += direction[k]
    for m in range(count):
        for k in range(4):
            body[tag[m, MEMBER], ACCELERATION + k] = x[4 * m + k]


@kernel
def _begin(body, tag, link, order, hessian, x, envelope, count, begin, end):
    """Start from the last accelerations, with the mass matrix as the Hessian; find its envelope and the rows' columns."""
    for m in range(count):
        envelope[m] = m
    for k in range(begin, end):
        r = order[k]
        a, b = 4 * tag[link[r, BODY_A], SLOT], -1
        if link[r, BODY_B] >= 0:
            b = 4 * tag[link[r, BODY_B], SLOT]
            late = max(a, b) // 4
            envelope[late] = min(envelope[late], min(a, b) // 4)
        link[r, COLUMN_A] = a
        link[r, COLUMN_B] = b
    for i in range(4 * count):
        for j in range(4 * envelope[i // 4], 4 * (i // 4) + 4):
            hessian[i, j] = 0.0
    for m in range(count):
        i, d = tag[m, MEMBER], 4 * m
        for k in range(3):
            hessian[d + k, d + k] = body[i, MASS]
        hessian[d + 3, d + 3] = body[i, INERTIA]
        hessian[d + 3, d] = -body[i, MASS_OFFSET + 1]
        hessian[d + 3, d + 1] = body[i, MASS_OFFSET]
        for k in range(4):
            x[d + k] = body[i, ACCELERATION + k]


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
def _add_to_hessian(row, hessian, r, a, b, stiffness):
    """Add stiffness * J' J of row `r`, whose bodies' columns begin at `a` and `b`, to the Hessian's lower blocks."""
    _add_block(row, hessian, r, 0, 0, a, a, stiffness)
    if b >= 0:
        _add_block(row, hessian, r, 4, 4, b, b, stiffness)
        # The block that couples both bodies, in the rows of the later one.
        if a > b:
            _add_block(row, hessian, r, 0, 4, a, b, stiffness)
        else:
            _add_block(row, hessian, r, 4, 0, b, a, stiffness)


@kernel
def _add_block(row, hessian, r, left, right, i, j, stiffness):
    """Add the outer product of four columns of row `r` from `left` on and four from `right` on to the block at (i, j)."""
    r0, r1, r2, r3 = row[r, right], row[r, right + 1], row[r, right + 2], row[r, right + 3]
    l0, l1 = stiffness * row[r, left], stiffness * row[r, left + 1]
    l2, l3 = stiffness * row[r, left + 2], stiffness * row[r, left + 3]
    hessian[i, j] += l0 * r0
    hessian[i, j + 1] += l0 * r1
    hessian[i, j + 2] += l0 * r2
    hessian[i, j + 3] += l0 * r3
    hessian[i + 1, j] += l1 * r0
    hessian[i + 1, j + 1] += l1 * r1
    hessian[i + 1, j + 2] += l1 * r2
    hessian[i + 1, j + 3] += l1 * r3
    hessian[i + 2, j] += l2 * r0
    hessian[i + 2, j + 1] += l2 * r1
    hessian[i + 2, j + 2] += l2 * r2
    hessian[i + 2, j + 3] += l2 * r3
    hessian[i + 3, j] += l3 * r0
    hessian[i + 3, j + 1] += l3 * r1
    hessian[i + 3, j + 2] += l3 * r2
    hessian[i + 3, j + 3] += l3 * r3
