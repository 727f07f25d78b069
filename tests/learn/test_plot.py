"""Curves of runs: seeds together, everything else apart, as small diagrams."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hideseek.figures import COLOURS
from hideseek.learn.curves import POINTS, RunGroup, load_groups
from hideseek.learn.files import RunError
from hideseek.learn.plot import PANELS, plot_runs
from tests.learn.toy import NameTheBucket, describe
from tests.refusal import assert_refused

HIDDEN = "episode/hidden"
EVERYTHING = [metric for panel in PANELS for metric in panel.metrics.values()]


def line(iteration: int, **metrics: float) -> dict[str, float]:
    """Return the metrics of an iteration of 100 steps, 10 episodes and 30 seconds."""
    counters = {"agent_steps": 100 * iteration, "episodes": 10 * iteration, "seconds": 30.0 * iteration}
    return {"iteration": iteration, **counters, **metrics}


def write_run(folder: Path, iterations: int = 5, seed: int = 0, value: float = 0.5, **changes: object) -> Path:
    """Make a run folder with constant metrics of all that is drawn."""
    folder.mkdir(parents=True)
    replace(describe(NameTheBucket(1), **changes), seed=seed).save(folder)
    lines = [json.dumps(line(i + 1, **dict.fromkeys(EVERYTHING, value))) for i in range(iterations)]
    (folder / "metrics.jsonl").write_text("".join(f"{x}\n" for x in lines))
    return folder


def colours_of(path: Path) -> set[tuple[int, ...]]:
    """Return the colours of a picture's pixels."""
    with Image.open(path) as picture:
        return {colour for _, colour in picture.convert("RGB").getcolors(2**20)}


@pytest.mark.parametrize(("axis", "per_iteration"), [("agent_steps", 100.0), ("episodes", 10.0), ("minutes", 0.5)])
def test_a_run_s_curve_is_what_was_logged(axis: str, per_iteration: float):
    """Over each axis; iterations that say nothing of a metric are left out, and so are metrics that nobody logged."""
    run = [line(1, **{HIDDEN: 0.2}), line(2), line(3, **{HIDDEN: 0.6})]
    group = RunGroup("run", (run,))
    curve = group.curve(HIDDEN, axis)
    assert curve is not None
    np.testing.assert_allclose(curve.x, [per_iteration, 3 * per_iteration])
    for values in (curve.mean, curve.low, curve.high):
        np.testing.assert_allclose(values, [0.2, 0.6])
    assert group.curve("rating/hiders", axis) is None


def test_long_runs_are_averaged_over_stretches():
    """Few points, whose mean is the run's."""
    values = np.random.default_rng(0).normal(size=4 * POINTS)
    curve = RunGroup("run", ([line(i, **{HIDDEN: x}) for i, x in enumerate(values)],)).curve(HIDDEN, "episodes")
    assert curve is not None
    np.testing.assert_allclose(curve.mean, values.reshape(POINTS, 4).mean(1))
    np.testing.assert_allclose(curve.x, 10.0 * np.arange(4 * POINTS).reshape(POINTS, 4).mean(1))


def test_seeds_are_a_mean_in_a_band():
    """Over the stretch that all of them cover."""
    runs = tuple([line(i, **{HIDDEN: slope * i}) for i in range(1, length)] for slope, length in ((1.0, 9), (3.0, 6)))
    curve = RunGroup("runs", runs).curve(HIDDEN, "agent_steps")
    assert curve is not None
    assert (curve.x[0], curve.x[-1]) == (100.0, 500.0)
    for values, slope in ((curve.low, 1.0), (curve.mean, 2.0), (curve.high, 3.0)):
        np.testing.assert_allclose(values, slope * curve.x / 100.0)


def test_seeds_are_taken_together_and_options_apart(tmp_path: Path):
    """Two seeds of one configuration, and another one; equal names are told apart by their paths."""
    paths = [write_run(tmp_path / name, seed=seed) for name, seed in (("a", 0), ("b", 1))]
    other = write_run(tmp_path / "c", epochs=3)
    groups = load_groups([paths[0], other, paths[1]])
    assert [(group.label, len(group.runs)) for group in groups] == [("a ... b (2 runs)", 2), ("c", 1)]
    twin = write_run(tmp_path / "more" / "c", epochs=4)
    assert [group.label for group in load_groups([other, twin])] == [str(other), str(twin)]


def test_a_single_iteration_can_be_seen(tmp_path: Path):
    """As a dot of the first colour."""
    plot_runs([write_run(tmp_path / "run", iterations=1)], tmp_path / "curves.png")
    assert tuple(bytes.fromhex(COLOURS[0][1:])) in colours_of(tmp_path / "curves.png")


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_figure_has_every_panel_and_run(tmp_path: Path, suffix: str):
    """The picture is not empty; text in the SVG names panels, units, axis and runs. Twice the same is equal."""
    runs = [write_run(tmp_path / name, seed=seed, value=value) for name, seed, value in (("a", 0, 0.2), ("b", 1, 0.6))]
    runs.append(write_run(tmp_path / "c", epochs=3))
    outs = [tmp_path / "figures" / f"{name}{suffix}" for name in ("first", "second")]
    for out in outs:
        plot_runs(runs, out, "minutes")
    assert outs[0].read_bytes() == outs[1].read_bytes()
    if suffix == ".png":
        assert {tuple(bytes.fromhex(colour[1:])) for colour in COLOURS[:2]} <= colours_of(outs[0])
    else:
        text = outs[0].read_text()
        for words in (
            *(panel.title for panel in PANELS),
            "agent steps / s",
            "time of training [min]",
            "a ... b (2 runs)",
        ):
            assert f">{words}<" in text


def test_panels_of_what_was_never_logged_are_left_out(tmp_path: Path):
    """A run without ratings has no such panel."""
    run = write_run(tmp_path / "run")
    path = run / "metrics.jsonl"
    path.write_text(path.read_text().replace("rating/", "other/"))
    plot_runs([run], tmp_path / "curves.svg")
    text = (tmp_path / "curves.svg").read_text()
    assert ">Rating<" not in text
    assert ">Return<" in text


def test_bad_input(tmp_path: Path):
    """One error, and no file."""
    run, out = write_run(tmp_path / "run"), tmp_path / "curves.png"
    many = [write_run(tmp_path / f"epochs{n}", epochs=n) for n in range(3, 4 + len(COLOURS))]
    plot: Callable[..., Callable[[], None]] = lambda *arguments: lambda: plot_runs(*arguments)  # noqa: E731
    for call, error, message in (
        (plot([run], out, "years"), ValueError, "axis is 'years', expected one of 'agent_steps'"),
        (plot([run], tmp_path / "curves.gif"), ValueError, r"curves\.gif, expected a file that ends in one of \.png"),
        (plot([run], tmp_path), ValueError, "a folder, expected a file to write"),
        (plot([], out), ValueError, "folders is empty, expected at least one run folder"),
        (plot([3], out), TypeError, "folder is 3, expected a path"),
        (plot([run, run], out), ValueError, "folders has .*run twice, expected every run once"),
        (plot(many, out), ValueError, "runs of 8 configurations, expected at most 7"),
        (lambda: RunGroup("x", ([line(1)],)).curve(HIDDEN, "hours"), ValueError, "axis is 'hours'"),
        (lambda: RunGroup("x", ([line(1)],)).curve(3, "episodes"), TypeError, "metric is 3"),
    ):
        assert_refused(call, error, message)
    runs = tuple([line(i, **{HIDDEN: 1.0})] for i in (1, 2))
    assert_refused(lambda: RunGroup("x", runs).curve(HIDDEN, "episodes"), ValueError, "runs of x have no episodes in")
    assert not out.exists()


def test_runs_that_cannot_be_read(tmp_path: Path):
    """No folder, no metrics yet, damaged ones, those of another version alone."""
    run, out = write_run(tmp_path / "run"), tmp_path / "curves.png"
    with pytest.raises(RunError, match=r"there is no run folder .*nowhere"):
        plot_runs([run, tmp_path / "nowhere"], out)
    (run / "metrics.jsonl").write_text(json.dumps(line(1, **{"return/hiders": 0.5})) + "\n")
    assert_refused(lambda: plot_runs([run], out), ValueError, "folders has metrics of another version alone")
    (run / "metrics.jsonl").write_text('{"loss": 1.0}\n')
    with pytest.raises(RunError, match=r"metrics\.jsonl is damaged"):
        plot_runs([run], out)
    (run / "metrics.jsonl").unlink()
    with pytest.raises(RunError, match="run has no metrics yet"):
        plot_runs([run], out)
    assert not out.exists()
