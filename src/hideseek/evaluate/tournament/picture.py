"""The picture of a tournament: who got what from whom, and everybody's ratings."""

from pathlib import Path
from typing import Any

import numpy as np

from hideseek.checks import printable
from hideseek.evaluate.tournament.report import TEAMS, Result
from hideseek.figures import COLOURS, GREY, import_matplotlib, save_figure

CELL = 0.55
"""Width and height of a match [inch]."""
RATINGS_WIDTH = 4.0
LONGEST_NAME = 28
"""Of an entrant, where it stands beside the diagrams."""


def draw_tournament(result: Result, out: Path) -> None:
    """Draw the payoff matrix, and beside it the Elo ratings with their intervals.

    Args:
        result: of the tournament.
        out: the file to write, `.png` or `.svg`.

    Raises:
        ImportError: The extra `plot` is not installed.
        OSError: It cannot be written.
    """
    count = len(result.tournament.names)
    side = max(2.5, CELL * count)
    figure = import_matplotlib().Figure(figsize=(side + RATINGS_WIDTH + 3.0, side + 1.4), layout="constrained")
    matrix, ratings = figure.subplots(1, 2, width_ratios=(side, RATINGS_WIDTH))
    _draw_matrix(figure, matrix, result)
    _draw_ratings(ratings, result)
    save_figure(figure, out)


def _draw_matrix(figure: Any, axes: Any, result: Result) -> None:
    """Draw the hiders' mean return of every match as a colour and a number."""
    mean, places = result.payoff.mean(-1), range(len(result.payoff))
    most = max(1e-6, float(np.abs(mean).max()))
    image = axes.imshow(mean, cmap="RdBu", vmin=-most, vmax=most)
    figure.colorbar(image, ax=axes, shrink=0.8, label="hiders' return")
    for i in places:
        for j in places:
            colour = "white" if abs(mean[i, j]) > 0.6 * most else "black"
            axes.text(j, i, f"{mean[i, j]:.0f}", ha="center", va="center", fontsize="small", color=colour)
    axes.set_xticks(places, [str(i + 1) for i in places])
    axes.set_yticks(places, [f"{_short(printable(name))}  {i + 1}" for i, name in enumerate(result.tournament.names)])
    for label in axes.get_yticklabels():
        label.set_parse_math(False)  # dollar signs in a name begin no formula
    axes.set_xlabel("seekers", color=GREY)
    axes.set_ylabel("hiders", color=GREY)
    axes.tick_params(colors=GREY, labelsize="small")


def _draw_ratings(axes: Any, result: Result) -> None:
    """Draw a point with its interval for each entrant and team, in the order of the matrix."""
    places, elo = np.arange(len(result.payoff)), result.elo
    for side, (team, colour) in enumerate(zip(TEAMS, COLOURS, strict=False)):
        ends = np.abs(np.array([elo.low[side], elo.high[side]]) - elo.rating[side])
        shifted = places + 0.15 * (2 * side - 1)
        axes.errorbar(elo.rating[side], shifted, xerr=ends, fmt="o", color=colour, markersize=5.0, label=team)
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.set_yticks(places, [str(i + 1) for i in places])
    axes.set_xlabel("Elo rating, 95 % interval", color=GREY)
    axes.grid(axis="x", alpha=0.3)
    axes.tick_params(colors=GREY, labelsize="small")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize="small")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"
