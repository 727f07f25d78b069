"""The benchmark of what policies do from starts."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import starts
from benchmarks.starts import Outcome, are_shut, begin, figures, main
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.game.config import make_game
from hideseek.learn.curriculum.curriculum import SCENARIOS

WORLDS = 24


def test_rows(quadrant_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    """A line for each hardness; the file has the figures of the lines; the same seed prints the same."""
    found = tmp_path / "starts.json"
    arguments = [str(quadrant_run), "--hardness", "0", "1", "--episodes", str(WORLDS), "--json", str(found)]
    main(arguments)
    lines = capsys.readouterr().out.splitlines()[-2:]
    rows = json.loads(found.read_text())["rows"]
    assert [row["hardness"] for row in rows] == [0.0, 1.0]
    for row, line in zip(rows, lines, strict=True):
        mean, low, high = (100.0 * x for x in row["success"])
        assert low <= mean <= high
        assert f"| {row['hardness']:g} | {row['episodes']} | {mean:.0f} % [{low:.0f}, {high:.0f}] |" in line
        assert 0 < row["episodes"] <= WORLDS
    main(arguments)
    assert capsys.readouterr().out.splitlines()[-2:] == lines


def test_an_episode_is_followed_to_its_end(quadrant_run: Path):
    """Whatever its clock was at the beginning: hidden is a share, and no more is to come than the main phase gives."""
    description = starts.RunDescription.load(quadrant_run)
    learner = starts.load_learner(starts.latest(quadrant_run), description)
    outcome = starts.play(learner, description, SCENARIOS["doors"](), 0.5, WORLDS, seed=3)
    game = description.game
    assert ((outcome.hidden >= 0.0) & (outcome.hidden <= 1.0)).all()
    assert 0.0 < outcome.hidden.mean() < 1.0
    assert np.abs(outcome.to_come).max() <= game.horizon - game.preparation_steps
    # What is to come is discounted, so it is not quite the time hidden.
    assert np.corrcoef(outcome.hidden, outcome.to_come)[0, 1] > 0.5
    assert (outcome.value != 0.0).all()


def test_doors_are_shut_when_each_has_a_locked_box():
    """At the least hardness all but one are; with all boxes locked, all; where boxes are anywhere, none."""
    env = HideAndSeek(make_game("quadrant"), WORLDS)
    built = begin(env, SCENARIOS["doors"](), 0.0, seed=1)
    assert built.mean() > 0.9
    doors = Doors(env.bodies)
    assert not are_shut(env, doors)[built].any()
    env.bodies.locked[:, :2] = True
    assert are_shut(env, doors)[built].all()
    begin(env, SCENARIOS["ramps"](), 0.0, seed=1)
    assert are_shut(env, Doors(env.bodies)).mean() > 0.7


def test_success_is_that_of_the_team_that_the_scenario_is_for():
    """Hiders of the door scenario succeed where they are hidden, seekers of the ramp scenario where they see."""
    hidden = np.array([1.0, 0.95, 0.5, 0.1])
    outcome = Outcome(hidden, np.ones(4), np.arange(4.0), 2.0 * np.arange(4.0))
    doors, ramps = (figures(outcome, SCENARIOS[name]()) for name in ("doors", "ramps"))
    assert doors["success"][0] == 0.5
    assert ramps["success"][0] == 0.5
    assert doors["explained"] == pytest.approx(0.75)
    seen = figures(outcome._replace(hidden=hidden * 0.5), SCENARIOS["ramps"]())
    assert seen["success"][0] == 1.0


def test_bad_input(quadrant_run: Path, capsys: pytest.CaptureFixture):
    """The name, the value and what was expected, before any play."""
    for arguments, message in (
        (["--scenario", "walls"], "scenario is 'walls', expected"),
        (["--hardness", "1.5"], "hardness is 1.5, expected"),
        (["--episodes", "1"], "episodes is 1, expected"),
    ):
        with pytest.raises(SystemExit):
            main([str(quadrant_run), *arguments])
        assert message in capsys.readouterr().err
