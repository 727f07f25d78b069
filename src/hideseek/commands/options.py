"""What several commands need to read their options."""

import re
from collections.abc import Callable
from pathlib import Path

from hideseek.checks import check_instance

RUNS = Path("runs")
"""Where runs are kept unless told otherwise."""
PORT = 8421
"""Where pages are served unless told otherwise."""
HELP = ("-h", "--help")


def parse_duration(text: str) -> float:
    """Return the seconds that `90`, `90s`, `5m` or `1.5h` stand for; raise ValueError for anything else."""
    check_instance("text", text, str, "a string")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None or float(match[1]) <= 0.0:
        raise ValueError(f"time limit is {text!r}, expected a duration such as 90s, 5m or 1.5h")
    return float(match[1]) * {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}[match[2]]


def call_with_options(function: Callable[..., None], name: str, arguments: list[str]) -> None:
    """Call the function behind a command with the options in `arguments`."""
    import tyro

    tyro.cli(function, prog=f"hideseek {name}", args=arguments)
