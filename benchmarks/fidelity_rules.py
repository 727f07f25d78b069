"""How well sensing and rules agree with recordings of the original game.

Every recorded state becomes one world of a batch; each rule is applied to it once and compared with what was recorded.
Nothing is simulated, so a difference is a difference of the rule.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.recordings import Recording, control_of, fill_bodies, find_recordings, load_recording
from hideseek.game.actions import WANTS, vote_on_lock
from hideseek.game.lidar import sense_lidar
from hideseek.game.numbers import numbers_of
from hideseek.game.objective.hide_and_seek import write_hide_and_seek_rewards
from hideseek.game.observe import allocate_observation, write_observations
from hideseek.game.play import act_in_world
from hideseek.game.state import Record, allocate_record
from hideseek.game.statistics import STATISTIC_NAMES, sample_preparation, write_statistics
from hideseek.game.vision import sense_vision
from hideseek.sim.kernel import entry_kernel
from hideseek.sim.state import Bodies

LIDAR_TOLERANCE = 1e-3
"""A ray agrees if it is at most this far off [m]."""
OBSERVATION_TOLERANCE = 1e-4
STATISTIC_TOLERANCE = 1e-3
BARS = {
    "lidar": 0.995,
    "sees agents": 0.999,
    "sees objects": 0.999,
    "grab precision": 0.99,
    "grab recall": 0.99,
    "lock precision": 0.99,
    "lock recall": 0.99,
    "unlock precision": 0.99,
    "unlock recall": 0.99,
    "reward": 0.999,
}
"""What each share must reach at least."""


class Agreement(NamedTuple):
    """How often something agreed."""

    agreeing: int = 0
    compared: int = 0

    @property
    def share(self) -> float:
        """From 0 to 1; nan where nothing was compared."""
        return self.agreeing / self.compared if self.compared else float("nan")


class Tally(dict[str, Agreement]):
    """Agreements by name."""

    def add(self, name: str, agrees: np.ndarray) -> None:
        """Count the True elements of `agrees` as agreements."""
        agreeing, compared = self.get(name, Agreement())
        self[name] = Agreement(agreeing + int(np.sum(agrees)), compared + int(np.size(agrees)))

    def add_decisions(self, name: str, ours: np.ndarray, theirs: np.ndarray) -> None:
        """Count how many of our decisions are theirs (precision), and how many of theirs are ours (recall)."""
        self.add(f"{name} precision", theirs[ours])
        self.add(f"{name} recall", ours[theirs])


@entry_kernel
def _sense_all(params, bodies, record, counts, observation):
    for w in range(bodies.pose.shape[0]):
        sense_vision(params, bodies, record, counts, w)
        write_observations(params, bodies, record, counts, observation, w)
        sense_lidar(params, bodies, counts, observation.lidar, w)


@entry_kernel
def _act_all(params, bodies, record, counts, actions, control):
    movement, grab, lock = actions
    for w in range(bodies.pose.shape[0]):
        act_in_world(params, counts, bodies, record, movement, grab, lock, control, w)


@entry_kernel
def _votes_of_all(params, bodies, record, counts, lock, wants):
    for w in range(bodies.pose.shape[0]):
        for agent in range(counts.agent):
            for item in range(counts.box + counts.ramp):
                vote = vote_on_lock(params, bodies, record, counts, lock, w, agent, item)
                wants[w, agent, item] = vote == WANTS


@entry_kernel
def _reward_all(objective, params, bodies, record, counts, reward):
    for w in range(bodies.pose.shape[0]):
        sense_vision(params, bodies, record, counts, w)
        write_hide_and_seek_rewards(objective, params, bodies, record, counts, reward, w)


@entry_kernel
def _sample_all(params, bodies, record, counts):
    for w in range(bodies.pose.shape[0]):
        sample_preparation(params, bodies, record, counts, w)


def compare_rules(folder: str | Path) -> dict[str, Agreement]:
    """Compare with all rollouts in `folder`; return how often what agrees.

    Raises:
        FileNotFoundError: if there are no rollouts.
    """
    tally = Tally()
    for path in find_recordings(folder, "rollout"):
        recording = load_recording(path)
        for compare in (_compare_senses, _compare_actions, _compare_rewards, _compare_statistics):
            compare(recording, tally)
    return dict(tally)


def missed_bars(result: dict[str, Agreement]) -> list[str]:
    """Return the names in `result` that miss their bar; what was never compared does not."""
    return [name for name, bar in BARS.items() if name in result and result[name].share < bar]


def format_table(result: dict[str, Agreement]) -> str:
    """Return the comparison as text, one name a line, with its bar where it has one."""
    lines = [f"{'sensing and rules':<24}{'agreement':>10}{'bar':>10}{'compared':>12}"]
    for name, agreement in result.items():
        bar = f"{BARS[name]:.2%}" if name in BARS else ""
        verdict = "" if name not in BARS else "FAIL" if missed_bars({name: agreement}) else "pass"
        lines.append(f"{name:<24}{agreement.share:>10.3%}{bar:>10}{agreement.compared:>12,}  {verdict}".rstrip())
    return "\n".join(lines)


def states_of(recording: Recording, rows: np.ndarray) -> tuple[Bodies, Record]:
    """Return the worlds before the steps `rows` as the rules know them: locks, owners, sight, step count."""
    bodies, record = fill_bodies(recording, rows), allocate_record(len(rows), recording.counts)
    locked, owner = lock_history(recording)
    bodies.locked[:], record.lock_owner[:] = locked[rows], owner[rows]
    record.step[:] = rows
    record.random_counter[:] = rows
    record.sees_agent[:] = recording.arrays["mask_aa_full"][rows]
    record.sees_object[:] = recorded_sight(recording)[rows]
    start = fill_bodies(recording, np.array([0]))
    record.start_position[:] = start.pose[:, recording.counts.agent :, :3]
    return bodies, record


def lock_history(recording: Recording) -> tuple[np.ndarray, np.ndarray]:
    """Return which objects are locked, and the last owner of each, in every state: [row, object]."""
    arrays, slots = recording.arrays, recording.object_slots
    shape = (recording.step_count + 1, recording.counts.object)
    locked, owner = np.zeros(shape, np.bool_), np.zeros(shape, np.int32)
    locked[:, slots] = np.concatenate([arrays["box_lock"], arrays["ramp_lock"]], axis=1)
    locker = np.full(shape, -1)
    locker[:, slots] = np.concatenate([arrays["box_locker"], arrays["ramp_locker"]], axis=1)
    for t in range(len(owner)):
        before = owner[t - 1] if t else 0
        owner[t] = np.where(locker[t] >= 0, locker[t], before)
    return locked, owner


def recorded_sight(recording: Recording) -> np.ndarray:
    """Return which agent saw which object in every state: [row, agent, object]."""
    nothing = np.zeros((recording.step_count + 1, recording.counts.agent, 0), np.bool_)
    return np.concatenate([recording.arrays.get(name, nothing) for name in ("mask_ab_obs", "mask_ar_obs")], axis=2)


def _compare_senses(recording: Recording, tally: Tally) -> None:
    arrays, counts = recording.arrays, recording.counts
    bodies, record = states_of(recording, np.arange(recording.step_count + 1))
    observation = allocate_observation(len(bodies.pose), recording.game)
    _sense_all(recording.game.params, bodies, record, counts, observation)
    tally.add("lidar", np.abs(observation.lidar - arrays["lidar"]) <= LIDAR_TOLERANCE)
    off_diagonal = ~np.eye(counts.agent, dtype=bool)
    tally.add("sees agents", (record.sees_agent == arrays["mask_aa_full"])[:, off_diagonal])
    existing = recorded_sight(recording)[:, :, recording.object_slots]
    tally.add("sees objects", record.sees_object[:, :, recording.object_slots] == existing)
    ours = observation._asdict()
    for name, key in (
        ("self", "observation_self"),
        ("agents", "agent_qpos_qvel"),
        ("boxes", "box_obs"),
        ("ramps", "ramp_obs"),
        ("sees_agents", "mask_aa_obs"),
        ("sees_boxes", "mask_ab_obs"),
        ("sees_ramps", "mask_ar_obs"),
        ("box_exists", "mask_ab_obs_spoof"),
    ):
        recorded = arrays.get(f"obs_{key}", np.zeros(0))
        if recorded.size:  # there is none of a kind of object that a game has none of
            difference = np.abs(ours[name][arrays["obs_steps"]].astype(float) - recorded)
            tally.add(f"observed {name}", difference <= OBSERVATION_TOLERANCE)


def _compare_actions(recording: Recording, tally: Tally) -> None:
    arrays, counts, slots = recording.arrays, recording.counts, recording.object_slots
    rows = np.arange(recording.step_count)
    bodies, record = states_of(recording, rows)
    held, held_pose = bodies.weld_object.copy(), bodies.weld_pose.copy()
    bodies.weld_object[1:], bodies.weld_pose[1:] = held[:-1], held_pose[:-1]
    bodies.weld_object[0] = -1
    before, control = bodies.locked.copy(), np.zeros((len(rows), counts.agent, 3), np.float32)
    actions = (arrays["action_movement"], arrays["action_pull"], arrays["action_glueall"])
    _act_all(recording.game.params, bodies, record, counts, actions, control)

    grabs = bodies.weld_object[..., None] == slots
    tally.add_decisions("grab", grabs, arrays["grabbed"])
    both = (bodies.weld_object >= 0) & (bodies.weld_object == held)
    difference = (bodies.weld_pose - held_pose)[both]
    difference[:, 3] = (difference[:, 3] + np.pi) % (2.0 * np.pi) - np.pi
    tally.add("held pose", np.abs(difference) <= OBSERVATION_TOLERANCE)
    locked, owner = lock_history(recording)
    after = locked[1:]
    tally.add_decisions("lock", bodies.locked & ~before, after & ~before)
    tally.add_decisions("unlock", before & ~bodies.locked, before & ~after)
    tally.add("lock owner", _may_own(recording, owner[1:])[bodies.locked & after & ~before])
    tally.add("control", np.abs(control - control_of(recording, rows)) <= OBSERVATION_TOLERANCE)


def _may_own(recording: Recording, owner: np.ndarray) -> np.ndarray:
    """Return whether the recorded owners are among those who want a lock, of whom one is drawn: [step, object]."""
    bodies, record = states_of(recording, np.arange(recording.step_count))
    wants = np.zeros((recording.step_count, recording.counts.agent, recording.counts.object), np.bool_)
    lock = recording.arrays["action_glueall"]
    _votes_of_all(recording.game.params, bodies, record, recording.counts, lock, wants)
    return np.take_along_axis(wants, owner[:, None], axis=1)[:, 0]


def _compare_rewards(recording: Recording, tally: Tally) -> None:
    bodies, record = states_of(recording, np.arange(1, recording.step_count + 1))
    reward = np.zeros((len(bodies.pose), recording.counts.agent), np.float32)
    _reward_all(numbers_of(recording.game.objective), recording.game.params, bodies, record, recording.counts, reward)
    tally.add("reward", reward == recording.arrays["reward"])


def _compare_statistics(recording: Recording, tally: Tally) -> None:
    params, counts = recording.game.params, recording.counts
    bodies, record = states_of(recording, np.arange(1, recording.step_count + 1))
    _sample_all(params, bodies, record, counts)
    last = len(bodies.pose) - 1
    record.preparation_statistics[last] = record.preparation_statistics[params.preparation_steps]
    statistics = np.zeros((last + 1, len(STATISTIC_NAMES)), np.float32)
    write_statistics(bodies, record, counts, statistics, last)
    ours = dict(zip(STATISTIC_NAMES, statistics[last], strict=True))
    theirs = dict(zip(recording.arrays["info_keys"].tolist(), recording.arrays["info_vals"], strict=True))
    difference = np.array([ours[name] - theirs[name] for name in STATISTIC_NAMES if name in theirs])
    tally.add("statistics", np.abs(difference) <= STATISTIC_TOLERANCE)
