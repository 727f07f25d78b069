"""Runs that die, at any moment, go on as if they had not; failures keep the last checkpoint."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek import files
from hideseek.learn.checkpoint import load_checkpoint
from hideseek.learn.files import RunError
from hideseek.learn.progress import finished_checkpoints, latest
from tests.learn.interrupted import ITERATIONS, FileWatch, description, open_run, outcome

ROOT = Path(__file__).parents[2]
SEED = 0
watch = FileWatch()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a run leaves that nobody interrupts."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    open_run(folder).learn(iterations=ITERATIONS)
    return outcome(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_killed_at_any_change_of_a_file_it_goes_on_exactly(tmp_path: Path, whole: dict[str, object]):
    """What kill -9 would leave at each moment has only whole checkpoints; runs resumed from some of them end equal."""
    folder, left = tmp_path / "run", []

    def copy() -> None:
        left.append(tmp_path / f"{len(left)}")
        shutil.copytree(folder, left[-1])

    trainer = open_run(folder)
    with watch(folder, copy):
        trainer.learn(iterations=ITERATIONS)
    known: dict[str, dict[str, bytes]] = {}
    for remains in left:
        assert finished_checkpoints(remains)
        for path in finished_checkpoints(remains):
            if path.name not in known:
                load_checkpoint(remains, description())
                known[path.name] = contents(path)
            assert contents(path) == known[path.name]
    assert sorted(map(int, known)) == [0, 2, 4, 5]
    writing = [remains for remains in left if (remains / "checkpoints" / "unfinished").exists()]
    generator = np.random.default_rng(SEED)
    for remains in [*generator.choice(writing, 2, replace=False), *generator.choice(left, 2, replace=False)]:
        open_run(remains).learn(iterations=ITERATIONS)
        assert outcome(remains) == whole


def test_processes_killed_in_play_and_in_writing_leave_a_run_that_goes_on_exactly(tmp_path: Path, whole: dict):
    """One process dies at a random step, the next in the middle of a checkpoint; the third ends as if none had."""
    folder = tmp_path / "run"
    step = int(np.random.default_rng(SEED).integers(21, 80))
    environment = {**os.environ, "JAX_NUM_CPU_DEVICES": str(len(jax.devices()))}  # another number rounds otherwise
    for last_step in (step, 0):
        command = [sys.executable, "-m", "tests.learn.interrupted", str(folder), str(last_step)]
        ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, env=environment)
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert (folder / "checkpoints" / "unfinished").exists()
    open_run(folder).learn(iterations=ITERATIONS)
    assert outcome(folder) == whole


def test_full_disk_at_any_write_is_one_error_and_keeps_the_last_checkpoint(
    tmp_path: Path, whole: dict, monkeypatch: pytest.MonkeyPatch
):
    """Each write of an iteration with a checkpoint fails once; the run goes on from what is left, and ends equal."""
    folder = tmp_path / "run"
    open_run(folder).learn(iterations=1)
    last, room = latest(folder), iter(range(0))
    before = contents(last)
    fsync = os.fsync

    def fail_when_full(descriptor: int) -> None:
        if next(room, None) is None:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(files.os, "fsync", fail_when_full)
    trainer, errors = open_run(folder), []
    for writes in range(0, 100, 2):  # every other one is of a folder
        room = iter(range(writes))
        try:
            trainer.learn(iterations=2)
        except RunError as error:
            errors.append(str(error))
        else:
            break
        assert contents(last) == before
        assert not list(folder.rglob("*.tmp"))
        assert not (folder / "checkpoints" / "unfinished").exists()
        trainer = open_run(folder)
    assert len(errors) > 5
    assert all("No space left on device; training stopped, the last checkpoint in" in error for error in errors)
    monkeypatch.undo()
    trainer.learn(iterations=ITERATIONS)
    assert outcome(folder) == whole
