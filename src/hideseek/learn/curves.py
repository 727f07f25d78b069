"""Curves of training runs: what was logged, over a common axis, with the seeds of one configuration taken together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_choice, check_instance, check_path
from hideseek.learn.description import RunDescription
from hideseek.learn.logger import read_metrics

POINTS = 60
"""Most points of a curve; each is the mean over equally many iterations, the last over what is left."""
AXES: dict[str, Callable[[dict[str, float]], float]] = {
    "agent_steps": lambda metrics: metrics["agent_steps"],
    "episodes": lambda metrics: metrics["episodes"],
    "minutes": lambda metrics: metrics["seconds"] / 60.0,
}
"""What curves can be drawn over, read off the metrics of an iteration."""
Values = Float64[np.ndarray, " point"]


@dataclass(frozen=True)
class Curve:
    """A metric over a run, or over several runs that differ in their seeds alone."""

    x: Values
    mean: Values
    """Over the runs."""
    low: Values
    """Smallest of the runs."""
    high: Values
    """Largest of the runs."""


@dataclass(frozen=True)
class RunGroup:
    """Runs that differ in their seeds alone."""

    label: str
    runs: tuple[list[dict[str, float]], ...]
    """The metrics of each run, one dict per iteration."""

    def curve(self, metric: str, axis: str) -> Curve | None:
        """Return a metric's curve over one of `AXES`, or None where not all runs logged it.

        With several runs it spans what all of them cover.

        Raises:
            TypeError: `metric` is no string.
            ValueError: There is no such axis, or the runs have no stretch of it in common.
        """
        check_instance("metric", metric, str, "the name of a metric")
        check_choice("axis", axis, tuple(AXES))
        curves = [_thinned(run, metric, AXES[axis]) for run in self.runs]
        if not all(x.size for x, _ in curves):
            return None
        if len(curves) == 1:
            x, y = curves[0]
            return Curve(x, y, y, y)
        first, last = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
        if first > last:
            raise ValueError(f"the runs of {self.label} have no {axis} in common, expected runs of similar length")
        grid = np.linspace(first, last, POINTS)
        values = np.stack([np.interp(grid, x, y) for x, y in curves])
        return Curve(grid, values.mean(0), values.min(0), values.max(0))


def load_groups(folders: Sequence[Path]) -> list[RunGroup]:
    """Read the metrics of runs, and group the runs whose descriptions differ in their seeds alone, in order.

    Raises:
        TypeError: A folder is no path.
        ValueError: There is no folder, or one is named twice.
        RunError: A folder is no run folder, or it has no metrics, or they are damaged.
    """
    paths = [check_path("folder", folder) for folder in folders]
    if not paths:
        raise ValueError("folders is empty, expected at least one run folder")
    groups: dict[RunDescription, list[Path]] = {}
    for path in paths:
        groups.setdefault(replace(RunDescription.load(path), seed=0), []).append(path)
        if [other.resolve() for other in paths].count(path.resolve()) > 1:
            raise ValueError(f"folders has {path} twice, expected every run once")
    labels = _labels(paths)
    return [
        RunGroup(_join([labels[path] for path in members]), tuple(read_metrics(path) for path in members))
        for members in groups.values()
    ]


def _thinned(
    run: list[dict[str, float]], metric: str, position: Callable[[dict[str, float]], float]
) -> tuple[Values, Values]:
    """Return the places and values of a metric, averaged over stretches of iterations; empty where never logged."""
    known = [metrics for metrics in run if metric in metrics]
    points = np.array([(position(metrics), metrics[metric]) for metrics in known], np.float64).reshape(-1, 2)
    length = max(1, -(-len(points) // POINTS))
    means = np.array([points[i : i + length].mean(0) for i in range(0, len(points), length)]).reshape(-1, 2)
    return means[:, 0], means[:, 1]


def _labels(paths: list[Path]) -> dict[Path, str]:
    """Return the runs' names; their paths where names alone would not tell them apart."""
    names = [path.resolve().name for path in paths]
    unique = len(set(names)) == len(names)
    return {path: name if unique else str(path) for path, name in zip(paths, names, strict=True)}


def _join(labels: list[str]) -> str:
    """Return one label for runs of one configuration."""
    return labels[0] if len(labels) == 1 else f"{labels[0]} ... {labels[-1]} ({len(labels)} runs)"
