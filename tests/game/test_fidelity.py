"""Agreement with recordings of the original game."""

import numpy as np
import pytest

from benchmarks.fidelity_rules import BARS, Agreement, compare_rules, format_table, missed_bars
from benchmarks.recordings import fill_bodies, find_recordings, load_recording
from hideseek.game.lidar import sense_lidar
from tests.golden import golden_dir
from tests.needs import import_mujoco


def test_sensing_and_rules_agree_with_the_original():
    """Every bar is reached, everything was compared, and what is deterministic agrees without exception."""
    result = compare_rules(golden_dir())
    assert not missed_bars(result), format_table(result)
    assert BARS.keys() <= result.keys()
    assert min(agreement.compared for agreement in result.values()) > 20
    exact = ("control", "lock owner", "observed self", "observed agents", "observed boxes", "observed ramps")
    assert all(result[name].share == 1.0 for name in exact), format_table(result)


def test_missed_bars_are_named():
    """A share below its bar is a failure, what was not compared is none."""
    result = {"lidar": Agreement(99, 100), "reward": Agreement(1000, 1000), "lock recall": Agreement(0, 0)}
    assert missed_bars(result) == ["lidar"]
    assert "99.000%" in format_table(result)


@pytest.mark.parametrize("kind", ["rollout", "transitions"])
def test_recorded_corners_become_centres(kind: str):
    """Bodies at rest stand on the floor: their centres are half their height above it."""
    for path in find_recordings(golden_dir(), kind):
        recording = load_recording(path)
        bodies = fill_bodies(recording, np.arange(recording.step_count))
        heights = bodies.pose[..., 2] - bodies.half_size[..., 2]
        assert np.median(np.abs(heights[bodies.exists])) < 1e-3
        if recording.has_rules:
            agents = recording.arrays["agent_pos"][:-1]
            np.testing.assert_allclose(bodies.pose[:, : agents.shape[1], :3], agents, atol=1e-5)


def test_lidar_agrees_with_mujoco_off_the_floor():
    """On ramps, boxes and walls, where recorded agents rarely were, rays hit what MuJoCo's rays hit."""
    mujoco = import_mujoco()
    for path in find_recordings(golden_dir(), "transitions"):
        recording = load_recording(path)
        rows = np.flatnonzero(recording.arrays["qpos"][:, recording.arrays["agent_qpos_adr"][:, 2]].max(axis=1) > 0.1)
        bodies, rows = fill_bodies(recording, rows[::10]), rows[::10]
        lidar = np.zeros((len(rows), recording.counts.agent, 30), np.float32)
        model = mujoco.MjModel.from_xml_string(str(recording.arrays["xml"]))
        data = mujoco.MjData(model)
        for w, row in enumerate(rows):
            sense_lidar(recording.game.params, bodies, recording.counts, lidar, w)
            data.qpos[:] = recording.arrays["qpos"][row]
            mujoco.mj_forward(model, data)
            for agent in range(recording.counts.agent):
                expected = [_mujoco_ray(mujoco, model, data, agent, 2.0 * np.pi * j / 30) for j in range(30)]
                np.testing.assert_allclose(lidar[w, agent], expected, atol=1e-3)


def _mujoco_ray(mujoco, model, data, agent: int, angle: float) -> float:
    body = model.body(f"agent{agent}:particle").id
    direction = np.array([np.cos(angle), np.sin(angle), 0.0])
    distance = mujoco.mj_ray(model, data, data.xpos[body], direction, None, 1, body, np.zeros(1, np.int32))
    return distance if distance >= 0.0 else 6.0


def test_held_objects_are_near_where_they_are_held():
    """The recorded weld pose is the object's in the agent's frame."""
    for path in find_recordings(golden_dir(), "rollout"):
        recording = load_recording(path)
        bodies = fill_bodies(recording, np.arange(recording.step_count))
        worlds, agents = np.nonzero(bodies.weld_object >= 0)
        objects = recording.counts.agent + bodies.weld_object[worlds, agents]
        distance = np.linalg.norm((bodies.pose[worlds, objects] - bodies.pose[worlds, agents])[:, :3], axis=1)
        kept = np.linalg.norm(bodies.weld_pose[worlds, agents, :3], axis=1)
        assert np.median(np.abs(distance - kept)) < 0.01


def test_unknown_game_is_refused(tmp_path):
    """The error names the value and what was expected."""
    np.savez(tmp_path / "other.npz", env_name="chess")
    with pytest.raises(ValueError, match="'chess', expected one of hide_and_seek_quadrant, hide_and_seek_full"):
        load_recording(tmp_path / "other.npz")


def test_empty_folder_is_refused(tmp_path):
    """There is nothing to compare with."""
    with pytest.raises(FileNotFoundError, match="no recordings of kind 'rollout'"):
        compare_rules(tmp_path)
