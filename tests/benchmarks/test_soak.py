"""A short soak: every case for some steps; and the soak's own machinery."""

import json

import numpy as np
import pytest

from benchmarks import soak, soak_piece
from benchmarks.soak_measures import FIGURES, Gauge
from benchmarks.soak_piece import Piece, load_step, play, replay, save_step
from benchmarks.soak_play import CASES, STYLES
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game

STEPS = 30
CASE_INDEX = {name: index for index, name in enumerate(CASES)}


@pytest.mark.parametrize("style", STYLES)
def test_short_soak(style: str):
    """Nothing exceeds its bound, in any game."""
    for index in [index for name, index in CASE_INDEX.items() if name.endswith(f", {style}")]:
        piece = Piece(seed=0, index=index, worlds=6, steps=STEPS)
        tally = play(piece)
        assert not tally.exceeding, (piece.case, tally.worst)
        assert tally.worst["agent speed"]["value"] > 4.0, piece.case


def test_games_contain_what_is_to_be_mistreated():
    """Teams of one to three, long boxes, eight boxes with two ramps, both layouts."""
    games = [game for game, _ in CASES.values()]
    assert {game.agents for game in games} == {2, 4, 6}
    assert {game.layout.name for game in games} == {"quadrant", "random_walls"}
    assert any(game.boxes_min == 8 and game.ramps == 2 and game.elongated_max == 8 for game in games)


@pytest.mark.parametrize(
    ("style", "what"),
    [("grab and lock", "held"), ("grab and lock", "locked"), ("ramps into walls", "ramps held"),
     ("long boxes in doors", "long held")],
)  # fmt: skip
def test_styles_do_what_they_say(style: str, what: str):
    """After some steps many things are held or locked, ramps and long boxes where they are sought."""
    name = f"walls 3v3 crowded, {style}"
    director = Piece(0, CASE_INDEX[name], worlds=16, steps=0).begin()
    env = director.env
    for _ in range(60):
        director.act(CASES[name][1])
        env.step(director.movement, director.grab, director.lock)
    held = env.bodies.weld_object
    longest = np.take_along_axis(env.bodies.half_size.max(axis=2), env.game.agents + np.maximum(held, 0), axis=1)
    found = {
        "held": held >= 0,
        "locked": env.bodies.locked,
        "ramps held": held >= env.game.boxes_max,
        "long held": (held >= 0) & (longest > 0.5),
    }
    assert found[what].mean() > 0.08


@pytest.fixture
def env() -> HideAndSeek:
    """Return two worlds with an outer wall, at rest."""
    env = HideAndSeek(make_game("quadrant", preparation_fraction=0.0), 2, thread_count=1)
    env.reset()
    return env


def figures_after(env: HideAndSeek, change) -> dict[str, np.ndarray]:
    """Return the figures [world] after a step without actions that ends with a change of the state."""
    gauge, agents = Gauge(env), (env.world_count, env.game.agents)
    still = np.full((*agents, 3), 5, np.int8)
    gauge.note(still)
    observation, _, done, _ = env.step(still, np.zeros(agents, np.int8), np.zeros(agents, np.int8))
    change(env)
    return dict(zip(FIGURES, gauge.measure(observation, done).T, strict=True))


def set_pose(body: int, *pose: float):
    return lambda env: env.bodies.pose.__setitem__((1, body, slice(len(pose))), pose)


def set_velocity(body: int, *velocity: float):
    return lambda env: env.bodies.velocity.__setitem__((1, body, slice(len(velocity))), velocity)


@pytest.mark.parametrize(
    ("figure", "change", "expected"),
    [
        ("agent speed", set_velocity(0, 3.0, -4.0), 5.0),
        ("object speed", set_velocity(4, -3.0, 4.0), 5.0),
        ("vertical speed", set_velocity(4, 0.0, 0.0, -7.0), 7.0),
        ("agent turn", set_velocity(0, 0.0, 0.0, 0.0, -9.0), 9.0),
        ("object turn", set_velocity(6, 0.0, 0.0, 0.0, 9.0), 9.0),
        ("height", set_pose(5, 3.0, 3.0, 2.5), 2.5),
        ("past outer wall", set_pose(0, 5.75, 2.0), 0.05),
        ("past outer wall", set_pose(4, 3.0, 0.3, 0.25, 0.25 * np.pi), 0.15 - 0.3 + 0.25 * np.sqrt(2.0)),
        ("floor", set_pose(4, 3.0, 3.0, 0.2), 0.05),
        ("numbers not finite", set_velocity(4, np.nan), 1.0),
        ("numbers not finite", set_velocity(4, np.inf, -np.inf), 2.0),
    ],
)
def test_figures(env: HideAndSeek, figure: str, change, expected: float):
    """Each measures what it says, in the world where it is; the other world is at rest."""
    figures = figures_after(env, change)
    assert figures[figure][1] == pytest.approx(expected, abs=1e-5)
    assert figures[figure][0] == pytest.approx(0.35 - 0.1 if figure == "height" else 0.0, abs=2e-3)


def test_energy_gain_is_what_nobody_worked_for(env: HideAndSeek):
    """A box of 1 kg that is lifted by 1 m and moves at 2 m/s has 50 + 2 J more; a faster agent has its own mass."""

    def lift(env):
        env.bodies.pose[1, 4, 2] += 1.0
        env.bodies.velocity[1, 4, 0] = 2.0

    assert figures_after(env, lift)["energy gain"] == pytest.approx([0.0, 52.0], abs=0.02)


def test_work_of_agents_is_no_gain(env: HideAndSeek):
    """Driven at full force from rest an agent gains less than its force times its way."""
    gauge, agents = Gauge(env), (2, env.game.agents)
    movement = np.full((*agents, 3), 5, np.int8)
    movement[:, 0, 0] = 10 if env.bodies.pose[0, 0, 0] < 3.0 else 0
    gauge.note(movement)
    before = gauge.total_energy()
    observation, _, done, _ = env.step(movement, np.zeros(agents, np.int8), np.zeros(agents, np.int8))
    assert (gauge.total_energy() - before > 5.0).all()
    assert (gauge.measure(observation, done)[:, FIGURES.index("energy gain")] <= 0.0).all()


def test_crossing_a_wall_is_counted(env: HideAndSeek):
    """An agent that is behind the middle of the northern outer wall after a step went through it."""
    env.bodies.pose[1, 0, :3] = 2.0, 5.5, 0.15
    assert figures_after(env, set_pose(0, 2.1, 6.2))["walls crossed"].tolist() == [0.0, 1.0]


def test_observation_out_of_range_is_counted(env: HideAndSeek):
    """Two lidar distances below zero, and a box seen that does not exist."""
    gauge, agents = Gauge(env), (2, env.game.agents)
    off = np.zeros(agents, np.int8)
    gauge.note(np.full((*agents, 3), 5, np.int8))
    observation, _, done, _ = env.step(np.full((*agents, 3), 5, np.int8), off, off)
    observation["lidar"][1, 0, :2] = -1.0
    observation["box_exists"][1, 2, 1], observation["sees_boxes"][1, 2, 1] = False, True
    wrong = gauge.measure(observation, done)[:, FIGURES.index("observations out of range")]
    assert wrong.tolist() == [0.0, 3.0]


def test_saved_step_is_replayed(tmp_path):
    """The figures are those that were measured in the batch."""
    piece = Piece(seed=3, index=CASE_INDEX["walls 2v2, perturbed"], worlds=5, steps=12)
    worst = play(piece).worst["agent speed"]
    save_step(piece, worst["world"], worst["step"], tmp_path / "step.npz")
    assert replay(tmp_path / "step.npz")["agent speed"] == pytest.approx(worst["value"], abs=1e-6)
    env, _ = load_step(tmp_path / "step.npz")
    assert env.game == CASES[piece.case][0]


def small(*extra: str) -> list[str]:
    return ["--worlds", "3", "--piece-steps", "4", *extra]


def test_interrupted_soak_goes_on_and_adds_up(tmp_path, capsys):
    """Two parts have the counters and the worst values of the whole."""
    parts, whole = tmp_path / "parts.json", tmp_path / "whole.json"
    assert soak.main(small("--steps", "24", "--report", str(parts))) == 0
    assert soak.main(small("--steps", "60", "--report", str(parts), "--resume")) == 0
    assert soak.main(small("--steps", "60", "--report", str(whole))) == 0
    added, straight = json.loads(parts.read_text()), json.loads(whole.read_text())
    for key in ("pieces", "world_steps", "agent_steps", "worst", "failures"):
        assert added[key] == straight[key], key
    assert added["world_steps"] == 60
    assert added["agent_steps"] == 12 * (2 + 4 + 6 + 2 + 4)
    assert "60 world steps, 216 agent steps in 5 pieces" in capsys.readouterr().out


def test_failure_is_reported_and_saved(tmp_path, monkeypatch, capsys):
    """With no speed allowed: exit status 1, the step saved once for the case, all its world steps counted."""
    monkeypatch.setitem(soak_piece.BOUNDS["play"], "agent speed", 0.0)
    report = tmp_path / "report.json"
    options = ["--steps", "12", "--report", str(report), "--failures", str(tmp_path / "failures")]
    assert soak.main(small(*options)) == 1
    failure = json.loads(report.read_text())["failures"]["quadrant 1v1, uniform: agent speed"]
    assert failure["world_steps"] == 12
    figures = replay(tmp_path / "failures" / "0-agent-speed.npz")
    assert figures["agent speed"] == pytest.approx(failure["first"]["value"], abs=1e-6)
    assert "FAIL quadrant 1v1, uniform: agent speed in 12 world steps" in capsys.readouterr().out
    assert soak.main(["--replay", failure["first"]["file"]]) == 0
    assert "agent speed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--steps", "0"], "must be at least 1"), (["--resume"], "--resume needs --report")],
)
def test_bad_options_are_refused(capsys, options: list[str], message: str):
    with pytest.raises(SystemExit, match="2"):
        soak.main(options)
    assert message in capsys.readouterr().err


def test_report_of_another_soak_is_not_continued(tmp_path):
    """Nor is one that does not exist."""
    report = tmp_path / "report.json"
    with pytest.raises(SystemExit, match="does not exist"):
        soak.main(small("--report", str(report), "--resume"))
    soak.main(small("--steps", "1", "--report", str(report)))
    with pytest.raises(SystemExit, match="seed is 7, but 0 in"):
        soak.main(small("--seed", "7", "--report", str(report), "--resume"))
    with pytest.raises(SystemExit, match="2"):
        soak.main(small("--report", str(report)))
