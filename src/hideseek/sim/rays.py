"""Straight lines through a world: where they enter walls, cylinders, boxes, ramps and agents, and what blocks them.

A segment runs from an origin to a target, and places on it are given as the share t of its length: 0 is the origin,
1 the target. Bodies are convex, so a line is inside one between an entry and an exit.
"""

import math
from typing import TypeVar

import numpy as np
from jaxtyping import Float32

from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, Bodies, Counts

Vector = tuple[float, float, float]
Number = TypeVar("Number", float, np.float32)
MISS = math.inf
"""The place at which a line hits what it does not hit."""
PARALLEL = 1e-12
"""Directions with a smaller component than this count as having this component, which keeps divisions finite."""
(LEFT_ARM_X, ARM_Y, ARM_Z), (RIGHT_ARM_X, _, _) = ARM_OFFSETS


@entry_kernel
def invert(component: float) -> float:
    """Return 1 / `component`, large but finite where the component is (nearly) zero."""
    if abs(component) < PARALLEL:
        return 1.0 / PARALLEL
    return 1.0 / component


@kernel
def clip_slab(origin: float, inverse: float, half: float, entry: float, leave: float) -> tuple[float, float]:
    """Cut the interval (entry, leave) of a line down to where one coordinate lies in [-half, half].

    `origin` is that coordinate at t = 0, `inverse` is one over its change from t = 0 to t = 1.
    """
    first = (-half - origin) * inverse
    second = (half - origin) * inverse
    return max(entry, min(first, second)), min(leave, max(first, second))


@kernel
def first_contact(entry: float, leave: float) -> float:
    """Return where a line that starts at t = 0 meets the surface of a body that it crosses in (entry, leave)."""
    if leave < entry or leave < 0.0:
        return MISS
    return entry if entry >= 0.0 else leave


@kernel
def clip_cuboid(origin: Vector, inverse: Vector, half: Vector) -> tuple[float, float]:
    """Return where a line enters and leaves the cuboid of half extents `half` around the coordinates' origin.

    Args:
        origin: (x, y, z) of the line's start in the cuboid's axes [m].
        inverse: one over each component of its direction, in the same axes (`invert`).
        half: half extents (x, y, z) [m].
    """
    entry, leave = clip_slab(origin[0], inverse[0], half[0], -MISS, MISS)
    entry, leave = clip_slab(origin[1], inverse[1], half[1], entry, leave)
    return clip_slab(origin[2], inverse[2], half[2], entry, leave)


@entry_kernel
def hit_cuboid(origin: Vector, inverse: Vector, half: Vector) -> float:
    """Return where a line meets a cuboid (arguments as for `clip_cuboid`)."""
    entry, leave = clip_cuboid(origin, inverse, half)
    return first_contact(entry, leave)


@entry_kernel
def hit_ramp(origin: Vector, direction: Vector, half: Vector) -> float:
    """Return where a line meets a ramp: the half of its bounding cuboid with y / half y + z / half z <= 0.

    Args:
        origin: (x, y, z) of the line's start in the ramp's axes [m].
        direction: (x, y, z) from start to end in the same axes.
        half: half extents of the bounding cuboid [m].
    """
    inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
    entry, leave = clip_cuboid(origin, inverse, half)
    inverse_climb = invert(direction[1] / half[1] + direction[2] / half[2])
    crossing = -(origin[1] / half[1] + origin[2] / half[2]) * inverse_climb
    if inverse_climb > 0.0:
        leave = min(leave, crossing)
    else:
        entry = max(entry, crossing)
    return first_contact(entry, leave)


@entry_kernel
def hit_sphere(origin: Vector, direction: Vector, radius: float) -> float:
    """Return where a line meets a sphere around the coordinates' origin (arguments as for `hit_ramp`)."""
    a = direction[0] ** 2 + direction[1] ** 2 + direction[2] ** 2
    b = origin[0] * direction[0] + origin[1] * direction[1] + origin[2] * direction[2]
    c = origin[0] ** 2 + origin[1] ** 2 + origin[2] ** 2 - radius**2
    discriminant = b * b - a * c
    if discriminant < 0.0:
        return MISS
    root = math.sqrt(discriminant)
    return first_contact((-b - root) / a, (-b + root) / a)


@entry_kernel
def hit_cylinder(origin: Vector, direction: Vector, radius: float, half_height: float) -> float:
    """Return where a line meets an upright cylinder around the coordinates' origin (arguments as for `hit_ramp`)."""
    a = max(direction[0] ** 2 + direction[1] ** 2, PARALLEL**2)
    b = origin[0] * direction[0] + origin[1] * direction[1]
    c = origin[0] ** 2 + origin[1] ** 2 - radius**2
    discriminant = b * b - a * c
    if discriminant < 0.0:
        return MISS
    root = math.sqrt(discriminant)
    entry, leave = clip_slab(origin[2], invert(direction[2]), half_height, (-b - root) / a, (-b + root) / a)
    return first_contact(entry, leave)


@kernel
def hit_agent(origin: Vector, direction: Vector) -> float:
    """Return where a line meets an agent: the sphere of its body, or one of its two arms (arguments in its axes)."""
    body = hit_sphere(origin, direction, AGENT_RADIUS)
    y, z = origin[1] - ARM_Y, origin[2] - ARM_Z
    left = hit_sphere((origin[0] - LEFT_ARM_X, y, z), direction, ARM_RADIUS)
    right = hit_sphere((origin[0] - RIGHT_ARM_X, y, z), direction, ARM_RADIUS)
    return min(body, left, right)


@kernel
def rotate(x: Number, y: Number, cosine: Number, sine: Number) -> tuple[Number, Number]:
    """Turn the axes of (x, y) by the angle of this cosine and sine: from world to body axes, given the body's yaw."""
    return cosine * x + sine * y, cosine * y - sine * x


@kernel
def triple(vectors: Float32[np.ndarray, "world item feature"], w: int, k: int) -> Vector:
    """Return the first three elements of `vectors[w, k]` as floats in double precision."""
    return np.float64(vectors[w, k, 0]), np.float64(vectors[w, k, 1]), np.float64(vectors[w, k, 2])


@kernel
def subtract(a: Vector, b: Vector) -> Vector:
    """Return the vector from `b` to `a`."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


@entry_kernel
def hit_body(
    pose: Float32[np.ndarray, "world body 4"],
    half_size: Float32[np.ndarray, "world body 3"],
    counts: Counts,
    w: int,
    body: int,
    origin: Vector,
    direction: Vector,
) -> float:
    """Return where a segment meets `body` of world `w` (origin and direction in the world's axes [m])."""
    turn = math.cos(pose[w, body, 3]), math.sin(pose[w, body, 3])
    return hit_turned_body(pose, half_size, counts, w, body, turn, origin, direction)


@kernel
def hit_turned_body(pose, half_size, counts, w, body, turn, origin, direction):
    """Do what `hit_body` does, given the cosine and the sine of the body's yaw."""
    x, y, z = subtract(origin, triple(pose, w, body))
    x, y = rotate(x, y, turn[0], turn[1])
    dx, dy = rotate(direction[0], direction[1], turn[0], turn[1])
    dz = direction[2]
    if body < counts.agent:
        return hit_agent((x, y, z), (dx, dy, dz))
    half = triple(half_size, w, body)
    if body < counts.agent + counts.box:
        return hit_cuboid((x, y, z), (invert(dx), invert(dy), invert(dz)), half)
    return hit_ramp((x, y, z), (dx, dy, dz), half)


@entry_kernel
def hit_cylinders(bodies: Bodies, w: int, origin: Vector, direction: Vector) -> float:
    """Return where a segment first meets a cylinder of world `w` (origin and direction in the world's axes [m])."""
    nearest = MISS
    for k in range(bodies.cylinder_size.shape[1]):
        radius = np.float64(bodies.cylinder_size[w, k, 0])
        if radius > 0.0:
            relative = subtract(origin, triple(bodies.cylinder_centre, w, k))
            half_height = np.float64(bodies.cylinder_size[w, k, 1])
            nearest = min(nearest, hit_cylinder(relative, direction, radius, half_height))
    return nearest


@kernel
def _distance_squared(start, direction, scale):
    """Return the squared distance of the coordinates' origin from the segment that begins at `start` [m2].

    `scale` is one over the squared length of `direction`, which leads to the segment's end.
    """
    x, y, z = start
    nearest = -(x * direction[0] + y * direction[1] + z * direction[2]) * scale
    nearest = min(max(nearest, 0.0), 1.0)
    x, y, z = x + nearest * direction[0], y + nearest * direction[1], z + nearest * direction[2]
    return x * x + y * y + z * z


@kernel
def _reach_squared(bodies, w, body):
    """Return the squared radius of a sphere around a body's centre that holds it, an agent's arms included [m2]."""
    x, y, z = triple(bodies.half_size, w, body)
    return x * x + y * y + z * z


@entry_kernel
def is_clear(bodies: Bodies, counts: Counts, w: int, viewer: int, origin: Vector, target: Vector) -> bool:
    """Whether nothing that exists in world `w` lies between a point in body `viewer` and a point [m] in the open.

    What blocks is as for `is_hit_first`.
    """
    direction = subtract(target, origin)
    inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
    for k in range(bodies.wall_count[w]):
        relative = subtract(origin, triple(bodies.wall_centre, w, k))
        if hit_cuboid(relative, inverse, triple(bodies.wall_half, w, k)) < 1.0:
            return False
    if hit_cylinders(bodies, w, origin, direction) < 1.0:
        return False
    for body in range(bodies.exists.shape[1]):
        if body == viewer or not bodies.exists[w, body]:
            continue
        if hit_body(bodies.pose, bodies.half_size, counts, w, body, origin, direction) < 1.0:
            return False
    return True


@entry_kernel
def is_hit_first(
    bodies: Bodies, counts: Counts, w: int, viewer: int, body: int, origin: Vector, target: Vector
) -> bool:
    """Whether a ray from `origin` towards `target` hits `body` before anything else that exists in world `w`.

    Walls, cylinders, boxes, ramps, and agents with their arms all block; the viewer itself does not. The floor is not
    tested: a segment between two points above it cannot cross it.

    Args:
        bodies: the batch of worlds.
        counts: their capacity.
        w: world.
        viewer: index of the body that the ray starts in.
        body: index of the body that the ray is aimed at.
        origin: (x, y, z) where the ray starts [m].
        target: (x, y, z) of a point inside `body` [m].
    """
    # Most rays are decided without touching the target: they hit nothing, or something well before it.
    direction = subtract(target, origin)
    scale = invert(direction[0] ** 2 + direction[1] ** 2 + direction[2] ** 2)
    earliest = 1.0 - math.sqrt(_reach_squared(bodies, w, body) * scale)
    obstacle = 1.0
    inverse = (invert(direction[0]), invert(direction[1]), invert(direction[2]))
    for k in range(bodies.wall_count[w]):
        relative = subtract(origin, triple(bodies.wall_centre, w, k))
        obstacle = min(obstacle, hit_cuboid(relative, inverse, triple(bodies.wall_half, w, k)))
        if obstacle < earliest:
            return False
    obstacle = min(obstacle, hit_cylinders(bodies, w, origin, direction))
    if obstacle < earliest:
        return False
    for other in range(bodies.exists.shape[1]):
        if other in (viewer, body) or not bodies.exists[w, other]:
            continue
        relative = subtract(origin, triple(bodies.pose, w, other))
        if _distance_squared(relative, direction, scale) > _reach_squared(bodies, w, other):
            continue
        obstacle = min(obstacle, hit_body(bodies.pose, bodies.half_size, counts, w, other, origin, direction))
        if obstacle < earliest:
            return False
    if obstacle == 1.0:
        return True
    return hit_body(bodies.pose, bodies.half_size, counts, w, body, origin, direction) <= obstacle
