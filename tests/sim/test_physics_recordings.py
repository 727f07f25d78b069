"""One step predicted from recorded states of the original game, which MuJoCo computed."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from benchmarks.recordings import control_of, fill_bodies, find_recordings, load_recording, next_states
from hideseek.sim.engine import step_physics
from tests.golden import golden_dir

EVERY = {"rollout": 3, "transitions": 5}
MOVED = 1e-3
"""Bodies that the original moved less than this [m] are left out: they would flatter the median."""


def predict(path: Path, every: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return position errors [mm] and yaw errors [rad] of bodies that moved, and which of them are agents."""
    recording = load_recording(path)
    rows = np.arange(0, recording.step_count, every)
    bodies = fill_bodies(recording, rows)
    before = bodies.pose.copy()
    step_physics(bodies, recording.counts, recording.game.physics, control_of(recording, rows))
    expected, _ = next_states(recording, rows)
    moved = bodies.exists & (np.linalg.norm((expected - before)[..., :3], axis=2) > MOVED)
    error = np.linalg.norm((bodies.pose - expected)[..., :3], axis=2) * 1000.0
    turn = np.abs(bodies.pose - expected)[..., 3]
    is_agent = np.broadcast_to(np.arange(recording.counts.body) < recording.counts.agent, moved.shape)
    return error[moved], turn[moved], is_agent[moved]


def predict_all(kind: Literal["rollout", "transitions"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the same as `predict`, of all recordings of one kind."""
    parts = [predict(path, EVERY[kind]) for path in find_recordings(golden_dir(), kind)]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


@pytest.mark.parametrize("agents", [True, False], ids=["agents", "objects"])
def test_rollouts_are_predicted(agents: bool):
    """Closer than MuJoCo itself with 30 substeps instead of 15: 1.9 and 9.6 mm for agents, 1.4 and 10.5 for objects."""
    error, turn, is_agent = predict_all("rollout")
    error, turn = error[is_agent == agents], turn[is_agent == agents]
    assert len(error) > 300
    assert np.median(error) < 0.1
    assert np.percentile(error, 95) < (4.0 if agents else 8.0)
    assert np.percentile(turn, 95) < 0.02


def test_contact_rich_transitions_are_predicted():
    """Closer than MuJoCo with 8 substeps: 5.7 and 21 mm."""
    error, turn, _ = predict_all("transitions")
    assert len(error) > 1000
    assert np.median(error) < 0.1
    assert np.percentile(error, 95) < 4.0
    assert np.percentile(turn, 95) < 0.02
