"""Which pairs of bodies, and of bodies and what is static, may touch soon: for the exact tests of every substep."""

import math

from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.workspace import (
    ABSENT,
    AWAKE,
    COSINE,
    HALF_SIZE,
    POSE,
    RADIUS,
    SINE,
    SLACK,
    STATE,
    VELOCITY,
    WALL_HX,
    WALL_HY,
    WALL_HZ,
    WALL_X,
    WALL_Y,
    WALL_Z,
)

SLACK_REST, SLACK_PER_SPEED = 0.08, 0.04
"""How far a body may travel before the candidates are found anew [m], at rest and for each m/s of its speed."""


@kernel
def find_pairs(counts, body, tag, wall, wall_count, pair):
    """Fill the candidate pairs and every body's slack: how far it may travel before this must be repeated.

    A pair of which nobody is awake is left out: waking a body means finding the pairs anew. Returns their number.
    """
    n = body.shape[0]
    for i in range(n):
        vx, vy, vz, turn = body[i, VELOCITY], body[i, VELOCITY + 1], body[i, VELOCITY + 2], body[i, VELOCITY + 3]
        speed = math.sqrt(vx * vx + vy * vy + vz * vz) + abs(turn) * body[i, RADIUS]
        body[i, SLACK] = SLACK_REST + SLACK_PER_SPEED * speed
    count = 0
    for i in range(n):
        if tag[i, STATE] == ABSENT:
            continue
        for j in range(i):
            if tag[j, STATE] == ABSENT or (tag[i, STATE] != AWAKE and tag[j, STATE] != AWAKE):
                continue
            if _bodies_near(body, i, j, body[i, SLACK] + body[j, SLACK]):
                pair[count, 0] = i
                pair[count, 1] = j
                count += 1
        if tag[i, STATE] == AWAKE:
            for k in range(wall_count):
                if _wall_near(body, wall, i, k, body[i, SLACK]):
                    pair[count, 0] = i
                    pair[count, 1] = n + k
                    count += 1
            for k in range(counts.wall, counts.wall + counts.cylinder):
                if wall[k, WALL_HX] > 0.0 and _wall_near(body, wall, i, k, body[i, SLACK]):
                    pair[count, 0] = i
                    pair[count, 1] = n + k
                    count += 1
    return count


@inline_kernel
def _bodies_near(body, i, j, slack):
    """Tell whether the rectangles around two bodies, seen from above, and their heights come within `slack`."""
    if abs(body[i, POSE + 2] - body[j, POSE + 2]) > body[i, HALF_SIZE + 2] + body[j, HALF_SIZE + 2] + slack:
        return False
    dx, dy = body[i, POSE] - body[j, POSE], body[i, POSE + 1] - body[j, POSE + 1]
    reach = body[i, RADIUS] + body[j, RADIUS] + slack
    if dx * dx + dy * dy > reach * reach:
        return False
    return _circle_near(body, j, dx, dy, body[i, RADIUS] + slack) and _circle_near(
        body, i, -dx, -dy, body[j, RADIUS] + slack
    )


@inline_kernel
def _circle_near(body, i, dx, dy, radius):
    """Tell whether a circle at (`dx`, `dy`) from body `i` comes near its rectangle."""
    c, s = body[i, COSINE], body[i, SINE]
    return (
        abs(c * dx + s * dy) <= body[i, HALF_SIZE] + radius and abs(c * dy - s * dx) <= body[i, HALF_SIZE + 1] + radius
    )


@inline_kernel
def _wall_near(body, wall, i, k, slack):
    """Tell whether body `i` comes within `slack` of wall `k`, or of the box around a cylinder."""
    if body[i, POSE + 2] - body[i, HALF_SIZE + 2] > wall[k, WALL_Z] + wall[k, WALL_HZ] + slack:
        return False
    dx, dy = body[i, POSE] - wall[k, WALL_X], body[i, POSE + 1] - wall[k, WALL_Y]
    hx, hy = wall[k, WALL_HX], wall[k, WALL_HY]
    bx, by = body[i, HALF_SIZE] + slack, body[i, HALF_SIZE + 1] + slack
    c, s = body[i, COSINE], body[i, SINE]
    abs_c, abs_s = abs(c), abs(s)
    if abs(dx) > hx + abs_c * bx + abs_s * by or abs(dy) > hy + abs_s * bx + abs_c * by:
        return False
    return abs(c * dx + s * dy) <= bx + abs_c * hx + abs_s * hy and abs(c * dy - s * dx) <= by + abs_s * hx + abs_c * hy
