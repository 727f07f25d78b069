"""From where agents want to be to the forces that take them there."""

import math

import numpy as np
from jaxtyping import Float64, Int8

from hideseek.game.actions import FORCE_PER_BUCKET, MIDDLE_BUCKET
from hideseek.sim.state import Physics

PHYSICS = Physics()
STEP = PHYSICS.timestep * PHYSICS.substeps
"""Length of an environment step [s]."""
ARRIVAL_TIME = 2.0 * STEP
"""Time in which agents mean to cover what is left of a way [s]."""
HOLD = 0.02
"""Who is this close to its place does not move [m]."""
FASTEST = 8.0
"""[m/s]"""
TURN_WITH_LOAD = 0.35
"""Most that an agent turns in a step while it drags something along, which it would lose otherwise [rad]."""
Vectors = Float64[np.ndarray, "world 2"]


def push(way: Vectors, velocity: Vectors, load: Float64[np.ndarray, " world"]) -> Int8[np.ndarray, "world 2"]:
    """Return the buckets of force that take agents along a way [m].

    Under a constant force the velocity nears its final value exponentially, with time constant mass / damping: the
    force is the one that makes the velocity right by the end of the step.

    Args:
        way: from each agent to where it shall be.
        velocity: of each agent [m/s].
        load: mass of what each drags along [kg].
    """
    distance = np.linalg.norm(way, axis=1, keepdims=True)
    direction = way / np.maximum(distance, 1e-9)
    wanted = direction * np.minimum(distance / ARRIVAL_TIME, FASTEST)
    mass = PHYSICS.agent_mass + load[:, None]
    left = np.exp(-STEP * PHYSICS.agent_damping / mass)
    final = (wanted - left * velocity) / (1.0 - left)
    friction = PHYSICS.floor_friction * mass * PHYSICS.gravity * direction
    return _buckets(np.where(distance < HOLD, 0.0, PHYSICS.agent_damping * final + friction))


def turn(
    yaw: Float64[np.ndarray, " world"], direction: Vectors, load: Float64[np.ndarray, " world"]
) -> Int8[np.ndarray, " world"]:
    """Return the buckets of torque that let agents look in a direction (they look along their local -y)."""
    wanted = np.arctan2(direction[:, 0], -direction[:, 1])
    most = np.where(load > 0.0, TURN_WITH_LOAD, math.pi)
    angle = np.clip(np.remainder(wanted - yaw + np.pi, 2.0 * np.pi) - np.pi, -most, most)
    return _buckets(PHYSICS.agent_damping * angle / STEP)


def _buckets(force: np.ndarray) -> np.ndarray:
    steps = np.clip(np.rint(force / FORCE_PER_BUCKET), -MIDDLE_BUCKET, MIDDLE_BUCKET)
    return (MIDDLE_BUCKET + steps).astype(np.int8)
