"""What keeps an agent from walking at floor level: walls and objects as rectangles seen from above."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.rays import clip_slab, invert, rotate
from hideseek.sim.state import AGENT_RADIUS, Bodies, Counts

AGENT_WIDTH = 2.0 * AGENT_RADIUS
"""An agent passes where obstacles are this far apart [m]."""
X, Y, COSINE, SINE, HALF_X, HALF_Y = range(6)
"""Columns of `Ground.rectangle`."""


class Ground(NamedTuple):
    """One world's obstacles and working memory, for each thread; obstacles are walls, then objects."""

    rectangle: Float64[np.ndarray, "thread obstacle 6"]
    """Centre x, y [m], cosine and sine of the yaw, half extents [m]."""
    top: Float64[np.ndarray, "thread obstacle"]
    """Height of its upper side [m]."""
    stands: Bool[np.ndarray, "thread obstacle"]
    """Whether it exists and reaches down to where an agent on the floor would touch it."""
    fixed: Bool[np.ndarray, "thread obstacle"]
    """Walls and locked objects."""
    link: Int64[np.ndarray, "thread link 2"]
    """Pairs of obstacles between which no agent can pass (`find_links`)."""
    joint: Float64[np.ndarray, "thread link 2"]
    """A point x, y between the two [m]."""
    link_count: Int64[np.ndarray, " thread"]
    ignored: Bool[np.ndarray, "thread obstacle"]
    """Obstacles that do not count in the question that is asked."""
    left: Bool[np.ndarray, "thread obstacle"]
    parent: Int64[np.ndarray, "thread obstacle"]
    odd: Bool[np.ndarray, "thread obstacle"]
    """Working memory of `is_separated`."""
    start: Float64[np.ndarray, "thread agent 2"]
    """Where an agent's way begins: x, y of its centre, out of what it is pressed against [m]."""
    over: Bool[np.ndarray, "thread agent obstacle"]
    """Obstacles that do not stop an agent, which stands on them."""


def allocate_ground(counts: Counts, threads: int) -> Ground:
    """Return working memory for `threads` threads."""
    n = counts.wall + counts.object
    links = n * (n - 1) // 2
    return Ground(
        rectangle=np.zeros((threads, n, 6)),
        top=np.zeros((threads, n)),
        stands=np.zeros((threads, n), np.bool_),
        fixed=np.zeros((threads, n), np.bool_),
        link=np.zeros((threads, links, 2), np.int64),
        joint=np.zeros((threads, links, 2)),
        link_count=np.zeros(threads, np.int64),
        ignored=np.zeros((threads, n), np.bool_),
        left=np.zeros((threads, n), np.bool_),
        parent=np.zeros((threads, n), np.int64),
        odd=np.zeros((threads, n), np.bool_),
        start=np.zeros((threads, counts.agent, 2)),
        over=np.zeros((threads, counts.agent, n), np.bool_),
    )


@kernel
def survey(ground: Ground, bodies: Bodies, counts: Counts, w: int, t: int) -> None:
    """Fill the obstacles of thread `t` from world `w`."""
    for k in range(counts.wall):
        exists = k < bodies.wall_count[w]
        ground.stands[t, k] = ground.fixed[t, k] = exists
        if exists:
            centre, half = bodies.wall_centre, bodies.wall_half
            _put_rectangle(ground, t, k, centre[w, k, 0], centre[w, k, 1], 0.0, half[w, k, 0], half[w, k, 1])
            ground.top[t, k] = centre[w, k, 2] + half[w, k, 2]
    for item in range(bodies.locked.shape[1]):
        body, k = counts.agent + item, counts.wall + item
        pose, half = bodies.pose, bodies.half_size
        bottom = pose[w, body, 2] - half[w, body, 2]
        ground.stands[t, k] = bodies.exists[w, body] and bottom < AGENT_WIDTH
        ground.fixed[t, k] = bodies.locked[w, item]
        if ground.stands[t, k]:
            _put_rectangle(
                ground, t, k, pose[w, body, 0], pose[w, body, 1], pose[w, body, 3], half[w, body, 0], half[w, body, 1]
            )
            ground.top[t, k] = pose[w, body, 2] + half[w, body, 2]


@inline_kernel
def _put_rectangle(ground, t, k, x, y, yaw, half_x, half_y):
    rectangle = ground.rectangle
    rectangle[t, k, X], rectangle[t, k, Y] = x, y
    rectangle[t, k, COSINE], rectangle[t, k, SINE] = (1.0, 0.0) if yaw == 0.0 else (math.cos(yaw), math.sin(yaw))
    rectangle[t, k, HALF_X], rectangle[t, k, HALF_Y] = half_x, half_y


@inline_kernel
def nearest_in(ground: Ground, t: int, k: int, x: float, y: float) -> tuple[float, float]:
    """Return the point of rectangle `k` that is nearest to (`x`, `y`): that point itself where it is inside."""
    rectangle = ground.rectangle
    c, s = rectangle[t, k, COSINE], rectangle[t, k, SINE]
    along, across = rotate(x - rectangle[t, k, X], y - rectangle[t, k, Y], c, s)
    along = min(max(along, -rectangle[t, k, HALF_X]), rectangle[t, k, HALF_X])
    across = min(max(across, -rectangle[t, k, HALF_Y]), rectangle[t, k, HALF_Y])
    dx, dy = rotate(along, across, c, -s)
    return rectangle[t, k, X] + dx, rectangle[t, k, Y] + dy


@inline_kernel
def distance_squared(ground: Ground, t: int, k: int, x: float, y: float) -> float:
    """Return the squared distance of (`x`, `y`) from rectangle `k` [m2]; 0 inside."""
    px, py = nearest_in(ground, t, k, x, y)
    return (px - x) ** 2 + (py - y) ** 2


@inline_kernel
def crosses_rectangle(ground: Ground, t: int, k: int, ax: float, ay: float, bx: float, by: float) -> bool:
    """Whether the segment from (`ax`, `ay`) to (`bx`, `by`) meets rectangle `k`."""
    rectangle = ground.rectangle
    c, s = rectangle[t, k, COSINE], rectangle[t, k, SINE]
    a = rotate(ax - rectangle[t, k, X], ay - rectangle[t, k, Y], c, s)
    d = rotate(bx - ax, by - ay, c, s)
    entry, leave = clip_slab(a[0], invert(d[0]), rectangle[t, k, HALF_X], 0.0, 1.0)
    entry, leave = clip_slab(a[1], invert(d[1]), rectangle[t, k, HALF_Y], entry, leave)
    return entry <= leave
