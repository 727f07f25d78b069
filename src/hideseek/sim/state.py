"""What a batch of worlds is made of: arrays that lead with the world, and the constants of its physics.

Both are named tuples, so that compiled kernels take them whole. Nothing here knows of teams or rewards.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Int32


class Counts(NamedTuple):
    """Capacity of every world of a batch. Bodies are ordered agents, boxes, ramps; objects are boxes, then ramps."""

    agent: int
    box: int
    ramp: int
    wall: int
    cylinder: int = 0

    @property
    def object(self) -> int:
        """Boxes and ramps together."""
        return self.box + self.ramp

    @property
    def body(self) -> int:
        """Agents, boxes and ramps together."""
        return self.agent + self.box + self.ramp


class Bodies(NamedTuple):
    """Positions, velocities and constraints of all worlds. SI units, radians.

    Poses are (x, y, z, yaw) of the body's origin: the centre of the sphere, of the box, of the ramp's bounding cube.
    """

    pose: Float32[np.ndarray, "world body 4"]
    velocity: Float32[np.ndarray, "world body 4"]
    half_size: Float32[np.ndarray, "world body 3"]
    """Half extents of the bounding box in body axes; an agent's are its radius."""
    exists: Bool[np.ndarray, "world body"]
    """Absent bodies (spare capacity) neither collide nor block sight."""
    wall_centre: Float32[np.ndarray, "world wall 3"]
    wall_half: Float32[np.ndarray, "world wall 3"]
    wall_count: Int32[np.ndarray, " world"]
    """Walls 0 .. wall_count - 1 exist; they are static and aligned with the axes."""
    cylinder_centre: Float32[np.ndarray, "world cylinder 3"]
    """Cylinders are static, and stand upright on the floor."""
    cylinder_size: Float32[np.ndarray, "world cylinder 2"]
    """Radius and half the height; one of radius 0 is none."""
    weld_object: Int32[np.ndarray, "world agent"]
    """Index of the object that the agent holds, -1 for none."""
    weld_pose: Float32[np.ndarray, "world agent 4"]
    """Pose of the held object in the agent's frame, kept while it is held."""
    locked: Bool[np.ndarray, "world object"]
    lock_pose: Float32[np.ndarray, "world object 4"]
    """Pose at which a locked object is held."""


class Physics(NamedTuple):
    """Constants of the physics: floats only, so that changing one recompiles nothing."""

    timestep: float = 0.005
    """Length of a substep [s]."""
    substeps: int = 15
    gravity: float = 50.0
    """Downward acceleration [m/s2]."""
    agent_mass: float = 1.0
    agent_inertia: float = 0.009
    agent_damping: float = 10.0
    """Damping of an agent's x, y [N s/m] and yaw [N m s]."""
    agent_damping_z: float = 1.0
    box_mass: float = 1.0
    box_damping: float = 0.01
    ramp_mass: float = 1.0
    ramp_damping: float = 0.1
    floor_friction: float = 0.2
    agent_friction: float = 0.01
    box_friction: float = 0.2
    ramp_friction: float = 0.01
    wall_friction: float = 0.01
    cylinder_friction: float = 1.0
    """Sliding friction of each surface; a pair has the larger of its two."""


AGENT_RADIUS = 0.15
ARM_RADIUS = 0.05
ARM_OFFSETS = ((-0.13, -0.075, -0.05), (0.13, -0.075, -0.05))
"""Centres of the two arm spheres in the agent's frame [m]."""
RAMP_HALF_SIZE = 0.25
"""Half the side of the ramp's bounding cube [m]. The slope climbs along local -y, from the floor to the full height."""


def allocate_bodies(world_count: int, counts: Counts) -> Bodies:
    """Return zeroed arrays for `world_count` worlds; nothing is held (`weld_object` is -1)."""
    w = world_count
    return Bodies(
        pose=np.zeros((w, counts.body, 4), np.float32),
        velocity=np.zeros((w, counts.body, 4), np.float32),
        half_size=np.zeros((w, counts.body, 3), np.float32),
        exists=np.zeros((w, counts.body), np.bool_),
        wall_centre=np.zeros((w, counts.wall, 3), np.float32),
        wall_half=np.zeros((w, counts.wall, 3), np.float32),
        wall_count=np.zeros(w, np.int32),
        cylinder_centre=np.zeros((w, counts.cylinder, 3), np.float32),
        cylinder_size=np.zeros((w, counts.cylinder, 2), np.float32),
        weld_object=np.full((w, counts.agent), -1, np.int32),
        weld_pose=np.zeros((w, counts.agent, 4), np.float32),
        locked=np.zeros((w, counts.object), np.bool_),
        lock_pose=np.zeros((w, counts.object, 4), np.float32),
    )
