"""When a run reached which stage, by the means of its last episodes."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hideseek.evaluate.behaviour.names import LABELS, behaviour_names
from hideseek.game.config import PRESETS as GAMES
from hideseek.learn.config import PRESETS
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.stages import STAGES, WINDOW, load_courses, moving_mean, stage_lines
from hideseek.learn.stages_plot import SHARES, SPEEDS, draw_stages
from tests.games import HIDE_AND_SEEK
from tests.refusal import assert_refused

NAME = "behaviour/door_blocked_prep"


def line(episodes: int, **metrics: float) -> dict[str, float]:
    """Return what an iteration logs that ended with so many episodes."""
    return {"iteration": episodes, "episodes": episodes, "agent_steps": 320 * episodes, "seconds": 1.0, **metrics}


def write_run(folder: Path, lines: list[dict[str, float]], game: str = "quadrant") -> Path:
    """Make a run folder with these metrics."""
    folder.mkdir()
    RunDescription(game, GAMES[game], PRESETS["laptop"], 0).save(folder)
    (folder / "metrics.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return folder


def test_means_are_over_the_last_episodes():
    """Each iteration counts with its episodes, in part where the window begins within it; there are none before."""
    lines = [line(WINDOW // 2, **{NAME: 1.0}), line(WINDOW, **{NAME: 0.0}), line(WINDOW * 9 // 4, **{NAME: 0.4})]
    episodes, mean = moving_mean(lines, NAME)
    assert episodes.tolist() == [WINDOW, WINDOW * 9 // 4]
    np.testing.assert_allclose(mean, [0.5, 0.4], rtol=1e-12)
    lines.append(line(WINDOW * 11 // 4, **{NAME: 0.8}))
    np.testing.assert_allclose(moving_mean(lines, NAME)[1][-1], 0.5 * 0.4 + 0.5 * 0.8)


def test_iterations_that_tell_nothing_are_left_out():
    """Their episodes count with the next one that does; what nobody logged has no means."""
    lines = [line(WINDOW, **{NAME: 0.2}), line(2 * WINDOW), line(3 * WINDOW, **{NAME: 0.6})]
    episodes, mean = moving_mean(lines, NAME)
    assert episodes.tolist() == [WINDOW, 3 * WINDOW]
    np.testing.assert_allclose(mean, [0.2, 0.6])
    assert moving_mean(lines, "behaviour/ramp_use")[0].size == 0


def test_a_stage_is_reached_when_the_mean_is(tmp_path: Path):
    """Not by one good iteration, and not undone by what follows."""
    shares = [0.0, 0.9, 0.0, 0.6, 0.6, 0.6, 0.6, 0.0, 0.0, 0.0]
    lines = [line(WINDOW // 2 * (i + 1), **{NAME: x}) for i, x in enumerate(shares)]
    courses = load_courses(write_run(tmp_path / "run", lines))
    reached = {course.stage.title: course.reached for course in courses}
    assert reached == {"chasing": None, "door blocking": 5 * WINDOW // 2, "ramp use": None, "ramp defence": None}
    text = "\n".join(stage_lines(courses))
    assert "2 door blocking       after 5,000 episodes (paper: 2.69 million)" in text
    assert "3 ramp use            not known: fewer than 2,000 episodes were logged (paper: 8.62 million)" in text


def test_how_far_a_run_came_is_told(tmp_path: Path):
    """The best mean, where it was not enough."""
    courses = load_courses(write_run(tmp_path / "run", [line(WINDOW, **{NAME: 0.25}), line(2 * WINDOW, **{NAME: 0.1})]))
    assert "not reached: 0.250 at best, 0.5 asked for" in stage_lines(courses)[1]


def test_other_games_have_no_stages(tmp_path: Path):
    """Not even one with random walls."""
    run = write_run(tmp_path / "run", [line(WINDOW)], "lock-and-return")
    with pytest.raises(ValueError, match="objective of the run's game is 'lock', expected one of 'hide_and_seek'"):
        load_courses(run)


@pytest.mark.parametrize("game", HIDE_AND_SEEK)
def test_stages_are_told_by_behaviours_of_the_game(game: str):
    """In the order of the paper."""
    stages = STAGES[GAMES[game].layout.name]
    assert {stage.behaviour for stage in stages} <= set(behaviour_names(GAMES[game]))
    assert [stage.milestone for stage in stages] == sorted(stage.milestone for stage in stages)
    assert {*SHARES, *SPEEDS.values()} <= LABELS.keys()


@pytest.mark.parametrize("game", HIDE_AND_SEEK)
@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_picture_shows_curves_and_stages(tmp_path: Path, game: str, suffix: str):
    """Of a run that reached them all, and of one that reached none."""
    everything = {stage.metric: 1.0 for stage in STAGES[GAMES[game].layout.name]}
    for value in (1.0, 0.0):
        metrics = {name: value * x for name, x in everything.items()} | {"episode/max_box_move": 0.5}
        run = write_run(tmp_path / f"run{value}", [line(WINDOW * i, **metrics) for i in range(1, 9)], game)
        courses = draw_stages(run, tmp_path / "deep" / f"stages{value}{suffix}")
        assert [course.reached for course in courses] == [WINDOW if value else None] * len(courses)
    reached, missed = ((tmp_path / "deep" / f"stages{value}{suffix}") for value in (1.0, 0.0))
    assert reached.read_bytes() != missed.read_bytes()
    if suffix == ".png":
        with Image.open(reached) as picture:
            assert picture.width > 1000
    else:
        assert "this run" in reached.read_text()


def test_bad_input_is_refused(tmp_path: Path):
    """Before anything is written."""
    run = write_run(tmp_path / "run", [line(WINDOW - 1, **{NAME: 0.5})])
    with pytest.raises(RunError, match="has logged no behaviours, or of fewer than 2,000 episodes"):
        draw_stages(run, tmp_path / "stages.png")
    with pytest.raises(RunError, match="there is no run folder"):
        draw_stages(tmp_path / "none", tmp_path / "stages.png")
    assert_refused(lambda: draw_stages(run, tmp_path / "stages.gif"), ValueError, "expected a file that ends in one of")
    assert_refused(lambda: load_courses(3), TypeError, "run_folder is 3")  # type: ignore[arg-type]
    assert not (tmp_path / "stages.png").exists()
