"""Two processes never train in one folder, and one that died keeps nobody out."""

import errno
import fcntl
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from hideseek.learn.checkpoint import create_run_folder
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.lock import FILE, locked
from hideseek.learn.run import train
from tests.learn.toy import NameTheBucket, describe

HOLD = """
import sys
from pathlib import Path
from hideseek.learn.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""
IN_USE = "is in use: another process is training there"


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A folder that looks as if a run could be resumed there."""
    folder = tmp_path / "run"
    create_run_folder(folder, describe(NameTheBucket(1)), overwrite=False)
    (folder / "checkpoints" / "00000000").mkdir(parents=True)
    return folder


@pytest.fixture
def holder(run_folder: Path) -> Iterator[subprocess.Popen]:
    """Another process, which has the folder's lock."""
    command = [sys.executable, "-c", HOLD, str(run_folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def test_a_folder_in_use_is_neither_resumed_nor_overwritten(run_folder: Path, holder: subprocess.Popen):
    """Either is one error, and every file stays."""
    before = sorted(run_folder.rglob("*"))
    description = RunDescription.load(run_folder)
    with pytest.raises(RunError, match=f"run {IN_USE}"):
        train("toy", out=run_folder, game=description.game, resume=True, iterations=0)
    with pytest.raises(RunError, match=f"run {IN_USE}"):
        train("quadrant", out=run_folder, overwrite=True, iterations=0)
    assert sorted(run_folder.rglob("*")) == before
    assert RunDescription.load(run_folder) == description


def test_a_killed_process_keeps_nobody_out(run_folder: Path, holder: subprocess.Popen):
    """The file stays, the lock does not."""
    with pytest.raises(RunError, match=IN_USE), locked(run_folder):
        pass
    holder.kill()
    holder.wait()
    assert (run_folder / FILE).exists()
    with locked(run_folder):
        pass


def test_overwriting_a_run_keeps_its_lock(run_folder: Path):
    """All else of the old run goes."""
    with locked(run_folder):
        create_run_folder(run_folder, describe(NameTheBucket(1), epochs=3), overwrite=True)
        assert sorted(path.name for path in run_folder.iterdir()) == ["config.json", FILE]
        assert RunDescription.load(run_folder).config.epochs == 3
        with pytest.raises(RunError, match=IN_USE), locked(run_folder):
            pass


def test_an_error_lets_go_of_the_lock(tmp_path: Path):
    """A folder in which nothing began can be used."""
    with pytest.raises(KeyError), locked(tmp_path / "new"):
        raise KeyError
    create_run_folder(tmp_path / "new", describe(NameTheBucket(1)), overwrite=False)
    with locked(tmp_path / "new"):
        pass


@pytest.mark.parametrize("error", [OSError(errno.ENOLCK, "No locks available"), ImportError("No module named 'fcntl'")])
def test_where_there_are_no_locks_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception):
    """Training goes on: some file systems and systems have none."""

    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.warns(UserWarning, match="cannot be locked .*see that no other process trains there"), locked(tmp_path):
        pass
    monkeypatch.undo()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with locked(tmp_path):
            pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    """A file in its place, or no path at all."""
    (tmp_path / "file").write_text("words")
    with (
        pytest.raises(RunError, match="file/run/lock cannot be written: Not a directory"),
        locked(tmp_path / "file" / "run"),
    ):
        pass
    with pytest.raises(TypeError, match="folder is 3, expected a path"), locked(3):
        pass
