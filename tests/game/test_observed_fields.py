"""Observations field by field: where each number stands, in which unit, and what the original wrote instead."""

import math

import numpy as np
import pytest

from hideseek.game.observe import Observation, allocate_observation, write_observations
from tests.worlds import World, make_world

LONG = (0.825, 0.075, 0.25)
OWN = ("x", "y", "z", "cosine", "sine", "vx", "vy", "vz", "wz", "hider", "progress")
OBJECT = ("x", "y", "z", "cosine", "sine", "vx", "vy", "vz", "wz")
SIZE, LOCKS = ("size x", "size y", "size z"), ("by you", "by your team", "by anybody")
SECOND_HIDER, BOX, RAMP = 1, 4, 5
"""Bodies of `make`."""


def make(**options: object) -> World:
    """Return two hiders, two seekers, a long box and a lockable ramp, all at rest at step 8 of 80."""
    options = {"elongated_max": 1, "lock_ramps": True, "box_half": LONG, **options}
    world = make_world(
        hiders=[(1, 1, 0), (2, 1, 0)], seekers=[(1, 5, 0), (2, 5, 0)], boxes=[(3, 3, 0)], ramps=[(4, 4, 0)], **options
    )
    world.record.step[0] = 8
    return world


def observe(world: World) -> Observation:
    observation = allocate_observation(1, world.game)
    write_observations(world.params, world.bodies, world.record, world.counts, observation, 0)
    return observation


def own(world: World, agent: int) -> dict[str, float]:
    return dict(zip(OWN, observe(world).self[0, agent].tolist(), strict=True))


def box(world: World, viewer: int = 0) -> dict[str, float]:
    return dict(zip(OBJECT + SIZE + LOCKS, observe(world).boxes[0, viewer, 0].tolist(), strict=True))


def ramp(world: World, viewer: int = 0) -> dict[str, float]:
    return dict(zip(OBJECT + SIZE + LOCKS, observe(world).ramps[0, viewer, 0].tolist(), strict=True))


def changed(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return the fields that differ, with their new values."""
    return {name: pytest.approx(value, abs=1e-6) for name, value in after.items() if value != before[name]}


@pytest.mark.parametrize(("k", "name"), [*enumerate(("x", "y", "z"))])
def test_positions_are_of_centres(k: int, name: str):
    """Each coordinate has its own field, of agents, boxes and ramps alike [m]."""
    for body, read in ((SECOND_HIDER, lambda world: own(world, SECOND_HIDER)), (BOX, box), (RAMP, ramp)):
        world = make()
        before = read(world)
        world.bodies.pose[0, body, k] = 4.75
        assert changed(before, read(world)) == {name: 4.75}


@pytest.mark.parametrize(("k", "name"), [*enumerate(("vx", "vy", "vz", "wz"))])
def test_velocities_are_along_the_worlds_axes(k: int, name: str):
    """They do not turn with the body [m/s, rad/s]."""
    for body, read in ((SECOND_HIDER, lambda world: own(world, SECOND_HIDER)), (BOX, box), (RAMP, ramp)):
        world = make()
        world.bodies.pose[0, :, 3] = 1.2
        before = read(world)
        world.bodies.velocity[0, body, k] = -2.5
        assert changed(before, read(world)) == {name: -2.5}


@pytest.mark.parametrize("yaw", [0.7, 0.7 + 2 * math.pi, -3.0])
def test_yaw_is_seen_as_cosine_and_sine(yaw: float):
    """Whole turns are not seen."""
    for body, read in ((SECOND_HIDER, lambda world: own(world, SECOND_HIDER)), (BOX, box), (RAMP, ramp)):
        world = make()
        before = read(world)
        world.bodies.pose[0, body, 3] = yaw
        assert changed(before, read(world)) == {"cosine": math.cos(yaw), "sine": math.sin(yaw)}


def test_team_is_a_flag():
    """1 for hiders, 0 for seekers; in what others observe, too."""
    observation = observe(make())
    assert observation.self[0, :, 9].tolist() == [1, 1, 0, 0]
    assert observation.agents[0, 0, :, 9].tolist() == [0, 0, 1]


@pytest.mark.parametrize(("fraction", "progress"), [(0.4, 0.25), (0.2, 0.5), (0.1, 1.0), (0.0, 1.0)])
def test_progress_is_the_share_of_preparation_that_is_over(fraction: float, progress: float):
    """Eight steps of 32, 16, 8 and none."""
    assert own(make(preparation_fraction=fraction), 0)["progress"] == progress


def test_agents_out_of_sight_are_not_blanked():
    """The masks say what is seen, the features stay."""
    world = make()
    seen = observe(world).agents.copy()
    world.record.sees_agent[:] = False
    hidden = observe(world)
    np.testing.assert_array_equal(hidden.agents, seen)
    assert not hidden.sees_agents.any()


def test_sizes_are_full():
    """Of a long box along x, and of a cube where some could be long [m]; a ramp's are zero."""
    assert [box(make())[name] for name in SIZE] == pytest.approx([1.65, 0.15, 0.5])
    assert [box(make(box_half=(0.25, 0.25, 0.25)))[name] for name in SIZE] == pytest.approx([0.5, 0.5, 0.5])
    assert [ramp(make())[name] for name in SIZE] == [0, 0, 0]


def test_sizes_are_left_out_where_all_boxes_are_cubes():
    """And locks of ramps where they cannot be locked: 12 and 9 fields."""
    observation = observe(make(elongated_max=0, lock_ramps=False))
    assert (observation.boxes.shape, observation.ramps.shape) == ((1, 4, 1, 12), (1, 4, 1, 9))
    observation = observe(make(elongated_max=0))
    assert (observation.boxes.shape, observation.ramps.shape) == ((1, 4, 1, 12), (1, 4, 1, 12))
    observation = observe(make(lock_ramps=False))
    assert (observation.boxes.shape, observation.ramps.shape) == ((1, 4, 1, 15), (1, 4, 1, 12))


@pytest.mark.parametrize(("item", "read"), [(0, box), (1, ramp)])
@pytest.mark.parametrize(
    ("owner", "viewer", "flags"),
    [(0, 0, [1, 1, 1]), (0, 1, [0, 1, 1]), (0, 2, [0, 0, 1]), (3, 3, [1, 1, 1]), (3, 2, [0, 1, 1]), (3, 0, [0, 0, 1])],
)
def test_locks_are_seen_from_each_side(item: int, read, owner: int, viewer: int, flags: list[int]):
    """Locked by you, by your team, by anybody."""
    world = make()
    world.bodies.locked[0, item], world.record.lock_owner[0, item] = True, owner
    assert [read(world, viewer)[name] for name in LOCKS] == flags


@pytest.mark.parametrize("viewer", range(4))
def test_objects_look_the_same_to_all_but_for_who_locked_them(viewer: int):
    """All fields up to the locks are the first viewer's."""
    world = make()
    world.bodies.locked[0, 0], world.record.lock_owner[0, 0] = True, 2
    observation = observe(world)
    np.testing.assert_array_equal(observation.boxes[0, viewer, :, :12], observation.boxes[0, 0, :, :12])
    np.testing.assert_array_equal(observation.ramps[0, viewer, :, :12], observation.ramps[0, 0, :, :12])


def test_original_observes_corners():
    """The lower left bottom corner of the unturned body: 0.15 m from an agent's centre, a long box's 0.825 m."""
    world = make(original_quirks=True)
    world.bodies.pose[0, :, 3] = 0.8
    observation = observe(world)
    np.testing.assert_allclose(observation.self[0, 0, :3], [0.85, 0.85, 0.0], atol=1e-6)
    np.testing.assert_allclose(observation.boxes[0, 0, 0, :3], [3 - 0.825, 3 - 0.075, 0.0], atol=1e-6)
    np.testing.assert_allclose(observation.ramps[0, 0, 0, :3], [3.75, 3.75, 0.0], atol=1e-6)


@pytest.mark.parametrize("yaw", [0.8, 0.8 + 4 * math.pi, -9.0])
def test_original_observes_agents_yaw_raw(yaw: float):
    """Unwrapped, in one field; objects' yaw stays cosine and sine."""
    world = make(original_quirks=True)
    world.bodies.pose[0, :, 3] = yaw
    observation = observe(world)
    np.testing.assert_allclose(observation.self[0, :, 3], yaw, rtol=1e-6)
    np.testing.assert_allclose(observation.boxes[0, 0, 0, 3:5], [math.cos(yaw), math.sin(yaw)], atol=1e-6)
    np.testing.assert_allclose(observation.ramps[0, 0, 0, 3:5], [math.cos(yaw), math.sin(yaw)], atol=1e-6)


def test_original_has_one_field_less_of_agents():
    """x, y, z, yaw, vx, vy, vz, wz, hider, progress: ten; objects have as many as by default."""
    world = make(original_quirks=True)
    world.bodies.velocity[0, 0] = 1, 2, 3, 4
    observation = observe(world)
    assert observation.agents.shape == (1, 4, 3, 10)
    assert observation.self[0, 0, 4:9].tolist() == [1, 2, 3, 4, 1]
    assert (observation.boxes.shape[-1], observation.ramps.shape[-1]) == (15, 15)


@pytest.mark.parametrize(("step", "progress"), [(0, 0.0), (16, 0.5), (31, 31 / 32), (32, 1.0), (33, 1.0), (79, 1.0)])
def test_original_progress_ends_one_step_late(step: int, progress: float):
    """At step 32 of 32 it is still a little less than 1."""
    world = make(original_quirks=True)
    world.record.step[0] = step
    value = float(observe(world).self[0, 0, 9])
    assert value == pytest.approx(progress, abs=1e-6)
    assert (value == 1.0) == (step > 32)
