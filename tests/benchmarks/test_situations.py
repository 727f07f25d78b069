"""The situations whose cost is measured are what their names say."""

import numpy as np
import pytest

from benchmarks import situations
from hideseek.game.actions import FORCE_PER_BUCKET
from hideseek.sim.engine import step_physics

SITUATIONS = situations.make_situations()
MOVING = {
    "agent at rest": [False],
    "agent alone on the floor": [True],
    "the same, a box at rest": [True, False],
    "agent presses against a wall": [False],
    "box slides": [False, True],
    "agent pushes a box": [True, True],
    "agent holds and moves a box": [True, True],
    "agent presses a box against a wall": [False, False],
}
"""Which of agent and box move."""


def speeds_after(name: str, steps: int) -> np.ndarray:
    """Return every body's horizontal speed [m/s] after some steps."""
    world, buckets, _, _ = situations.make_situations()[name]
    control = np.full((1, world.counts.agent, 3), buckets, np.float32) * FORCE_PER_BUCKET
    for _ in range(steps):
        step_physics(world.bodies, world.counts, world.game.physics, control.astype(np.float32))
    return np.linalg.norm(world.bodies.velocity[0, :, :2], axis=-1)


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("moment", ["begin", "end"])
def test_who_moves(name: str, moment: str):
    """When the clock starts and when it stops."""
    situation = SITUATIONS[name]
    steps = situation.steps_before + (situation.steps if moment == "end" else 1)
    assert (speeds_after(name, steps)[: len(MOVING[name])] > 0.1).tolist() == MOVING[name]


def test_every_situation_is_looked_at():
    assert MOVING.keys() == SITUATIONS.keys()


def test_every_situation_is_printed(capsys, monkeypatch):
    """A positive time each."""
    monkeypatch.setattr(situations, "WORLDS", 2)
    assert situations.main() == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line[:36].strip() for line in lines] == list(SITUATIONS)
    assert all(float(line[36:]) > 0.0 for line in lines)
