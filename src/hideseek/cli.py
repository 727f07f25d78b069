"""The command line: parses arguments and hands them to the package.

Commands import what they need when they run, so that help is quick.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tyro

from hideseek.game.config import Game

if TYPE_CHECKING:
    from hideseek.evaluate.compare import Entrant

RUNS = Path("runs")
"""Where runs are kept unless told otherwise."""
HELP = ("-h", "--help")
USER_ERROR = 2
"""Exit code for a request that cannot be carried out."""
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run the command that `arguments` (by default the program's own) name.

    Exits with code 2 and one line on the standard error stream where what was asked for cannot be done.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] in HELP:
        print(usage())
        return
    try:
        run_command(arguments[0], arguments[1:])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        from hideseek.learn.checkpoint import RunError

        if not isinstance(error, ValueError | RunError | OSError):
            raise
        print(f"hideseek: {error}", file=sys.stderr)
        sys.exit(USER_ERROR)


def run_command(name: str, arguments: list[str]) -> None:
    """Run one command; raise ValueError where there is no such command."""
    if name not in COMMANDS:
        raise ValueError(f"unknown command {name!r}; known commands: {', '.join(COMMANDS)}")
    COMMANDS[name](arguments)


def usage() -> str:
    """Return the list of commands."""
    lines = [f"  {name:<10}{(command.__doc__ or '').splitlines()[0]}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["usage: hideseek COMMAND [OPTIONS]", "", *lines, "", "hideseek COMMAND --help tells a command's options."]
    )


def parse_duration(text: str) -> float:
    """Return the seconds that `90`, `90s`, `5m` or `1.5h` stand for; raise ValueError for anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None or float(match[1]) <= 0.0:
        raise ValueError(f"time limit is {text!r}, expected a duration such as 90s, 5m or 1.5h")
    return float(match[1]) * {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}[match[2]]


def watch(arguments: list[str]) -> None:
    """Let a trained policy play, and write what happens as a picture or film."""
    tyro.cli(_watch, prog="hideseek watch", args=arguments)


def _watch(run: Path, /, *, episodes: int = 1, seed: int = 0, out: Path | None = None, size: int = 480) -> None:
    """Let a trained policy play, and write what happens as a picture or film.

    Args:
        run: the folder of a training run.
        episodes: how many to show side by side.
        seed: of layouts and chances.
        out: the file to write: .gif or .apng (animations), .mp4 (needs ffmpeg), .png (a film strip). By default
            `episode.gif` in the run's folder.
        size: width of one episode's picture [pixel].
    """
    from hideseek.env.batch import HideAndSeek
    from hideseek.evaluate.play import play
    from hideseek.evaluate.players import PolicyPlayer
    from hideseek.learn.checkpoint import load_policy
    from hideseek.view.pictures import check_format, save_pictures
    from hideseek.view.top import render_worlds

    path = out or run / "episode.gif"
    check_format(path)
    policy, metadata = load_policy(run)
    env = HideAndSeek(metadata.game, episodes, seed=seed)
    frames = []
    result = play(
        env,
        PolicyPlayer(policy),
        PolicyPlayer(policy),
        seed,
        before_step=lambda: frames.append(render_worlds(env.bodies, env.record, env.game, size)),
    )
    save_pictures(frames, path)
    print(f"{path}: hidden {100 * result.hidden.mean():.0f} % of the time after preparation")


def evaluate(arguments: list[str]) -> None:
    """Play a trained policy against another one, on both sides, and print how they do."""
    tyro.cli(_evaluate, prog="hideseek evaluate", args=arguments)


def _evaluate(
    run: Path, /, *, against: str = "untrained", episodes: int = 200, seed: int = 0, json: Path | None = None
) -> None:
    """Play a trained policy against another one, on both sides, and print how they do.

    Args:
        run: the folder of a training run.
        against: the folder of another run, `untrained` (the same network with fresh weights) or `random` (uniform
            choices).
        episodes: how many of each pairing, all on the same layouts.
        seed: of layouts and chances.
        json: a file to write the numbers to.
    """
    from rich.console import Console

    from hideseek.evaluate.compare import compare
    from hideseek.evaluate.report import comparison_tables, save_comparison

    game, first, second = _entrants(run, against, seed)
    comparison = compare(game, first, second, episodes, seed)
    Console().print(comparison_tables(comparison))
    if json is not None:
        save_comparison(comparison, json)


def _entrants(run: Path, against: str, seed: int) -> "tuple[Game, Entrant, Entrant]":
    """Return the game of `run`, its policy, and the opponent that `against` names."""
    from hideseek.evaluate.compare import Entrant
    from hideseek.evaluate.players import PolicyPlayer, RandomPlayer, untrained_policy
    from hideseek.game.observe import observation_spec
    from hideseek.learn.checkpoint import load_policy
    from hideseek.policy.config import FeatureSizes

    def entrant(name: str, policy: Any) -> Entrant:
        return Entrant(name, PolicyPlayer(policy), PolicyPlayer(policy))

    policy, metadata = load_policy(run)
    sizes = FeatureSizes.of(observation_spec(metadata.game))
    if against == "random":
        return metadata.game, entrant("trained", policy), Entrant("random", RandomPlayer(), RandomPlayer())
    if against == "untrained":
        return (
            metadata.game,
            entrant("trained", policy),
            entrant("untrained", untrained_policy(sizes, metadata.network, seed)),
        )
    opponent, other = load_policy(Path(against))
    if FeatureSizes.of(observation_spec(other.game)) != sizes:
        raise ValueError(f"{against} was trained on a game with other observations than {run}")
    return metadata.game, entrant(str(run), policy), entrant(against, opponent)


COMMANDS: dict[str, Callable[[list[str]], None]] = {"watch": watch, "evaluate": evaluate}
