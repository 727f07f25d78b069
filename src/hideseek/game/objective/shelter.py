"""Shelter construction: rays from the border shall not reach the cylinder (Baker et al. 2019, section 6.2)."""

import math
from typing import Any

import numpy as np
from jaxtyping import Bool

from hideseek.game.floor import CELL, FLOOR_SIZE
from hideseek.game.objective.hooks import begin_objective, judge_step
from hideseek.game.objective.options import ShelterObjective
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import hit_cuboid, hit_cylinder, hit_turned_body, invert, subtract, triple
from hideseek.sim.state import Bodies, Counts

CYLINDER = 0
"""What has to be protected."""
INSET = 1.01 * CELL
"""From the floor's edge to where rays start, just inside of the outer walls [m]."""


@version_of(begin_objective, ShelterObjective)
@kernel
def begin_shelter(objective, layout, params, bodies, record, counts, extras, w):
    """Nothing is remembered."""


@version_of(judge_step, ShelterObjective)
@kernel
def judge_shelter(objective, params, bodies, record, counts, extras, reward, w):
    """Punish every agent for each ray that reaches the cylinder; there is nobody to hide from."""
    stop_rays(objective, bodies, counts, extras.ray_stopped, w)
    count = 0
    for ray in range(extras.ray_stopped.shape[1]):
        count += 0 if extras.ray_stopped[w, ray] else 1
    for agent in range(params.agents):
        reward[w, agent] = -objective.ray_penalty * count
    return True, False


@entry_kernel
def stop_rays(objective: Any, bodies: Bodies, counts: Counts, stopped: Bool[np.ndarray, "world ray"], w: int) -> None:
    """Write into `stopped[w]` which rays of world `w` are stopped before they reach the cylinder.

    They start on the floor, evenly spaced along a square, and lead to the cylinder's middle. Bodies are taken one after
    the other, not rays, so that each is turned once.
    """
    for ray in range(stopped.shape[1]):
        stopped[w, ray] = False
    target = triple(bodies.cylinder_centre, w, CYLINDER)
    for k in range(bodies.wall_count[w]):
        centre, half = triple(bodies.wall_centre, w, k), triple(bodies.wall_half, w, k)
        for ray in range(stopped.shape[1]):
            origin, direction = _ray(objective, target, ray)
            relative = subtract(origin, centre)
            # Most walls, those around the floor above all, lie beside the whole ray.
            if _is_beside(relative[0], direction[0], half[0]) or _is_beside(relative[1], direction[1], half[1]):
                continue
            inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
            place = hit_cuboid(relative, inverse, half)
            stopped[w, ray] = stopped[w, ray] or place < _place_of_cylinder(bodies, w, direction)
    for body in range(bodies.exists.shape[1]):
        if bodies.exists[w, body]:
            _stop_with_body(objective, bodies, counts, stopped, w, body, target)


@kernel
def _stop_with_body(objective, bodies, counts, stopped, w, body, target):
    """Note which rays a body stops."""
    turn = math.cos(bodies.pose[w, body, 3]), math.sin(bodies.pose[w, body, 3])
    x, y = np.float64(bodies.pose[w, body, 0]), np.float64(bodies.pose[w, body, 1])
    half_x, half_y = np.float64(bodies.half_size[w, body, 0]), np.float64(bodies.half_size[w, body, 1])
    # An agent's arms reach beyond its body, but not beyond the square around it.
    reach_squared = half_x * half_x + half_y * half_y
    for ray in range(stopped.shape[1]):
        origin, direction = _ray(objective, target, ray)
        across = (x - origin[0]) * direction[1] - (y - origin[1]) * direction[0]
        if across * across > reach_squared * (direction[0] ** 2 + direction[1] ** 2):
            continue
        place = hit_turned_body(bodies.pose, bodies.half_size, counts, w, body, turn, origin, direction)
        stopped[w, ray] = stopped[w, ray] or (place < 1.0 and place < _place_of_cylinder(bodies, w, direction))


@kernel
def _place_of_cylinder(bodies, w, direction):
    """Return where a ray that leads to the cylinder's middle meets it, as a share of its length."""
    radius, half_height = bodies.cylinder_size[w, CYLINDER, 0], bodies.cylinder_size[w, CYLINDER, 1]
    relative = (-direction[0], -direction[1], -direction[2])
    return hit_cylinder(relative, direction, np.float64(radius), np.float64(half_height))


@kernel
def _is_beside(start, change, half):
    """Whether a segment's coordinate, from `start` to `start` + `change`, stays on one side of [-half, half]."""
    return min(start, start + change) > half or max(start, start + change) < -half


@kernel
def _ray(objective, target, ray):
    """Return where a ray starts, and the vector from there to its target [m]."""
    side, k = ray // objective.rays_per_side, ray % objective.rays_per_side
    x, y = ray_start(side, INSET + (FLOOR_SIZE - 2.0 * INSET) * k / objective.rays_per_side)
    return (x, y, 0.0), (target[0] - x, target[1] - y, target[2])


@kernel
def ray_start(side, along):
    """Return where a ray starts: on the lower, right, upper or left side, counter-clockwise around the floor [m]."""
    if side == 0:
        return along, INSET
    if side == 1:
        return FLOOR_SIZE - INSET, along
    if side == 2:
        return FLOOR_SIZE - along, FLOOR_SIZE - INSET
    return INSET, FLOOR_SIZE - along
