"""How much memory a batch of worlds takes.

    python benchmarks/memory.py [--game NAME] [--worlds N] [--steps N] [--json FILE]

Measured is the resident memory of this process: after the import, after one world was stepped (which compiles or loads
all kernels), and after the whole batch was created and stepped. Where kernels had to be compiled the compiler's memory
counts as theirs, and what it freed is used again: run it twice. Exit status 1 if the batch needs more than the bar.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import MOVEMENT_BUCKETS, PRESETS, Game

BAR_MB = 100.0
"""The most that the batch may add to the memory of the process with its kernels."""


def resident_mb() -> float:
    """Return the resident memory of this process [MB, 10^6 bytes]; Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def play(game: Game, world_count: int, steps: int) -> HideAndSeek:
    """Create a batch, step it with random actions and return it."""
    env, rng = HideAndSeek(game, world_count), np.random.default_rng(0)
    env.reset()
    agents = (world_count, game.agents)
    for _ in range(steps):
        movement = rng.integers(0, MOVEMENT_BUCKETS, (*agents, 3), np.int8)
        env.step(movement, rng.integers(0, 2, agents, np.int8), rng.integers(0, 2, agents, np.int8))
    return env


def measure(game: Game, world_count: int, steps: int) -> dict[str, float]:
    """Return resident memory [MB]: after the import, with the kernels, and with the batch; and both growths."""
    imported = resident_mb()
    play(game, 1, 2)
    compiled = resident_mb()
    batch = play(game, world_count, steps)
    played = resident_mb()
    del batch
    return {
        "after import": imported,
        "with kernels": compiled,
        "with the batch": played,
        "growth, kernels included": played - imported,
        "growth, kernels excluded": played - compiled,
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the measurement; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--game", choices=PRESETS, default="random-walls")
    parser.add_argument("--worlds", type=int, default=1024)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.worlds < 1 or options.steps < 1:
        parser.error(f"--worlds is {options.worlds} and --steps is {options.steps}, expected at least 1 of each")
    machine = describe_machine()
    print(format_machine(machine))
    figures = measure(PRESETS[options.game], options.worlds, options.steps)
    print(f"{options.worlds} worlds of {options.game}, {options.steps} steps")
    for name, value in figures.items():
        print(f"{name:<28}{value:>8.1f} MB")
    growth = figures["growth, kernels excluded"]
    missed = growth > BAR_MB
    print(f"bar: {growth:.1f} <= {BAR_MB:g} MB  {'FAIL' if missed else 'pass'}")
    if options.json:
        case = {"game": options.game, "worlds": options.worlds, "steps": options.steps}
        options.json.write_text(json.dumps({"machine": machine, **case, "resident_mb": figures}, indent=1) + "\n")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
