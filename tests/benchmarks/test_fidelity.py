"""The fidelity benchmark: what it measures, on which recordings it works, and what it says where there are none."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import fidelity
from benchmarks.recordings import FORCE_PER_CONTROL
from hideseek.game.config import Game, make_game
from hideseek.game.layout.build import draw_layouts
from hideseek.sim.mujoco_twin import make_twin, step_twin
from tests.golden import golden_dir
from tests.needs import import_mujoco

SCRIPT = Path(fidelity.__file__).resolve()


def record_transitions(path: Path, game: Game, steps: int = 12) -> None:
    """Write a recording of transitions of a new world of `game`: agents run about at random, nothing held or locked."""
    bodies, _ = draw_layouts(game, 1)
    twin = make_twin(bodies, game.counts, game.physics, 0)
    rng, agents, boxes = np.random.default_rng(1), game.agents, game.boxes_max
    addresses = np.arange(4 * len(twin.present)).reshape(-1, 4)
    walls = int(bodies.wall_count[0])
    arrays = {name: [] for name in ("qpos", "qvel", "ctrl", "next_qpos", "next_qvel")}
    for _ in range(steps):
        control = rng.uniform(-90.0, 90.0, (agents, 3)).astype(np.float32)
        before = twin.data.qpos.copy(), twin.data.qvel.copy()
        step_twin(twin, control)
        after = twin.data.qpos.copy(), twin.data.qvel.copy()
        for name, value in zip(arrays, (*before, control / FORCE_PER_CONTROL, *after), strict=True):
            arrays[name].append(value)
    objects = len(addresses) - agents
    np.savez(
        path,
        **{name: np.array(values) for name, values in arrays.items()},
        env_name="hide_and_seek_full",
        agent_qpos_adr=addresses[:agents],
        obj_qpos_adr=addresses[agents:],
        obj_names=np.array(["object"] * objects),
        box_size=2.0 * bodies.half_size[0, agents : agents + boxes] if boxes else np.zeros(0),
        wall_pos=bodies.wall_centre[0, :walls] if walls else np.zeros(0),
        wall_halfsize=bodies.wall_half[0, :walls] if walls else np.zeros(0),
        weld_active=np.zeros((steps, agents), bool),
        weld_obj=np.full((steps, agents), -1),
        weld_relpose=np.zeros((steps, agents, 7)),
        lock_limited=np.zeros((steps, objects), bool),
        lock_qpos=np.zeros((steps, objects, 4)),
    )


def other_game(**options: int) -> Game:
    """Return a game that the recordings are not of: five agents and no walls, unless said otherwise."""
    defaults = {"hiders": 3, "rooms_max": 1, "outer_wall_probability": 0.0, "boxes_min": 2, "boxes_max": 2}
    return make_game("random-walls", **{**defaults, "elongated_min": 0, "elongated_max": 0, **options})


def test_simulator_predicts_the_recordings():
    """Every bar is reached; every kind of recording and every category has its group, with thousands of bodies."""
    rows = {row.group: row for row in fidelity.compare_physics(golden_dir())}
    assert not any(row.misses for row in rows.values()), fidelity.format_errors(list(rows.values()))
    barred = [row for row in rows.values() if row.bar != fidelity.NO_BAR]
    assert min(row.count for row in barred) > 1000
    assert len(barred) == 3 + 9
    for kind in ("rollout", "transitions"):
        parts = [rows[f"{kind}, {layout}: agents"].count for layout in ("quadrant", "random walls")]
        assert sum(parts) == rows[f"{kind}, all: agents"].count


def test_wrong_predictions_miss_the_bars(monkeypatch):
    """A simulator in which nothing moves reaches no bar."""
    monkeypatch.setattr(fidelity, "step_physics", lambda *_: None)
    rows = fidelity.compare_physics(golden_dir())
    assert all(row.misses for row in rows if row.bar != fidelity.NO_BAR)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"boxes_min": 0, "boxes_max": 0},
        {"ramps": 0},
        {"boxes_min": 0, "boxes_max": 0, "ramps": 0},
        {"rooms_max": 4, "outer_wall_probability": 1.0},
    ],
    ids=["no walls", "no boxes", "no ramps", "agents alone", "walls"],
)
def test_recordings_of_other_games_can_be_compared(tmp_path, capsys, options: dict):
    """Numbers of agents, boxes, ramps and walls are taken from the recording; categories and rules may be absent."""
    import_mujoco()
    record_transitions(tmp_path / "other.npz", other_game(**options))
    assert fidelity.main([str(tmp_path), "--json", str(tmp_path / "out.json")]) == 0
    assert "no sensing or rules were recorded" in capsys.readouterr().out
    report = json.loads((tmp_path / "out.json").read_text())
    rows = {row["group"]: row for row in report["one_step_errors"]}
    assert rows["transitions, all: agents"]["count"] > 50
    assert rows["transitions, all: agents"]["median"] < 0.1
    assert report["missed"] == []


def test_errors_that_are_not_numbers_miss_the_bar():
    """A simulator that blew up fails; a group in which nothing moved does not."""
    nan = np.array([0.0, math.nan])
    assert fidelity._row("blown up", fidelity.ROLLOUT_BAR, [fidelity.Errors(nan, nan)]).misses
    assert not fidelity._row("empty", fidelity.ROLLOUT_BAR, [fidelity.Errors(nan[:0], nan[:0])]).misses


def test_script_says_what_is_missing(tmp_path):
    """Run as a script from anywhere: one clear error and exit status 2 without a folder or without recordings."""
    for folder, message in ((tmp_path / "none", "is not a folder"), (tmp_path, "no recordings of the original game")):
        run = subprocess.run([sys.executable, SCRIPT, folder], cwd=tmp_path, capture_output=True, text=True)
        assert run.returncode == 2
        assert message in run.stderr
        assert "Traceback" not in run.stderr
