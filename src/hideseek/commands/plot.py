"""`hideseek plot`."""

from pathlib import Path
from typing import Literal

from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path


def main(arguments: list[str]) -> None:
    """Draw the curves of training runs."""
    call_with_options(_plot, "plot", arguments)


def _plot(
    runs: tuple[Path, ...],
    /,
    *,
    out: Path | None = None,
    x: Literal["agent_steps", "episodes", "minutes"] = "agent_steps",
) -> None:
    """Draw the curves of training runs (needs the extra `plot`).

    Args:
        runs: the runs' folders. Runs that differ in their seeds alone are one line in a band.
        out: the file to write, .png or .svg. By default curves.png in the first run's folder.
        x: what to draw over: agent steps, episodes, or minutes of training.
    """
    from hideseek.learn.plot import plot_runs

    if not runs:
        raise ValueError("runs is empty, expected at least one run folder")
    path = runs[0] / "curves.png" if out is None else out
    plot_runs(runs, path, x)
    print(printable_path(path))
