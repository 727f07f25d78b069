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
SIDES = 4
INSET = 1.01 * CELL
"""From the floor's edge to where rays start, just inside of the outer walls [m]."""
SPAN = FLOOR_SIZE - 2.0 * INSET
ROUNDING = 1e-6
"""Rays this close to an obstacle's edge, in their spacing, are looked at."""


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

    They start on the floor, evenly spaced along a square, and lead to the cylinder's middle. For each obstacle only the
    rays of a side are looked at that can meet it.
    """
    for ray in range(stopped.shape[1]):
        stopped[w, ray] = False
    target = triple(bodies.cylinder_centre, w, CYLINDER)
    for side in range(SIDES):
        for k in range(bodies.wall_count[w]):
            _stop_with_wall(objective, bodies, stopped, w, k, side, target)
        for body in range(bodies.exists.shape[1]):
            if bodies.exists[w, body]:
                _stop_with_body(objective, bodies, counts, stopped, w, body, side, target)


@kernel
def _stop_with_wall(objective, bodies, stopped, w, k, side, target):
    """Note which rays of a side a wall stops."""
    centre, half = triple(bodies.wall_centre, w, k), triple(bodies.wall_half, w, k)
    first, end = _rays_near(objective, side, target, centre, half)
    for place in range(first, end):
        origin, direction = _ray(objective, side, place, target)
        inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
        if hit_cuboid(subtract(origin, centre), inverse, half) < _place_of_cylinder(bodies, w, direction):
            stopped[w, side * objective.rays_per_side + place] = True


@kernel
def _stop_with_body(objective, bodies, counts, stopped, w, body, side, target):
    """Note which rays of a side a body stops."""
    half = triple(bodies.half_size, w, body)
    # However the body is turned, and with an agent's arms, which do not reach beyond the square around it.
    reach = math.sqrt(half[0] * half[0] + half[1] * half[1])
    first, end = _rays_near(objective, side, target, triple(bodies.pose, w, body), (reach, reach, 0.0))
    if first >= end:
        return
    turn = math.cos(bodies.pose[w, body, 3]), math.sin(bodies.pose[w, body, 3])
    for place in range(first, end):
        origin, direction = _ray(objective, side, place, target)
        share = hit_turned_body(bodies.pose, bodies.half_size, counts, w, body, turn, origin, direction)
        if share < 1.0 and share < _place_of_cylinder(bodies, w, direction):
            stopped[w, side * objective.rays_per_side + place] = True


@kernel
def _rays_near(objective, side, target, centre, half):
    """Return the first of a side's rays that may cross a rectangle along the axes, and the end of those.

    Seen from the target, rays fan out towards their side; the slopes of the rectangle's corners bound those it covers.
    """
    along, depth = _from_side(side, target[0], target[1])
    centre_along, centre_depth = _from_side(side, centre[0], centre[1])
    half_along, half_depth = (half[0], half[1]) if side % 2 == 0 else (half[1], half[0])
    length = depth - INSET
    near, far = depth - centre_depth - half_depth, depth - centre_depth + half_depth
    if far <= 0.0 or near >= length:  # behind the target, or behind the start
        return 0, 0
    if near <= 0.0:
        return 0, objective.rays_per_side
    left, right = centre_along - along - half_along, centre_along - along + half_along
    low = along + length * left / (near if left < 0.0 else far)
    high = along + length * right / (far if right < 0.0 else near)
    spacing = SPAN / objective.rays_per_side
    first = max(0.0, math.ceil((low - INSET) / spacing - ROUNDING))
    last = min(objective.rays_per_side - 1.0, math.floor((high - INSET) / spacing + ROUNDING))
    return int(first), int(last) + 1


@kernel
def _from_side(side, x, y):
    """Return how far along a side a place is, in the order of its rays, and how far from the floor's edge there [m]."""
    if side == 0:
        return x, y
    if side == 1:
        return y, FLOOR_SIZE - x
    if side == 2:
        return FLOOR_SIZE - x, FLOOR_SIZE - y
    return FLOOR_SIZE - y, x


@kernel
def _place_of_cylinder(bodies, w, direction):
    """Return where a ray that leads to the cylinder's middle meets it, as a share of its length."""
    radius, half_height = bodies.cylinder_size[w, CYLINDER, 0], bodies.cylinder_size[w, CYLINDER, 1]
    relative = (-direction[0], -direction[1], -direction[2])
    return hit_cylinder(relative, direction, np.float64(radius), np.float64(half_height))


@kernel
def _ray(objective, side, place, target):
    """Return where a ray starts, and the vector from there to its target [m]."""
    x, y = ray_start(side, INSET + SPAN / objective.rays_per_side * place)
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
