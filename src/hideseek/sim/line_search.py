"""How far to go along a search direction: the exact minimum of a piecewise quadratic cost."""

from hideseek.sim.kernel import inline_kernel, kernel
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
        for place in range(begin, end):
            r = order[place]
            back = step - 1.0
            slope, slope_1, slope_2 = row[r, SLOPE], row[r, SLOPE + 1], row[r, SLOPE + 2]
            normal = row[r, RESIDUAL] + back * slope
            along_1, along_2 = row[r, RESIDUAL + 1] + back * slope_1, row[r, RESIDUAL + 2] + back * slope_2
            always = link[r, KIND] == EQUALITY
            for k in range(4):
                if k < 2:
                    edge = normal + along_1 if k == 0 else normal - along_1
                    edge_slope = slope + slope_1 if k == 0 else slope - slope_1
                else:
                    edge = normal + along_2 if k == 2 else normal - along_2
                    edge_slope = slope + slope_2 if k == 2 else slope - slope_2
                push = row[r, STIFFNESS] * edge_slope if edge < 0.0 or always else 0.0
                value += push * edge
                second += push * edge_slope
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


@inline_kernel
def active_edges(e0, e1, e2, e3):
    """Return a bit for each edge that pushes: those whose residual is negative."""
    low = (1 if e0 < 0.0 else 0) | (2 if e1 < 0.0 else 0)
    return low | (4 if e2 < 0.0 else 0) | (8 if e3 < 0.0 else 0)


@inline_kernel
def steepest_edge(e0, e1, e2, e3):
    """Return the bit of the edge that pushes most, 0 if none does: often the only one where a new contact slides."""
    low_1, low_2 = min(e0, e1), min(e2, e3)
    if min(low_1, low_2) >= 0.0:
        return 0
    if low_1 < low_2:
        return 1 if e0 < e1 else 2
    return 4 if e2 < e3 else 8
