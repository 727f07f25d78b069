"""One step of the simulator and of MuJoCo from the same states, and how far apart their ends are."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hideseek.env.batch import HideAndSeek
from hideseek.env.mujoco_batch import MujocoHideAndSeek
from hideseek.game.config import Game
from tests.sim.drive import relative_pose

WORLDS, WARMUP_STEPS, STEPS = 3, 8, 10
HELD_STEPS = 4
"""For how long an agent keeps its forces: enough to run into something."""
MOVED = 1e-3
"""A body counts if MuJoCo moved it farther than this in a step [m]."""
STATE_OF_RULES = ("weld_object", "weld_pose", "locked", "lock_pose", "lock_owner", "random_counter", "step")


class Differences(NamedTuple):
    """What differs after one step of both engines from the same state, with the same actions."""

    position: np.ndarray
    """Of every body that moved [mm]."""
    yaw: np.ndarray
    """Likewise [rad]."""
    velocity: np.ndarray
    """Likewise [m/s]."""
    lock: np.ndarray
    """How far locked objects are from where they were locked, on both engines [2, locked] [mm]."""
    weld: np.ndarray
    """How far held objects are from where they are held in the agent's frame, on both engines [2, held] [mm]."""
    reward: np.ndarray
    """Whether rewards differ, in every world."""
    rules: np.ndarray
    """How many fields of what the rules decided differ, in every step."""


def wild_actions(game: Game, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield movement, grab and lock of each step: mostly full force, much grabbing and locking."""
    random, shape = np.random.default_rng(seed), (WORLDS, game.agents)
    movement = np.zeros((*shape, 3), np.int8)
    for step in range(WARMUP_STEPS + STEPS):
        if step % HELD_STEPS == 0:
            movement[..., :2] = random.choice([0, 5, 10], (*shape, 2), p=[0.4, 0.2, 0.4])
            movement[..., 2] = random.choice([0, 4, 5, 6, 10], shape)
        yield movement, (random.random(shape) < 0.6).astype(np.int8), (random.random(shape) < 0.4).astype(np.int8)


def one_step_differences(game: Game, seed: int) -> list[Differences]:
    """Play some steps, then go on in MuJoCo, and from each of its states predict the next."""
    ours, mujoco = (engine(game, WORLDS, seed, thread_count=1) for engine in (HideAndSeek, MujocoHideAndSeek))
    ours.reset()
    found = []
    for number, actions in enumerate(wild_actions(game, seed)):
        if number < WARMUP_STEPS:
            ours.step(*actions)
            continue
        if number == WARMUP_STEPS:
            mujoco.set_state(ours.get_state())
        before = mujoco.get_state()
        ours.set_state(before)
        rewards = [env.step(*actions)[1] for env in (ours, mujoco)]
        found.append(compare(before, ours.get_state(), mujoco.get_state(), rewards))
    return found


def compare(before: dict, ours: dict, theirs: dict, rewards: list[np.ndarray]) -> Differences:
    moved = np.linalg.norm((theirs["pose"] - before["pose"])[..., :3], axis=-1) > MOVED
    moved &= theirs["exists"]
    pose, velocity = ours["pose"] - theirs["pose"], ours["velocity"] - theirs["velocity"]
    return Differences(
        position=1e3 * np.linalg.norm(pose[..., :3], axis=-1)[moved],
        yaw=np.abs(pose[..., 3])[moved],
        velocity=np.linalg.norm(velocity[..., :3], axis=-1)[moved],
        lock=1e3 * np.stack([lock_gaps(state) for state in (ours, theirs)]),
        weld=1e3 * np.stack([weld_gaps(state) for state in (ours, theirs)]),
        reward=(rewards[0] != rewards[1]).any(axis=1),
        rules=np.array([sum(not np.array_equal(ours[name], theirs[name]) for name in STATE_OF_RULES)]),
    )


def lock_gaps(state: dict) -> np.ndarray:
    """Return how far each locked object is from where it was locked [m]."""
    agents = state["weld_object"].shape[1]
    gap = np.linalg.norm((state["pose"][:, agents:] - state["lock_pose"])[..., :3], axis=-1)
    return gap[state["locked"]]


def weld_gaps(state: dict) -> np.ndarray:
    """Return how far each held object is from where its agent holds it [m]."""
    gaps = []
    for w, agent in np.argwhere(state["weld_object"] >= 0):
        body = state["weld_object"].shape[1] + state["weld_object"][w, agent]
        pose = relative_pose(state["pose"][w, agent], state["pose"][w, body])
        gaps.append(np.linalg.norm((pose - state["weld_pose"][w, agent])[:3]))
    return np.array(gaps)


def assert_small(error: np.ndarray, median: float, p95: float, p99: float, worst: float) -> None:
    """Compare the quantiles of errors with their bars."""
    figures = np.percentile(error, [50, 95, 99, 100])
    assert (figures <= (median, p95, p99, worst)).all(), figures
