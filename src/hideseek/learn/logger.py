"""Metrics of every iteration, kept as JSON lines, for TensorBoard and, where asked for, at Weights & Biases.

The last entry of a line is a checksum of the others; lines of the first run folders have none.
"""

import json
import zlib
from pathlib import Path
from types import TracebackType

from hideseek.checks import check_integer, check_number, check_path, shown
from hideseek.files import parse_json
from hideseek.learn.files import RunError, append, write_whole
from hideseek.learn.wandb_run import WandbRun

FILE = "metrics.jsonl"
CHECKSUM = "crc32"


class Logger:
    """Appends to the metrics of a run folder; `iteration` says where the run stands, later lines are dropped."""

    def __init__(self, folder: Path, iteration: int, wandb: str | None = None) -> None:
        """Open the metrics.

        Args:
            folder: The run's.
            iteration: The last one whose metrics are kept.
            wandb: Project at Weights & Biases that gets the metrics, too.

        Raises:
            ImportError: `wandb` is given and the extra is not installed.
            ValueError: `iteration` is negative or no integer.
            RunError: There is no such folder, its metrics are damaged, or Weights & Biases refuses; nothing is changed.
        """
        from hideseek.learn.tensorboard import EventFile  # heavy

        folder = check_path("folder", folder)
        check_integer("iteration", iteration, 0)
        if not folder.is_dir():
            raise RunError(f"there is no run folder {folder}")
        path = folder / FILE
        kept = [line for line in _lines(path) if _metrics(path, line)["iteration"] <= iteration]
        self._wandb = None if wandb is None else WandbRun(folder, wandb)
        write_whole(path, "".join(kept).encode())
        self._path = path
        self._board = EventFile(folder / "tensorboard", iteration + 1)

    def write(self, metrics: dict[str, float]) -> None:
        """Write the metrics of the iteration that `metrics["iteration"]` names.

        Raises:
            ValueError: There is no iteration, or a metric is not a finite number; nothing is written.
            WriteError: The disk is full, say.
        """
        if "iteration" not in metrics:
            raise ValueError(f"metrics has {', '.join(metrics) or 'nothing'}, expected an iteration")
        for name, value in metrics.items():
            check_number(f"{name} of metrics", value)
        append(self._path, (json.dumps({**metrics, CHECKSUM: _checksum(metrics)}) + "\n").encode())
        self._board.write(int(metrics["iteration"]), metrics)
        if self._wandb is not None:
            self._wandb.write(metrics)

    def __enter__(self) -> "Logger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._wandb is not None:
            self._wandb.close()


def read_metrics(folder: Path) -> list[dict[str, float]]:
    """Return the metrics of a run, one dict per iteration, in order.

    Raises:
        RunError: There are none, or they are damaged.
    """
    path = check_path("folder", folder) / FILE
    lines = _lines(path)
    if not lines:
        raise RunError(f"{folder} has no metrics yet")
    return [_metrics(path, line) for line in lines]


def _metrics(path: Path, line: str) -> dict[str, float]:
    """Return the metrics in a line; raise RunError where it holds something else, or they have changed."""
    try:
        metrics = parse_json(line)
        checksum = metrics.pop(CHECKSUM, None)
        check_integer("iteration", metrics["iteration"], 0)
        for name, value in metrics.items():
            check_number(name, value)
        if checksum is not None and checksum != _checksum(metrics):
            raise ValueError("its checksum is that of other metrics")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{path} is damaged: {shown(line.strip())} is no metrics of an iteration") from error
    return metrics


def _checksum(metrics: dict[str, float]) -> int:
    return zlib.crc32(json.dumps(metrics).encode())


def _lines(path: Path) -> list[str]:
    """Return the complete lines of a file that may be missing, or cut off in its last line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read: {error}") from error
    return [f"{line}\n" for line in lines[:-1]]
