"""The command line: parses arguments and hands them to the package.

Commands import what they need when they run, so that help is quick.
"""

import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from hideseek.checks import check_instance, check_integer, check_output_file

if TYPE_CHECKING:
    from hideseek.env.batch import HideAndSeek
    from hideseek.evaluate.compare import Entrant
    from hideseek.game.config import Game
    from hideseek.policy.policy import Policy

Result = TypeVar("Result")
RUNS = Path("runs")
"""Where runs are kept unless told otherwise."""
HELP = ("-h", "--help")
VERSIONS = ("-V", "--version")
USER_ERROR = 2
"""Exit code for a request that cannot be carried out."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command that `arguments` (by default the program's own) name.

    Exits with code 2 and one line on the standard error stream where what was asked for cannot be done.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] in HELP:
        print(usage())
        return
    if arguments[0] in VERSIONS:
        print(versions())
        return
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _print_warning
            run_command(arguments[0], arguments[1:])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        from hideseek.learn.files import RunError

        if not isinstance(error, ValueError | RunError | OSError):
            raise
        print(f"hideseek: {error}", file=sys.stderr)
        sys.exit(USER_ERROR)


def run_command(name: str, arguments: list[str]) -> None:
    """Run one command; raise ValueError where there is no such command."""
    if name not in COMMANDS:
        raise ValueError(f"unknown command {name!r}; known commands: {', '.join(COMMANDS)}")
    COMMANDS[name](arguments)


def _print_warning(message: Warning | str, *_details: object) -> None:
    """Print a warning as one line, without the place in the code that it comes from."""
    print(f"hideseek: {message}", file=sys.stderr)


def versions() -> str:
    """Return the versions of the package and of the environment's rules."""
    from importlib.metadata import version

    from hideseek.game.version import VERSION

    return f"hideseek {version('hideseek')}, environment version {VERSION}"


def usage() -> str:
    """Return the list of commands."""
    commands = "\n".join(f"  {name:<10}{(run.__doc__ or '').splitlines()[0]}" for name, run in COMMANDS.items())
    more = "hideseek COMMAND --help tells a command's options, hideseek --version the versions."
    return f"usage: hideseek COMMAND [OPTIONS]\n\n{commands}\n\n{more}"


def parse_duration(text: str) -> float:
    """Return the seconds that `90`, `90s`, `5m` or `1.5h` stand for; raise ValueError for anything else."""
    check_instance("text", text, str, "a string")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None or float(match[1]) <= 0.0:
        raise ValueError(f"time limit is {text!r}, expected a duration such as 90s, 5m or 1.5h")
    return float(match[1]) * {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}[match[2]]


def train(arguments: list[str]) -> None:
    """Train a policy for a game by self-play."""
    from hideseek.game.config import PRESETS

    games = ", ".join(PRESETS)
    if not arguments or arguments[0] in HELP:
        print(f"usage: hideseek train GAME [OPTIONS]\n\nGAME is one of {games}.\n")
        print("hideseek train GAME --help tells the options of training and of the game.")
        return
    if arguments[0] not in PRESETS:
        raise ValueError(f"unknown game {arguments[0]!r}; known games: {games}")
    _train(arguments[0], arguments[1:])


def _train(game_name: str, arguments: list[str]) -> None:
    """Parse in two stages: the preset, or the run to resume, first, since they are the other options' defaults."""
    import tyro

    from hideseek.game.config import PRESETS, Game
    from hideseek.learn.config import PRESETS as LEARNERS
    from hideseek.learn.config import TrainConfig
    from hideseek.learn.description import RunDescription
    from hideseek.learn.run import train
    from hideseek.learn.wandb_run import import_wandb

    @dataclass(frozen=True)
    class Base:
        preset: str | None = None
        """Where the learner's options start from: `laptop` (the default) or `paper`."""
        out: Path = RUNS / game_name
        """The run's folder."""
        resume: bool = False
        """Go on with the run in that folder."""

    @dataclass(frozen=True)
    class Arguments(Base):
        overwrite: bool = False
        """Delete the run in that folder first."""
        time_limit: str | None = None
        """How long to train: 90s, 5m, 1.5h. Without a limit, until Ctrl-C."""
        iterations: int | None = None
        """How many iterations the whole run has. Without a number, as many as time allows."""
        seed: int = 0
        """Of everything random."""
        threads: int | None = None
        """Threads of the simulator, all cores by default."""
        wandb: str | None = None
        """Project at Weights & Biases that gets the metrics, too (needs the extra `wandb`). Without one, none does."""
        game: Game = field(default_factory=Game)
        learner: TrainConfig = field(default_factory=TrainConfig)

    prog = f"hideseek train {game_name}"
    base, _ = tyro.cli(
        Base, prog=prog, args=[a for a in arguments if a not in HELP], return_unknown_args=True, add_help=False
    )
    if base.preset is not None and base.preset not in LEARNERS:
        raise ValueError(f"unknown preset {base.preset!r}; known presets: {', '.join(LEARNERS)}")
    start = RunDescription(game_name, PRESETS[game_name], LEARNERS[base.preset or "laptop"], seed=0)
    if base.resume:
        saved = RunDescription.load(base.out)
        start = saved if base.preset is None else RunDescription(game_name, saved.game, start.config, saved.seed)
    default = Arguments(game=start.game, learner=start.config, seed=start.seed)
    options = tyro.cli(Arguments, prog=prog, description="Train a policy for a game.", args=arguments, default=default)
    if options.threads is not None:
        check_integer("threads", options.threads, 1)
    if options.wandb is not None:
        _with_extra(import_wandb)
    train(
        game_name,
        out=options.out,
        game=options.game,
        config=options.learner,
        seed=options.seed,
        time_limit=None if options.time_limit is None else parse_duration(options.time_limit),
        iterations=options.iterations,
        resume=options.resume,
        overwrite=options.overwrite,
        thread_count=options.threads,
        wandb=options.wandb,
    )


def _run(function: Callable[..., None], name: str, arguments: list[str]) -> None:
    """Call the function behind a command with the options in `arguments`."""
    import tyro

    tyro.cli(function, prog=f"hideseek {name}", args=arguments)


def _with_extra(call: Callable[[], Result]) -> Result:
    """Return what `call` does; raise ValueError where it needs an extra that is not installed."""
    try:
        return call()
    except ImportError as error:
        raise ValueError(str(error)) from error


def watch(arguments: list[str]) -> None:
    """Let a trained policy play, and write what happens as a picture or film."""
    _run(_watch, "watch", arguments)


def _watch(
    run: Path,
    /,
    *,
    episodes: int = 1,
    seed: int = 0,
    out: tuple[Path, ...] = (),
    size: int = 480,
    engine: Literal["hideseek", "mujoco"] = "hideseek",
) -> None:
    """Let a trained policy play, and write what happens as a picture or film.

    Args:
        run: the folder of a training run.
        episodes: how many to show side by side.
        seed: of layouts and chances.
        out: the files to write: .gif or .apng (animations), .mp4 (needs ffmpeg), .png (a film strip). By default
            episode.gif in the run's folder.
        size: width of one episode's picture [pixel].
        engine: what moves the bodies: the package's own physics, or MuJoCo (needs the extra `mujoco`).
    """
    from hideseek.evaluate.play import play
    from hideseek.evaluate.players import PolicyPlayer
    from hideseek.learn.checkpoint import load_policy
    from hideseek.view.pictures import check_format, save_pictures
    from hideseek.view.top import check_size, render_worlds

    for path in out:
        check_format(path)
    check_integer("episodes", episodes, 1)
    check_integer("seed", seed, 0)
    check_size(size)
    policy, description = load_policy(run)
    paths = out or (run / "episode.gif",)
    env = _make_environment(description.game, episodes, engine)
    frames = []
    result = play(
        env,
        PolicyPlayer(policy),
        PolicyPlayer(policy),
        seed,
        before_step=lambda: frames.append(render_worlds(env.bodies, env.record, env.game, size)),
    )
    for path in paths:
        save_pictures(frames, path)
    print(f"{', '.join(map(str, paths))}: hidden {100 * result.hidden.mean():.0f} % of the time after preparation")


def _make_environment(game: "Game", world_count: int, engine: str) -> "HideAndSeek":
    """Return an environment on an engine."""
    from hideseek.env.batch import HideAndSeek
    from hideseek.env.mujoco_batch import MujocoHideAndSeek

    if engine == "hideseek":
        return HideAndSeek(game, world_count)
    return _with_extra(lambda: MujocoHideAndSeek(game, world_count))


def evaluate(arguments: list[str]) -> None:
    """Play a trained policy against another one, on both sides, and print how they do."""
    _run(_evaluate, "evaluate", arguments)


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

    check_integer("episodes", episodes, 2)
    check_integer("seed", seed, 0)
    if json is not None:
        check_output_file("json", json)
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

    def entrant(name: str, policy: "Policy") -> Entrant:
        return Entrant(name, PolicyPlayer(policy), PolicyPlayer(policy))

    policy, description = load_policy(run)
    game, sizes = description.game, FeatureSizes.of(observation_spec(description.game))
    if against == "random":
        return game, entrant("trained", policy), Entrant(against, RandomPlayer(), RandomPlayer())
    if against == "untrained":
        opponent = untrained_policy(sizes, description.network, seed)
        return game, entrant("trained", policy), entrant(against, opponent)
    opponent, other = load_policy(against)
    if FeatureSizes.of(observation_spec(other.game)) != sizes:
        raise ValueError(f"{against} was trained on a game with other observations than {run}")
    return game, entrant(str(run), policy), entrant(against, opponent)


def plot(arguments: list[str]) -> None:
    """Draw the curves of training runs."""
    _run(_plot, "plot", arguments)


def _plot(
    runs: tuple[Path, ...],
    /,
    *,
    out: Path | None = None,
    x: Literal["agent_steps", "episodes", "minutes"] = "agent_steps",
) -> None:
    """Draw the curves of training runs (needs the extra `plot`).

    Args:
        runs: the runs' folders. Runs that differ in their seeds alone are one line in a band.
        out: the file to write, .png or .svg. By default curves.png in the first run's folder.
        x: what to draw over: agent steps, episodes, or minutes of training.
    """
    from hideseek.learn.plot import plot_runs

    if not runs:
        raise ValueError("runs is empty, expected at least one run folder")
    path = runs[0] / "curves.png" if out is None else out
    _with_extra(lambda: plot_runs(runs, path, x))
    print(path)


def list_all(arguments: list[str]) -> None:
    """Tell what games, presets of training and runs there are."""
    _run(_list_all, "list", arguments)


def _list_all(*, runs: Path = RUNS) -> None:
    """Tell what games, presets of training and runs there are.

    Args:
        runs: the folder that holds the runs' folders.
    """
    from hideseek.game.config import PRESETS
    from hideseek.learn.config import PRESETS as LEARNERS
    from hideseek.learn.description import FILE

    if runs.exists() and not runs.is_dir():
        raise ValueError(f"runs is {runs}, a file, expected a folder")
    print("games")
    for name, game in PRESETS.items():
        boxes = f"{game.boxes_min}-{game.boxes_max}" if game.boxes_min < game.boxes_max else game.boxes_max
        teams = f"hiders {game.hiders}, seekers {game.seekers}"
        print(f"  {name:<14}{teams}, boxes {boxes}, ramps {game.ramps}, steps {game.horizon}")
    print("presets")
    for name, config in LEARNERS.items():
        print(
            f"  {name:<14}{config.world_count} worlds, {config.network.embedding} wide, memory {config.network.memory}"
        )
    print(f"runs in {runs}")
    for folder in sorted(path.parent for path in runs.glob(f"*/{FILE}")):
        print(f"  {folder.name:<14}{_summarise(folder)}")


def _summarise(folder: Path) -> str:
    """Return one line about a run."""
    from hideseek.learn.description import RunDescription
    from hideseek.learn.files import RunError
    from hideseek.learn.progress import read_progress

    try:
        description, progress = RunDescription.load(folder), read_progress(folder)
    except RunError as error:
        return str(error)
    return f"{description.game_name}, {progress.episodes} episodes, {progress.seconds / 60:.1f} minutes"


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "train": train,
    "watch": watch,
    "evaluate": evaluate,
    "plot": plot,
    "list": list_all,
}
