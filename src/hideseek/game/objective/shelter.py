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
from hideseek.sim.rays import hit_cuboid, hit_turned_body, invert, subtract, triple
from hideseek.sim.state import ARM_OFFSETS, ARM_RADIUS, Bodies, Counts

CYLINDER = 0
"""What has to be protected."""
SIDES = 4
INSET = 1.01 * CELL
"""From the floor's edge to where rays start, just inside of the outer walls [m]."""
RAYS = 0
"""Place in a fan, which is: rays of each side, their spacing [m], one over it, their target (x, y, z)."""
SPAN = FLOOR_SIZE - 2.0 * INSET
AGENT_REACH = math.hypot(*ARM_OFFSETS[0][:2]) + ARM_RADIUS
"""From an agent's centre to the end of its arms [m]."""
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
    spacing, target = SPAN / objective.rays_per_side, triple(bodies.cylinder_centre, w, CYLINDER)
    fan = objective.rays_per_side, spacing, 1.0 / spacing, target
    for k in range(bodies.wall_count[w]):
        _stop_with_wall(fan, bodies, stopped, w, k)
    for body in range(bodies.exists.shape[1]):
        if bodies.exists[w, body]:
            _stop_with_body(fan, bodies, counts, stopped, w, body)


@kernel
def _stop_with_wall(fan, bodies, stopped, w, k):
    """Note which rays a wall stops."""
    centre, half = triple(bodies.wall_centre, w, k), triple(bodies.wall_half, w, k)
    for side in range(SIDES):
        first, end = _rays_near(fan, side, centre, half[0], half[1])
        for place in range(first, end):
            origin, direction = _ray(fan, side, place)
            inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
            share = hit_cuboid(subtract(origin, centre), inverse, half)
            if _is_before_cylinder(bodies, w, direction, share):
                stopped[w, side * fan[RAYS] + place] = True


@kernel
def _stop_with_body(fan, bodies, counts, stopped, w, body):
    """Note which rays a body stops."""
    centre, half = triple(bodies.pose, w, body), triple(bodies.half_size, w, body)
    turn = math.cos(bodies.pose[w, body, 3]), math.sin(bodies.pose[w, body, 3])
    half_x = abs(turn[0]) * half[0] + abs(turn[1]) * half[1]
    half_y = abs(turn[1]) * half[0] + abs(turn[0]) * half[1]
    if body < counts.agent:
        half_x = half_y = AGENT_REACH
    for side in range(SIDES):
        first, end = _rays_near(fan, side, centre, half_x, half_y)
        for place in range(first, end):
            ray = side * fan[RAYS] + place
            if not stopped[w, ray]:
                origin, direction = _ray(fan, side, place)
                share = hit_turned_body(bodies.pose, bodies.half_size, counts, w, body, turn, origin, direction)
                stopped[w, ray] = _is_before_cylinder(bodies, w, direction, share)


@kernel
def _rays_near(fan, side, centre, half_x, half_y):
    """Return the first of a side's rays that may cross a rectangle along the axes, and the end of those.

    Seen from the target, rays fan out towards their side; the slopes of the rectangle's corners bound those it covers.
    """
    rays, _, per_metre, target = fan
    along, depth = _from_side(side, target[0], target[1])
    centre_along, centre_depth = _from_side(side, centre[0], centre[1])
    half_along, half_depth = (half_x, half_y) if side % 2 == 0 else (half_y, half_x)
    length = depth - INSET
    near, far = depth - centre_depth - half_depth, depth - centre_depth + half_depth
    if far <= 0.0 or near >= length:  # behind the target, or behind the start
        return 0, 0
    if near <= 0.0:
        return 0, rays
    left, right = centre_along - along - half_along, centre_along - along + half_along
    low = along + length * left / (near if left < 0.0 else far)
    high = along + length * right / (far if right < 0.0 else near)
    first = max(0.0, math.ceil((low - INSET) * per_metre - ROUNDING))
    last = min(rays - 1.0, math.floor((high - INSET) * per_metre + ROUNDING))
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
def _is_before_cylinder(bodies, w, direction, share):
    """Whether a share of the way to the cylinder's middle ends before its side, which every ray meets there."""
    radius = np.float64(bodies.cylinder_size[w, CYLINDER, 0])
    return share < 1.0 and (1.0 - share) ** 2 * (direction[0] ** 2 + direction[1] ** 2) > radius * radius


@kernel
def _ray(fan, side, place):
    """Return where a ray starts, and the vector from there to its target [m]."""
    _, spacing, _, target = fan
    x, y = ray_start(side, INSET + spacing * place)
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
