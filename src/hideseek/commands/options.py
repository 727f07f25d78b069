"""What several commands need to read their options."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hideseek.checks import check_instance, shown
from hideseek.learn.files import RunError

RUNS = Path("runs")
"""Where runs are kept unless told otherwise."""
HELP = ("-h", "--help")
LEADING_NAME = re.compile(r"^\w+(?= (?:is|are|has|of|for|and)\b)")
INNER_NAME = re.compile(r"(?<![\w./'\"-])[a-z]+(?:[._][a-z]+)+(?![\w/'\"-])")
"""Names that cannot be taken for words: those with an underscore or a dot in them."""


def parse_duration(text: str) -> float:
    """Return the seconds that `90`, `90s`, `5m` or `1.5h` stand for; raise ValueError for anything else."""
    check_instance("text", text, str, "a string")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None or float(match[1]) <= 0.0:
        raise ValueError(f"time_limit is {shown(text)}, expected a duration such as 90s, 5m or 1.5h")
    return float(match[1]) * {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}[match[2]]


def call_with_options(function: Callable[..., None], name: str, arguments: list[str], **named: str) -> None:
    """Call the function behind a command with the options in `arguments`; its errors name the options.

    Args:
        function: its keywords are the options, its other parameters what stands without one.
        name: of the command.
        arguments: what the user has typed after it.
        named: options by the names that errors from further down have for them, where those are others.
    """
    import tyro

    parameters = inspect.signature(function).parameters.values()
    flags = {p.name: flag(p.name) for p in parameters if p.kind is p.KEYWORD_ONLY}
    with naming_flags(flags | named):
        tyro.cli(function, prog=f"hideseek {name}", args=arguments)


def flag(name: str, prefix: str = "") -> str:
    """Return the option on the command line that sets an argument."""
    return f"--{prefix}{name.replace('_', '-')}"


@contextmanager
def naming_flags(flags: Mapping[str, str]) -> Iterator[None]:
    """Let errors name options as users type them, where they come with the names of Python's arguments.

    Args:
        flags: by the argument's name. It is replaced at the start of a message and, where no word could be meant,
            within it.

    Raises:
        ValueError: in place of a ValueError or RunError that names one of them.
    """
    try:
        yield
    except (ValueError, RunError) as error:
        message = str(error)
        named = LEADING_NAME.sub(lambda match: flags.get(match[0], match[0]), message)
        named = INNER_NAME.sub(lambda match: flags.get(match[0], match[0]), named)
        if named == message:
            raise
        raise ValueError(named) from error
