"""One environment step of one world: substeps of semi-implicit Euler, as MuJoCo takes them.

Each substep finds contacts, solves for the accelerations and integrates. Bodies at rest sleep until something touches
them, and an agent that touches nothing but the floor has its own small solver.
"""

import math

import numpy as np

from hideseek.sim.broadphase import find_pairs
from hideseek.sim.constraints import find_constraints
from hideseek.sim.dynamics import apply_force, face, integrate, wake
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.solver import solve_islands
from hideseek.sim.workspace import (
    ABSENT,
    ACCELERATION,
    ASLEEP,
    AWAKE,
    DAMPING,
    DAMPING_Z,
    FRICTION,
    HALF_SIZE,
    INERTIA,
    MASS,
    MASS_OFFSET,
    POSE,
    RADIUS,
    STATE,
    VELOCITY,
    WALL_HX,
    WALL_HY,
    WALL_HZ,
    WALL_X,
    workspace_of,
)

ARM_REACH = 0.2
"""Radius of the circle around an agent's yaw axis that holds its arms [m]."""
ARM_SPAN = 0.18
"""How far the arms extend along the agent's x [m]."""
REST_SPEED = 1e-3
"""A body slower than this [m/s, rad/s] that stands on the floor and is not pushed goes to sleep."""
REST_HEIGHT = 2e-4
"""How far its bottom may be from the floor [m]."""
REST_STRAY = 0.01
"""How far a locked body may be from where it is locked [m or rad]."""


@kernel
def step_world(bodies, counts, physics, control, workspaces, t, w):
    """Advance world `w` by one environment step.

    Args:
        bodies: poses and velocities, updated in place; walls, welds and locks, read.
        counts: numbers of agents, boxes, ramps.
        physics: constants.
        control: [world, agent, 3] force along the world's x and y [N] and torque about the vertical [N m].
        workspaces: scratch of all threads.
        t: index of the thread.
        w: index of the world.
    """
    ws = workspace_of(workspaces, t)
    body, tag = ws.body, ws.tag
    _load_walls(bodies, counts, ws.wall, w)
    for i in range(body.shape[0]):
        _load_body(bodies, counts, physics, control, body, tag, w, i)
    _wake_held(bodies, counts, physics, body, tag, w)
    wall_count, ramps_begin = bodies.wall_count[w], counts.agent + counts.box
    pairs = find_pairs(counts, body, tag, ws.wall, wall_count, ws.pair)
    rows = np.int64(0)
    for _ in range(physics.substeps):
        known = rows
        _apply_forces(counts, physics, control, body, tag, w)
        rows, pairs = find_constraints(bodies, counts, physics, ws, pairs, w)
        solve_islands(ws, rows, known)
        strayed = False
        for i in range(body.shape[0]):
            if tag[i, STATE] == AWAKE:
                strayed = integrate(body, i, physics.timestep, i >= ramps_begin) or strayed
        if strayed:
            pairs = find_pairs(counts, body, tag, ws.wall, wall_count, ws.pair)
    _store(bodies, body, tag, w)


@inline_kernel
def _load_walls(bodies, counts, wall, w):
    for k in range(bodies.wall_count[w]):
        for j in range(3):
            wall[k, WALL_X + j] = bodies.wall_centre[w, k, j]
            wall[k, WALL_HX + j] = bodies.wall_half[w, k, j]
    for k in range(counts.cylinder):
        row = counts.wall + k
        for j in range(3):
            wall[row, WALL_X + j] = bodies.cylinder_centre[w, k, j]
        wall[row, WALL_HX] = bodies.cylinder_size[w, k, 0]
        wall[row, WALL_HY] = bodies.cylinder_size[w, k, 0]
        wall[row, WALL_HZ] = bodies.cylinder_size[w, k, 1]


@inline_kernel
def _load_body(bodies, counts, physics, control, body, tag, w, i):
    """Copy body `i` of world `w` into the workspace and decide whether it sleeps."""
    if not bodies.exists[w, i]:
        tag[i, STATE] = ABSENT
        return
    for k in range(4):
        body[i, POSE + k] = bodies.pose[w, i, k]
        body[i, VELOCITY + k] = bodies.velocity[w, i, k]
        body[i, ACCELERATION + k] = 0.0
    for k in range(3):
        body[i, HALF_SIZE + k] = bodies.half_size[w, i, k]
    body[i, MASS_OFFSET] = 0.0
    body[i, MASS_OFFSET + 1] = 0.0
    _set_constants(counts, physics, body, i)
    yaw = body[i, POSE + 3]
    face(body, i, math.cos(yaw), math.sin(yaw), i >= counts.agent + counts.box)
    if _rests(bodies, counts, control, body, w, i):
        tag[i, STATE] = ASLEEP
    else:
        wake(physics, body, tag, i)


@inline_kernel
def _set_constants(counts, physics, body, i):
    """Fill mass, damping, friction and extent of body `i`, whose half sizes stand there."""
    hx, hy = body[i, HALF_SIZE], body[i, HALF_SIZE + 1]
    if i < counts.agent:
        body[i, HALF_SIZE] = ARM_SPAN
        body[i, RADIUS] = ARM_REACH
        body[i, MASS] = physics.agent_mass
        body[i, INERTIA] = physics.agent_inertia
        body[i, DAMPING] = physics.agent_damping
        body[i, DAMPING_Z] = physics.agent_damping_z
        body[i, FRICTION] = physics.agent_friction
        return
    is_ramp = i >= counts.agent + counts.box
    body[i, RADIUS] = math.sqrt(hx * hx + hy * hy)
    body[i, MASS] = physics.ramp_mass if is_ramp else physics.box_mass
    # About the middle of the bounding box a ramp has the same moment as a box: it is half of one, symmetric in x.
    body[i, INERTIA] = body[i, MASS] * (hx * hx + hy * hy) / 3.0
    body[i, DAMPING] = physics.ramp_damping if is_ramp else physics.box_damping
    body[i, DAMPING_Z] = body[i, DAMPING]
    body[i, FRICTION] = physics.ramp_friction if is_ramp else physics.box_friction


@inline_kernel
def _rests(bodies, counts, control, body, w, i):
    """Tell whether a body stands still, on the floor or locked, and nothing acts on it."""
    for k in range(4):
        if not abs(body[i, VELOCITY + k]) <= REST_SPEED:
            return False
    if i < counts.agent:
        if control[w, i, 0] != 0.0 or control[w, i, 1] != 0.0 or control[w, i, 2] != 0.0:
            return False
    elif bodies.locked[w, i - counts.agent]:
        for k in range(4):
            if not abs(body[i, POSE + k] - bodies.lock_pose[w, i - counts.agent, k]) <= REST_STRAY:
                return False
        return True
    return abs(body[i, POSE + 2] - body[i, HALF_SIZE + 2]) <= REST_HEIGHT


@inline_kernel
def _wake_held(bodies, counts, physics, body, tag, w):
    """Wake agents that hold something, and what they hold."""
    for a in range(counts.agent):
        if bodies.weld_object[w, a] >= 0:
            wake(physics, body, tag, a)
            wake(physics, body, tag, counts.agent + bodies.weld_object[w, a])


@inline_kernel
def _apply_forces(counts, physics, control, body, tag, w):
    for i in range(body.shape[0]):
        if tag[i, STATE] != AWAKE:
            continue
        if i < counts.agent:
            apply_force(physics, body, i, control[w, i, 0], control[w, i, 1], control[w, i, 2])
        else:
            apply_force(physics, body, i, 0.0, 0.0, 0.0)


@inline_kernel
def _store(bodies, body, tag, w):
    """Copy the workspace back; sleepers stop for good."""
    for i in range(body.shape[0]):
        for k in range(4):
            if tag[i, STATE] == AWAKE:
                bodies.pose[w, i, k] = body[i, POSE + k]
                bodies.velocity[w, i, k] = body[i, VELOCITY + k]
            elif tag[i, STATE] == ASLEEP:
                bodies.velocity[w, i, k] = 0.0
