"""What is heavy is imported when it is first needed: the package and its light commands start at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hideseek
from hideseek.game.config import make_game
from hideseek.learn.config import PRESETS
from hideseek.learn.description import RunDescription
from hideseek.learn.files import save_json
from tests.waiting import SECONDS

HEAVY = ("numpy", "numba", "jax", "equinox", "optax", "mujoco", "PIL", "gymnasium", "pettingzoo", "matplotlib")


def output_of(code: str) -> str:
    """Run code in a process of its own and return what it prints."""
    return subprocess.check_output([sys.executable, "-c", code], env=os.environ, text=True, timeout=SECONDS)


def imported_by(code: str) -> set[str]:
    """Return the heavy packages that some code leads to."""
    report = f"import sys\n{code}\nprint('imported', *(name for name in {HEAVY} if name in sys.modules))"
    return set(output_of(report).splitlines()[-1].split()[1:])


def test_importing_the_package_imports_nothing_heavy():
    """Nor does looking at what it holds; a description of a game needs no compiler."""
    assert imported_by("import hideseek; dir(hideseek)") == set()
    assert imported_by("from hideseek import PRESETS, Game, make_game; make_game('quadrant')") == {"numpy"}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Return a folder with one run that has trained for seven episodes."""
    checkpoint = tmp_path / "first" / "checkpoints" / "00000000"
    checkpoint.mkdir(parents=True)
    RunDescription("quadrant", make_game("quadrant"), PRESETS["laptop"], 0).save(tmp_path / "first")
    progress = {"iteration": 0, "step": 0, "episodes": 7, "seconds": 0.0, "pool": []}
    save_json(checkpoint / "progress.json", progress)
    return tmp_path


@pytest.mark.parametrize("command", ["--help", "--version", "train --help", "list --runs RUNS"])
def test_light_commands_import_nothing_heavy(command: str, runs: Path):
    """Help and lists need neither compiler nor network, even where there is a run to be listed."""
    arguments = [str(runs) if part == "RUNS" else part for part in command.split()]
    code = f"from hideseek.cli import main; main({arguments})"
    assert imported_by(code) <= {"numpy"}
    if "list" in command:
        assert "first           quadrant, 7 episodes" in output_of(code)


def test_public_names_are_known_before_they_are_imported():
    """To `dir`, to `import *`; any other name is an error as in every module."""
    assert set(dir(hideseek)) >= set(hideseek.__all__)
    code = "from hideseek import *; print(HideAndSeek.__name__, Game.__name__, make_game.__name__, len(PRESETS))"
    assert output_of(code) == "HideAndSeek Game make_game 9\n"
    with pytest.raises(AttributeError, match="module 'hideseek' has no attribute 'Maze'"):
        hideseek.Maze  # noqa: B018
