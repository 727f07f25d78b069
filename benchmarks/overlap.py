"""How deep bodies are in each other, worked out apart from the simulator, fast enough to watch long play.

Two convex solids overlap unless the normal of a face, or the product of two edges, separates them; their depth is the
least overlap along these directions. Boxes, walls and ramps are prisms that stand upright; an agent counts as its large
sphere.
"""

import math

import numpy as np
from jaxtyping import Float64
from numba import njit

from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE, Bodies, Counts

KINDS = (
    "agent agent", "agent box", "box box", "agent ramp", "box ramp", "ramp ramp", "agent wall", "box wall", "ramp wall",
    "floor",
)  # fmt: skip
"""Kinds of pairs: with agent 0, box 1, ramp 2, wall 3, that of a < b is number a + b (b + 1) / 2."""
AGENT, BOX, RAMP, WALL = range(4)
FLOOR = len(KINDS) - 1
ROOT = math.sqrt(0.5)
X, Y, Z, C, S, HX, HY, HZ, REACH, KIND, SOLID_COLUMNS = range(11)
"""Centre, cosine and sine of the yaw, half sizes, radius of a circle around it all, and kind of a solid."""


def measure_overlaps(bodies: Bodies, counts: Counts) -> Float64[np.ndarray, "world kind"]:
    """Return the deepest penetration of any pair of each of `KINDS` in every world [m], 0 where all are apart."""
    depth = np.zeros((len(bodies.pose), len(KINDS)))
    solids = np.zeros((counts.body + counts.wall, SOLID_COLUMNS))
    _measure_all(bodies, counts.agent, counts.agent + counts.box, solids, depth)
    return depth


def deepest_overlaps(bodies: Bodies, counts: Counts) -> dict[str, float]:
    """Return the deepest penetration of any pair of each of `KINDS` in any of the worlds [m]."""
    return dict(zip(KINDS, measure_overlaps(bodies, counts).max(axis=0).tolist(), strict=True))


@njit(cache=True)
def _measure_all(bodies, boxes_begin, ramps_begin, solids, depth):
    for w in range(bodies.pose.shape[0]):
        count = _load_solids(bodies, boxes_begin, ramps_begin, w, solids)
        for j in range(count):
            for i in range(j):
                low, high = min(solids[i, KIND], solids[j, KIND]), max(solids[i, KIND], solids[j, KIND])
                if low == WALL or not _is_near(solids, i, j):
                    continue
                kind = int(low + high * (high + 1) / 2)
                depth[w, kind] = max(depth[w, kind], _depth(solids, i, j))
            if solids[j, KIND] != WALL:
                depth[w, FLOOR] = max(depth[w, FLOOR], solids[j, HZ] - solids[j, Z])


@njit(cache=True)
def _load_solids(bodies, boxes_begin, ramps_begin, w, solids):
    """Fill a row for each body and wall of world `w`; return their number."""
    count = 0
    for body in range(bodies.pose.shape[1]):
        if not bodies.exists[w, body]:
            continue
        yaw = float(bodies.pose[w, body, 3])
        solids[count, C], solids[count, S] = math.cos(yaw), math.sin(yaw)
        for k in range(3):
            solids[count, X + k] = bodies.pose[w, body, k]
            solids[count, HX + k] = bodies.half_size[w, body, k]
        solids[count, KIND] = AGENT if body < boxes_begin else (BOX if body < ramps_begin else RAMP)
        count += 1
    for k in range(bodies.wall_count[w]):
        solids[count, C], solids[count, S] = 1.0, 0.0
        for j in range(3):
            solids[count, X + j] = bodies.wall_centre[w, k, j]
            solids[count, HX + j] = bodies.wall_half[w, k, j]
        solids[count, KIND] = WALL
        count += 1
    for i in range(count):
        solids[i, REACH] = math.sqrt(solids[i, HX] ** 2 + solids[i, HY] ** 2)
    return count


@njit(cache=True)
def _is_near(solids, i, j):
    """Tell whether the cylinders around two solids overlap."""
    if abs(solids[i, Z] - solids[j, Z]) >= solids[i, HZ] + solids[j, HZ]:
        return False
    dx, dy = solids[i, X] - solids[j, X], solids[i, Y] - solids[j, Y]
    reach = solids[i, REACH] + solids[j, REACH]
    return dx * dx + dy * dy < reach * reach


@njit(cache=True)
def _depth(solids, i, j):
    """Return how deep two solids are in each other, not positive where they are apart."""
    if solids[i, KIND] == AGENT and solids[j, KIND] == AGENT:
        dx, dy, dz = solids[i, X] - solids[j, X], solids[i, Y] - solids[j, Y], solids[i, Z] - solids[j, Z]
        return 2.0 * AGENT_RADIUS - math.sqrt(dx * dx + dy * dy + dz * dz)
    if solids[i, KIND] == AGENT:
        return AGENT_RADIUS - _distance(solids, j, solids[i, X], solids[i, Y], solids[i, Z])
    if solids[j, KIND] == AGENT:
        return AGENT_RADIUS - _distance(solids, i, solids[j, X], solids[j, Y], solids[j, Z])
    return _depth_of_prisms(solids, i, j)


@njit(cache=True)
def _distance(solids, i, x, y, z):
    """Return the signed distance of a point from a prism, negative inside."""
    dx, dy, dz = x - solids[i, X], y - solids[i, Y], z - solids[i, Z]
    across, along = solids[i, C] * dx + solids[i, S] * dy, solids[i, C] * dy - solids[i, S] * dx
    beside = abs(across) - solids[i, HX]
    if solids[i, KIND] == RAMP:
        section = _distance_from_triangle(along, dz)
    else:
        section = _distance_from_rectangle(along, dz, solids[i, HY], solids[i, HZ])
    if section <= 0.0 and beside <= 0.0:
        return max(section, beside)
    return math.hypot(max(section, 0.0), max(beside, 0.0))


@njit(cache=True)
def _distance_from_rectangle(y, z, half_y, half_z):
    """Return the signed distance of a point from a rectangle around the origin."""
    a, b = abs(y) - half_y, abs(z) - half_z
    if a <= 0.0 and b <= 0.0:
        return max(a, b)
    return math.hypot(max(a, 0.0), max(b, 0.0))


@njit(cache=True)
def _distance_from_triangle(y, z):
    """Return the signed distance of a point from a ramp's section: corners (-h, -h), (h, -h), (-h, h)."""
    h = RAMP_HALF_SIZE
    inside = max((y + z) * ROOT, max(-h - y, -h - z))
    if inside <= 0.0:
        return inside
    # The distance from the nearest point of each side: bottom, back, slope.
    bottom = math.hypot(y - min(max(y, -h), h), z + h)
    back = math.hypot(y + h, z - min(max(z, -h), h))
    along = min(max(0.5 * (y - z), -h), h)
    slope = math.hypot(y - along, z + along)
    return min(bottom, back, slope)


@njit(cache=True)
def _depth_of_prisms(solids, i, j):
    """Return the least overlap of two upright prisms along the directions that can separate them."""
    least = solids[i, HZ] + solids[j, HZ] - abs(solids[i, Z] - solids[j, Z])
    for k in range(2):
        solid = i if k == 0 else j
        c, s = solids[solid, C], solids[solid, S]
        least = min(least, _overlap_along(solids, i, j, c, s, 0.0))
        least = min(least, _overlap_along(solids, i, j, -s, c, 0.0))
        if least <= 0.0:
            return least
    for k in range(2):
        ramp, other = (i, j) if k == 0 else (j, i)
        if solids[ramp, KIND] != RAMP:
            continue
        c, s = solids[ramp, C], solids[ramp, S]
        least = min(least, _overlap_along(solids, i, j, -ROOT * s, ROOT * c, ROOT))
        # The edges down the slope, (-s, c, -1), times the other's edges: (c, s, 0), (-s, c, 0), and its slope's.
        oc, os = solids[other, C], solids[other, S]
        least = min(least, _overlap_along(solids, i, j, os, -oc, -s * os - c * oc))
        least = min(least, _overlap_along(solids, i, j, oc, os, c * os - s * oc))
        if solids[other, KIND] == RAMP:
            least = min(least, _overlap_along(solids, i, j, oc - c, os - s, c * os - s * oc))
    return least


@njit(cache=True)
def _overlap_along(solids, i, j, x, y, z):
    """Return how far two solids would have to move apart along a direction, which need not be normalised."""
    length = math.sqrt(x * x + y * y + z * z)
    if length < 1e-6:
        return np.inf
    x, y, z = x / length, y / length, z / length
    apart = x * (solids[i, X] - solids[j, X]) + y * (solids[i, Y] - solids[j, Y]) + z * (solids[i, Z] - solids[j, Z])
    there = _extent(solids, j, x, y, z) + _extent(solids, i, -x, -y, -z) - apart
    back = _extent(solids, j, -x, -y, -z) + _extent(solids, i, x, y, z) + apart
    return min(there, back)


@njit(cache=True)
def _extent(solids, i, x, y, z):
    """Return how far a solid reaches from its centre along a direction."""
    lx, ly = solids[i, C] * x + solids[i, S] * y, solids[i, C] * y - solids[i, S] * x
    hx, hy, hz = solids[i, HX], solids[i, HY], solids[i, HZ]
    if solids[i, KIND] != RAMP:
        return hx * abs(lx) + hy * abs(ly) + hz * abs(z)
    # Its section has three corners: low at the back and at the foot, high at the back.
    return hx * abs(lx) + max(-hy * ly - hz * z, hy * ly - hz * z, hz * z - hy * ly)
