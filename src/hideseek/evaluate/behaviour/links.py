"""Whether obstacles part one place from another: exact, without a grid.

An agent cannot pass between two obstacles that are less than its width apart: they are linked. Obstacles part two
places exactly if a closed chain of links runs around one of them and not around the other, and a closed chain does that
exactly if it crosses the straight line between them an odd number of times.

Why chains are enough: obstacles widened by an agent's radius are convex, and so is what several of them share. Then
every closed curve in their union can be deformed into a chain of links (nerve theorem), and where no way connects two
places there is a closed curve around one of them (Alexander duality).
"""

import math

from hideseek.evaluate.behaviour.ground import (
    AGENT_WIDTH,
    COSINE,
    HALF_X,
    HALF_Y,
    SINE,
    Ground,
    X,
    Y,
    nearest_in,
)
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.rays import rotate

OFF_CENTRE_X, OFF_CENTRE_Y = 0.0137, 0.0071
"""Chains run through a point this share of the half extents away from an obstacle's centre: centres of what is placed
by hand tend to lie on the very line whose crossings are counted."""


@kernel
def find_links(ground: Ground, t: int) -> None:
    """Fill `ground.link` with all pairs of obstacles less than an agent's width apart, and the points between them."""
    count = 0
    for i in range(ground.stands.shape[1]):
        if not ground.stands[t, i]:
            continue
        for j in range(i):
            if not ground.stands[t, j]:
                continue
            is_linked, x, y = _joint(ground, t, i, j)
            if is_linked:
                ground.link[t, count, 0], ground.link[t, count, 1] = i, j
                ground.joint[t, count, 0], ground.joint[t, count, 1] = x, y
                count += 1
    ground.link_count[t] = count


@inline_kernel
def _joint(ground, t, i, j):
    """Return whether two rectangles are less than an agent's width apart, and the middle between them."""
    rectangle = ground.rectangle
    if rectangle[t, i, SINE] == 0.0 and rectangle[t, j, SINE] == 0.0:
        dx, x = _between(rectangle[t, i, X], rectangle[t, i, HALF_X], rectangle[t, j, X], rectangle[t, j, HALF_X])
        dy, y = _between(rectangle[t, i, Y], rectangle[t, i, HALF_Y], rectangle[t, j, Y], rectangle[t, j, HALF_Y])
        return dx * dx + dy * dy < AGENT_WIDTH * AGENT_WIDTH, x, y
    if _are_far(ground, t, i, j) or _are_far(ground, t, j, i):
        return False, 0.0, 0.0
    # Rectangles that are apart are nearest at a corner of one of them.
    squared, x, y = _nearest_corner(ground, t, i, j)
    other_squared, other_x, other_y = _nearest_corner(ground, t, j, i)
    if other_squared < squared:
        squared, x, y = other_squared, other_x, other_y
    return squared < AGENT_WIDTH * AGENT_WIDTH, x, y


@inline_kernel
def _between(a, half_a, b, half_b):
    """Return the gap between two intervals, 0 where they overlap, and the middle of the gap or of what they share."""
    low, high = max(a - half_a, b - half_b), min(a + half_a, b + half_b)
    return max(low - high, 0.0), 0.5 * (low + high)


@inline_kernel
def _are_far(ground, t, i, j):
    """Whether rectangle `i` is an agent's width away from `j` along one of the axes of `j`: quick, and may say no."""
    rectangle = ground.rectangle
    c, s = rectangle[t, j, COSINE], rectangle[t, j, SINE]
    dx, dy = rotate(rectangle[t, i, X] - rectangle[t, j, X], rectangle[t, i, Y] - rectangle[t, j, Y], c, s)
    turn_c, turn_s = rotate(rectangle[t, i, COSINE], rectangle[t, i, SINE], c, s)
    turn_c, turn_s = abs(turn_c), abs(turn_s)
    half_x, half_y = rectangle[t, i, HALF_X], rectangle[t, i, HALF_Y]
    if abs(dx) > rectangle[t, j, HALF_X] + turn_c * half_x + turn_s * half_y + AGENT_WIDTH:
        return True
    return abs(dy) > rectangle[t, j, HALF_Y] + turn_s * half_x + turn_c * half_y + AGENT_WIDTH


@kernel
def _nearest_corner(ground, t, i, j):
    """Return the least squared distance of a corner of `i` from rectangle `j`, and the middle between the two."""
    rectangle = ground.rectangle
    best, best_x, best_y = math.inf, 0.0, 0.0
    for corner in range(4):
        along = rectangle[t, i, HALF_X] if corner & 1 else -rectangle[t, i, HALF_X]
        across = rectangle[t, i, HALF_Y] if corner & 2 else -rectangle[t, i, HALF_Y]
        dx, dy = rotate(along, across, rectangle[t, i, COSINE], -rectangle[t, i, SINE])
        x, y = rectangle[t, i, X] + dx, rectangle[t, i, Y] + dy
        px, py = nearest_in(ground, t, j, x, y)
        squared = (px - x) ** 2 + (py - y) ** 2
        if squared < best:
            best, best_x, best_y = squared, 0.5 * (x + px), 0.5 * (y + py)
    return best, best_x, best_y


@kernel
def is_separated(ground: Ground, t: int, ax: float, ay: float, bx: float, by: float) -> bool:
    """Whether no way of an agent's width leads from (`ax`, `ay`) to (`bx`, `by`), places where an agent has room.

    Expects `find_links`; what `ground.ignored` marks is taken for free floor. Obstacles that are linked are kept in
    trees, and of each is known whether the chain to its tree's root crosses the line an odd number of times. A link
    within a tree closes a chain.
    """
    for k in range(ground.stands.shape[1]):
        ground.parent[t, k] = k
        ground.odd[t, k] = False
        if ground.stands[t, k]:
            x, y = _reference(ground, t, k)
            ground.left[t, k] = _is_left(ax, ay, bx, by, x, y)
    for n in range(ground.link_count[t]):
        i, j = ground.link[t, n, 0], ground.link[t, n, 1]
        if ground.ignored[t, i] or ground.ignored[t, j]:
            continue
        x, y = ground.joint[t, n, 0], ground.joint[t, n, 1]
        is_left = _is_left(ax, ay, bx, by, x, y)
        odd = _crosses(ground, t, i, x, y, is_left, ax, ay, bx, by)
        odd ^= _crosses(ground, t, j, x, y, is_left, ax, ay, bx, by)
        i, odd_i = _root(ground, t, i)
        j, odd_j = _root(ground, t, j)
        odd ^= odd_i ^ odd_j
        if i != j:
            ground.parent[t, i] = j
            ground.odd[t, i] = odd
        elif odd:
            return True
    return False


@inline_kernel
def _reference(ground, t, k):
    """Return the point of obstacle `k` through which chains run."""
    rectangle = ground.rectangle
    along, across = OFF_CENTRE_X * rectangle[t, k, HALF_X], OFF_CENTRE_Y * rectangle[t, k, HALF_Y]
    dx, dy = rotate(along, across, rectangle[t, k, COSINE], -rectangle[t, k, SINE])
    return rectangle[t, k, X] + dx, rectangle[t, k, Y] + dy


@inline_kernel
def _is_left(ax, ay, bx, by, x, y):
    """Whether (`x`, `y`) is left of the line from a to b."""
    return (bx - ax) * (y - ay) > (by - ay) * (x - ax)


@inline_kernel
def _crosses(ground, t, k, x, y, is_left, ax, ay, bx, by):
    """Whether the segment from obstacle `k` to a joint, of which is known where it lies, crosses that from a to b."""
    if ground.left[t, k] == is_left:
        return False
    kx, ky = _reference(ground, t, k)
    return _is_left(kx, ky, x, y, ax, ay) != _is_left(kx, ky, x, y, bx, by)


@inline_kernel
def _root(ground, t, k):
    """Return the root of the tree of `k`, and whether the chain that leads there crosses an odd number of times."""
    odd = False
    while ground.parent[t, k] != k:
        odd ^= ground.odd[t, k]
        k = ground.parent[t, k]
    return k, odd
