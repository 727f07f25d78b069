"""What all figures share that are drawn with Matplotlib, which needs the extra `plot`. No display is needed."""

import importlib
import io
from pathlib import Path
from types import ModuleType
from typing import Any

from hideseek.checks import check_output_file, import_extra, printable
from hideseek.files import write_whole

FORMATS = (".png", ".svg")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart by the colour-blind (Okabe and Ito 2008)."""
GREY = "#555555"


def save_figure(figure: Any, out: Path, dpi: int = 120) -> None:
    """Write a figure of Matplotlib to a file of one of `FORMATS`; its folder is made where there is none."""
    out.parent.mkdir(parents=True, exist_ok=True)
    # Text stays text, and equal curves give equal files.
    with importlib.import_module("matplotlib").rc_context({"svg.fonttype": "none", "svg.hashsalt": "hideseek"}):
        content, kind = io.BytesIO(), out.suffix.lower().removeprefix(".")
        figure.savefig(content, format=kind, dpi=dpi, metadata={"Date": None} if kind == "svg" else None)
    write_whole(out, content.getvalue())


def set_plain_text(artist: Any, text: str) -> None:
    """Give a text of Matplotlib's the name of a run, say: dollar signs in it begin no formula.

    A legend leaves out what it is given with an underscore in front; what is set later it takes.
    """
    artist.set_parse_math(False)
    artist.set_text(printable(text))


def check_plot_file(out: object) -> Path:
    """Return the path of a figure; raise ValueError where it could not be written."""
    path = check_output_file("out", out)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"out is {path}, expected a file that ends in one of {', '.join(FORMATS)}")
    return path


def import_matplotlib() -> ModuleType:
    """Return the module `matplotlib.figure`.

    Raises:
        ImportError: It is not installed; the message says how to install it.
    """
    return import_extra("matplotlib.figure", "Matplotlib", "plot")
