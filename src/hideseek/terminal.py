"""What goes to the terminal: whatever its encoding, nothing is lost, and text of others is never markup."""

import codecs
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hideseek.checks import printable

if TYPE_CHECKING:
    from rich.console import Console

LONGEST_PATH = 4096
"""Characters; systems allow no longer ones."""
LONGEST_MESSAGE = 2 * LONGEST_PATH
"""Characters of an error or a warning: it may name two files."""
ERROR_HANDLER = "hideseek.replace"
SUBSTITUTES = {"±": "+-", "…": "..."}
"""What stands for characters of ours where the terminal's encoding lacks them."""


def print_in_any_encoding() -> None:
    """Let the standard streams write what their encoding lacks as substitutes or escapes, where they would fail."""
    codecs.register_error(ERROR_HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ERROR_HANDLER)


def plain_console() -> "Console":
    """Return a console of rich that prints text as it is: square brackets, `:names:` and numbers mean nothing."""
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False)


def printable_path(path: Path | str) -> str:
    """Return a path such that it can be printed on one line, whole (`hideseek.checks.printable`)."""
    return printable(str(path), LONGEST_PATH)


def complain(message: object) -> None:
    """Print an error or a warning as one line on the standard error stream."""
    print(f"hideseek: {printable(str(message), LONGEST_MESSAGE)}", file=sys.stderr, flush=True)


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for characters that cannot be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(SUBSTITUTES.get(c) or c.encode("unicode_escape").decode() for c in lacking), error.end
