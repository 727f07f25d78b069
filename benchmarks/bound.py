"""What bounds the speed: instructions or memory?

    python benchmarks/bound.py [--cases NAME ...] [--json FILE]

Counts the instructions, cache misses and mispredicted branches of a world step with valgrind's cachegrind, as the
difference of two runs that differ in their number of steps, and times the same compiled code without valgrind. Valgrind
knows no AVX-512, so this code is compiled for a processor of 2013 (`NUMBA_CPU_NAME=haswell`), in a cache of its own.
Beside the counts stand the clock and the memory bandwidth that one thread gets here. Takes some minutes, most of
them compiling and starting Python under valgrind.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numba import njit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from benchmarks.simulator import CASES, REPEATS, make_env, median_timing, time_steps
from hideseek.env.batch import HideAndSeek

ROOT = Path(__file__).resolve().parents[1]
WORLDS = 1024
STEPS = 20
"""By how many steps the two runs under valgrind differ, and steps of each repeat without it."""
COUNTS = {
    "instructions": r"I\s+refs",
    "data accesses": r"D\s+refs",
    "L1 data misses": r"D1\s+misses",
    "L2 data misses": r"LLd\s+misses",
    "branches": r"Branches",
    "mispredicted": r"Mispredicts",
}
CACHES = ("--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,8,64")
"""Of one core: size in bytes, ways, bytes of a line. Valgrind's last level is the second one here."""
VALGRIND = ("valgrind", "--tool=cachegrind", "--branch-sim=yes", "--cachegrind-out-file=/dev/null", *CACHES)
CYCLES_PER_DRAW = 6
"""Of xorshift: three shifts and three exclusive ors, each of which waits for the one before."""


def play(case: str, repeats: int) -> float:
    """Step worlds of a case on one thread, `repeats` times `STEPS` steps; return microseconds per world step."""
    rng = np.random.default_rng(0)
    env = make_env(CASES[case], WORLDS, 1, rng)
    return median_timing([time_steps(env, STEPS, rng) for _ in range(repeats)]).total


def play_apart(case: str, repeats: int, cache: str, prefix: tuple[str, ...] = ()) -> tuple[float, str]:
    """`play` in a process of its own, compiled for haswell and run by `prefix`; return its time and standard error.

    Raises:
        CalledProcessError: if the process fails.
    """
    code = f"from benchmarks.bound import play; print(play({case!r}, {repeats}))"
    variables = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": cache}
    done = subprocess.run(
        [*prefix, sys.executable, "-c", code], env=os.environ | variables, cwd=ROOT, check=True, text=True,
        capture_output=True,
    )  # fmt: skip
    return float(done.stdout), done.stderr


def read_counts(text: str) -> dict[str, int]:
    """Return the totals that cachegrind wrote.

    Raises:
        ValueError: if one is missing.
    """
    counts = {}
    for name, pattern in COUNTS.items():
        found = re.search(rf"^==\d+== {pattern}:\s+([\d,]+)", text, re.MULTILINE)
        if found is None:
            raise ValueError(f"valgrind's output has no line for {name}: {text[-500:]!r}")
        counts[name] = int(found[1].replace(",", ""))
    return counts


def count_work(case: str, cache: str) -> dict[str, float]:
    """Return `COUNTS` per world step."""
    few, many = (read_counts(play_apart(case, repeats, cache, VALGRIND)[1]) for repeats in (1, 2))
    return {name: (many[name] - few[name]) / (WORLDS * STEPS) for name in COUNTS}


def count_bytes(env: HideAndSeek) -> dict[str, float]:
    """Return bytes per world of the state and of what a step hands out, and per thread of the physics' scratch."""

    def size(*groups: tuple) -> int:
        return sum(array.nbytes for group in groups for array in group)

    return {
        "state": size(env.bodies, env.record) / env.world_count,
        "output": size(env._observation, env._outcome) / env.world_count,
        "scratch": size(env._workspaces) / env.thread_count,
    }


def bytes_moved(sizes: dict[str, float]) -> float:
    """Return how much a world step reads and writes at most: its passes are physics, rules, sensing.

    As if no cache kept anything from one pass to the next.
    """
    return 3 * 2 * sizes["state"] + sizes["output"]


@njit
def _draw(state, count):
    for _ in range(count):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
    return state


def measure_clock() -> float:
    """Return the clock [Hz], from a chain of instructions that take a cycle each."""
    count, times = 20_000_000, []
    _draw(np.uint64(1), 1)
    for _ in range(REPEATS):
        start = time.perf_counter()
        _draw(np.uint64(1), count)
        times.append(time.perf_counter() - start)
    return CYCLES_PER_DRAW * count / min(times)


def measure_bandwidth() -> float:
    """Return how much one thread reads and writes when it copies what no cache holds [bytes/s]."""
    source, times = np.ones(32_000_000), []
    target = np.zeros_like(source)
    for _ in range(REPEATS):
        start = time.perf_counter()
        np.copyto(target, source)
        times.append(time.perf_counter() - start)
    return 2 * source.nbytes / min(times)


def measure_case(case: str, cache: str) -> dict[str, float]:
    """Return all figures of a case; times in microseconds per world step."""
    sizes = count_bytes(make_env(CASES[case], WORLDS, 1, np.random.default_rng(0)))
    compiled, _ = play_apart(case, REPEATS, cache)
    clock, bandwidth = measure_clock(), measure_bandwidth()
    counts = count_work(case, cache)
    return {
        **counts,
        **{f"bytes of {name}": value for name, value in sizes.items()},
        "bytes moved": bytes_moved(sizes),
        "us": compiled,
        "us for this processor": play(case, REPEATS),
        "us of memory": bytes_moved(sizes) / bandwidth * 1e6,
        "clock [GHz]": clock / 1e9,
        "bandwidth [GB/s]": bandwidth / 1e9,
        "instructions per cycle": counts["instructions"] / (compiled * 1e-6 * clock),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=["quadrant-2v2", "full-2v2"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options, machine = parser.parse_args(arguments), describe_machine()
    if shutil.which("valgrind") is None:
        parser.error("valgrind is not installed: apt-get install valgrind")
    print(format_machine(machine))
    with tempfile.TemporaryDirectory() as cache:
        results = {case: measure_case(case, cache) for case in options.cases}
    print(f"{'per world step':<26}" + "".join(f"{case:>16}" for case in results))
    for name in next(iter(results.values())):
        print(f"{name:<26}" + "".join(f"{figures[name]:>16,.2f}" for figures in results.values()))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "results": results}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
