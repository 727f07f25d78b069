"""A world as a MuJoCo model: the judge of the simulator's physics, and the yardstick of its speed.

The model has the geometry, joints, damping, friction and options of the original game's, so that its `qpos` holds the
lower corners of the unrotated bounding boxes. Absent bodies are left out. Control is in newtons (the original's motors
have gear 100). MuJoCo is an optional dependency and is imported where it is first needed.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float32, Int

from hideseek.checks import check_integer, import_extra
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, Bodies, Counts, Physics

AXES = ("x", "y", "z", "yaw")
"""Joints of a body, in the order of its pose: three slides along the world's axes, then a hinge."""
MOTOR_AXES = ("x", "y", "yaw")
RAMP_VERTICES = ((-1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, -1, -1), (1, 1, -1), (1, -1, 1))
"""Corners of the prism in units of its bounding box's half sizes: its upright face is towards -y."""
RAMP_FACES = ((0, 1, 2), (3, 4, 5), (0, 2, 4), (0, 4, 3), (0, 3, 5), (0, 5, 1), (2, 5, 4), (2, 1, 5))
FLOOR_HALF_SIZE = 3.0
"""Half the side of the floor as it is drawn; for contacts the plane has no end [m]."""


class Twin(NamedTuple):
    """A compiled model of one world, and its state."""

    model: Any
    """mujoco.MjModel; welds and locks are changed in place."""
    data: Any
    """mujoco.MjData."""
    counts: Counts
    present: Int[np.ndarray, " present"]
    """Index of each body in the model, in the model's order; number k has the joints 4 k .. 4 k + 3."""
    substeps: int


def import_mujoco() -> ModuleType:
    """Return the module `mujoco`.

    Raises:
        ImportError: if MuJoCo is not installed, saying how to install it.
    """
    return import_extra("mujoco", "MuJoCo", "mujoco")


def build_mjcf(bodies: Bodies, counts: Counts, physics: Physics, w: int) -> str:
    """Describe world `w` in MuJoCo's XML format: its walls and cylinders, and the bodies that exist, at the origin.

    Args:
        bodies: a batch of worlds, of which sizes, walls and existence are read.
        counts: their capacity.
        physics: constants.
        w: index of the world.

    Returns:
        The model. Each agent has one weld, to the floor and inactive; `put_welds_and_locks` says what it holds.

    Raises:
        ValueError: if there is no world `w`.
    """
    check_integer("w", w, 0, len(bodies.pose) - 1)
    root = ET.Element("mujoco")
    ET.SubElement(root, "compiler", angle="radian")
    option = ET.SubElement(root, "option", gravity=_text(0, 0, -physics.gravity), timestep=_text(physics.timestep))
    # As the original game was recorded: the collision functions of MuJoCo's early versions, one solver for the world.
    ET.SubElement(option, "flag", nativeccd="disable", multiccd="disable", island="disable")
    asset, world = ET.SubElement(root, "asset"), ET.SubElement(root, "worldbody")
    equality, actuator = ET.SubElement(root, "equality"), ET.SubElement(root, "actuator")
    _add_floor_and_walls(world, bodies, physics, w)
    _add_cylinders(world, bodies, physics, w)
    for i in np.flatnonzero(bodies.exists[w]):
        half = bodies.half_size[w, i]
        if i < counts.agent:
            _add_agent(world, physics, f"agent{i}", half)
            ET.SubElement(equality, "weld", body1=f"agent{i}", body2="floor", active="false")
            for axis in MOTOR_AXES:
                ET.SubElement(actuator, "motor", joint=f"agent{i}:{axis}")
        elif i < counts.agent + counts.box:
            _add_box(world, physics, f"box{i - counts.agent}", half)
        else:
            _add_ramp(world, asset, physics, f"ramp{i - counts.agent - counts.box}", half)
    return ET.tostring(root, encoding="unicode")


def make_twin(bodies: Bodies, counts: Counts, physics: Physics, w: int) -> Twin:
    """Compile the model of world `w` and put its state into it.

    Raises:
        ImportError: if MuJoCo is not installed.
        ValueError: if there is no world `w`.
    """
    mujoco = import_mujoco()
    model = mujoco.MjModel.from_xml_string(build_mjcf(bodies, counts, physics, w))
    twin = Twin(model, mujoco.MjData(model), counts, np.flatnonzero(bodies.exists[w]), physics.substeps)
    put_state(twin, bodies, w)
    return twin


def put_state(twin: Twin, bodies: Bodies, w: int) -> None:
    """Put poses, velocities, welds and locks of world `w` into its twin; the solver forgets earlier steps."""
    import_mujoco().mj_resetData(twin.model, twin.data)
    twin.data.qpos[:] = (bodies.pose[w, twin.present] - _corner_to_centre(twin)).ravel()
    twin.data.qvel[:] = bodies.velocity[w, twin.present].ravel()
    put_welds_and_locks(twin, bodies, w)


def put_welds_and_locks(twin: Twin, bodies: Bodies, w: int) -> None:
    """Make the twin of world `w` hold and lock what is held and locked there."""
    model, corner_to_centre = twin.model, _corner_to_centre(twin)
    for agent in range(twin.counts.agent):
        held = bodies.weld_object[w, agent]
        twin.data.eq_active[agent] = held >= 0
        if held >= 0:
            x, y, z, yaw = bodies.weld_pose[w, agent].astype(float)
            model.eq_obj2id[agent] = _body_id(twin, np.searchsorted(twin.present, twin.counts.agent + held))
            model.eq_data[agent, :3] = 0.0
            model.eq_data[agent, 3:10] = x, y, z, np.cos(yaw / 2.0), 0.0, 0.0, np.sin(yaw / 2.0)
    for k in range(twin.counts.agent, len(twin.present)):
        item, joints = twin.present[k] - twin.counts.agent, slice(4 * k, 4 * k + 4)
        model.jnt_limited[joints] = bodies.locked[w, item]
        if bodies.locked[w, item]:
            model.jnt_range[joints] = (bodies.lock_pose[w, item] - corner_to_centre[k])[:, None]


def step_twin(twin: Twin, control: Float32[np.ndarray, "agent 3"]) -> None:
    """Advance a twin by one environment step; `control` is force along x and y [N] and torque [N m], held constant."""
    twin.data.ctrl[:] = control.ravel()
    import_mujoco().mj_step(twin.model, twin.data, twin.substeps)


def read_state(twin: Twin, bodies: Bodies, w: int) -> None:
    """Write the twin's poses and velocities into world `w`."""
    bodies.pose[w, twin.present] = twin.data.qpos.reshape(-1, 4) + _corner_to_centre(twin)
    bodies.velocity[w, twin.present] = twin.data.qvel.reshape(-1, 4)


def _corner_to_centre(twin: Twin) -> np.ndarray:
    """Return what to add to the joints' positions of each body to get its pose [present, 4]."""
    offset = np.zeros((len(twin.present), 4))
    offset[:, :3] = twin.model.body_pos[twin.model.jnt_bodyid[::4]]
    return offset


def _body_id(twin: Twin, k: int) -> int:
    """Return the model's number of the body whose first joint is 4 k."""
    return twin.model.jnt_bodyid[4 * k]


def _text(*numbers: float) -> str:
    """Format numbers so that what was rounded to single precision is round again."""
    return " ".join(f"{number:.7g}" for number in numbers)


def _indices(rows: Iterable[Iterable[int]]) -> str:
    return " ".join(str(index) for row in rows for index in row)


def _add_floor_and_walls(world: ET.Element, bodies: Bodies, physics: Physics, w: int) -> None:
    side, middle = FLOOR_HALF_SIZE, _text(FLOOR_HALF_SIZE, FLOOR_HALF_SIZE, 0)
    friction = _text(physics.floor_friction)
    ET.SubElement(world, "geom", type="plane", pos=middle, size=_text(side, side, 1), friction=friction)
    ET.SubElement(world, "body", name="floor", pos=middle)
    for k in range(bodies.wall_count[w]):
        body = ET.SubElement(world, "body", name=f"wall{k}", pos=_text(*bodies.wall_centre[w, k]))
        friction = _text(physics.wall_friction)
        ET.SubElement(body, "geom", type="box", size=_text(*bodies.wall_half[w, k]), friction=friction)


def _add_cylinders(world: ET.Element, bodies: Bodies, physics: Physics, w: int) -> None:
    for k in np.flatnonzero(bodies.cylinder_size[w, :, 0]):
        body = ET.SubElement(world, "body", name=f"cylinder{k}", pos=_text(*bodies.cylinder_centre[w, k]))
        friction = _text(physics.cylinder_friction)
        ET.SubElement(body, "geom", type="cylinder", size=_text(*bodies.cylinder_size[w, k]), friction=friction)


def _add_body(
    world: ET.Element, name: str, half: Float32[np.ndarray, "3"], damping: float, damping_z: float
) -> ET.Element:
    """Add a body with its four joints; at zero its lower corner is at the origin."""
    body = ET.SubElement(world, "body", name=name, pos=_text(*half))
    for axis, direction in zip(AXES, ("1 0 0", "0 1 0", "0 0 1", "0 0 1"), strict=True):
        kind = "hinge" if axis == "yaw" else "slide"
        value = _text(damping_z if axis == "z" else damping)
        ET.SubElement(body, "joint", name=f"{name}:{axis}", type=kind, axis=direction, damping=value)
    return body


def _add_agent(world: ET.Element, physics: Physics, name: str, half: Float32[np.ndarray, "3"]) -> None:
    body = _add_body(world, name, half, physics.agent_damping, physics.agent_damping_z)
    inertia = physics.agent_inertia
    mass, moments = _text(physics.agent_mass), _text(inertia, inertia, inertia)
    ET.SubElement(body, "inertial", pos="0 0 0", mass=mass, diaginertia=moments)
    spheres = [((0.0, 0.0, 0.0), AGENT_RADIUS), *((offset, ARM_RADIUS) for offset in ARM_OFFSETS)]
    for offset, radius in spheres:
        friction = _text(physics.agent_friction)
        ET.SubElement(body, "geom", type="sphere", pos=_text(*offset), size=_text(radius), friction=friction)


def _add_box(world: ET.Element, physics: Physics, name: str, half: Float32[np.ndarray, "3"]) -> None:
    body = _add_body(world, name, half, physics.box_damping, physics.box_damping)
    mass, friction = _text(physics.box_mass), _text(physics.box_friction)
    ET.SubElement(body, "geom", type="box", size=_text(*half), mass=mass, friction=friction)


def _add_ramp(
    world: ET.Element, asset: ET.Element, physics: Physics, name: str, half: Float32[np.ndarray, "3"]
) -> None:
    vertices, faces = _indices(RAMP_VERTICES), _indices(RAMP_FACES)
    ET.SubElement(asset, "mesh", name=name, vertex=vertices, face=faces, scale=_text(*half))
    body = _add_body(world, name, half, physics.ramp_damping, physics.ramp_damping)
    mass, friction = _text(physics.ramp_mass), _text(physics.ramp_friction)
    ET.SubElement(body, "geom", type="mesh", mesh=name, mass=mass, friction=friction)
