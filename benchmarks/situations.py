"""What the physics of a world step costs in single situations, worked out by hand: where the time of a game goes.

    python benchmarks/situations.py

256 equal worlds on one thread, microseconds per world step of 15 substeps; the middle of some repeats. Each begins
anew from the same state, under way for some steps, and takes so few steps that the situation lasts.
"""

import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.game.actions import FORCE_PER_BUCKET
from hideseek.sim.engine import step_physics
from hideseek.sim.state import Bodies
from hideseek.sim.workspace import allocate_workspaces
from tests.worlds import EAST, NORTH, World, make_world

WORLDS, REPEATS = 256, 9
WALL = (3.0, 4.0, 3.0, 0.05, 0.25)


class Situation(NamedTuple):
    """A world, its agents' actions in buckets along x, y and yaw, and the steps before and under the clock."""

    world: World
    buckets: tuple[int, int, int]
    steps_before: int
    steps: int


def make_situations() -> dict[str, Situation]:
    """Return the situations by name."""
    held = make_world(hiders=[(1, 1, EAST)], boxes=[(1.45, 1, 0)])
    held.bodies.weld_object[0, 0] = 0
    held.bodies.weld_pose[0, 0] = 0.0, -0.45, 0.1, -EAST
    sliding = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, 0)])
    sliding.bodies.velocity[0, 1] = 2.0, 0.5, 0.0, 0.0
    return {
        "agent at rest": Situation(make_world(hiders=[(1, 1, 0)]), (0, 0, 0), 1, 10),
        "agent alone on the floor": Situation(make_world(hiders=[(1, 1, 0)]), (3, 0, 1), 4, 10),
        "the same, a box at rest": Situation(make_world(hiders=[(1, 1, 0)], boxes=[(1, 4, 0)]), (3, 0, 1), 4, 10),
        "agent presses against a wall": Situation(
            make_world(hiders=[(3, 3.7, NORTH)], walls=[WALL]), (0, 5, 0), 10, 10
        ),
        "box slides": Situation(sliding, (0, 0, 0), 0, 3),
        "agent pushes a box": Situation(make_world(hiders=[(1, 1, EAST)], boxes=[(1.42, 1, 0)]), (3, 0, 0), 3, 4),
        "agent holds and moves a box": Situation(held, (-3, 0, 0), 4, 6),
        "agent presses a box against a wall": Situation(
            make_world(hiders=[(3, 3.27, NORTH)], boxes=[(3, 3.69, 0)], walls=[WALL]), (0, 5, 0), 10, 10
        ),
    }


def time_situation(situation: Situation) -> float:
    """Return the microseconds of a world step."""
    world, counts = situation.world, situation.world.counts
    bodies = Bodies(*(np.repeat(array, WORLDS, axis=0) for array in world.bodies))
    control = np.zeros((WORLDS, counts.agent, 3), np.float32)
    control[:] = np.array(situation.buckets) * FORCE_PER_BUCKET
    workspaces = allocate_workspaces(1, counts)

    def advance(steps: int) -> None:
        for _ in range(steps):
            step_physics(bodies, counts, world.game.physics, control, workspaces)

    advance(situation.steps_before)
    begin, times = [array.copy() for array in bodies], []
    for _ in range(REPEATS):
        for array, before in zip(bodies, begin, strict=True):
            array[:] = before
        start = time.perf_counter()
        advance(situation.steps)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e6 / (situation.steps * WORLDS)


def main() -> int:
    """Print a line for each situation; return the exit status."""
    print(format_machine(describe_machine()))
    for name, situation in make_situations().items():
        print(f"{name:<36}{time_situation(situation):>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
