"""What the games are worth to players: returns of random, scripted and trained hiders on the same layouts.

    python benchmarks/game_returns.py [RUN ...] [--games NAME ...] [--episodes N] [--seed S] [--json FILE]

A line for each game, random hiders first, then those of the scripts that were written for it, then those of every RUN,
the folder of a training run of this game. Seekers, where there are any, play at random. The mean return per episode
with its 95 % interval, and what the game's objective measures.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.checks import printable
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import play
from hideseek.evaluate.players import Player, PolicyPlayer, RandomPlayer
from hideseek.evaluate.scripted.names import scripted_entrant, scripts_for
from hideseek.game.config import PRESETS
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError

GAMES = tuple(name for name in PRESETS if name not in ("quadrant", "random-walls", "exploration"))
"""Those that are not hide-and-seek alone, and have a reward."""


class Result(NamedTuple):
    """One player of one game."""

    game: str
    player: str
    returned: Interval
    metrics: dict[str, float]
    """Means of what the objective measures."""


def players_of(game: str, runs: list[Path]) -> Iterator[tuple[str, Callable[[], Player]]]:
    """Yield names of players of a game, and what makes the hiders of each."""
    yield "random", RandomPlayer
    for name in scripts_for(game):
        yield name, lambda name=name: scripted_entrant(name).hiders
    for run in runs:
        policy, description = load_policy(run)
        if description.game_name == game:
            repeat = description.config.action_repeat
            yield run.name, lambda policy=policy, repeat=repeat: PolicyPlayer(policy, action_repeat=repeat)


def measure(game: str, runs: list[Path], episodes: int, seed: int) -> Iterator[Result]:
    """Play one episode in each of so many worlds with every player; yield what came of it."""
    env = HideAndSeek(PRESETS[game], episodes)
    for name, make in players_of(game, runs):
        played = play(env, make(), RandomPlayer(), seed)
        metrics = {metric: float(values.mean()) for metric, values in played.metrics.items()}
        yield Result(game, name, Interval.of(played.hider_return), metrics)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN", help="folders of training runs")
    parser.add_argument("--games", nargs="+", choices=GAMES, default=list(GAMES))
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.episodes < 2 or options.seed < 0:
        parser.error("--episodes must be at least 2, --seed at least 0")
    try:
        for run in options.runs:
            RunDescription.load(run)
    except RunError as error:
        parser.error(str(error))
    return options


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    options, machine = parse(arguments), describe_machine()
    print(format_machine(machine))
    print(f"{options.episodes} episodes each, seed {options.seed}; means with 95 % intervals")
    rows: list[dict[str, Any]] = []
    for game in options.games:
        for result in measure(game, options.runs, options.episodes, options.seed):
            mean, low, high = result.returned.mean, result.returned.low, result.returned.high
            more = "".join(f"  {name} {value:.2f}" for name, value in result.metrics.items())
            print(f"{game:<16}{printable(result.player):<20}{mean:>9.2f} [{low:.2f}, {high:.2f}]{more}", flush=True)
            rows.append({"game": game, "player": result.player, "return": [mean, low, high]} | result.metrics)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
