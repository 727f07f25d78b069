"""The accelerations that obey all constraints: MuJoCo's convex problem, solved exactly island by island.

Minimise  1/2 (a - a0)' M (a - a0) + sum over rows of 1/2 D (J a - target)^2, where a one-sided row counts only while
J a < target. The cost is piecewise quadratic, so Newton's method ends when a whole step leaves the set of active rows
as it was; a step that raises the cost is cut to the minimum along its way.
"""

import numpy as np

from hideseek.sim.cholesky import factorise, substitute
from hideseek.sim.dynamics import mass_times
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.line_search import active_edges, line_search, steepest_edge
from hideseek.sim.solve_one import ANY_COST, MAX_ITERATIONS, solve_one
from hideseek.sim.workspace import (
    ACCELERATION,
    ACTIVE,
    ALL_EDGES,
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
    LAST_ACTIVE,
    LAST_SOURCE,
    MASS,
    MASS_OFFSET,
    MEMBER,
    NEXT_ACTIVE,
    NORMAL,
    PARENT,
    RESIDUAL,
    ROW_END,
    SHIFT_1,
    SHIFT_2,
    SIZE,
    SLOPE,
    SLOT,
    SOLUTION,
    SOURCE,
    STIFFNESS,
    TANGENT_1,
    TANGENT_2,
    TARGET,
    UNKNOWN,
)


@kernel
def find_root(tag, i):
    """Return the representative of body `i`'s island."""
    while tag[i, PARENT] != i:
        tag[i, PARENT] = tag[tag[i, PARENT], PARENT]
        i = tag[i, PARENT]
    return i


@inline_kernel
def solve_islands(ws, rows, known):
    """Solve for the acceleration of every body that has one of the first `rows` rows; the others have theirs.

    The first guess of which edges act is what it was for the same row in the last substep, which had `known` rows.
    """
    if rows == 0:
        return
    body, tag, link = ws.body, ws.tag, ws.link
    _recall_edges(link, rows, known)
    _group_rows(tag, link, ws.order, rows)
    begin = np.int64(0)
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
    for r in range(rows):
        link[r, LAST_SOURCE] = link[r, SOURCE]
        link[r, LAST_ACTIVE] = link[r, ACTIVE]


@inline_kernel
def _recall_edges(link, rows, known):
    """Set ACTIVE of the rows to what it was in the last substep, `UNKNOWN` where there was no such row.

    Rows of the same source come in the same order, and sources nearly always do.
    """
    place = 0
    for r in range(rows):
        link[r, ACTIVE] = UNKNOWN
        for last in range(place, known):
            if link[last, LAST_SOURCE] == link[r, SOURCE]:
                link[r, ACTIVE] = link[last, LAST_ACTIVE]
                place = last + 1
                break


@inline_kernel
def _group_rows(tag, link, order, rows):
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
    place = 0
    for i in range(n):
        place += tag[i, ROW_END]
        tag[i, ROW_END] = place - tag[i, ROW_END]
    for r in range(rows):
        root = tag[link[r, BODY_A], PARENT]
        order[tag[root, ROW_END]] = r
        tag[root, ROW_END] += 1


@inline_kernel
def _gather_members(tag, root):
    """List the bodies of the island of `root`, its first."""
    count = 0
    for i in range(root, tag.shape[0]):
        if tag[i, PARENT] == root:
            tag[count, MEMBER] = i
            tag[i, SLOT] = count
            count += 1


@inline_kernel
def _solve_many(body, tag, row, link, order, matrix, vector, envelope, count, begin, end):
    """Newton's method on the island of `count` members and the rows `order[begin:end]`."""
    dof = 4 * count
    hessian, factor = matrix[HESSIAN], matrix[FACTOR]
    x, gradient, direction = vector[SOLUTION], vector[GRADIENT], vector[DIRECTION]
    _begin(body, tag, link, order, hessian, x, envelope, count, begin, end)
    last_cost, whole = ANY_COST, False
    for iteration in range(MAX_ITERATIONS):
        cost = _smooth_part(body, tag, x, gradient, count)
        rows_cost, changed = _measure(row, link, order, begin, end, x, iteration == 0)
        cost += rows_cost
        if whole and changed == 0:
            break
        if cost > last_cost:
            # Too far: come back to the minimum along the way.
            back = 1.0 - _search_back(body, tag, row, link, order, vector, count, begin, end)
            for k in range(dof):
                x[k] -= back * direction[k]
            last_cost, whole = ANY_COST, False
            continue
        last_cost, whole = cost if iteration > 0 else ANY_COST, True
        _add_rows(row, link, order, begin, end, hessian, gradient, iteration == 0)
        factorise(hessian, factor, envelope, count)
        substitute(factor, gradient, direction, envelope, count)
        for k in range(dof):
            x[k] += direction[k]
    for m in range(count):
        for k in range(4):
            body[tag[m, MEMBER], ACCELERATION + k] = x[4 * m + k]


@inline_kernel
def _measure(row, link, order, begin, end, x, first):
    """Fill the residuals and NEXT_ACTIVE at accelerations `x`; return the rows' cost, and whether any edge changed.

    The `first` guess is that the edges of the last substep act again, and of a new row the steepest one.
    """
    cost, changed = 0.0, 0
    for k in range(begin, end):
        r = order[k]
        a, b = link[r, COLUMN_A], link[r, COLUMN_B]
        normal = _along(row, r, NORMAL, x, a, b) - row[r, TARGET]
        along_1 = _along(row, r, TANGENT_1, x, a, b) + row[r, SHIFT_1]
        along_2 = _along(row, r, TANGENT_2, x, a, b) + row[r, SHIFT_2]
        row[r, RESIDUAL] = normal
        row[r, RESIDUAL + 1] = along_1
        row[r, RESIDUAL + 2] = along_2
        e0, e1, e2, e3 = normal + along_1, normal - along_1, normal + along_2, normal - along_2
        active = link[r, ACTIVE]
        if not first:
            active = active_edges(e0, e1, e2, e3)
        elif active == UNKNOWN:
            active = steepest_edge(e0, e1, e2, e3)
        if link[r, KIND] == EQUALITY:
            active = ALL_EDGES
            cost += 2.0 * row[r, STIFFNESS] * normal * normal
        else:
            pushing = min(e0, 0.0) ** 2 + min(e1, 0.0) ** 2 + min(e2, 0.0) ** 2 + min(e3, 0.0) ** 2
            cost += 0.5 * row[r, STIFFNESS] * pushing
        link[r, NEXT_ACTIVE] = active
        changed |= active ^ link[r, ACTIVE]
    return cost, changed


@inline_kernel
def _add_rows(row, link, order, begin, end, hessian, gradient, first):
    """Add the rows' forces to the gradient and bring the Hessian up to date: NEXT_ACTIVE becomes ACTIVE."""
    for k in range(begin, end):
        r = order[k]
        a, b, active = link[r, COLUMN_A], link[r, COLUMN_B], link[r, NEXT_ACTIVE]
        before = 0 if first else link[r, ACTIVE]
        link[r, ACTIVE] = active
        if active != before:
            _update_hessian(row, hessian, r, a, b, before, active)
        if active == 0:
            continue
        stiffness, normal = row[r, STIFFNESS], row[r, RESIDUAL]
        along_1, along_2 = row[r, RESIDUAL + 1], row[r, RESIDUAL + 2]
        f0, f1 = stiffness * (active & 1), stiffness * ((active >> 1) & 1)
        f2, f3 = stiffness * ((active >> 2) & 1), stiffness * ((active >> 3) & 1)
        push = (f0 + f1 + f2 + f3) * normal + (f0 - f1) * along_1 + (f2 - f3) * along_2
        push_1 = (f0 - f1) * normal + (f0 + f1) * along_1
        push_2 = (f2 - f3) * normal + (f2 + f3) * along_2
        _add_push(row, r, 0, gradient, a, push, push_1, push_2)
        if b >= 0:
            _add_push(row, r, 4, gradient, b, push, push_1, push_2)


@inline_kernel
def _begin(body, tag, link, order, hessian, x, envelope, count, begin, end):
    """Start from the last accelerations and the mass matrix; find the Hessian's envelope and the rows' columns."""
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


@inline_kernel
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
        for j in range(3):
            row[r, SLOPE + j] = _along(row, r, 8 * j, direction, a, b)
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


@inline_kernel
def _along(row, r, column, x, a, b):
    """Return the product of a direction of row `r` with the unknowns of its bodies."""
    total = row[r, column] * x[a] + row[r, column + 1] * x[a + 1]
    total += row[r, column + 2] * x[a + 2] + row[r, column + 3] * x[a + 3]
    if b >= 0:
        total += row[r, column + 4] * x[b] + row[r, column + 5] * x[b + 1]
        total += row[r, column + 6] * x[b + 2] + row[r, column + 7] * x[b + 3]
    return total


@inline_kernel
def _add_push(row, r, column, gradient, a, push, push_1, push_2):
    """Add the forces of row `r` on one of its bodies, whose columns begin at `column`, to the gradient."""
    for k in range(column, column + 4):
        gradient[a + k - column] += push * row[r, k] + push_1 * row[r, 8 + k] + push_2 * row[r, 16 + k]


@inline_kernel
def _update_hessian(row, hessian, r, a, b, before, after):
    """Take the edges of row `r` that ceased to act out of the Hessian's lower blocks, and put the new ones in."""
    for edge in range(4):
        sign = ((after >> edge) & 1) - ((before >> edge) & 1)
        if sign == 0:
            continue
        tangent = TANGENT_1 if edge < 2 else TANGENT_2
        side = 1.0 if edge & 1 == 0 else -1.0
        stiffness = sign * row[r, STIFFNESS]
        _add_block(row, hessian, r, tangent, side, 0, 0, a, a, stiffness)
        if b >= 0:
            _add_block(row, hessian, r, tangent, side, 4, 4, b, b, stiffness)
            # The block that couples both bodies, in the rows of the later one.
            if a > b:
                _add_block(row, hessian, r, tangent, side, 0, 4, a, b, stiffness)
            else:
                _add_block(row, hessian, r, tangent, side, 4, 0, b, a, stiffness)


@inline_kernel
def _add_block(row, hessian, r, tangent, side, left, right, i, j, stiffness):
    """Add stiffness times an edge's outer product, columns `left` on by columns `right` on, to block (i, j)."""
    r0 = row[r, right] + side * row[r, tangent + right]
    r1 = row[r, right + 1] + side * row[r, tangent + right + 1]
    r2 = row[r, right + 2] + side * row[r, tangent + right + 2]
    r3 = row[r, right + 3] + side * row[r, tangent + right + 3]
    for k in range(4):
        scaled = stiffness * (row[r, left + k] + side * row[r, tangent + left + k])
        hessian[i + k, j] += scaled * r0
        hessian[i + k, j + 1] += scaled * r1
        hessian[i + k, j + 2] += scaled * r2
        hessian[i + k, j + 3] += scaled * r3
