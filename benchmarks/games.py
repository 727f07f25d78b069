"""What random and scripted players reach in every game that has a reward of its own.

    python benchmarks/games.py [--games NAME ...] [--episodes N] [--seed N] [--json FILE]

One table: random players, then every script that was written for the game, where there are seekers against random ones
and against the script's own. Mean returns per episode with 95 % intervals, and means of what the objective measures;
all players of a game meet the same layouts.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.compare import Match
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import play
from hideseek.evaluate.players import Player, RandomPlayer
from hideseek.evaluate.scripted.names import scripted_entrant, scripts_for
from hideseek.game.config import PRESETS, make_game

GAMES = tuple(name for name, game in PRESETS.items() if game.objective.name != "exploration")
RANDOM = "random"
NOBODY = "-"
"""Stands for the seekers of a game without any."""


def pairings(game: str) -> list[tuple[str, str]]:
    """Return who plays the hiders and who the seekers, by name."""
    scripts = scripts_for(game)
    if not PRESETS[game].seekers:
        return [(name, NOBODY) for name in (RANDOM, *scripts)]
    return [(RANDOM, RANDOM), *((name, seekers) for name in scripts for seekers in (RANDOM, name))]


def player(name: str, team: str) -> Player:
    """Return a new player of a team."""
    return RandomPlayer() if name in (RANDOM, NOBODY) else getattr(scripted_entrant(name), team)


def matches(game: str, episode_count: int, seed: int) -> Iterator[Match]:
    """Yield the episodes of all pairings on the same layouts."""
    env = HideAndSeek(make_game(game), episode_count)
    for hiders, seekers in pairings(game):
        yield Match(hiders, seekers, play(env, player(hiders, "hiders"), player(seekers, "seekers"), seed))


def table_line(game: str, match: Match) -> str:
    """Return a line of the Markdown table."""
    episodes = match.episodes
    seekers_return = "-" if match.seekers == NOBODY else _text(episodes.seeker_return)
    metrics = ", ".join(f"{name} {_text(values)}" for name, values in episodes.metrics.items())
    cells = (game, match.hiders, match.seekers, _text(episodes.hider_return), seekers_return, metrics or "-")
    return f"| {' | '.join(cells)} |"


def figures(game: str, match: Match) -> dict[str, object]:
    """Return a line as data."""
    episodes = match.episodes
    measured = {"hider_return": episodes.hider_return, "seeker_return": episodes.seeker_return, **episodes.metrics}
    means = {name: [i.low, i.mean, i.high] for name, i in ((n, Interval.of(x)) for n, x in measured.items())}
    return {"game": game, "hiders": match.hiders, "seekers": match.seekers, **means}


def _text(samples: np.ndarray) -> str:
    interval = Interval.of(samples)
    return f"{interval.mean:.2f} ± {interval.high - interval.mean:.2f}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", nargs="+", choices=GAMES, default=list(GAMES))
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.episodes < 2 or options.seed < 0:
        parser.error(f"--episodes is {options.episodes} and --seed is {options.seed}, expected at least 2 and 0")
    machine = describe_machine()
    print(f"{format_machine(machine)}\n\n{options.episodes} episodes, seed {options.seed}\n")
    print(f"| game | hiders | seekers | hiders' return | seekers' return | measured |\n|{'---|' * 6}")
    rows = []
    for game in options.games:
        for match in matches(game, options.episodes, options.seed):
            print(table_line(game, match), flush=True)
            rows.append(figures(game, match))
    if options.json:
        data = {"machine": machine, "episodes": options.episodes, "seed": options.seed, "rows": rows}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
