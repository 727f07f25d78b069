"""Metrics of every iteration, kept as JSON lines and for TensorBoard."""

import json
from pathlib import Path
from types import TracebackType

from hideseek.learn.storage import write_whole

FILE = "metrics.jsonl"


class Logger:
    """Appends to the metrics of a run folder; `iteration` says where the run stands, later lines are dropped."""

    def __init__(self, folder: Path, iteration: int) -> None:
        from tensorboardX import SummaryWriter  # heavy

        path = folder / FILE
        kept = [line for line in _lines(path) if json.loads(line)["iteration"] <= iteration]
        write_whole(path, "".join(kept).encode())
        self._file = path.open("a")
        self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=iteration + 1)

    def write(self, metrics: dict[str, float]) -> None:
        """Write the metrics of the iteration that `metrics["iteration"]` names."""
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


def _lines(path: Path) -> list[str]:
    """Return the complete lines of a file that may be missing, or cut off in its last line."""
    if not path.exists():
        return []
    return [line for line in path.read_text().splitlines(keepends=True) if line.endswith("}\n")]
