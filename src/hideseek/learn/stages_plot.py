"""The figure of a run's stages, drawn with Matplotlib, which needs the extra `plot`."""

import importlib
from pathlib import Path
from typing import Any

from hideseek.evaluate.behaviour.names import LABELS, PREFIX
from hideseek.figures import COLOURS, GREY, check_plot_file, import_matplotlib, save_figure, set_plain_text
from hideseek.learn.files import RunError
from hideseek.learn.logger import read_metrics
from hideseek.learn.stages import WINDOW, Course, load_courses, moving_mean

SIZE = (10.0, 8.0)
"""Width and height [inch]."""
SHARES = ("door_blocked_prep", "sheltered_prep", "ramp_use", "ramp_defence", "box_surfing", "surf_defence")
"""Drawn in the large diagram, in this order, those that the run has logged."""
SPEEDS = {"seekers chase": "chasing", "hiders flee": "fleeing"}
"""In the lower left diagram."""
MOVES = {"box, preparation": "max_box_move_prep", "box, end": "max_box_move", "ramp, end": "max_ramp_move"}
"""Statistics of the paper, in the lower right diagram."""
FROM_THE_START = 1.2
"""An axis of logarithms has no 0: what is there from the start is marked at this multiple of where the axis begins."""
PAPER, RUN = 0.0, 1.0
"""Heights in the diagram of the stages."""


def draw_stages(run_folder: Path, output: Path) -> tuple[Course, ...]:
    """Draw what a run's agents did over episodes, the stages that it reached, and the paper's on the same axis.

    Args:
        run_folder: the run's.
        output: the file to write, `.png` or `.svg`.

    Returns:
        The course of each stage, as it is drawn.

    Raises:
        ImportError: The extra is not installed.
        TypeError: A path is none.
        ValueError: There cannot be such a file.
        RunError: There is no such run, it has no metrics, or none of behaviours over `WINDOW` episodes.
    """
    output = check_plot_file(output)
    module = import_matplotlib()
    courses = load_courses(run_folder)
    metrics = read_metrics(run_folder)
    if not any(course.mean.size for course in courses):
        raise RunError(f"{run_folder} has logged no behaviours, or of fewer than {WINDOW:,} episodes")
    figure = module.Figure(figsize=SIZE, layout="constrained")
    title = figure.suptitle("", x=0.01, ha="left")
    set_plain_text(title, f"{Path(run_folder).resolve().name}: means over {WINDOW:,} episodes")
    grid = figure.add_gridspec(3, 2, height_ratios=(0.5, 2.4, 1.4))
    first = min(course.episodes[0] for course in courses if course.episodes.size)
    last = max(max(course.stage.milestone, *course.episodes[-1:]) for course in courses)
    limits = 0.9 * first, 1.25 * last
    _draw_stages(figure.add_subplot(grid[0, :]), courses, limits)
    shares = {LABELS[name]: PREFIX + name for name in SHARES}
    speeds = {label: PREFIX + name for label, name in SPEEDS.items()}
    moves = {label: f"episode/{name}" for label, name in MOVES.items()}
    for place, lines, unit, scale in (
        (grid[1, :], shares, "% of episodes", 100.0),
        (grid[2, 0], speeds, "m/s", 1.0),
        (grid[2, 1], moves, "furthest displacement, m", 1.0),
    ):
        _draw(figure.add_subplot(place), metrics, lines, unit, scale, limits)
    save_figure(figure, output)
    return courses


def _draw_stages(axes: Any, courses: tuple[Course, ...], limits: tuple[float, float]) -> None:
    """Draw when the run reached each stage, and when the paper did."""
    titles = []
    for number, course in enumerate(courses, 1):
        stage = course.stage
        is_speed = stage.behaviour in SPEEDS.values()
        threshold = f"{stage.threshold:g} m/s" if is_speed else f"{100 * stage.threshold:g} %"
        titles.append(f"{number} {stage.title}: {LABELS[stage.behaviour].removesuffix(', m/s')} at least {threshold}")
        _mark(axes, max(stage.milestone, FROM_THE_START * limits[0]), PAPER, number, GREY)
        if course.reached is not None:
            _mark(axes, course.reached, RUN, number, "black")
    axes.set_title("\n".join(titles), loc="left", fontsize="small", color=GREY)
    axes.set_yticks([PAPER, RUN], ["paper", "this run"])
    axes.set_ylim(PAPER - 0.7, RUN + 0.7)
    _finish(axes, limits)
    axes.tick_params(labelbottom=False)


def _mark(axes: Any, x: float, y: float, number: int, colour: str) -> None:
    """Draw the number of a stage in a disc."""
    axes.plot(x, y, "o", color=colour, markersize=13.0, clip_on=False)
    axes.text(x, y, str(number), color="white", ha="center", va="center_baseline", fontsize="small")


def _draw(
    axes: Any,
    metrics: list[dict[str, float]],
    lines: dict[str, str],
    unit: str,
    scale: float,
    limits: tuple[float, float],
) -> None:
    """Draw the metrics that were logged."""
    for colour, (label, name) in zip(COLOURS, lines.items(), strict=False):
        episodes, mean = moving_mean(metrics, name)
        if episodes.size:
            axes.plot(episodes, scale * mean, color=colour, linewidth=1.5, label=label)
    axes.set_ylabel(unit, color=GREY)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize="small", frameon=False, borderpad=0.0)
    if scale > 1.0:
        axes.set_ylim(0.0, scale)
    axes.set_xlabel("episodes", color=GREY)
    _finish(axes, limits)


def _finish(axes: Any, limits: tuple[float, float]) -> None:
    """Set up the axis of episodes."""
    ticker = importlib.import_module("matplotlib.ticker")
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.xaxis.set_major_formatter(ticker.EngFormatter(sep=""))
    axes.tick_params(colors=GREY, labelsize="small")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
