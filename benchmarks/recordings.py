"""Recordings of the original game: reading them, and putting their states into the simulator's arrays.

A recording is one `.npz` file with every state, action and observation of an episode (a rollout), or with single
steps out of contact-rich states (transitions). Its positions are corners of bounding boxes, the simulator's are
centres; its row t is the state before step t.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import Game, make_game
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE, Bodies, Counts, allocate_bodies

LAYOUT_OF_NAME = {"hide_and_seek_quadrant": "quadrant", "hide_and_seek_full": "random-walls"}
KEY_OF_KIND = {"rollout": "lidar", "transitions": "next_qpos"}
"""An array that only recordings of this kind have."""
FORCE_PER_CONTROL = 100.0
"""Newtons (newton metres) per unit of the recorded control: the gear of the original's motors."""


@dataclass(frozen=True)
class Recording:
    """One file of recordings of the original game."""

    path: Path
    arrays: dict[str, np.ndarray]
    """The file's arrays under their own names."""
    game: Game
    """The game that was recorded, with `original_quirks`."""
    counts: Counts
    """Capacity of the worlds: boxes as many as the observations had rows for, walls as many as there are."""

    @property
    def has_rules(self) -> bool:
        """Whether sensing and rules were recorded (rollouts), or physics alone (transitions)."""
        return KEY_OF_KIND["rollout"] in self.arrays

    @property
    def step_count(self) -> int:
        """Recorded steps; a rollout has one state more."""
        return len(self.arrays["ctrl"])

    @property
    def box_count(self) -> int:
        """Boxes that exist; `counts.box` may be more."""
        return self.arrays["box_size"].reshape(-1, 3).shape[0]

    @property
    def object_slots(self) -> np.ndarray:
        """Index among the simulator's objects of each recorded object, shape [recorded object]."""
        ramps = np.arange(self.counts.ramp) + self.counts.box
        return np.concatenate([np.arange(self.box_count), ramps])


def load_recording(path: str | Path) -> Recording:
    """Read one recording.

    Raises:
        ValueError: if the file's game is not one of the two that are known.
    """
    path = Path(path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    name = str(arrays["env_name"])
    if name not in LAYOUT_OF_NAME:
        raise ValueError(f"env_name of {path} is {name!r}, expected one of {', '.join(LAYOUT_OF_NAME)}")
    game = _recorded_game(arrays, LAYOUT_OF_NAME[name])
    return Recording(path, arrays, game, game.counts._replace(wall=len(arrays["wall_pos"])))


def find_recordings(folder: str | Path, kind: Literal["rollout", "transitions"]) -> list[Path]:
    """Return the recordings of one kind in `folder`, sorted; the files' contents tell what they are.

    Raises:
        FileNotFoundError: if there are none.
    """
    paths = [path for path in sorted(Path(folder).glob("*.npz")) if _contains(path, KEY_OF_KIND[kind])]
    if not paths:
        raise FileNotFoundError(f"no recordings of kind {kind!r} in {folder}, expected .npz files")
    return paths


def _contains(path: Path, key: str) -> bool:
    with np.load(path) as file:
        return key in file.files


def _recorded_game(arrays: dict[str, np.ndarray], preset: str) -> Game:
    """Describe the game of a file; a file of transitions has no observations, so there half the agents hide."""
    boxes = arrays["box_size"].reshape(-1, 3).shape[0]
    agents = len(arrays["agent_qpos_adr"])
    hiders, capacity, sizes_observed, steps = agents // 2, boxes, preset == "random-walls", None
    if KEY_OF_KIND["rollout"] in arrays:
        hiders = int(arrays["obs_observation_self"][0, :, 8].sum())
        if boxes:
            capacity = arrays["mask_ab_obs"].shape[-1]
            sizes_observed = arrays["obs_box_obs"].shape[-1] == 15
        steps = len(arrays["ctrl"])
    options = {} if steps is None else {"horizon": steps}
    return make_game(
        preset,
        hiders=hiders,
        seekers=agents - hiders,
        boxes_min=boxes,
        boxes_max=capacity,
        elongated_min=0,
        elongated_max=capacity if sizes_observed else 0,
        ramps=len(arrays["obj_names"]) - boxes,
        original_quirks=True,
        **options,
    )


def body_half_sizes(recording: Recording) -> Float32[np.ndarray, "body 3"]:
    """Return half extents of all bodies, absent ones included (those are zero) [m]."""
    counts, half = recording.counts, np.zeros((recording.counts.body, 3), np.float32)
    half[: counts.agent] = AGENT_RADIUS
    half[counts.agent : counts.agent + recording.box_count] = recording.arrays["box_size"].reshape(-1, 3) / 2
    half[counts.agent + counts.box :] = RAMP_HALF_SIZE
    return half


def _addresses(recording: Recording) -> tuple[np.ndarray, np.ndarray]:
    """Return the body index of each recorded body, and where its x, y, z, yaw lie in a row of qpos or qvel."""
    agents = recording.counts.agent
    slots = np.concatenate([np.arange(agents), agents + recording.object_slots])
    addresses = [recording.arrays["agent_qpos_adr"].reshape(-1, 4), recording.arrays["obj_qpos_adr"].reshape(-1, 4)]
    return slots, np.concatenate(addresses)


def poses_of(recording: Recording, qpos: np.ndarray) -> Float32[np.ndarray, "row body 4"]:
    """Convert rows of qpos (corners) to poses (centres) of all bodies; absent bodies are zero."""
    slots, addresses = _addresses(recording)
    pose = np.zeros((len(qpos), recording.counts.body, 4), np.float32)
    pose[:, slots] = qpos[:, addresses].astype(np.float64) + _corner_to_centre(recording)[slots]
    return pose


def velocities_of(recording: Recording, qvel: np.ndarray) -> Float32[np.ndarray, "row body 4"]:
    """Convert rows of qvel to velocities of all bodies; absent bodies are zero."""
    slots, addresses = _addresses(recording)
    velocity = np.zeros((len(qvel), recording.counts.body, 4), np.float32)
    velocity[:, slots] = qvel[:, addresses]
    return velocity


def next_states(recording: Recording, rows: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return poses and velocities [row, body, 4] one step after the states `rows`, as the original computed them."""
    rows = np.asarray(rows)
    if recording.has_rules:
        qpos, qvel = recording.arrays["qpos"][rows + 1], recording.arrays["qvel"][rows + 1]
    else:
        qpos, qvel = recording.arrays["next_qpos"][rows], recording.arrays["next_qvel"][rows]
    return poses_of(recording, qpos), velocities_of(recording, qvel)


def control_of(recording: Recording, rows: Sequence[int] | np.ndarray) -> Float32[np.ndarray, "row agent 3"]:
    """Return the forces (x, y) [N] and yaw torques [N m] of the steps `rows`."""
    return (recording.arrays["ctrl"][np.asarray(rows)] * FORCE_PER_CONTROL).astype(np.float32)


def _corner_to_centre(recording: Recording) -> np.ndarray:
    """Return what to add to (corner x, y, z, yaw) of each body to get its pose [body, 4]."""
    half = body_half_sizes(recording).astype(np.float64)
    return np.concatenate([half, np.zeros((len(half), 1))], axis=1)


def fill_bodies(recording: Recording, rows: Sequence[int] | np.ndarray) -> Bodies:
    """Put recorded states into a batch, one world per row, with the welds and locks in force during the step.

    The state after a rollout's last step (`rows` = step_count) has no step: there nothing is welded or locked.
    """
    rows = np.asarray(rows)
    arrays = recording.arrays
    bodies = allocate_bodies(len(rows), recording.counts)
    bodies.pose[:] = poses_of(recording, arrays["qpos"][rows])
    bodies.velocity[:] = velocities_of(recording, arrays["qvel"][rows])
    bodies.half_size[:] = body_half_sizes(recording)
    bodies.exists[:, _addresses(recording)[0]] = True
    if recording.counts.wall:
        bodies.wall_centre[:] = arrays["wall_pos"]
        bodies.wall_half[:] = arrays["wall_halfsize"]
    bodies.wall_count[:] = recording.counts.wall
    with_step = np.flatnonzero(rows < recording.step_count)
    _fill_welds(recording, bodies, with_step, rows[with_step])
    _fill_locks(recording, bodies, with_step, rows[with_step])
    return bodies


def _fill_welds(recording: Recording, bodies: Bodies, worlds: np.ndarray, rows: np.ndarray) -> None:
    arrays = recording.arrays
    active, relative = arrays["weld_active"][rows], arrays["weld_relpose"][rows]
    slots = np.append(recording.object_slots, -1)  # so that -1, nothing, stays -1
    held = slots[arrays["weld_obj"][rows].astype(int)]
    bodies.weld_object[worlds] = np.where(active, held, -1)
    yaw = 2.0 * np.arctan2(relative[..., 6], relative[..., 3])
    pose = np.concatenate([relative[..., :3], yaw[..., None]], axis=-1)
    bodies.weld_pose[worlds] = np.where(active[..., None], pose, 0.0)


def _fill_locks(recording: Recording, bodies: Bodies, worlds: np.ndarray, rows: np.ndarray) -> None:
    slots = recording.object_slots
    limited = recording.arrays["lock_limited"][rows]
    offset = _corner_to_centre(recording)[recording.counts.agent + slots]
    pose = recording.arrays["lock_qpos"][rows] + offset
    bodies.locked[np.ix_(worlds, slots)] = limited
    bodies.lock_pose[np.ix_(worlds, slots)] = np.where(limited[..., None], pose, 0.0)
