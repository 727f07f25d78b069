"""Forces on a body, its mass matrix, and the integration of one substep.

A body whose mass is off its yaw axis (a ramp) couples yaw with x and y; its mass matrix is
[m, 0, -m cy; 0, m, m cx; -m cy, m cx, I] for (x, y, yaw), with c the offset and I about the yaw axis.
"""

import math

from hideseek.sim.kernel import inline_kernel
from hideseek.sim.workspace import (
    ACCELERATION,
    AWAKE,
    COSINE,
    DAMPING,
    DAMPING_Z,
    FORCE,
    GAIN,
    GAIN_TURN,
    GAIN_Z,
    INERTIA,
    MASS,
    MASS_OFFSET,
    POSE,
    RADIUS,
    SINE,
    SLACK,
    STATE,
    VELOCITY,
)

RAMP_MASS_OFFSET = 1.0 / 12.0
"""Distance of a ramp's centre of mass from its yaw axis, towards its high end [m]."""
SMALL_ANGLE = 0.1
"""Up to here a few terms of the series give sine and cosine to double precision [rad]."""


@inline_kernel
def mass_times(body, i, ax, ay, aw):
    """Return the forces along x, y and the torque that give body `i` the accelerations `ax`, `ay`, `aw`."""
    mass, mx, my = body[i, MASS], body[i, MASS_OFFSET], body[i, MASS_OFFSET + 1]
    return mass * ax - my * aw, mass * ay + mx * aw, body[i, INERTIA] * aw - my * ax + mx * ay


@inline_kernel
def divide_by_mass(body, i, added, fx, fy, fw):
    """Return the accelerations of x, y and yaw under forces and a torque, with `added` on the diagonal of the mass."""
    mass, inertia = body[i, MASS] + added, body[i, INERTIA] + added
    mx, my = body[i, MASS_OFFSET] / mass, body[i, MASS_OFFSET + 1] / mass
    aw = (fw + my * fx - mx * fy) / (inertia - mass * (mx * mx + my * my))
    return fx / mass + my * aw, fy / mass - mx * aw, aw


@inline_kernel
def apply_force(physics, body, i, force_x, force_y, torque):
    """Set all forces on body `i` but those of constraints: control, damping, gravity, centrifugal force."""
    damping, turn = body[i, DAMPING], body[i, VELOCITY + 3]
    body[i, FORCE] = force_x + turn * turn * body[i, MASS_OFFSET] - damping * body[i, VELOCITY]
    body[i, FORCE + 1] = force_y + turn * turn * body[i, MASS_OFFSET + 1] - damping * body[i, VELOCITY + 1]
    body[i, FORCE + 2] = -physics.gravity * body[i, MASS] - body[i, DAMPING_Z] * body[i, VELOCITY + 2]
    body[i, FORCE + 3] = torque - damping * turn


@inline_kernel
def fall(body, i):
    """Set the acceleration of a body on which no constraint acts."""
    ax, ay, aw = divide_by_mass(body, i, 0.0, body[i, FORCE], body[i, FORCE + 1], body[i, FORCE + 3])
    body[i, ACCELERATION] = ax
    body[i, ACCELERATION + 1] = ay
    body[i, ACCELERATION + 2] = body[i, FORCE + 2] / body[i, MASS]
    body[i, ACCELERATION + 3] = aw


@inline_kernel
def integrate(body, i, h, is_ramp):
    """Advance body `i` by a substep of `h` seconds; tell whether it has used up its slack.

    Damping is implicit: (M + h B) (v' - v) = h M a, with a the constrained acceleration.
    """
    ax, ay, aw = body[i, ACCELERATION], body[i, ACCELERATION + 1], body[i, ACCELERATION + 3]
    if is_ramp:
        fx, fy, fw = mass_times(body, i, ax, ay, aw)
        ax, ay, aw = divide_by_mass(body, i, h * body[i, DAMPING], fx, fy, fw)
    else:
        ax, ay, aw = ax * body[i, GAIN], ay * body[i, GAIN], aw * body[i, GAIN_TURN]
    vx, vy = body[i, VELOCITY] + h * ax, body[i, VELOCITY + 1] + h * ay
    vz, vw = body[i, VELOCITY + 2] + h * body[i, ACCELERATION + 2] * body[i, GAIN_Z], body[i, VELOCITY + 3] + h * aw
    body[i, VELOCITY] = vx
    body[i, VELOCITY + 1] = vy
    body[i, VELOCITY + 2] = vz
    body[i, VELOCITY + 3] = vw
    body[i, POSE] += h * vx
    body[i, POSE + 1] += h * vy
    body[i, POSE + 2] += h * vz
    if vw != 0.0:
        body[i, POSE + 3] += h * vw
        _turn_by(body, i, h * vw, is_ramp)
    body[i, SLACK] -= h * (math.sqrt(vx * vx + vy * vy + vz * vz) + abs(vw) * body[i, RADIUS])
    return body[i, SLACK] < 0.0


@inline_kernel
def _turn_by(body, i, angle, is_ramp):
    """Turn the heading by the angle of one substep."""
    c, s = body[i, COSINE], body[i, SINE]
    if abs(angle) > SMALL_ANGLE:
        dc, ds = math.cos(angle), math.sin(angle)
    else:
        square = angle * angle
        dc = 1.0 - square * (0.5 - square * (1.0 / 24.0 - square / 720.0))
        ds = angle * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0 - square / 5040.0)))
    face(body, i, c * dc - s * ds, s * dc + c * ds, is_ramp)


@inline_kernel
def face(body, i, c, s, is_ramp):
    """Set the heading by its cosine and sine, and what depends on it."""
    body[i, COSINE] = c
    body[i, SINE] = s
    if is_ramp:
        moment = body[i, MASS] * RAMP_MASS_OFFSET
        body[i, MASS_OFFSET] = moment * s
        body[i, MASS_OFFSET + 1] = -moment * c


@inline_kernel
def wake(physics, body, tag, i):
    """Let body `i` move: fill the factors m / (m + h b) by which implicit damping reduces its accelerations."""
    tag[i, STATE] = AWAKE
    h = physics.timestep
    body[i, GAIN] = body[i, MASS] / (body[i, MASS] + h * body[i, DAMPING])
    body[i, GAIN_Z] = body[i, MASS] / (body[i, MASS] + h * body[i, DAMPING_Z])
    body[i, GAIN_TURN] = body[i, INERTIA] / (body[i, INERTIA] + h * body[i, DAMPING])
