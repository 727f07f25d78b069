"""Driving the physics alone, without rules: forces in, poses out."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from hideseek.sim.engine import step_physics
from hideseek.sim.state import Physics
from tests.worlds import World

FULL_FORCE = 90.0
"""The strongest push along one axis [N], and the strongest torque [N m]."""
STILL = (0.0, 0.0, 0.0)


def drive(
    world: World, force: Sequence = STILL, steps: int = 1, physics: Physics | None = None
) -> Float32[np.ndarray, "step body 4"]:
    """Step a world under constant forces and return the poses after each step.

    Args:
        world: changed in place.
        force: force along x, y [N] and torque [N m] of the only or of all agents, or one such row for each.
        steps: of 75 ms each.
        physics: other constants than the game's.
    """
    control = np.zeros((1, world.counts.agent, 3), np.float32)
    control[0] = force
    poses = []
    for _ in range(steps):
        step_physics(world.bodies, world.counts, physics or world.game.physics, control)
        poses.append(world.bodies.pose[0].copy())
    return np.array(poses)


def hold(world: World, agent: int, item: int) -> None:
    """Let an agent hold an object where it is now."""
    here, there = world.bodies.pose[0, agent], world.bodies.pose[0, world.counts.agent + item]
    world.bodies.weld_object[0, agent] = item
    world.bodies.weld_pose[0, agent] = relative_pose(here, there)


def lock(world: World, item: int) -> None:
    """Lock an object where it is now."""
    world.bodies.locked[0, item] = True
    world.bodies.lock_pose[0, item] = world.bodies.pose[0, world.counts.agent + item]


def relative_pose(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return the pose `there` as seen from the pose `here`."""
    dx, dy, dz, turn = np.asarray(there, float) - np.asarray(here, float)
    c, s = math.cos(here[3]), math.sin(here[3])
    return np.array([c * dx + s * dy, c * dy - s * dx, dz, turn])
