"""What is measured after every step of a soak: one number per world and figure, each with a bound."""

import math

import numpy as np
from jaxtyping import Bool, Float64, Int8
from numba import njit

from benchmarks.overlap import KINDS, measure_overlaps
from hideseek.env.batch import HideAndSeek
from hideseek.game.actions import FORCE_PER_BUCKET, MIDDLE_BUCKET
from hideseek.game.config import LIDAR_RAYS
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.layout.placement import ELONGATED_HALF_LENGTH
from hideseek.sim.dynamics import RAMP_MASS_OFFSET

MOTION = (
    "agent speed", "object speed", "vertical speed", "agent turn", "object turn", "height", "past outer wall",
    "walls crossed", "energy gain",
)  # fmt: skip
"""Horizontal and vertical speeds [m/s] and turn rates [rad/s]; height of a centre [m]; how far anything reaches past
the inner face of an outer wall [m]; how many bodies passed through a wall; by how much kinetic and potential energy
grew beyond the work of the agents [J]."""
FAULTS = ("numbers not finite", "observations out of range", "contacts left out")
"""How many numbers are wrong; whether a world of the batch had more contacts than there is room for."""
FIGURES = (*KINDS, *MOTION, *FAULTS)
"""Everything that is measured; the first are depths [m]."""
(
    AGENT_SPEED, OBJECT_SPEED, VERTICAL_SPEED, AGENT_TURN, OBJECT_TURN, HEIGHT, PAST_OUTER_WALL, WALLS_CROSSED,
    ENERGY_GAIN,
) = range(len(MOTION))  # fmt: skip
NOT_FINITE, OUT_OF_RANGE, NO_ROOM_LEFT = range(len(FAULTS))
TALL = 1.0
"""Walls higher than this are outer ones, which nobody climbs [m]."""
LOW = 0.15
"""A body whose bottom is this far below a wall's top before and after a step did not go over it: in 75 ms it rises and
falls by 4 cm [m]."""
CORNER = 0.25
"""This close to a wall's end a body may have gone around it [m]."""
FASTEST = 15.0
"""No agent keeps up this speed, so that the horizon bounds how far away it can be [m/s]."""
HIGHEST, OBSERVED_SPEED = 10.0, 100.0
"""Bounds of what is observed; tighter ones apply to the state itself [m], [m/s or rad/s]."""
HUGE = np.full(4, np.finfo(np.float32).max)


class Gauge:
    """Measures a batch: call `note` before a step and `measure` after it."""

    def __init__(self, env: HideAndSeek) -> None:
        """Allocate what measuring the worlds of `env` needs."""
        counts, physics = env.game.counts, env.game.physics
        self._env = env
        self._begins = counts.agent, counts.agent + counts.box
        masses = [physics.agent_mass, physics.box_mass, physics.ramp_mass]
        self._masses = np.repeat(masses, [counts.agent, counts.box, counts.ramp])
        self._ranges = observation_ranges(env)
        self._pose = env.bodies.pose.copy()
        self._energy = np.zeros(env.world_count)
        self._control = np.zeros((env.world_count, counts.agent, 3), np.float32)
        self._crowded_steps = env.crowded_steps

    def note(self, movement: Int8[np.ndarray, "world agent 3"]) -> None:
        """Remember the state before a step, and the forces of its actions: seekers have none during preparation."""
        env = self._env
        self._crowded_steps = env.crowded_steps
        self._pose[:] = env.bodies.pose
        self._energy[:] = self.total_energy()
        self._control[:] = FORCE_PER_BUCKET * (movement.astype(np.float32) - MIDDLE_BUCKET)
        self._control[env.record.step < env.game.preparation_steps, env.game.hiders :] = 0.0

    def measure(
        self, observation: dict[str, np.ndarray], done: Bool[np.ndarray, " world"]
    ) -> Float64[np.ndarray, "world figure"]:
        """Return all `FIGURES` of every world; where `done` a new world stands already, which did not come from there.

        Args:
            observation: what the step returned.
            done: likewise.
        """
        env = self._env
        motion, wrong = np.zeros((env.world_count, len(MOTION))), np.zeros((env.world_count, len(FAULTS)))
        _measure_motion(env.bodies, self._begins[0], self._pose, self._control, ~done, motion)
        motion[:, ENERGY_GAIN] += np.where(done, 0.0, self.total_energy() - self._energy)
        for array in (env.bodies.pose, env.bodies.velocity, env.bodies.weld_pose, env.bodies.lock_pose):
            _count_outside(array, -HUGE[: array.shape[2]], HUGE[: array.shape[2]], wrong[:, NOT_FINITE])
        for name, (low, high) in self._ranges.items():
            rows = observation[name].reshape(env.world_count, -1, observation[name].shape[-1])
            _count_outside(rows, low, high, wrong[:, OUT_OF_RANGE])
        wrong[:, OUT_OF_RANGE] += (observation["sees_boxes"] & ~observation["box_exists"]).sum(axis=(1, 2))
        wrong[:, NO_ROOM_LEFT] = env.crowded_steps > self._crowded_steps
        return np.concatenate([measure_overlaps(env.bodies, env.game.counts), motion, wrong], axis=1)

    def total_energy(self) -> Float64[np.ndarray, " world"]:
        """Return the kinetic and potential energy of all bodies of each world [J]."""
        physics, energy = self._env.game.physics, np.zeros(self._env.world_count)
        _add_energy(self._env.bodies, *self._begins, self._masses, physics.agent_inertia, physics.gravity, energy)
        return energy


def observation_ranges(env: HideAndSeek) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the lowest and highest value of each feature of the observations that are not masks.

    As docs/environment.md has them; there may be no outer wall, but nobody runs farther than an episode allows.
    """
    game = env.game
    far = FLOOR_SIZE
    if game.layout.name != "quadrant":
        far += FASTEST * game.horizon * game.physics.timestep * game.physics.substeps
    place = [(FLOOR_SIZE - far, far)] * 2 + [(0.0, HIGHEST)]
    motion = [(-1.0, 1.0)] * 2 + [(-OBSERVED_SPEED, OBSERVED_SPEED)] * 4
    flags = [(0.0, 1.0)]
    size = [(0.0, 2.0 * ELONGATED_HALF_LENGTH + 1e-6)] * 3 if game.observes_size else []
    fields = {
        "self": place + motion + 2 * flags,
        "agents": place + motion + 2 * flags,
        "boxes": place + motion + size + 3 * flags,
        "ramps": place + motion + [(0.0, 0.0)] * len(size) + (3 * flags if game.lock_ramps else []),
        "lidar": [(0.0, 2.0 * math.sqrt(2.0) * far)] * LIDAR_RAYS,
    }
    limits = {name: np.array(rows, np.float32).T for name, rows in fields.items()}
    return {name: (low.copy(), high.copy()) for name, (low, high) in limits.items()}


@njit(cache=True)
def _count_outside(rows, low, high, wrong):
    """Count for each world the numbers of `rows` [world, row, feature] that are not from `low` to `high` [feature]."""
    for w in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            for k in range(rows.shape[2]):
                if not low[k] <= rows[w, i, k] <= high[k]:
                    wrong[w] += 1.0


@njit(cache=True)
def _add_energy(bodies, boxes_begin, ramps_begin, masses, agent_inertia, gravity, energy):
    for w in range(bodies.pose.shape[0]):
        for i in range(bodies.pose.shape[1]):
            if not bodies.exists[w, i]:
                continue
            vx, vy, vz = (
                float(bodies.velocity[w, i, 0]),
                float(bodies.velocity[w, i, 1]),
                float(bodies.velocity[w, i, 2]),
            )
            turn, mass = float(bodies.velocity[w, i, 3]), masses[i]
            hx, hy = bodies.half_size[w, i, 0], bodies.half_size[w, i, 1]
            inertia = agent_inertia if i < boxes_begin else mass * (hx * hx + hy * hy) / 3.0
            kinetic = 0.5 * mass * (vx * vx + vy * vy + vz * vz) + 0.5 * inertia * turn * turn
            if i >= ramps_begin:
                # The centre of mass is beside the yaw axis.
                yaw = float(bodies.pose[w, i, 3])
                kinetic += mass * RAMP_MASS_OFFSET * turn * (vx * math.cos(yaw) + vy * math.sin(yaw))
            energy[w] += kinetic + mass * gravity * bodies.pose[w, i, 2]


@njit(cache=True)
def _measure_motion(bodies, boxes_begin, pose_before, control, played_on, motion):
    for w in range(bodies.pose.shape[0]):
        row = motion[w]
        for i in range(bodies.pose.shape[1]):
            if not bodies.exists[w, i]:
                continue
            velocity, pose, is_agent = bodies.velocity[w, i], bodies.pose[w, i], i < boxes_begin
            speed, turn = math.hypot(velocity[0], velocity[1]), abs(velocity[3])
            speed_figure, turn_figure = (AGENT_SPEED, AGENT_TURN) if is_agent else (OBJECT_SPEED, OBJECT_TURN)
            row[speed_figure] = max(row[speed_figure], speed)
            row[turn_figure] = max(row[turn_figure], turn)
            row[VERTICAL_SPEED] = max(row[VERTICAL_SPEED], abs(velocity[2]))
            row[HEIGHT] = max(row[HEIGHT], pose[2])
            c, s = abs(math.cos(pose[3])), abs(math.sin(pose[3]))
            hx, hy = bodies.half_size[w, i, 0], bodies.half_size[w, i, 1]
            reach_x, reach_y = (hx, hy) if is_agent else (c * hx + s * hy, s * hx + c * hy)
            for k in range(bodies.wall_count[w]):
                centre, half = bodies.wall_centre[w, k], bodies.wall_half[w, k]
                across = 0 if half[0] < half[1] else 1
                if 2.0 * half[2] > TALL:
                    outward = 1.0 if centre[across] > 0.5 * FLOOR_SIZE else -1.0
                    reach = reach_x if across == 0 else reach_y
                    past = outward * (pose[across] - centre[across]) + half[across] + reach
                    row[PAST_OUTER_WALL] = max(row[PAST_OUTER_WALL], past)
                if played_on[w] and _crosses(pose_before[w, i], pose, bodies.half_size[w, i, 2], centre, half, across):
                    row[WALLS_CROSSED] += 1.0
            if is_agent and played_on[w]:
                row[ENERGY_GAIN] -= control[w, i, 0] * (pose[0] - pose_before[w, i, 0])
                row[ENERGY_GAIN] -= control[w, i, 1] * (pose[1] - pose_before[w, i, 1])
                row[ENERGY_GAIN] -= control[w, i, 2] * (pose[3] - pose_before[w, i, 3])


@njit(cache=True)
def _crosses(here, there, half_z, centre, half, across):
    """Tell whether a body's centre passed from one side of a wall to the other, through it."""
    if max(here[2], there[2]) - half_z > centre[2] + half[2] - LOW:
        return False
    a, b = here[across] - centre[across], there[across] - centre[across]
    if a * b > 0.0 or a == b:
        return False
    along = 1 - across
    meets = here[along] + (there[along] - here[along]) * a / (a - b)
    return abs(meets - centre[along]) < half[along] - CORNER
