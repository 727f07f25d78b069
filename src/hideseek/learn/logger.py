"""Metrics of every iteration, kept as JSON lines and for TensorBoard."""

import json
from pathlib import Path
from types import TracebackType

from hideseek.checks import check_integer, check_number, check_path
from hideseek.learn.files import RunError, write_whole

FILE = "metrics.jsonl"


class Logger:
    """Appends to the metrics of a run folder; `iteration` says where the run stands, later lines are dropped."""

    def __init__(self, folder: Path, iteration: int) -> None:
        """Open the metrics.

        Raises:
            ValueError: `iteration` is negative or no integer.
            RunError: There is no such folder, or its metrics are damaged; nothing is changed.
        """
        from tensorboardX import SummaryWriter  # heavy

        folder = check_path("folder", folder)
        check_integer("iteration", iteration, 0)
        if not folder.is_dir():
            raise RunError(f"there is no run folder {folder}")
        path = folder / FILE
        kept = [line for line in _lines(path) if _iteration(path, line) <= iteration]
        write_whole(path, "".join(kept).encode())
        self._file = path.open("a")
        self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=iteration + 1)

    def write(self, metrics: dict[str, float]) -> None:
        """Write the metrics of the iteration that `metrics["iteration"]` names.

        Raises:
            ValueError: There is no iteration, or a metric is not a finite number; nothing is written.
        """
        if "iteration" not in metrics:
            raise ValueError(f"metrics has {', '.join(metrics) or 'nothing'}, expected an iteration")
        for name, value in metrics.items():
            check_number(f"{name} of metrics", value)
        self._file.write(json.dumps(metrics) + "\n")
        self._file.flush()
        for name, value in metrics.items():
            self._board.add_scalar(name, value, int(metrics["iteration"]))

    def __enter__(self) -> "Logger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._board.close()


def _iteration(path: Path, line: str) -> int:
    try:
        return int(json.loads(line)["iteration"])
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(f"{path} is damaged: {line.strip()!r} is no metrics of an iteration") from error


def _lines(path: Path) -> list[str]:
    """Return the complete lines of a file that may be missing, or cut off in its last line."""
    if not path.exists():
        return []
    return [line for line in path.read_text().splitlines(keepends=True) if line.endswith("}\n")]
