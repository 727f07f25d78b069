"""How fast the environment is: world steps per second with all observations and automatic resets.

    python benchmarks/simulator.py [--cases NAME ...] [--worlds N ...] [--threads N ...] [--steps N] [--json FILE]

A world step is 75 ms of all agents of one world. Actions are uniform and new at every step, drawn before the clock
starts; episodes are staggered, so that worlds are in all phases and resets are spread out. Each figure is the median
of some repeats. Beside it stand the same worlds stepped by MuJoCo's C engine on as many threads, physics alone, in the
same run: machines differ, and so do minutes on one machine, but the ratio lasts.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from benchmarks.mujoco_worlds import MujocoWorlds
from hideseek.env.batch import PHASES, HideAndSeek
from hideseek.game.config import MOVEMENT_BUCKETS, PRESETS, Game, make_game

CASES: dict[str, Game] = {
    "quadrant-2v2": make_game("quadrant"),
    "full-2v2": make_game("random-walls"),
    "full-3v3": make_game("random-walls", hiders=3, seekers=3),
    "madrona-3v2": make_game("random-walls", hiders=3, seekers=2, boxes_max=8, elongated_max=8),
}
"""The paper's two games, the full one with larger teams, and the one that Madrona's re-creation is timed on: 3 to 8
boxes, 2 ramps."""
REPEATS = 3
WARMUP_STEPS = 30
MUJOCO_WORLDS, MUJOCO_STEPS = 24, 10
LEAST_TRAVEL = 0.01
"""Agents that move less than this on average in a step [m] are not playing."""


class Actions(NamedTuple):
    """Random actions for some steps, arrays that lead with the step."""

    movement: np.ndarray
    grab: np.ndarray
    lock: np.ndarray


class Timing(NamedTuple):
    """One repeat: microseconds per world step, all of it and by phase."""

    total: float
    phases: dict[str, float]


class Result(NamedTuple):
    """One line of the benchmark; times in microseconds per world step."""

    case: str
    worlds: int
    threads: int
    steps_per_second: float
    total_us: float
    phases_us: dict[str, float]
    mujoco_us: float
    """nan without MuJoCo."""

    @property
    def ratio(self) -> float:
        """How many times faster than MuJoCo's physics alone."""
        return self.mujoco_us / self.total_us


def draw_actions(env: HideAndSeek, steps: int, rng: np.random.Generator) -> Actions:
    """Draw uniform actions of every agent for `steps` steps."""
    shape = (steps, env.world_count, env.game.agents)
    movement = rng.integers(0, MOVEMENT_BUCKETS, (*shape, 3), np.int8)
    return Actions(movement, rng.integers(0, 2, shape, np.int8), rng.integers(0, 2, shape, np.int8))


def make_env(game: Game, world_count: int, thread_count: int, rng: np.random.Generator) -> HideAndSeek:
    """Return an environment under way, its worlds evenly spread over the phases of an episode."""
    env = HideAndSeek(game, world_count, thread_count=thread_count)
    env.reset()
    state = env.get_state()
    state["step"] = rng.permutation(np.arange(world_count) * game.horizon // world_count).astype(np.int32)
    env.set_state(state)
    for actions in zip(*draw_actions(env, WARMUP_STEPS, rng), strict=True):
        env.step(*actions)
    return env


def time_steps(env: HideAndSeek, steps: int, rng: np.random.Generator) -> Timing:
    """Step the environment `steps` times against the clock.

    Raises:
        RuntimeError: if the work was not real: see `check_workload`.
    """
    actions = draw_actions(env, steps, rng)
    before, spent = env.get_state(), dict(env.seconds)
    start = time.perf_counter()
    for movement, grab, lock in zip(*actions, strict=True):
        env.step(movement, grab, lock)
    seconds = time.perf_counter() - start
    scale = 1e6 / (steps * env.world_count)
    timing = Timing(seconds * scale, {phase: (env.seconds[phase] - spent[phase]) * scale for phase in PHASES})
    check_workload(env, before, steps)
    return timing


def check_workload(env: HideAndSeek, before: dict[str, np.ndarray], steps: int) -> None:
    """Make sure that the worlds were properly simulated for `steps` steps since the state `before`.

    Raises:
        RuntimeError: if a number is not finite, contacts were left out for lack of room, agents hardly moved, or too
            many or too few episodes ended.
    """
    for group in (env.bodies, env.observe()):
        arrays = group if isinstance(group, dict) else group._asdict()
        for name, array in arrays.items():
            if not np.isfinite(array).all():
                raise RuntimeError(f"{name} has values that are not finite")
    if env.crowded_steps:
        raise RuntimeError(f"a world had more contacts than there is room for in {env.crowded_steps} steps")
    same = env.record.episode == before["episode"]
    agents = slice(0, env.game.agents)
    travel = np.linalg.norm((env.bodies.pose - before["pose"])[same, agents, :2], axis=-1)
    # A random walk's distance grows with the root of the number of steps.
    if travel.size and not travel.mean() >= LEAST_TRAVEL * steps**0.5:
        raise RuntimeError(f"agents moved {travel.mean():.4f} m in {steps} steps: this is no workload")
    resets = (env.record.episode - before["episode"]).sum()
    expected = env.world_count * steps / env.game.horizon
    if abs(resets - expected) > env.world_count / env.game.horizon * 2 + 2:
        raise RuntimeError(f"{resets} episodes ended in {steps} steps of {env.world_count} worlds, expected {expected}")


def median_timing(timings: list[Timing]) -> Timing:
    """Return the timing in the middle."""
    return sorted(timings, key=lambda timing: timing.total)[len(timings) // 2]


def make_mujoco(game: Game, thread_count: int, rng: np.random.Generator) -> MujocoWorlds | None:
    """Return worlds that are under way as MuJoCo models; None without MuJoCo."""
    try:
        return MujocoWorlds(make_env(game, MUJOCO_WORLDS, thread_count, rng), MUJOCO_WORLDS, thread_count)
    except ImportError:
        return None


def run_case(name: str, world_counts: list[int], thread_count: int, steps: int) -> list[Result]:
    """Time one case on one number of threads, with each number of worlds; repeats of all of them take turns."""
    game, rng = CASES[name], np.random.default_rng(0)
    mujoco = make_mujoco(game, thread_count, rng)
    envs = [make_env(game, world_count, thread_count, rng) for world_count in world_counts]
    mujoco_times: list[float] = []
    timings: list[list[Timing]] = [[] for _ in envs]
    for _ in range(REPEATS):
        if mujoco is not None:
            mujoco_times.append(mujoco.time_steps(MUJOCO_STEPS, rng) * 1e6 / (MUJOCO_STEPS * mujoco.world_count))
        for env, of_env in zip(envs, timings, strict=True):
            of_env.append(time_steps(env, steps, rng))
    mujoco_us = float(np.median(mujoco_times)) if mujoco_times else float("nan")
    results = []
    for env, of_env in zip(envs, timings, strict=True):
        total, phases = median_timing(of_env)
        results.append(Result(name, env.world_count, thread_count, 1e6 / total, total, phases, mujoco_us))
    return results


def compile_kernels() -> float:
    """Step one world, so that everything is compiled; return the seconds it took."""
    start = time.perf_counter()
    make_env(PRESETS["quadrant"], 1, 1, np.random.default_rng(0))
    return time.perf_counter() - start


def format_header() -> str:
    """Return the table's first line."""
    columns = ("case", "worlds", "threads", "steps/s", "us/step", *PHASES, "other", "MuJoCo", "ratio")
    return f"{columns[0]:<14}" + "".join(f"{name:>10}" for name in columns[1:])


def format_result(result: Result) -> str:
    """Return one line of the table; all times are microseconds per world step."""
    phases = [result.phases_us[phase] for phase in PHASES]
    times = [result.total_us, *phases, result.total_us - sum(phases), result.mujoco_us]
    return (
        f"{result.case:<14}{result.worlds:>10}{result.threads:>10}{result.steps_per_second:>10,.0f}"
        + "".join(f"{value:>10.2f}" for value in times)
        + f"{result.ratio:>10.1f}"
    )


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--worlds", nargs="+", type=int, default=[64, 256, 1024])
    parser.add_argument("--threads", nargs="+", type=int, default=sorted({1, cores}))
    parser.add_argument("--steps", type=int, default=40, help="environment steps of each repeat")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if min(*options.worlds, *options.threads, options.steps) < 1:
        parser.error("--worlds, --threads and --steps must be at least 1")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    options, machine = parse(arguments), describe_machine()
    print(format_machine(machine))
    compiling = compile_kernels()
    print(f"compiled, or loaded from the cache, in {compiling:.1f} s; all times below in us per world step")
    print(format_header())
    results: list[Result] = []
    for name in options.cases:
        for thread_count in options.threads:
            for result in run_case(name, options.worlds, thread_count, options.steps):
                print(format_result(result), flush=True)
                results.append(result)
    if options.json:
        rows = [result._asdict() | {"ratio": result.ratio} for result in results]
        text = json.dumps({"machine": machine, "compile_seconds": compiling, "results": rows}, indent=1)
        options.json.write_text(text.replace("NaN", "null") + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
