"""`hideseek doctor`: what there is, what there is not, and what needs it."""

import re
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import jax
import pytest

from hideseek.cli import main
from hideseek.commands import doctor
from hideseek.machine import available_processors


@pytest.fixture
def rows(capsys: pytest.CaptureFixture) -> Callable[[], dict[str, str]]:
    """Return what runs the command and returns its lines by their first words."""

    def run() -> dict[str, str]:
        main(["doctor"])
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
        return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}

    return run


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Let there be no programs but those that this makes, of a name and a shell script."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def make(name: str, script: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)

    return make


def test_it_tells_versions_devices_and_folders(rows: Callable[[], dict[str, str]]):
    """Of what it runs on now."""
    found = rows()
    assert found["hideseek"].startswith(version("hideseek"))
    assert found["numpy"].startswith(f"{version('numpy')}: ")
    assert f"{jax.device_count()} x " in found["JAX"]
    assert found["cores"].endswith(f"the simulator runs on {available_processors()} at a time")
    assert "GiB" in found["memory"]
    assert {"kernels", "networks", "ffmpeg", "Chromium", "GPU"} <= set(found)


def test_programs_are_found_or_their_use_is_told(rows, programs, tmp_path: Path):
    """Either way it says what needs them."""
    programs("ffmpeg", "exit 0")
    found = rows()
    assert found["ffmpeg"] == f"{tmp_path / 'ffmpeg'}: films as .mp4; .gif and .apng do without"
    assert found["Chromium"].startswith("not found: the tests")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo 'NVIDIA H100, 550.54'", "NVIDIA H100, 550.54, not used: pip install 'hideseek[cuda]'"),
        ("echo 'driver broken' >&2; exit 9", "none found"),
    ],
)
def test_gpus_that_jax_does_not_use_are_told(rows, programs, script: str, expected: str):
    """A broken driver is none."""
    programs("nvidia-smi", script)
    assert rows()["GPU"].startswith(expected)


def test_what_is_not_installed_is_told_with_the_way_to_have_it(rows, monkeypatch: pytest.MonkeyPatch):
    """Each with its extra; without JAX, too."""

    def find(name: str) -> str:
        if name == "mujoco":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(doctor, "version", find)
    monkeypatch.setitem(sys.modules, "jax", None)
    found = rows()
    assert found["mujoco"].startswith("not installed, pip install 'hideseek[mujoco]': watch --engine mujoco")
    assert found["JAX"].startswith("not there")


def test_extras_are_those_of_the_package():
    """Each brings its library, if not every installation has it; no library of an extra is left out."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    names = {
        extra: {re.match(r"[\w-]+", requirement)[0].lower() for requirement in requirements}
        for extra, requirements in {**project["optional-dependencies"], "": project["dependencies"]}.items()
    }
    for name, (extra, _) in doctor.LIBRARIES.items():
        assert name in names.get(extra, set()) | names[""] or extra not in names, name
    offered = set().union(*(names[extra] for extra in names if extra != "test"))
    assert offered - {"anyio", "jaxtyping", "hideseek"} <= set(doctor.LIBRARIES)
