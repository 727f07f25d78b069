"""How fast the other games are: world steps per second beside the full game with as many bodies.

    python benchmarks/other_games.py [--games NAME ...] [--worlds N] [--threads N] [--steps N] [--repeats N]
        [--json FILE]

Each game takes turns with the game of random walls that has as many agents, boxes, long boxes and ramps, and the same
fence: where agents may walk off, they soon have nothing to collide with. Actions are uniform, episodes staggered. A
line for each game: microseconds per world step of both, medians over the repeats, and the ratio of speeds, the full
game's time over this one's, with the smallest and the largest of the pairs.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from benchmarks.simulator import make_env, time_steps
from hideseek.game.config import PRESETS, Game, make_game

FULL = "random-walls"
OTHERS = tuple(name for name in PRESETS if name != FULL)


class Result(NamedTuple):
    """One game beside the full one."""

    game: str
    own_us: float
    """Microseconds per world step."""
    full_us: float
    ratio: float
    """How many times as fast as the full game: median over pairs."""
    least: float
    most: float


def full_game_with_bodies_of(game: Game) -> Game:
    """Return the game of random walls with as many bodies as a game, and fenced where that one is."""
    counts = ("hiders", "seekers", "boxes_min", "boxes_max", "elongated_min", "elongated_max", "ramps")
    fenced = getattr(game.layout, "outer_wall_probability", 1.0)
    return make_game(FULL, outer_wall_probability=fenced, **{name: getattr(game, name) for name in counts})


def compare(name: str, worlds: int, threads: int, steps: int, repeats: int) -> Result:
    """Time a game and the full game with its bodies in turns."""
    rng, game = np.random.default_rng(0), PRESETS[name]
    envs = [make_env(each, worlds, threads, rng) for each in (game, full_game_with_bodies_of(game))]
    times = np.array([[time_steps(env, steps, rng).total for env in envs] for _ in range(repeats)])
    ratios = times[:, 1] / times[:, 0]
    own, full = np.median(times, axis=0)
    return Result(name, *(float(x) for x in (own, full, np.median(ratios), ratios.min(), ratios.max())))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", nargs="+", choices=OTHERS, default=list(OTHERS))
    parser.add_argument("--worlds", type=int, default=256)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=40, help="environment steps of each repeat")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if min(options.worlds, options.threads, options.steps, options.repeats) < 1:
        parser.error("--worlds, --threads, --steps and --repeats must be at least 1")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    options, machine = parse(arguments), describe_machine()
    print(format_machine(machine))
    print(f"{options.worlds} worlds, {options.threads} threads, medians of {options.repeats} pairs")
    print(f"{'game':<16}{'us/step':>10}{'full game':>12}{'as fast':>10}   smallest to largest")
    results = []
    for name in options.games:
        result = compare(name, options.worlds, options.threads, options.steps, options.repeats)
        results.append(result)
        print(
            f"{name:<16}{result.own_us:>10.2f}{result.full_us:>12.2f}{result.ratio:>10.2f}"
            f"   {result.least:.2f} to {result.most:.2f}",
            flush=True,
        )
    if options.json:
        rows = [result._asdict() for result in results]
        options.json.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
