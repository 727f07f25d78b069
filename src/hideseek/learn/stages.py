"""The stages of emergence that a run went through, by what its agents did, beside those of the paper."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_choice, check_path
from hideseek.evaluate.behaviour.names import PREFIX
from hideseek.game.objective.options import HideAndSeekObjective
from hideseek.learn.description import RunDescription
from hideseek.learn.logger import read_metrics

WINDOW = 2000
"""Episodes over which a behaviour is averaged."""
Points = Float64[np.ndarray, " point"]


@dataclass(frozen=True)
class Stage:
    """A stage of Baker et al. 2019, and the behaviour by which it is told."""

    title: str
    behaviour: str
    threshold: float
    """The stage is there when the behaviour's mean over the last `WINDOW` episodes is at least this."""
    milestone: float
    """Episodes after which it appeared in the paper."""

    @property
    def metric(self) -> str:
        """The name of the behaviour in the logs."""
        return PREFIX + self.behaviour


STAGES: dict[str, tuple[Stage, ...]] = {
    "quadrant": (
        Stage("chasing", "chasing", 0.5, 0.0),
        Stage("door blocking", "door_blocked_prep", 0.5, 2.69e6),
        Stage("ramp use", "ramp_use", 0.2, 8.62e6),
        Stage("ramp defence", "ramp_defence", 0.5, 14.5e6),
    ),
    "random_walls": (
        Stage("running and chasing", "chasing", 0.5, 0.0),
        Stage("fort building", "sheltered_prep", 0.5, 22e6),
        Stage("ramp use", "ramp_use", 0.2, 88e6),
        Stage("ramp defence", "ramp_defence", 0.5, 115e6),
        Stage("box surfing", "box_surfing", 0.2, 388e6),
        Stage("surf defence", "surf_defence", 0.5, 458e6),
    ),
}
"""By layout. Shares of episodes, but for chasing: speed towards a hider in sight [m/s]."""


@dataclass(frozen=True)
class Course:
    """How a run came to one stage, or not."""

    stage: Stage
    episodes: Points
    """Episodes that had ended, iteration by iteration, from the first full `WINDOW` on."""
    mean: Points
    """Of the behaviour over the `WINDOW` before."""

    @property
    def reached(self) -> int | None:
        """Episodes after which the stage was there first; None where it never was."""
        over = np.flatnonzero(self.mean >= self.stage.threshold)
        return int(self.episodes[over[0]]) if over.size else None


def load_courses(run_folder: Path) -> tuple[Course, ...]:
    """Return a run's courses, one per stage of its game, from what it has logged.

    Raises:
        TypeError: `run_folder` is no path.
        ValueError: Its game is no hide-and-seek, or has a layout without stages.
        RunError: It is no run folder, or it has no metrics, or they are damaged.
    """
    folder = check_path("run_folder", run_folder)
    game = RunDescription.load(folder).game
    check_choice("objective of the run's game", game.objective.name, (HideAndSeekObjective.name,))
    check_choice("layout of the run's game", game.layout.name, tuple(STAGES))
    metrics = read_metrics(folder)
    return tuple(Course(stage, *moving_mean(metrics, stage.metric)) for stage in STAGES[game.layout.name])


def moving_mean(metrics: list[dict[str, float]], name: str) -> tuple[Points, Points]:
    """Return a metric's means over the last `WINDOW` episodes, and the numbers of episodes at which they are known.

    An iteration counts with the episodes that ended in it, those of worlds in which a past policy plays among them.

    Args:
        metrics: of a run, one dict per iteration, in order.
        name: of the metric; iterations without it are left out.
    """
    known = [line for line in metrics if name in line]
    if not known:
        return np.zeros(0), np.zeros(0)
    ends = np.array([line["episodes"] for line in known], np.float64)
    counts = np.diff(ends, prepend=0.0)
    sums = np.concatenate([[0.0], np.cumsum(counts * np.array([line[name] for line in known]))])
    bounds = np.concatenate([[0.0], ends])
    # Where a window begins within an iteration, that iteration counts in part.
    means = (sums[1:] - np.interp(ends - WINDOW, bounds, sums)) / WINDOW
    is_full = ends >= WINDOW
    return ends[is_full], means[is_full]


def stage_lines(courses: tuple[Course, ...]) -> list[str]:
    """Return one line of text per stage: when it was reached, or how far the run came, and the paper's milestone."""
    lines = []
    for number, course in enumerate(courses, 1):
        stage = course.stage
        if course.reached is not None:
            found = f"after {course.reached:,} episodes"
        elif course.mean.size:
            found = f"not reached: {course.mean.max():.3f} at best, {stage.threshold:g} asked for"
        else:
            found = f"not known: fewer than {WINDOW:,} episodes were logged"
        lines.append(f"{number} {stage.title:<20}{found} (paper: {stage.milestone / 1e6:g} million)")
    return lines
