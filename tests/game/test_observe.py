"""Observations: fields, order, and the original's."""

import math

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.game.observe import Observation, allocate_observation, observation_spec, write_observations
from tests.worlds import World, make_world

HIDERS = [(1, 1, 0.5), (2, 1, 7.0)]
SEEKERS = [(1, 5, -1.0), (2, 5, 0)]


def observe(world: World, fill: float = 0.0) -> Observation:
    observation = allocate_observation(1, world.game)
    for array in observation:
        array[:] = fill
    write_observations(world.params, world.bodies, world.record, world.counts, observation, 0)
    return observation


def make(**options: object) -> World:
    world = make_world(
        hiders=HIDERS, seekers=SEEKERS, boxes=[(3, 3, 0.3)], ramps=[(4, 4, -0.2)], spare_boxes=1, **options
    )
    world.bodies.velocity[0] = np.arange(4 * world.counts.body).reshape(-1, 4)
    return world


def test_own_features():
    """x, y, z, cos, sin, velocity, hider flag, progress of preparation."""
    own = observe(make()).self[0]
    expected = [2, 1, 0.15, math.cos(7.0), math.sin(7.0), 4, 5, 6, 7, 1, 1]
    np.testing.assert_allclose(own[1], expected, rtol=1e-6)
    assert own[:, 9].tolist() == [1.0, 1.0, 0.0, 0.0]


def test_others_come_in_falling_order():
    """Agent i observes i - 1, i - 2, i - 3 modulo 4, with their own features; masks come in the same order."""
    world = make()
    world.record.sees_agent[0] = np.eye(4, dtype=bool)
    world.record.sees_agent[0, 1, 3] = True
    observation = observe(world)
    for viewer in range(4):
        order = [(viewer - 1 - k) % 4 for k in range(3)]
        np.testing.assert_array_equal(observation.agents[0, viewer], observation.self[0, order])
    assert observation.sees_agents[0].tolist() == [[False] * 3, [False, True, False], [False] * 3, [False] * 3]


def test_object_features_are_the_same_for_all():
    """Hidden objects are not blanked out."""
    world = make()
    world.record.sees_object[:] = False
    observation = observe(world)
    expected = [3, 3, 0.25, math.cos(0.3), math.sin(0.3), 16, 17, 18, 19]
    for viewer in range(4):
        np.testing.assert_allclose(observation.boxes[0, viewer, 0, :9], expected, rtol=1e-6)
    assert observation.ramps.shape == (1, 4, 1, 9)
    assert observation.ramps[0, 2, 0, :3].tolist() == [4.0, 4.0, 0.25]


def test_absent_boxes_are_zero_rows():
    """Whatever stood in the buffer before."""
    observation = observe(make(), fill=1.0)
    assert not observation.boxes[0, :, 1].any()
    assert observation.box_exists[0].tolist() == [[True, False]] * 4


def test_masks_of_objects_are_the_viewers():
    """Boxes and ramps apart."""
    world = make()
    world.record.sees_object[0] = False
    world.record.sees_object[0, 1, 0] = True
    world.record.sees_object[0, 3, 2] = True
    observation = observe(world)
    assert observation.sees_boxes[0].tolist() == [[False, False], [True, False], [False, False], [False, False]]
    assert observation.sees_ramps[0].tolist() == [[False], [False], [False], [True]]


def test_lock_flags_say_yours_your_teams_anybodys():
    """An owner of old does not count while the object is unlocked."""
    world = make()
    world.record.lock_owner[0, 0] = 1
    assert not observe(world).boxes[0, :, 0, 9:].any()
    world.bodies.locked[0, 0] = True
    assert observe(world).boxes[0, :, 0, 9:].tolist() == [[0, 1, 1], [1, 1, 1], [0, 0, 1], [0, 0, 1]]


def test_sizes_and_lockable_ramps():
    """Full sizes where boxes differ, and zeros in their place for ramps."""
    world = make(elongated_max=1, lock_ramps=True, box_half=(0.825, 0.075, 0.25))
    world.bodies.locked[0, 2], world.record.lock_owner[0, 2] = True, 3
    observation = observe(world)
    np.testing.assert_allclose(observation.boxes[0, 0, 0, 9:], [1.65, 0.15, 0.5, 0, 0, 0], rtol=1e-6)
    assert observation.ramps[0, 2, 0, 9:].tolist() == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(("step", "progress"), [(0, 0.0), (8, 0.25), (32, 1.0), (70, 1.0)])
def test_progress_of_preparation(step: int, progress: float):
    """It reaches 1 exactly at the end of preparation."""
    world = make()
    world.record.step[0] = step
    assert observe(world).self[0, :, -1].tolist() == [progress] * 4


def test_original_observes_corners_and_raw_yaw():
    """Ten fields of agents; every position less the unturned half size; progress reaches 1 one step late."""
    world = make(original_quirks=True)
    observation = observe(world)
    np.testing.assert_allclose(observation.self[0, 1, :9], [1.85, 0.85, 0, 7.0, 4, 5, 6, 7, 1], atol=1e-6)
    assert 0.999999 < observation.self[0, 1, 9] < 1.0
    np.testing.assert_allclose(observation.boxes[0, 0, 0, :3], [2.75, 2.75, 0], atol=1e-6)
    np.testing.assert_allclose(observation.ramps[0, 0, 0, :3], [3.75, 3.75, 0], atol=1e-6)
    world.record.step[0] += 1
    assert observe(world).self[0, 1, 9] == 1.0


@pytest.mark.parametrize("name", ["quadrant", "random-walls", "food"])
def test_spec_describes_what_is_allocated(name: str):
    """Shape without the world, and dtype, of every field."""
    game = make_game(name)
    observation = allocate_observation(3, game)._asdict()
    spec = observation_spec(game)
    for field in observation.keys() - spec.keys():
        assert observation[field].size == 0
    for field, (shape, kind) in spec.items():
        assert observation[field].shape == (3, *shape)
        assert observation[field].dtype == kind
    assert spec["boxes"][0] == ((4, 2, 12) if name == "quadrant" else (4, 9, 15))
    assert spec["ramps"][0] == ((4, 1, 9) if name == "quadrant" else (4, 2, 15))


def test_one_agent_alone():
    """No others to observe."""
    observation = observe(make_world(hiders=[(1, 1, 0)]))
    assert observation.agents.shape == (1, 1, 0, 11)
    assert observation.boxes.shape == (1, 1, 0, 12)
