"""How fast pictures are drawn, and what the adapters to PettingZoo and Gymnasium cost.

    python benchmarks/render.py [--game NAME] [--worlds N] [--threads N] [--steps N] [--json FILE]

Frames are those of `render()` in different moments of an episode, in both views, drawn on one core. Steps are with
uniform actions, drawn before the clock starts: one world in PettingZoo's adapter beside the same world bare, a batch
as Gymnasium's vector environment (opponents act at random) beside the same batch bare. Each figure is the median of
some repeats that take turns. Exit status 1 if fewer frames than the bar are drawn in a second of the core's time.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.env.adapters import ACTION_CHOICES, RENDER_VIEWS
from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium import HideAndSeekVectorEnv
from hideseek.env.pettingzoo import parallel_env
from hideseek.game.config import PRESETS, Game

BAR_FRAMES = 30.0
"""The least that must be drawn in a second."""
REPEATS = 5
FRAMES = 40
Run = Callable[[], None]


def time_runs(runs: dict[str, Run], count: int) -> dict[str, tuple[float, float]]:
    """Time functions in turns, after one run of each that does not count.

    Args:
        runs: what to time.
        count: how many units of work a run does.

    Returns:
        Units per second of the clock and units per second of processor time, of all threads; medians.
    """
    for run in runs.values():
        run()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(REPEATS):
        for name, run in runs.items():
            clock, processor = time.perf_counter(), time.process_time()
            run()
            times[name].append((time.perf_counter() - clock, time.process_time() - processor))
    medians = {name: np.median(taken, axis=0) for name, taken in times.items()}
    return {name: (float(count / clock), float(count / processor)) for name, (clock, processor) in medians.items()}


def draw_actions(steps: int, worlds: int, agents: int) -> np.ndarray:
    """Draw uniform actions [step, world, agent, 5]."""
    return np.random.default_rng(0).integers(0, ACTION_CHOICES, (steps, worlds, agents, len(ACTION_CHOICES)), np.int8)


def measure_frames(game: Game) -> dict[str, tuple[float, float]]:
    """Return frames per second of the clock and of processor time, for moments of an episode that was played before.

    Moments are spread over an episode; both views draw the same ones.
    """
    worlds = {view: parallel_env(game, render_mode="rgb_array", render_view=view, seed=0) for view in RENDER_VIEWS}
    world = worlds["oblique"]
    moments = []
    steps = game.horizon - 1
    kept = set(np.linspace(0, steps - 1, FRAMES).astype(int).tolist())
    for each in worlds.values():
        each.reset()
    for k, actions in enumerate(draw_actions(steps, 1, game.agents)[:, 0]):
        world.step(dict(zip(world.agents, actions, strict=True)))
        if k in kept:
            moments.append(world._env.get_state())

    def draw(view: str) -> None:
        for state in moments:
            worlds[view]._env.set_state(state)
            worlds[view].render()

    return time_runs({view: partial(draw, view) for view in worlds}, len(moments))


def measure_pettingzoo(game: Game, steps: int) -> dict[str, tuple[float, float]]:
    """Return steps per second of one world, bare and in the adapter, each on one thread."""
    actions = draw_actions(steps, 1, game.agents)
    bare, world = HideAndSeek(game, 1, thread_count=1), parallel_env(game, seed=0)
    bare.reset()
    joint = [dict(zip(world.possible_agents, step[0], strict=True)) for step in actions]

    def step_bare() -> None:
        for step in actions:
            bare.step(step[..., :3], step[..., 3], step[..., 4])

    def step_adapter() -> None:
        for step in joint:
            if not world.agents:
                world.reset()
            world.step(step)

    return time_runs({"bare": step_bare, "PettingZoo": step_adapter}, steps)


def measure_gymnasium(game: Game, worlds: int, threads: int, steps: int) -> dict[str, tuple[float, float]]:
    """Return world steps per second of a batch, bare and as a vector environment of the hiders."""
    actions = draw_actions(steps, worlds, game.agents)
    bare = HideAndSeek(game, worlds, thread_count=threads)
    vector = HideAndSeekVectorEnv(game, worlds, thread_count=threads)
    bare.reset()
    vector.reset(seed=0)

    def step_bare() -> None:
        for step in actions:
            bare.step(step[..., :3], step[..., 3], step[..., 4])

    def step_adapter() -> None:
        for step in actions:
            vector.step(step[:, : game.hiders].reshape(worlds, -1))

    return time_runs({"bare": step_bare, "Gymnasium": step_adapter}, steps * worlds)


def format_rates(name: str, rates: tuple[float, float], unit: str) -> str:
    """Return one line: per second of the clock, and of processor time."""
    return f"{name:<38}{rates[0]:>12,.0f}{rates[1]:>16,.0f} {unit}"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--game", choices=PRESETS, default="quadrant")
    parser.add_argument("--worlds", type=int, default=256)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--steps", type=int, default=160)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if min(options.worlds, options.threads, options.steps) < 1:
        parser.error("--worlds, --threads and --steps must be at least 1")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options, machine = parse(arguments), describe_machine()
    game = PRESETS[options.game]
    print(format_machine(machine))
    print(f"{options.game}, seed 0; per second of: {'the clock':>16}{'processor time':>16}")
    frames = measure_frames(game)
    for view, rates in frames.items():
        print(format_rates(f"render(), {view}, 1 world, 1 thread", rates, "frames"), flush=True)
    single = measure_pettingzoo(game, options.steps)
    for name, rates in single.items():
        print(format_rates(f"{name}, 1 world, 1 thread", rates, "steps"), flush=True)
    batch = measure_gymnasium(game, options.worlds, options.threads, options.steps)
    size = f"{options.worlds} worlds, {options.threads} threads"
    for name, rates in batch.items():
        print(format_rates(f"{name}, {size}", rates, "world steps"), flush=True)
    slowest = min(rates[1] for rates in frames.values())
    missed = slowest < BAR_FRAMES
    print(f"bar: {slowest:.0f} >= {BAR_FRAMES:g} frames per second of one core  {'FAIL' if missed else 'pass'}")
    if options.json:
        case = {"game": options.game, "worlds": options.worlds, "threads": options.threads, "steps": options.steps}
        rates = {"frames": frames, "one_world": single, "batch": batch}
        options.json.write_text(json.dumps({"machine": machine, **case, "per_second": rates}, indent=1) + "\n")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
