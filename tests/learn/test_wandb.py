"""Metrics at Weights & Biases: off unless asked for; a stand-in for the module notes what it is told."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from hideseek.learn.files import RunError, load_json
from hideseek.learn.logger import Logger
from hideseek.learn.run import train
from hideseek.learn.wandb_run import WandbRun, import_wandb
from tests.learn.toy import NameTheBucket, describe
from tests.refusal import assert_refused


class FakeError(Exception):
    """Stands in for `wandb.Error`."""


class FakeRun:
    """Notes what is logged."""

    def __init__(self, options: dict) -> None:
        self.options, self.logged, self.finished = options, [], False
        self.id = options["id"] or "fresh"

    def log(self, metrics: dict[str, float], step: int) -> None:
        """Note metrics."""
        self.logged.append((step, metrics))

    def finish(self) -> None:
        """Note the end."""
        self.finished = True


@pytest.fixture
def runs(monkeypatch) -> list[FakeRun]:
    """Return the runs that a stand-in for `wandb` has begun."""
    begun: list[FakeRun] = []

    def init(**options: object) -> FakeRun:
        begun.append(FakeRun(options))
        return begun[-1]

    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=init, Error=FakeError))
    return begun


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a run folder with a description."""
    describe(NameTheBucket(1)).save(tmp_path)
    return tmp_path


def test_metrics_are_sent_and_a_resumed_run_goes_on_in_its_place(runs: list[FakeRun], folder: Path):
    """Project, name and the whole description; each iteration is a step; the second logger asks for the first's id."""
    with Logger(folder, 0, wandb="hiding") as logger:
        logger.write({"iteration": 1, "episode/hidden": 0.5})
        assert not runs[0].finished
    assert runs[0].finished
    assert runs[0].logged == [(1, {"iteration": 1, "episode/hidden": 0.5})]
    options = runs[0].options
    assert (options["project"], options["name"], options["id"]) == ("hiding", folder.name, None)
    assert options["config"] == load_json(folder / "config.json")
    with Logger(folder, 1, wandb="hiding") as logger:
        logger.write({"iteration": 2})
    assert (runs[1].options["id"], runs[1].options["resume"]) == ("fresh", "allow")
    assert len((folder / "metrics.jsonl").read_text().splitlines()) == 2


def test_nothing_is_sent_unasked(runs: list[FakeRun], folder: Path):
    """Without a project the module is left alone."""
    with Logger(folder, 0) as logger:
        logger.write({"iteration": 1})
    assert not runs
    assert not (folder / "wandb.json").exists()


def test_refusal_is_one_line_and_changes_nothing(runs: list[FakeRun], folder: Path, monkeypatch):
    """For want of a login, say."""

    def refuse(**options: object) -> FakeRun:
        raise FakeError("no login:\ncall wandb login")

    monkeypatch.setattr(sys.modules["wandb"], "init", refuse)
    with pytest.raises(RunError, match="Weights & Biases cannot be used: no login: call wandb login"):
        Logger(folder, 0, wandb="hiding")
    assert [path.name for path in folder.iterdir()] == ["config.json"]
    assert_refused(lambda: WandbRun(folder, 3), TypeError, "project is 3, expected the name of a project")


def test_absence_is_said_before_any_work(tmp_path: Path, monkeypatch):
    """One sentence that says how to install it; no folder is made."""
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(ImportError, match=r"not installed; install it with: pip install 'hideseek\[wandb\]'"):
        import_wandb()
    with pytest.raises(ImportError, match="Weights & Biases is not installed"):
        train("quadrant", out=tmp_path / "run", iterations=1, wandb="hiding")
    assert not list(tmp_path.iterdir())
