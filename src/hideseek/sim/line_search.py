"""How far to go along a search direction: the exact minimum of a piecewise quadratic cost."""

from hideseek.sim.kernel import kernel
from hideseek.sim.workspace import EQUALITY, KIND, RESIDUAL, SLOPE, STIFFNESS

MAX_EVALUATIONS = 20
CLOSE_ENOUGH = 1e-4


@kernel
def line_search(row, link, order, begin, end, start, curve):
    """Return the step in (0, 1) at which the cost along the search direction is least.

    Args:
        row: rows, with RESIDUAL at a whole step and SLOPE, its change per whole step.
        link: integers of the rows.
        order: rows by island.
        begin: where the island's begin.
        end: where they end.
        start: derivative at step 0 of the cost without rows.
        curve: its second derivative.
    """
    low, high, step = 0.0, 1.0, 1.0
    for _ in range(MAX_EVALUATIONS):
        value, second = start + step * curve, curve
        for k in range(begin, end):
            r = order[k]
            slope = row[r, SLOPE]
            residual = row[r, RESIDUAL] + (step - 1.0) * slope
            if residual < 0.0 or link[r, KIND] == EQUALITY:
                push = row[r, STIFFNESS] * slope
                value += push * residual
                second += push * slope
        if value > 0.0:
            high = step
        else:
            low = step
        following = step - value / second
        if not (low < following < high):
            following = 0.5 * (low + high)
        if abs(following - step) < CLOSE_ENOUGH * following:
            return following
        step = following
    return step
