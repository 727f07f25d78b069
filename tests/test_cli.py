"""The command line: what it makes, and what it says where it cannot."""

import json
import re
import subprocess
import sys
import warnings

import pytest
from PIL import Image

from hideseek.cli import COMMANDS, main
from hideseek.commands.options import parse_duration
from hideseek.game.layout.options import QuadrantLayout
from hideseek.game.version import VERSION
from hideseek.learn.config import PRESETS as SIZES
from hideseek.learn.description import RunDescription
from hideseek.learn.progress import read_progress
from tests.needs import import_mujoco

TINY_OPTIONS = {
    "iterations": 1,
    "game.horizon": 10,
    "learner.world-count": 4,
    "learner.window": 10,
    "learner.minibatch-chunks": 16,
    "learner.epochs": 1,
    "learner.network.embedding": 8,
    "learner.network.dense": 8,
    "learner.network.memory": 8,
}
TINY = [part for name, value in TINY_OPTIONS.items() for part in (f"--{name}", str(value))]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a run of one iteration."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    main(["train", "quadrant", "--out", str(folder), *TINY])
    return folder


def failure(capsys, *arguments) -> str:
    """Return what a command that cannot be carried out says: one line, with exit code 2."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1.5h", 5400)])
def test_durations_are_read(text, seconds):
    """Plain numbers are seconds."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5 m", "-3s", "0", "5d"])
def test_bad_durations_are_refused(text):
    """The message shows what was given and what is expected."""
    with pytest.raises(ValueError, match="expected a duration such as 90s"):
        parse_duration(text)


def test_help_lists_the_commands():
    """In a process of its own, as users start it."""
    done = subprocess.run([sys.executable, "-m", "hideseek", "--help"], capture_output=True, text=True, check=True)
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_versions_of_package_and_environment_are_told(flag, capsys):
    """The environment's has a number of its own, raised when behaviour changes."""
    main([flag])
    assert re.fullmatch(rf"hideseek \d+\.\d+\.\d+, environment version {VERSION}\n", capsys.readouterr().out)


def test_warnings_are_one_line(monkeypatch, capsys):
    """Without the place in the code that they come from."""
    monkeypatch.setattr("hideseek.commands.list.main", lambda arguments: warnings.warn("of old rules", stacklevel=1))
    main(["list"])
    assert capsys.readouterr().err == "hideseek: of old rules\n"


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"train", "learn", "picture", "export"}))
def test_every_command_explains_its_options(name, capsys):
    """Help is no error."""
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    assert f"usage: hideseek {name}" in capsys.readouterr().out


def test_train_explains_games_and_then_options(capsys):
    """First the game, then all that can be set for it."""
    main(["train", "--help"])
    assert "quadrant, random-walls" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        main(["train", "random-walls", "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert "--game.hiders" in text
    assert "--learner.learning-rate" in text
    assert all(f"`{name}`" in text for name in SIZES)


def test_presets_bring_their_game(tmp_path):
    """A recipe's, too; what the command line says comes after it."""
    folder = tmp_path / "doors"
    untrained = [*TINY[2:], "--iterations", "0"]
    main(["train", "quadrant", "--preset", "doors", "--game.practice", "0.25", "--out", str(folder), *untrained])
    saved = RunDescription.load(folder)
    assert saved.game.layout == QuadrantLayout(1.0, True, 0.25)
    assert (saved.config.gae_lambda, saved.config.network.lidar_points) == (0.9, True)
    main(["train", "quadrant", "--out", str(folder), "--resume", "--iterations", "0"])
    assert read_progress(folder).iteration == 0


def test_options_reach_the_run(run):
    """The resolved configuration is in the run's folder."""
    saved = json.loads((run / "config.json").read_text())
    assert saved["game"]["horizon"] == 10
    assert saved["config"]["world_count"] == 4
    assert saved["config"]["network"]["memory"] == 8


def test_resuming_keeps_the_run_s_own_options(run, capsys):
    """Without further options a run goes on as it was; with another game it is refused."""
    main(["train", "quadrant", "--out", str(run), "--resume", "--iterations", "2"])
    capsys.readouterr()
    main(["list", "--runs", str(run.parent)])
    assert "tiny" in capsys.readouterr().out
    error = failure(capsys, "train", "quadrant", "--out", run, "--resume", "--game.hiders", "3")
    assert "--game.hiders is 2 there, 3 was asked for" in error
    error = failure(capsys, "train", "quadrant", "--out", run, "--resume", "--learner.network.dense", "16")
    assert "--learner.network.dense is 8 there, 16 was asked for" in error


def test_existing_run_is_not_overwritten_unasked(run, capsys):
    """The message names the folder and what can be done."""
    error = failure(capsys, "train", "quadrant", "--out", run, *TINY)
    assert f"{run} exists; resume it (--resume), overwrite it (--overwrite), or choose another folder (--out)" in error


def test_evaluation_prints_tables_and_writes_numbers(run, capsys, tmp_path):
    """Against the untrained network, all pairings, with the JSON file that was asked for; the verdict is first."""
    main(["evaluate", str(run), "--episodes", "4", "--json", str(tmp_path / "numbers.json")])
    short = capsys.readouterr().out
    assert short.startswith("Hiders ")
    assert len(short.splitlines()) == 5
    main(["evaluate", str(run), "--episodes", "4", "--details"])
    long = capsys.readouterr().out
    assert long.startswith("\n".join(short.splitlines()[:4]))
    assert "trained in place of untrained" in long
    data = json.loads((tmp_path / "numbers.json").read_text())
    assert (data["first"], data["second"], data["episodes"]) == ("trained", "untrained", 4)


@pytest.mark.parametrize("against", ["random", "itself", "scripted:door"])
def test_other_opponents(run, capsys, against):
    """Uniform chances, another run, or a script."""
    opponent = str(run) if against == "itself" else against
    name = str(run) if against == "itself" else "trained"
    main(["evaluate", str(run), "--against", opponent, "--episodes", "3"])
    assert f"{name} hiders in place of" in capsys.readouterr().out


def test_the_run_s_own_past(run, capsys):
    """The untrained policy and the last one: both teams, as they are and untrained, meet the other team's past."""
    main(["evaluate", str(run), "--against", "past", "--episodes", "4"])
    text = capsys.readouterr().out
    assert "trained hiders in place of untrained ones, against past seekers" in text
    assert "trained seekers in place of untrained ones, against past hiders" in text
    main_error = failure(capsys, "evaluate", "zoo:doors", "--against", "past", "--episodes", "4")
    assert "--against is past, expected another one: zoo:doors has no past policies" in main_error


def test_watch_writes_films(run, tmp_path, capsys):
    """Several episodes side by side, one frame per step, in as many files as are asked for."""
    paths = [tmp_path / "films" / name for name in ("two.apng", "two.png")]
    main(["watch", str(run), "--episodes", "2", "--size", "64", "--out", *map(str, paths)])
    assert "two.apng" in capsys.readouterr().out
    assert paths[1].exists()
    with Image.open(paths[0]) as film:
        assert film.n_frames == 10
        assert film.width > 2 * 64


def test_watch_plays_on_mujoco(run, tmp_path, capsys, monkeypatch):
    """The same command on the other engine; where that is not installed, one line says how to install it."""
    import_mujoco()
    path = tmp_path / "mujoco.png"
    options = ("--engine", "mujoco", "--size", "64", "--out", str(path))
    main(["watch", str(run), *options])
    assert "mujoco.png: hidden" in capsys.readouterr().out
    assert path.exists()
    monkeypatch.setitem(sys.modules, "mujoco", None)
    assert "pip install 'hideseek[mujoco]'" in failure(capsys, "watch", run, *options)


def test_plot_draws_the_curves_of_a_run(run, tmp_path, capsys, monkeypatch):
    """Into the run's folder unless told otherwise; without Matplotlib, one line says how to install it."""
    main(["plot", str(run), "--x", "episodes"])
    assert capsys.readouterr().out == f"{run / 'curves.png'}\n"
    with Image.open(run / "curves.png") as picture:
        assert picture.format == "PNG"
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    error = failure(capsys, "plot", run, "--out", tmp_path / "curves.svg")
    assert "pip install 'hideseek[plot]'" in error
    assert not list(tmp_path.iterdir())


def test_list_names_games_presets_and_runs(run, capsys):
    """A folder that is no run of this version is told apart, not fatal."""
    broken = run.parent / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{}")
    main(["list", "--runs", str(run.parent)])
    text = capsys.readouterr().out
    assert all(word in text for word in ("quadrant", "random-walls", "laptop", "paper", "doors", "tiny", "schema"))


def test_missing_opponent_is_said_in_one_line(run, capsys, tmp_path):
    """No traceback, exit code 2 (`test_cli_bad_input.py` has what needs no run)."""
    nowhere = tmp_path / "nowhere"
    assert f"there is no run folder {nowhere}" in failure(capsys, "evaluate", run, "--against", nowhere)
    assert not nowhere.exists()


def test_errors_of_our_own_are_not_hidden(monkeypatch):
    """What is no user's error keeps its traceback."""

    def fail(arguments):
        raise KeyError("a defect")

    monkeypatch.setattr("hideseek.commands.list.main", fail)
    with pytest.raises(KeyError, match="a defect"):
        main(["list"])
