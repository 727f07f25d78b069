"""From where agents want to be to the forces that take them there."""

import numpy as np
from jaxtyping import Float64, Int8

from hideseek.game.actions import FORCE_PER_BUCKET, MIDDLE_BUCKET
from hideseek.sim.state import Physics

PHYSICS = Physics()
STEP = PHYSICS.timestep * PHYSICS.substeps
"""Length of an environment step [s]."""
ARRIVAL_TIME = 0.25
"""Time in which agents mean to cover what is left of a way [s]; shorter overshoots."""
HOLD = 0.02
"""Who is this close to its place does not move [m]."""
FASTEST = 8.0
"""[m/s]"""
Vectors = Float64[np.ndarray, "world 2"]


def push(way: Vectors, velocity: Vectors, load: float = 0.0) -> Int8[np.ndarray, "world 2"]:
    """Return the buckets of force that take agents along a way [m], fast at first.

    Args:
        way: from each agent to where it shall be.
        velocity: of each agent [m/s].
        load: mass of what it drags along [kg].
    """
    distance = np.linalg.norm(way, axis=1, keepdims=True)
    direction = way / np.maximum(distance, 1e-9)
    wanted = direction * np.minimum(distance / ARRIVAL_TIME, FASTEST)
    mass = PHYSICS.agent_mass + load
    friction = PHYSICS.floor_friction * mass * PHYSICS.gravity * direction
    force = PHYSICS.agent_damping * wanted + friction + 0.3 * mass * (wanted - velocity) / STEP
    return _buckets(np.where(distance < HOLD, 0.0, force))


def turn(yaw: Float64[np.ndarray, " world"], direction: Vectors) -> Int8[np.ndarray, " world"]:
    """Return the buckets of torque that let agents look in a direction (they look along their local -y)."""
    wanted = np.arctan2(direction[:, 0], -direction[:, 1])
    angle = np.remainder(wanted - yaw + np.pi, 2.0 * np.pi) - np.pi
    return _buckets(PHYSICS.agent_damping * angle / STEP)


def _buckets(force: np.ndarray) -> np.ndarray:
    steps = np.clip(np.rint(force / FORCE_PER_BUCKET), -MIDDLE_BUCKET, MIDDLE_BUCKET)
    return (MIDDLE_BUCKET + steps).astype(np.int8)
