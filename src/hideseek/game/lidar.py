"""Distance to whatever is around: 30 horizontal rays per agent, fixed to the world (Baker et al. 2019, section 3).

All rays of an agent lie in one plane, so every obstacle is a slice through it: a rectangle or a circle. The loops over
rays are free of branches and in single precision, for the compiler to vectorise.
"""

import math

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import LIDAR_RAYS, GameParams
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import rotate
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, Bodies, Counts

NO_HIT = np.float32(6.0)
"""What a ray that hits nothing reports [m]; hits may be farther away."""
BLOCK = 16
BLOCK_STARTS = (0, LIDAR_RAYS - BLOCK)
"""Rays are taken in two overlapping blocks of 16, which fill the vector registers; two rays are computed twice."""
ANGLES = np.arange(LIDAR_RAYS) * (2.0 * math.pi / LIDAR_RAYS)
COSINES = np.cos(ANGLES).astype(np.float32)
SINES = np.sin(ANGLES).astype(np.float32)
FAR = np.float32(np.inf)
ZERO, ONE = np.float32(0.0), np.float32(1.0)
TINY = np.float32(1e-12)
"""Added to directions so that none is zero; too small to change any other."""


@entry_kernel
def sense_lidar(
    params: GameParams, bodies: Bodies, counts: Counts, lidar: Float32[np.ndarray, "world agent 30"], w: int
) -> None:
    """Write the distances from each agent's centre [m] into `lidar[w]`, shape [agent, 30].

    Ray j points 12 j degrees counter-clockwise from the world's x axis. A ray hits walls, cylinders, boxes, ramps and
    other agents, arms included, where they cross the height of the agent's centre.
    """
    for viewer in range(params.agents):
        for j in range(LIDAR_RAYS):
            lidar[w, viewer, j] = FAR
    for k in range(bodies.wall_count[w]):
        _scan_wall(params, bodies, lidar, w, k)
    for k in range(counts.cylinder):
        _scan_cylinder(params, bodies, lidar, w, k)
    for body in range(bodies.exists.shape[1]):
        if not bodies.exists[w, body]:
            continue
        yaw = bodies.pose[w, body, 3]
        cosine, sine = np.float32(math.cos(yaw)), np.float32(math.sin(yaw))
        if body < counts.agent:
            _scan_agent(params, bodies, lidar, w, body, cosine, sine)
        else:
            _scan_object(params, bodies, lidar, w, body, body >= counts.agent + counts.box, cosine, sine)
    for viewer in range(params.agents):
        for j in range(LIDAR_RAYS):
            lidar[w, viewer, j] = lidar[w, viewer, j] if lidar[w, viewer, j] < FAR else NO_HIT


@kernel
def _scan_wall(params, bodies, lidar, w, k):
    """Take wall `k` into account for all agents."""
    centre, half = bodies.wall_centre[w, k], bodies.wall_half[w, k]
    for viewer in range(params.agents):
        eye = bodies.pose[w, viewer]
        if abs(eye[2] - centre[2]) <= half[2]:
            _scan_rectangle(lidar[w, viewer], centre[0] - eye[0], centre[1] - eye[1], half[0], half[1], ONE, ZERO)


@kernel
def _scan_cylinder(params, bodies, lidar, w, k):
    """Take cylinder `k` into account for all agents."""
    centre, radius, half_height = (
        bodies.cylinder_centre[w, k],
        bodies.cylinder_size[w, k, 0],
        bodies.cylinder_size[w, k, 1],
    )
    for viewer in range(params.agents):
        eye = bodies.pose[w, viewer]
        if abs(eye[2] - centre[2]) <= half_height:
            _scan_sphere(lidar[w, viewer], centre[0] - eye[0], centre[1] - eye[1], ZERO, radius)


@kernel
def _scan_object(params, bodies, lidar, w, body, is_ramp, cosine, sine):
    """Take a box or ramp into account for all agents; a ramp's slice ends where its slope is at an agent's height."""
    pose, half = bodies.pose[w, body], bodies.half_size[w, body]
    for viewer in range(params.agents):
        eye = bodies.pose[w, viewer]
        height = eye[2] - pose[2]
        if abs(height) > half[2]:
            continue
        dx, dy, half_y = pose[0] - eye[0], pose[1] - eye[1], half[1]
        if is_ramp:
            half_y = np.float32(0.5) * half[1] * (ONE - height / half[2])
            shift_x, shift_y = rotate(ZERO, half_y - half[1], cosine, -sine)
            dx, dy = dx + shift_x, dy + shift_y
        _scan_rectangle(lidar[w, viewer], dx, dy, half[0], half_y, cosine, sine)


@kernel
def _scan_agent(params, bodies, lidar, w, body, cosine, sine):
    """Take the body and the arms of an agent into account for all others."""
    pose = bodies.pose[w, body]
    for viewer in range(params.agents):
        if viewer == body:
            continue
        eye, row = bodies.pose[w, viewer], lidar[w, viewer]
        x, y, height = pose[0] - eye[0], pose[1] - eye[1], eye[2] - pose[2]
        _scan_sphere(row, x, y, height, AGENT_RADIUS)
        for arm_x, arm_y, arm_z in ARM_OFFSETS:
            dx, dy = rotate(np.float32(arm_x), np.float32(arm_y), cosine, -sine)
            _scan_sphere(row, x + dx, y + dy, height - np.float32(arm_z), ARM_RADIUS)


@kernel
def _scan_sphere(row, dx, dy, height, radius):
    """Take a sphere at (dx, dy) into account; the rays pass `height` above its centre (or a circle, at no height)."""
    squared = np.float32(radius * radius - height * height)
    if squared <= ZERO:
        return
    for start in BLOCK_STARTS:
        for k in range(BLOCK):
            j = start + k
            along = dx * COSINES[j] + dy * SINES[j]
            across = dx * SINES[j] - dy * COSINES[j]
            remainder = squared - across * across
            root = np.sqrt(max(remainder, ZERO))
            distance = along - root if along >= root else along + root
            distance = distance if remainder >= ZERO and distance >= ZERO else FAR
            row[j] = min(row[j], distance)


@kernel
def _scan_rectangle(row, dx, dy, half_x, half_y, cosine, sine):
    """Take a rectangle at (dx, dy), turned by the angle of this cosine and sine, into account."""
    centre_x, centre_y = rotate(dx, dy, cosine, sine)
    for start in BLOCK_STARTS:
        for k in range(BLOCK):
            j = start + k
            ray_x = cosine * COSINES[j] + sine * SINES[j] + TINY
            ray_y = cosine * SINES[j] - sine * COSINES[j] + TINY
            inverse_x, inverse_y = ONE / ray_x, ONE / ray_y
            middle_x, middle_y = centre_x * inverse_x, centre_y * inverse_y
            reach_x, reach_y = half_x * abs(inverse_x), half_y * abs(inverse_y)
            entry = max(middle_x - reach_x, middle_y - reach_y)
            leave = min(middle_x + reach_x, middle_y + reach_y)
            distance = entry if entry >= ZERO else leave
            distance = distance if leave >= entry and leave >= ZERO else FAR
            row[j] = min(row[j], distance)
