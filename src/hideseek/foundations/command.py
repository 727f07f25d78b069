"""The command `hideseek learn ALGORITHM ENV`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from hideseek.checks import check_choice, check_integer, import_extra
from hideseek.foundations.algorithms import ALGORITHMS, GAME, Learned, default_config
from hideseek.foundations.algorithms import learn as run_algorithm
from hideseek.foundations.curve import LearningCurve
from hideseek.terminal import plain_console, printable_path

HELP = ("-h", "--help")
EXAMPLES = "FrozenLake-v1, CliffWalking-v1, Taxi-v4, CartPole-v1"
EPISODES = 100
"""To see how good the result is."""


@dataclass(frozen=True)
class Options:
    """What every algorithm is told on the command line."""

    seed: int = 0
    """Of everything random."""
    out: Path | None = None
    """The plot to write, .png or .svg. By default learn-ALGORITHM-ENV.png in the folder runs."""


def learn(arguments: list[str]) -> None:
    """Run an algorithm of the ladder, from value iteration to PPO, on a small task.

    Args:
        arguments: ALGORITHM, ENV and options.

    Raises:
        ValueError: Something is unknown or unfit.
        MissingExtraError: An extra is not installed.
    """
    if not arguments or arguments[0] in HELP:
        print(usage())
        return
    check_choice("algorithm", arguments[0], tuple(ALGORITHMS))
    if len(arguments) == 1 or arguments[1] in HELP:
        print(f"usage: hideseek learn {arguments[0]} ENV [OPTIONS]\n\n{environments()}")
        return
    name, env, *rest = arguments
    options, config = parse(name, env, rest)
    _learn(name, env, options, config)


def usage() -> str:
    """Return the list of algorithms."""
    rows = "\n".join(f"  {name:<24}{algorithm.summary}" for name, algorithm in ALGORITHMS.items())
    more = "hideseek learn ALGORITHM ENV --help tells an algorithm's options."
    return f"usage: hideseek learn ALGORITHM ENV [OPTIONS]\n\n{rows}\n\n{environments()}\n{more}"


def environments() -> str:
    """Return what ENV may be."""
    players = ", ".join(name for name, algorithm in ALGORITHMS.items() if algorithm.plays)
    return f"ENV is a Gymnasium environment ({EXAMPLES}, ...),\nor {GAME} (for {players})."


def parse(name: str, env: str, arguments: list[str]) -> tuple[Options, Any]:
    """Return the command's options and the algorithm's configuration.

    Raises:
        ValueError: There is no such algorithm, it does not play the game, or an option is out of range.
    """
    import tyro

    config = default_config(name, env)
    own = [field.name for field in fields(config)]
    both = dataclass(frozen=True)(type("Arguments", (type(config), Options), {}))
    default = both(**{field: getattr(config, field) for field in own})
    description = f"{type(config).__doc__} {ALGORITHMS[name].summary}."
    parsed = tyro.cli(
        both, prog=f"hideseek learn {name} {env}", description=description, args=arguments, default=default
    )
    check_integer("seed", parsed.seed, 0)
    return Options(parsed.seed, parsed.out), type(config)(**{field: getattr(parsed, field) for field in own})


def _learn(name: str, env: str, options: Options, config: Any) -> None:
    """Learn with a progress bar, say how good the result is, and draw the curve."""
    from hideseek.figures import check_plot_file
    from hideseek.foundations.figures import save

    path = Path("runs", f"learn-{name}-{env.replace('/', '-').replace(':', '-')}.png")
    out = check_plot_file(path if options.out is None else options.out)
    import_extra("matplotlib.figure", "Matplotlib", "foundations")
    console = plain_console()
    with _progress(f"{name} in {env}", config, console) as curve:
        learned = run_algorithm(name, env, config, options.seed, curve)
    report = _report_game(learned, config.gamma) if env == GAME else _report(env, learned, options.seed + 1)
    save(_figure(f"{name}, {env}", curve, learned), out)
    for line in [*report, printable_path(out)]:
        console.print(line, soft_wrap=True)


@contextmanager
def _progress(title: str, config: Any, console: Any) -> Iterator[LearningCurve]:
    """Give a curve that moves a bar: by episodes where the configuration counts those, else by steps."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    name, mean = (TextColumn(f"{{task.{field}}}", markup=False) for field in ("description", "fields[mean]"))
    columns = (name, BarColumn(), mean, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=getattr(config, "episodes", getattr(config, "steps", None)), mean="")

        def show(curve: LearningCurve) -> None:
            done = len(curve.returns) if hasattr(config, "episodes") else curve.steps[-1]
            progress.update(task, completed=done, mean=f"mean return of 100 episodes {curve.mean():.1f}")

        yield LearningCurve(on_episode=show)


def _report(env: str, learned: Learned, seed: int) -> list[str]:
    """Return how good a player is in new episodes."""
    from hideseek.foundations.episodes import episode_returns

    returns = episode_returns(env, learned.player, EPISODES, seed)  # type: ignore[arg-type]
    error = returns.std(ddof=1) / EPISODES**0.5
    lines = [f"{EPISODES} new episodes: mean return {returns.mean():.2f}, standard error {error:.2f}"]
    if learned.bounds is not None:
        lines.insert(0, f"{learned.bounds.size} sweeps, each value within {learned.bounds[-1]:.1e} of the optimal one")
    return lines


def _report_game(learned: Learned, gamma: float) -> list[str]:
    """Return how both players do against each other and against the best opponents there are."""
    from hideseek.foundations.markov_game import GridGame

    hider, seeker = learned.policies  # type: ignore[misc]
    pairs = {
        "learned hider, learned seeker": (hider, seeker),
        "learned hider, best seeker there is": (hider, None),
        "best hider there is, learned seeker": (None, seeker),
    }
    share = GridGame().hidden_share
    return [f"{words}: hidden {share(a, b, gamma):.1%} of the time" for words, (a, b) in pairs.items()]


def _figure(title: str, curve: LearningCurve, learned: Learned) -> Any:
    """Return the plot: error bounds where there are some, else returns while learning."""
    from hideseek.foundations.figures import draw_curves, label, panels

    figure, (axes,) = panels(1)
    if learned.bounds is not None:
        axes.semilogy(np.arange(1, learned.bounds.size + 1), learned.bounds)
        label(axes, title, "sweep", "bound of the error")
        return figure
    grid = np.linspace(0.0, max([1, *curve.steps[-1:]]), 200)
    draw_curves(axes, grid, {title: [curve.sampled(grid)]})
    label(axes, title, "steps", "return, mean of 20 episodes")
    return figure
