"""The command line: finds the command and reports errors.

Commands are imported when they run, and import what they need then, so that help is quick.
"""

import importlib
import sys
import warnings

from hideseek.checks import MissingExtraError
from hideseek.commands.options import HELP
from hideseek.signals import Stopped, stopping
from hideseek.terminal import complain, print_in_any_encoding

COMMANDS = {
    "train": "Train a policy for a game by self-play.",
    "watch": "Watch episodes in the browser, or write them as a picture or film.",
    "play": "Play one of the agents yourself, in the browser.",
    "record": "Let a trained policy play, and keep the episodes that are worth watching as a replay.",
    "video": "Make a film of an episode: of a replay, or a new one.",
    "picture": "Make a picture of a moment of a replay.",
    "export": "Write replays and the page that shows them as one file to send to others.",
    "evaluate": "Play a trained policy against another one, on both sides, and print how they do.",
    "tournament": "Let many players play each other, and rate them.",
    "plot": "Draw the curves of training runs.",
    "stages": "Draw the behaviours of a run over its episodes, with the stages they imply, beside the paper's.",
    "learn": "Run an algorithm of the ladder, from value iteration to PPO, on a small task.",
    "list": "Tell what games, presets of training, policies of the zoo and runs there are.",
    "doctor": "Tell what this installation has: versions, devices, caches, programs, and what needs what.",
}
"""Each is the function `main` of the module of its name in `hideseek.commands`."""
VERSIONS = ("-V", "--version")
USER_ERROR = 2
"""Exit code for a request that cannot be carried out."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command that `arguments` (by default the program's own) name.

    Exits with code 2 and one line on the standard error stream where what was asked for cannot be done, and with 128
    plus a signal's number where that ended it (Ctrl-C 130, SIGTERM 143, SIGHUP 129). Training and the page's server end
    well at the first signal, with code 0.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    print_in_any_encoding()
    if not arguments or arguments[0] in HELP:
        print(usage())
        return
    if arguments[0] in VERSIONS:
        print(versions())
        return
    try:
        with stopping(), warnings.catch_warnings():
            warnings.showwarning = _print_warning
            run_command(arguments[0], arguments[1:])
    except KeyboardInterrupt as stop:
        sys.exit(stop.exit_code if isinstance(stop, Stopped) else INTERRUPTED)
    except Exception as error:
        from hideseek.learn.files import RunError

        if not isinstance(error, ValueError | RunError | OSError | MissingExtraError):
            raise
        complain(error)
        sys.exit(USER_ERROR)


def run_command(name: str, arguments: list[str]) -> None:
    """Run one command; raise ValueError where there is no such command."""
    if name not in COMMANDS:
        raise ValueError(f"unknown command {name!r}; known commands: {', '.join(COMMANDS)}")
    importlib.import_module(f"hideseek.commands.{name}").main(arguments)


def _print_warning(message: Warning | str, *_details: object) -> None:
    """Print a warning as one line, without the place in the code that it comes from."""
    complain(message)


def versions() -> str:
    """Return the versions of the package and of the environment's rules."""
    from importlib.metadata import version

    from hideseek.game.version import VERSION

    return f"hideseek {version('hideseek')}, environment version {VERSION}"


def usage() -> str:
    """Return the list of commands."""
    commands = "\n".join(f"  {name:<12}{what}" for name, what in COMMANDS.items())
    more = "hideseek COMMAND --help tells a command's options, hideseek --version the versions."
    return f"usage: hideseek COMMAND [OPTIONS]\n\n{commands}\n\n{more}"
