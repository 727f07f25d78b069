"""How far an agent sees: level rays from its eye, for drawing what lies in view."""

import math

import numpy as np
from jaxtyping import Float64
from numba import njit

from hideseek.sim.kernel import kept_between_runs
from hideseek.sim.rays import hit_body, hit_cuboid, hit_cylinders, invert, triple
from hideseek.sim.state import Bodies, Counts


@kept_between_runs
@njit
def measure_view(
    bodies: Bodies, counts: Counts, w: int, agent: int, half_angle: float, ranges: Float64[np.ndarray, " ray"]
) -> None:
    """Write how far `agent` of world `w` sees in each direction of its cone, counter-clockwise [m].

    Walls, cylinders, boxes and ramps at the height of the agent's centre block, other agents do not; inf where nothing
    does.
    """
    x, y, z = triple(bodies.pose, w, agent)
    heading = bodies.pose[w, agent, 3] - 0.5 * math.pi
    for k in range(ranges.shape[0]):
        angle = heading + half_angle * (2.0 * k / (ranges.shape[0] - 1) - 1.0)
        direction = (math.cos(angle), math.sin(angle), 0.0)
        inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
        nearest = hit_cylinders(bodies, w, (x, y, z), direction)
        for i in range(bodies.wall_count[w]):
            wall = triple(bodies.wall_centre, w, i)
            relative = (x - wall[0], y - wall[1], z - wall[2])
            nearest = min(nearest, hit_cuboid(relative, inverse, triple(bodies.wall_half, w, i)))
        for body in range(counts.agent, bodies.exists.shape[1]):
            if bodies.exists[w, body]:
                nearest = min(nearest, hit_body(bodies.pose, bodies.half_size, counts, w, body, (x, y, z), direction))
        ranges[k] = nearest
