"""Long random play: nothing breaks, escapes or gets stuck in anything."""

from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.overlap import deepest_overlaps
from benchmarks.soak_measures import FIGURES, Gauge
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game

WORLDS, STEPS = 64, 300
HELD = 12
"""Steps for which every agent keeps its actions: long enough to reach full speed and squeeze."""
CHECKED_EVERY = 10
STOPPED_STEPS = 20


class Play(NamedTuple):
    """What was worst in a batch of episodes."""

    env: HideAndSeek
    overlaps: dict[str, float]
    speeds: np.ndarray
    """Largest |velocity| along x, y, z and about z."""
    positions: np.ndarray
    """Lowest and highest x, y, z of bodies that exist [2, 3]."""
    energy_gain: float
    """The most energy that a world got in a step beyond the work of its agents [J]."""


def wild_actions(random: np.random.Generator, agents: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw mostly full force, often full torque, much grabbing, some locking."""
    shape = (WORLDS, agents)
    force = random.choice([0, 5, 10], (*shape, 2), p=[0.4, 0.2, 0.4])
    torque = random.choice([0, 4, 5, 6, 10], (*shape, 1), p=[0.1, 0.2, 0.4, 0.2, 0.1])
    movement = np.concatenate([force, torque], axis=2).astype(np.int8)
    return movement, random.integers(0, 2, shape, np.int8), (random.random(shape) < 0.3).astype(np.int8)


@pytest.fixture(scope="module", params=["quadrant", "random-walls"])
def play(request: pytest.FixtureRequest) -> Play:
    """Play with wild actions, without preparation, the horizon just not reached."""
    game = make_game(request.param, preparation_fraction=0.0, horizon=STEPS + STOPPED_STEPS + 1)
    env, random = HideAndSeek(game, WORLDS, seed=5), np.random.default_rng(5)
    env.reset()
    gauge, energy_gain = Gauge(env), -np.inf
    overlaps, speeds, positions = {}, np.zeros(4), np.array([[np.inf] * 3, [-np.inf] * 3])
    for step in range(STEPS):
        if step % HELD == 0:
            actions = wild_actions(random, game.agents)
        gauge.note(actions[0])
        observation, _, done, _ = env.step(*actions)
        energy_gain = max(energy_gain, gauge.measure(observation, done)[:, FIGURES.index("energy gain")].max())
        pose, velocity = env.bodies.pose[env.bodies.exists], env.bodies.velocity[env.bodies.exists]
        speeds = np.maximum(speeds, np.abs(velocity).max(axis=0))
        lowest, highest = pose[:, :3].min(axis=0), pose[:, :3].max(axis=0)
        positions = np.stack([np.minimum(positions[0], lowest), np.maximum(positions[1], highest)])
        if step % CHECKED_EVERY == 0:
            for kind, depth in deepest_overlaps(env.bodies, game.counts).items():
                overlaps[kind] = max(overlaps.get(kind, depth), depth)
    return Play(env, overlaps, speeds, positions, energy_gain)


def test_state_and_observations_stay_finite(play: Play):
    """No NaN and no infinity anywhere."""
    for name, array in {**play.env.get_state(), **play.env.observe()}.items():
        assert np.isfinite(array).all(), name


def test_bodies_do_not_sink_into_each_other(play: Play):
    """12 cm at most, when two that run head on at 16 m/s meet within a substep; MuJoCo has 10 cm here, too."""
    assert max(play.overlaps.values()) < 0.12, play.overlaps
    assert play.overlaps["floor"] < 0.05, play.overlaps


def test_speeds_stay_bounded(play: Play):
    """Alone an agent reaches 9 m/s along each axis, and 9 rad/s."""
    assert (play.speeds < (20, 20, 15, 40)).all(), play.speeds
    assert (play.speeds > (7, 7, 1, 8.9)).all(), play.speeds


def test_energy_does_not_come_from_nothing(play: Play):
    """A running agent has 40 J; what held, locked and pressed bodies give back when agents let go is of that order."""
    assert play.energy_gain < 60.0


def test_energy_of_bodies_that_nobody_drives_decreases(play: Play):
    """With nothing held any more; but what is up to 5 cm deep in another is lifted out of it, by 50 N per kg."""
    env = HideAndSeek(play.env.game, WORLDS)
    env.set_state(play.env.get_state())
    gauge, agents = Gauge(env), (WORLDS, env.game.agents)
    still, off = np.full((*agents, 3), 5, np.int8), np.zeros(agents, np.int8)
    energies = []
    for _ in range(10):
        env.step(still, off, off)
        energies.append(gauge.total_energy())
    assert np.diff(energies, axis=0).max() < 2.5
    assert energies[-1].sum() < energies[0].sum()


def test_nobody_leaves_through_outer_walls_or_floor(play: Play):
    """In the quadrant's fenced world centres stay between the walls; nowhere does one get below the floor."""
    assert play.positions[0, 2] > 0.1
    assert play.positions[1, 2] < 3.0
    if play.env.game.layout.name == "quadrant":
        assert play.positions[0, :2].min() > 0.15
        assert play.positions[1, :2].max() < 5.85


def test_everything_comes_apart_and_to_rest(play: Play):
    """When all agents stop and let go, hardly anything overlaps and hardly anything moves."""
    env, agents = play.env, (WORLDS, play.env.game.agents)
    for _ in range(STOPPED_STEPS):
        env.step(np.full((*agents, 3), 5, np.int8), np.zeros(agents, np.int8), np.zeros(agents, np.int8))
    overlaps = deepest_overlaps(env.bodies, env.game.counts)
    assert max(overlaps.values()) < 0.01, overlaps
    assert np.median(np.abs(env.bodies.velocity)) < 1e-3
