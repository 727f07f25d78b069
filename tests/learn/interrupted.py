"""A short run of the toy game, what it leaves, and ways to end it: `python -m tests.learn.interrupted` kills itself."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hideseek.learn.checkpoint import create_run_folder
from hideseek.learn.description import RunDescription
from hideseek.learn.files import load_json
from hideseek.learn.logger import read_metrics
from hideseek.learn.progress import finished_checkpoints, latest
from hideseek.learn.trainer import Trainer
from tests.learn.toy import NameTheBucket, describe, tiny_config

ITERATIONS = 5
# Policies enter the pool, and it overflows, between checkpoints and with them. Whatever updates can keep is kept.
OPTIONS = {"past_share": 0.5, "checkpoint_interval": 2, "snapshot_interval": 1, "pool_size": 2}
OPTIONS |= {"part_chunks": 16, "noise_scale": True, "kl_target": 0.005, "skip_below": 0.5}


class MortalEnv(NameTheBucket):
    """Kills its process instead of taking a certain step; lives on if that is 0."""

    def __init__(self, last_step: int = 0) -> None:
        super().__init__(tiny_config().world_count, preparation=0.2)
        self._steps_left = last_step

    def step(self, movement: np.ndarray, grab: np.ndarray, lock: np.ndarray):
        """Count, then go on."""
        self._steps_left -= 1
        if self._steps_left == 0:
            kill()
        return super().step(movement, grab, lock)


def description() -> RunDescription:
    """Return the description of all runs here."""
    return describe(MortalEnv(), **OPTIONS)


def open_run(folder: Path, last_step: int = 0) -> Trainer:
    """Open the run in a folder, or start it where it has no checkpoint."""
    resume = folder.exists() and bool(finished_checkpoints(folder))
    if not resume:
        create_run_folder(folder, description(), overwrite=True)
    return Trainer(folder, description(), [MortalEnv(last_step)], resume)


def outcome(folder: Path) -> dict[str, object]:
    """Return all that a run has left but times: every byte of weights, states and pool, the counters, the metrics."""
    files: dict[str, object] = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.safetens*")
    }
    progress = load_json(latest(folder) / "progress.json")
    lines = read_metrics(folder)
    timeless = [{name: x for name, x in line.items() if "second" not in name and "time" not in name} for line in lines]
    return {**files, "progress": {**progress, "seconds": None}, "metrics": timeless}


def kill() -> None:
    """End this process as a loss of power would."""
    os.kill(os.getpid(), signal.SIGKILL)


class FileWatch:
    """Calls a function before a file or folder is opened, made, renamed or deleted; make one per process."""

    def __init__(self) -> None:
        self._function: Callable[[], None] | None = None
        self._folder = ""
        sys.addaudithook(self._see)  # cannot be taken off again

    @contextmanager
    def __call__(self, folder: Path, function: Callable[[], None]) -> Iterator[None]:
        """Watch what lies below a folder, within the `with` block."""
        self._function, self._folder = function, str(folder)
        try:
            yield
        finally:
            self._function = None

    def _see(self, event: str, arguments: tuple) -> None:
        function = self._function
        if function is None or event not in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"):
            return
        if str(arguments[0]).startswith(self._folder):
            self._function = None  # what the function does is not watched
            function()
            self._function = function


def main(folder: Path, last_step: int) -> None:
    """Train until that step of this process or, if it is 0, until the first checkpoint from here on is half written."""
    trainer, half = open_run(folder, last_step), folder / "checkpoints" / "unfinished" / "rollout.safetensors"
    with FileWatch()(folder, lambda: kill() if last_step == 0 and half.exists() else None):
        trainer.learn(iterations=ITERATIONS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
