"""What a world step costs as a function of what is in the world, and of how many worlds and threads there are.

    python benchmarks/scaling.py [--axes NAME ...] [--world-steps N] [--json FILE]

One thing at a time is varied from a base case: the game with random walls, 2 against 2, four square boxes and two
ramps, 256 worlds, one thread. Timing is that of `benchmarks/simulator.py`; repeats of all cases take turns, so that
a busy minute does not fall on one case alone.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from benchmarks.simulator import REPEATS, Timing, make_env, median_timing, time_steps
from hideseek.env.batch import PHASES, HideAndSeek
from hideseek.game.config import Game, make_game

LEAST_STEPS = 20
"""Steps of a repeat, however many worlds there are."""
LAYOUTS = 1024
"""How many layouts the mean number of walls is of."""


class Case(NamedTuple):
    """What is timed."""

    game: Game
    worlds: int = 256
    threads: int = 1


class Figures(NamedTuple):
    """What was found out about a case."""

    timing: Timing
    mean_walls: float


def make_base(**changes: object) -> Game:
    """Return the base case's game with `changes`."""
    few = {"boxes_min": 4, "boxes_max": 4, "elongated_min": 0, "elongated_max": 0}
    return make_game("random-walls", **few | changes)


AXES: dict[str, dict[str, Case]] = {
    "agents": {f"{n} against {n}": Case(make_base(hiders=n, seekers=n)) for n in (1, 2, 3, 4)},
    "boxes": {f"{n} boxes": Case(make_base(boxes_min=n, boxes_max=n)) for n in (0, 2, 4, 6, 8)},
    "walls": {
        "none": Case(make_base(rooms_max=1, outer_wall_probability=0.0)),
        "outer walls": Case(make_base(rooms_max=1, outer_wall_probability=1.0)),
        "quadrant": Case(make_base(layout="quadrant")),
        "1 to 4 rooms": Case(make_base()),
        "1 to 8 rooms": Case(make_base(rooms_max=8, outer_wall_probability=1.0)),
    },
    "worlds": {f"{n} worlds": Case(make_base(), worlds=n) for n in (1, 8, 64, 256, 1024, 4096)},
    "threads": {f"{n} threads": Case(make_base(), worlds=1024, threads=n) for n in (1, 2)},
}


def time_cases(cases: set[Case], world_steps: int) -> dict[Case, Figures]:
    """Time every case over at least `world_steps` world steps, three times in turns; keep the repeat in the middle."""
    rng = np.random.default_rng(0)
    ordered = sorted(cases, key=str)
    envs = {case: make_env(case.game, case.worlds, case.threads, rng) for case in ordered}
    timings: dict[Case, list[Timing]] = {case: [] for case in ordered}
    for _ in range(REPEATS):
        for case, env in envs.items():
            timings[case].append(time_steps(env, max(world_steps // case.worlds, LEAST_STEPS), rng))
    return {case: Figures(median_timing(timings[case]), mean_wall_count(case.game)) for case in ordered}


def mean_wall_count(game: Game) -> float:
    """Return the mean number of walls in some layouts of a game."""
    env = HideAndSeek(game, LAYOUTS)
    env.reset()
    return float(env.bodies.wall_count.mean())


def format_header() -> str:
    """Return the table's first line."""
    columns = ("agents", "boxes", "walls", "worlds", "threads", "us/step", *PHASES, "other")
    return f"{'case':<16}" + "".join(f"{name:>9}" for name in columns)


def format_line(label: str, case: Case, figures: Figures) -> str:
    """Return one line of the table; all times are microseconds per world step."""
    timing, game = figures.timing, case.game
    times = [timing.total, *(timing.phases[phase] for phase in PHASES)]
    times.append(timing.total - sum(times[1:]))
    return (
        f"{label:<16}{game.agents:>9}{game.boxes_max:>9}{figures.mean_walls:>9.1f}{case.worlds:>9}{case.threads:>9}"
        + "".join(f"{value:>9.2f}" for value in times)
    )


def describe_line(axis: str, label: str, case: Case, figures: Figures) -> dict[str, object]:
    """Return one line of the table for JSON."""
    return {
        "axis": axis,
        "case": label,
        "agents": case.game.agents,
        "boxes": case.game.boxes_max,
        "mean_walls": figures.mean_walls,
        "worlds": case.worlds,
        "threads": case.threads,
        "total_us": figures.timing.total,
        "phases_us": figures.timing.phases,
    }


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--axes", nargs="+", choices=AXES, default=list(AXES))
    parser.add_argument("--world-steps", type=int, default=20_000, help="world steps of each repeat, at least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.world_steps < 1:
        parser.error(f"--world-steps is {options.world_steps}, expected at least 1")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Print a table for every axis; return the exit status."""
    options, machine = parse(arguments), describe_machine()
    print(format_machine(machine))
    chosen = {axis: AXES[axis] for axis in options.axes}
    figures = time_cases({case for cases in chosen.values() for case in cases.values()}, options.world_steps)
    print(format_header())
    for axis, cases in chosen.items():
        print(f"-- {axis}")
        for label, case in cases.items():
            print(format_line(label, case, figures[case]))
    if options.json:
        rows = [
            describe_line(axis, label, case, figures[case])
            for axis, cases in chosen.items()
            for label, case in cases.items()
        ]
        options.json.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
