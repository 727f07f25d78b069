"""Metrics of every iteration, kept as JSON lines, for TensorBoard and, where asked for, at Weights & Biases."""

import json
from pathlib import Path
from types import TracebackType

from hideseek.checks import check_integer, check_number, check_path
from hideseek.learn.files import RunError, append, write_whole
from hideseek.learn.wandb_run import WandbRun

FILE = "metrics.jsonl"


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
        kept = [line for line in _lines(path) if _iteration(path, line) <= iteration]
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
        append(self._path, (json.dumps(metrics) + "\n").encode())
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
    for line in lines:
        _iteration(path, line)
    return [json.loads(line) for line in lines]


def _iteration(path: Path, line: str) -> int:
    try:
        return int(json.loads(line)["iteration"])
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(f"{path} is damaged: {line.strip()!r} is no metrics of an iteration") from error


def _lines(path: Path) -> list[str]:
    """Return the complete lines of a file that may be missing, or cut off in its last line."""
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("}\n")]
