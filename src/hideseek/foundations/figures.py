"""Diagrams and pictures of the ladder, drawn with Matplotlib (the extra `foundations`). No display is needed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hideseek.figures import COLOURS, GREY, check_plot_file, import_matplotlib, save_figure
from hideseek.foundations.markov_game import GridGame

PANEL = (4.4, 3.0)
"""Width and height [inch]."""
Curves = dict[str, list[Float64[np.ndarray, " point"]]]
"""Named groups of curves over one grid, a curve per seed."""


def panels(count: int, columns: int = 3, size: tuple[float, float] = PANEL) -> tuple[Any, list[Any]]:
    """Return a figure with `count` empty diagrams in rows of at most `columns`."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = import_matplotlib().Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[count:]:
        axes.set_axis_off()
    return figure, list(grid.flat[:count])


def label(axes: Any, title: str, x: str, y: str) -> None:
    """Give a diagram its words, and the looks that all share."""
    axes.set_title(title, loc="left", fontsize="medium", fontweight="bold")
    axes.set_xlabel(x, color=GREY)
    axes.set_ylabel(y, color=GREY)
    axes.tick_params(colors=GREY, labelsize="small")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)


def draw_curves(axes: Any, grid: Float64[np.ndarray, " point"], groups: Curves) -> None:
    """Draw each group as the mean of its curves, in a band from the smallest to the largest of them."""
    for colour, (name, curves) in zip(COLOURS, groups.items(), strict=False):
        values = np.stack(curves)
        known = np.isfinite(values).all(0)
        x, values = grid[known], values[:, known]
        axes.plot(x, values.mean(0), color=colour, linewidth=1.6, label=name)
        axes.fill_between(x, values.min(0), values.max(0), color=colour, alpha=0.18, linewidth=0)
    if len(groups) > 1:
        axes.legend(frameon=False, fontsize="small")


def draw_game(axes: Any, game: GridGame, state: int) -> None:
    """Draw the map, what the seeker sees (tinted), both players, and the line between them where it sees the hider."""
    from matplotlib.patches import Circle, Rectangle

    hider, seeker = divmod(state, len(game.cells))
    for row, line in enumerate(game.rows):
        for column, cell in enumerate(line):
            if cell == "#":
                axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, color="#444444"))
    for row, column in game.cells[game.sight[seeker]]:
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, color=COLOURS[1], alpha=0.13, linewidth=0))
    places = game.cells[[hider, seeker]]
    if game.sight[seeker, hider]:
        axes.plot(places[:, 1], places[:, 0], color=COLOURS[1], linewidth=1.5)
    for (row, column), colour in zip(places, COLOURS, strict=False):
        axes.add_patch(Circle((column, row), 0.3, color=colour, zorder=3))
    axes.set(xlim=(-0.5, len(game.rows[0]) - 0.5), ylim=(len(game.rows) - 0.5, -0.5), aspect="equal")
    axes.set(xticks=[], yticks=[])


def draw_episode(game: GridGame, states: Int64[np.ndarray, " time"] | Sequence[int], columns: int = 8) -> Any:
    """Return a figure of an episode of the game, a picture per state."""
    figure, diagrams = panels(len(states), columns, (1.5, 1.65))
    for step, (axes, state) in enumerate(zip(diagrams, states, strict=True)):
        draw_game(axes, game, int(state))
        axes.set_title(f"step {step}", fontsize="small", color=GREY)
    return figure


def save(figure: Any, path: Path) -> None:
    """Write a figure; raise ValueError where `path` cannot be written or does not end in .png or .svg."""
    save_figure(figure, check_plot_file(path), dpi=100)
