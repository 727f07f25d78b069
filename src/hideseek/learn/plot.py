"""Figures of training runs, drawn with Matplotlib, which needs the extra `plot`. No display is needed."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hideseek.checks import check_choice
from hideseek.figures import COLOURS, GREY, check_plot_file, import_matplotlib, save_figure, set_plain_text
from hideseek.learn.curves import AXES, RunGroup, load_groups

COLUMNS = 4
PANEL_SIZE = (3.6, 2.7)
"""Width and height [inch]."""
LINE_HEIGHT = 0.25
"""Of a line with the runs' names [inch]."""
STYLES = ("-", (0, (4, 1.5)))
LINES_LEGEND = {
    "loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": 2, "frameon": False, "fontsize": "small",
    "borderaxespad": 0.4, "borderpad": 0.0, "handlelength": 1.5, "columnspacing": 0.8, "handletextpad": 0.5,
}  # fmt: skip
"""Beside a panel's title, where it hides nothing."""
AXIS_LABELS = {"agent_steps": "agent steps", "episodes": "episodes", "minutes": "time of training [min]"}


@dataclass(frozen=True)
class Panel:
    """One small diagram: up to two metrics on one scale."""

    title: str
    unit: str
    metrics: dict[str, str]
    """What a metric's line is called; the name of the metric."""
    scale: float = 1.0
    """What values are multiplied by."""
    from_zero: bool = True
    """Whether the scale begins at 0."""


def _both_phases(title: str, unit: str, statistic: str) -> Panel:
    """Return the panel of a statistic of Baker et al. 2019, section 4."""
    metrics = {"end": f"episode/{statistic}", "preparation": f"episode/{statistic}_prep"}
    return Panel(title, unit, metrics)


PANELS = (
    Panel(
        "Return",
        "reward per episode",
        {"hiders": "episode/hider_return", "seekers": "episode/seeker_return"},
        from_zero=False,
    ),
    Panel("Hidden after preparation", "% of steps", {"": "episode/hidden"}, 100.0),
    Panel("Rating", "rating", {"hiders": "rating/hiders", "seekers": "rating/seekers"}, from_zero=False),
    Panel("Speed", "agent steps / s", {"": "speed/agent_steps_per_second"}),
    _both_phases("Box moved", "m", "max_box_move"),
    _both_phases("Boxes locked", "boxes", "num_box_lock"),
    _both_phases("Ramp moved", "m", "max_ramp_move"),
    _both_phases("Ramps locked", "ramps", "num_ramp_lock"),
    Panel("Entropy of the actions", "nat", {"": "policy/entropy"}, from_zero=False),
    Panel("KL of new from old policy", "nat", {"": "policy/kl"}),
    Panel("Samples with clipped ratio", "% of samples", {"": "policy/clip_fraction"}, 100.0),
    Panel("Explained variance of values", "share of variance", {"": "value/explained_variance"}, from_zero=False),
)


def plot_runs(folders: Sequence[Path], out: Path, axis: str = "agent_steps") -> None:
    """Draw the curves of runs as small diagrams, one per quantity that any run has logged.

    Runs that differ in their seeds alone are one line, their mean, in a band from the smallest to the largest.

    Args:
        folders: Run folders.
        out: The file to write, `.png` or `.svg`.
        axis: What to draw over: `agent_steps`, `episodes` or `minutes`.

    Raises:
        ImportError: The extra is not installed.
        TypeError: A path is none.
        ValueError: `axis` or the suffix of `out` is another one, there cannot be such a file, there is no folder or one
            twice, the runs have too many configurations, or none of the quantities was logged.
        RunError: A folder is no run folder, or it has no metrics, or they are damaged.
    """
    check_choice("axis", axis, tuple(AXES))
    out = check_plot_file(out)
    import_matplotlib()
    groups = load_groups(folders)
    if len(groups) > len(COLOURS):
        raise ValueError(f"folders has runs of {len(groups)} configurations, expected at most {len(COLOURS)}")
    panels = [panel for panel in PANELS if _logged(panel, groups, axis)]
    if not panels:
        raise ValueError(f"folders has metrics of another version alone, expected {PANELS[0].metrics['hiders']}")
    save_figure(_draw(panels, groups, axis), out)


def _logged(panel: Panel, groups: list[RunGroup], axis: str) -> bool:
    return any(group.curve(metric, axis) is not None for group in groups for metric in panel.metrics.values())


def _draw(panels: list[Panel], groups: list[RunGroup], axis: str) -> Any:
    """Return the figure: panels in rows, the runs' names above."""
    rows = -(-len(panels) // COLUMNS)
    columns = min(COLUMNS, len(panels))
    title_height = LINE_HEIGHT * (1 - (-len(groups) // COLUMNS))
    height = rows * PANEL_SIZE[1] + title_height
    figure = import_matplotlib().Figure(figsize=(columns * PANEL_SIZE[0], height), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - title_height / height), wspace=0.06, hspace=0.08)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for panel, axes in zip(panels, grid.flat, strict=False):
        _draw_panel(axes, panel, groups, axis)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    for axes in grid[-1]:
        axes.set_xlabel(AXIS_LABELS[axis], color=GREY)
    colours = COLOURS[: len(groups)] if len(groups) > 1 else [GREY]
    handles = [_handle(colour, "-") for colour in colours]
    legend = figure.legend(handles, [""] * len(groups), loc="upper center", ncols=COLUMNS, frameon=False)
    for text, group in zip(legend.get_texts(), groups, strict=True):
        set_plain_text(text, group.label)
    return figure


def _draw_panel(axes: Any, panel: Panel, groups: list[RunGroup], axis: str) -> None:
    ticker = importlib.import_module("matplotlib.ticker")
    for number, group in enumerate(groups):
        for style, metric, single in zip(STYLES, panel.metrics.values(), COLOURS, strict=False):
            colour = single if len(groups) == 1 else COLOURS[number]
            curve = group.curve(metric, axis)
            if curve is not None:
                marker = "o" if curve.x.size == 1 else None  # a line of one point would not be seen
                axes.plot(
                    curve.x, panel.scale * curve.mean, color=colour, linestyle=style, linewidth=1.5, marker=marker
                )
                low, high = panel.scale * curve.low, panel.scale * curve.high
                axes.fill_between(curve.x, low, high, color=colour, alpha=0.15, linewidth=0)
    if len(panel.metrics) > 1:
        colours = COLOURS if len(groups) == 1 else (GREY, GREY)
        handles = [_handle(colour, style) for colour, style in zip(colours, STYLES, strict=False)]
        axes.legend(handles, panel.metrics, **LINES_LEGEND)
    axes.set_title(panel.title, loc="left", fontsize="medium", fontweight="bold")
    axes.set_ylabel(panel.unit, color=GREY)
    axes.xaxis.set_major_formatter(ticker.EngFormatter(sep=""))
    axes.xaxis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.tick_params(colors=GREY, labelsize="small", labelbottom=True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(x=0.0)
    if panel.from_zero:
        axes.set_ylim(bottom=0.0)


def _handle(colour: str, style: Any) -> Any:
    """Return a line for a legend."""
    return importlib.import_module("matplotlib.lines").Line2D([], [], color=colour, linestyle=style, linewidth=1.5)
