"""Agents that push, drag and squeeze objects; welds, locks and stacks."""

import numpy as np
import pytest

from tests.sim.drive import FULL_FORCE, STILL, drive, hold, lock, relative_pose
from tests.worlds import EAST, NORTH, SOUTH, WEST, World, make_world

PUSH = (FULL_FORCE, 0, 0)
WALL = (3.3, 3.0, 0.05, 1.0, 0.5)
"""A wall whose near face is at x = 3.25."""
AGENT, BOX = 0, 1


def agent_behind_box(**options: object) -> World:
    """Return an agent that touches the west side of a cube at (3, 3) and looks at it."""
    return make_world(hiders=[(2.6, 3, EAST)], boxes=[(3, 3, 0)], **options)


def largest_push(world: World, force: tuple, steps: int, body: int = BOX) -> np.ndarray:
    """Return how far a body is from where it started after each step [m]."""
    start = world.bodies.pose[0, body, :3].copy()
    return np.linalg.norm(drive(world, force, steps)[:, body, :3] - start, axis=1)


def test_agent_pushes_a_free_box():
    """Two kilograms against 20 N of friction: about 6.5 m/s after 7 steps, 7 m/s at last."""
    world = agent_behind_box()
    poses = drive(world, PUSH, 7)
    assert world.bodies.velocity[0, BOX, 0] == pytest.approx(6.5, abs=0.2)
    np.testing.assert_allclose(poses[:, BOX, 0] - poses[:, AGENT, 0], 0.4, atol=0.015)
    np.testing.assert_allclose(poses[:, :, 1], 3.0, atol=1e-4)
    later = drive(world, PUSH, 16)
    assert (later[-1, BOX, 0] - later[-9, BOX, 0]) / (8 * 0.075) == pytest.approx(7.0, abs=0.05)


def test_agent_drags_what_it_holds():
    """As fast as it pushes, and the weld gives way by about a millimetre."""
    world = agent_behind_box()
    hold(world, 0, 0)
    held = world.bodies.weld_pose[0, 0].copy()
    poses = drive(world, (-FULL_FORCE, 0, 0), 7)
    assert world.bodies.velocity[0, BOX, 0] == pytest.approx(-6.4, abs=0.2)
    for pose in poses:
        np.testing.assert_allclose(relative_pose(pose[AGENT], pose[BOX]), held, atol=2e-3)


def test_released_box_slides_on():
    """Let go at v it slides by v^2 / 2 g with g = 10 m/s2, less h v / 2; the agent behind it stops sooner.

    In mid-bounce, where a step may end, the speed is up to 2 % off.
    """
    world = agent_behind_box()
    hold(world, 0, 0)
    drive(world, PUSH, 7)
    world.bodies.weld_object[0, 0] = -1
    start, speed = world.bodies.pose[0, :, 0].copy(), world.bodies.velocity[0, BOX, 0]
    assert speed > 6.0
    end = drive(world, STILL, 12)[-1]
    assert end[BOX, 0] - start[BOX] == pytest.approx(speed**2 / 20.0 - 0.0025 * speed, rel=0.04)
    assert end[AGENT, 0] - start[AGENT] < 0.55
    assert world.bodies.velocity[0, BOX].tolist() == [0.0] * 4


def test_agent_turns_what_it_holds():
    """The box swings around the agent and, once the turn ends, is where it was held."""
    world = agent_behind_box()
    hold(world, 0, 0)
    held = world.bodies.weld_pose[0, 0].copy()
    turning = drive(world, (0, 0, 36.0), 4)
    assert turning[-1, AGENT, 3] - EAST > 0.5
    assert turning[-1, BOX, 3] > 0.4
    at_rest = drive(world, STILL, 12)[-1]
    np.testing.assert_allclose(relative_pose(at_rest[AGENT], at_rest[BOX]), held, atol=5e-3)
    assert np.linalg.norm(at_rest[BOX, :2] - at_rest[AGENT, :2]) == pytest.approx(0.4, abs=5e-3)


def test_pulled_sideways_the_weld_gives_way_by_little():
    """Dragged round a corner it strays by 2 cm at most, and comes back."""
    world = agent_behind_box()
    hold(world, 0, 0)
    held = world.bodies.weld_pose[0, 0].copy()
    poses = np.concatenate([drive(world, (-FULL_FORCE, 0, 0), 5), drive(world, (0, FULL_FORCE, 0), 8)])
    strays = [np.abs(relative_pose(pose[AGENT], pose[BOX]) - held)[:3].max() for pose in poses]
    assert max(strays) < 0.02
    assert strays[-1] < 2e-3


def test_two_agents_drag_one_box_faster():
    """180 N less 30 N of friction over 20 N s/m: 7.5 m/s."""
    world = make_world(hiders=[(2.6, 3, EAST), (3.4, 3, WEST)], boxes=[(3, 3, 0)])
    hold(world, 0, 0)
    hold(world, 1, 0)
    poses = drive(world, PUSH, 16)
    assert (poses[-1, 2, 0] - poses[-9, 2, 0]) / (8 * 0.075) == pytest.approx(7.5, abs=0.1)
    np.testing.assert_allclose(poses[:, 1, 0] - poses[:, 0, 0], 0.8, atol=2e-3)


def test_two_agents_pull_a_box_apart_in_vain():
    """Equal and opposite forces through two welds: the box stays where it is."""
    world = make_world(hiders=[(2.6, 3, EAST), (3.4, 3, WEST)], boxes=[(3, 3, 0)])
    hold(world, 0, 0)
    hold(world, 1, 0)
    poses = drive(world, [(-FULL_FORCE, 0, 0), (FULL_FORCE, 0, 0)], 10)
    np.testing.assert_allclose(poses[:, 2], np.tile((3.0, 3.0, 0.25, 0.0), (10, 1)), atol=1e-3)
    np.testing.assert_allclose(poses[-1, :2, 0], (2.6, 3.4), atol=6e-3)


def test_locked_box_gives_way_by_millimetres():
    """Under 90 N: at most 6 mm at first, 2 mm for good; back in place when the push ends."""
    world = agent_behind_box()
    lock(world, 0)
    pushed = largest_push(world, PUSH, 20)
    assert pushed.max() < 0.006
    assert pushed[-1] == pytest.approx(0.0018, abs=3e-4)
    assert largest_push(world, (-FULL_FORCE, 0, 0), 20)[-1] == pytest.approx(pushed[-1], abs=3e-4)


def test_locked_box_stops_a_running_agent():
    """A hit at 8 m/s moves it by about a centimetre for a moment; the agent gets nowhere."""
    world = make_world(hiders=[(1, 3, EAST)], boxes=[(3, 3, 0)])
    lock(world, 0)
    pushed = largest_push(world, PUSH, 20)
    assert pushed.max() < 0.015
    assert pushed[-1] < 0.0022
    assert world.bodies.pose[0, AGENT, 0] == pytest.approx(2.6, abs=0.005)


def test_locked_ramp_does_not_turn():
    """Pushed at its corner, off its axis, it yields by less than 20 mrad and comes back."""
    world = make_world(hiders=[(2.6, 3.15, EAST)], ramps=[(3, 3, 0)])
    lock(world, 0)
    poses = drive(world, PUSH, 6)
    assert 1e-4 < np.abs(poses[:, BOX, 3]).max() < 0.02
    back = drive(world, (-FULL_FORCE, 0, 0), 20)[-1, BOX]
    np.testing.assert_allclose(back, (3.0, 3.0, 0.25, 0.0), atol=1e-3)


def test_agent_that_holds_a_locked_box_is_held():
    """It pulls at full force and moves by millimetres."""
    world = agent_behind_box()
    hold(world, 0, 0)
    lock(world, 0)
    assert largest_push(world, (-FULL_FORCE, 0, 0), 15, body=AGENT).max() < 0.008


def test_box_is_squeezed_between_agent_and_wall():
    """At full force nobody sinks into another by more than a millimetre, and nobody slips out."""
    world = agent_behind_box(walls=[WALL])
    poses = drive(world, PUSH, 20)
    np.testing.assert_allclose(poses[2:, BOX], np.tile((3.0, 3.0, 0.25, 0.0), (18, 1)), atol=1e-3)
    np.testing.assert_allclose(poses[2:, AGENT, 0], 2.6, atol=1e-3)


def test_two_boxes_are_squeezed_against_a_wall():
    """The force goes through both."""
    world = make_world(hiders=[(2.1, 3, EAST)], boxes=[(2.5, 3, 0), (3, 3, 0)], walls=[WALL])
    poses = drive(world, PUSH, 20)
    np.testing.assert_allclose(poses[2:, :, 0], np.tile((2.1, 2.5, 3.0), (18, 1)), atol=1.5e-3)


def test_box_is_shot_at_a_wall():
    """Hit at 8 m/s it sinks into the wall by less than 4 cm, never through, and rests against it."""
    world = make_world(hiders=[(1, 3, EAST)], boxes=[(2.5, 3, 0)], walls=[WALL])
    poses = drive(world, PUSH, 16)
    assert poses[:, BOX, 0].max() < 3.04
    assert poses[-1, BOX, 0] == pytest.approx(3.0, abs=1e-3)


def test_four_agents_press_on_one_box():
    """From all four sides, without turning it: it stays, and so do they."""
    around = [(2.6, 3, EAST), (3.4, 3, WEST), (3, 2.6, NORTH), (3, 3.4, SOUTH)]
    world = make_world(hiders=around[:2], seekers=around[2:], boxes=[(3, 3, 0)])
    inward = [(FULL_FORCE, 0, 0), (-FULL_FORCE, 0, 0), (0, FULL_FORCE, 0), (0, -FULL_FORCE, 0)]
    start = world.bodies.pose[0].copy()
    poses = drive(world, inward, 12)
    np.testing.assert_allclose(poses[2:], np.tile(start, (10, 1, 1)), atol=2e-3)


def test_four_agents_push_one_box_from_one_side():
    """Side by side 360 N less 50 N of friction over 40 N s/m: 7.75 m/s. A long box takes them all."""
    hiders = [(2.7, y, EAST) for y in (2.5, 2.85)]
    seekers = [(2.7, y, EAST) for y in (3.15, 3.5)]
    world = make_world(hiders, seekers, boxes=[(2.92, 3, 0)], box_half=(0.075, 0.825, 0.25))
    poses = drive(world, PUSH, 16)
    assert (poses[-1, 4, 0] - poses[-9, 4, 0]) / (8 * 0.075) == pytest.approx(7.75, abs=0.1)
    np.testing.assert_allclose(poses[-1, 4, [1, 3]], (3.0, 0.0), atol=0.02)


def test_push_off_the_centre_turns_the_box():
    """North of the middle of its west side an eastward push turns it clockwise."""
    world = make_world(hiders=[(2.6, 3.15, EAST)], boxes=[(3, 3, 0)])
    poses = drive(world, PUSH, 4)
    assert poses[-1, BOX, 3] < -0.2
    assert poses[-1, BOX, 0] > 3.2


@pytest.mark.parametrize("yaw", [0.0, 0.3])
def test_stack_of_three_boxes_stays(yaw: float):
    """Askew, without sinking in or sliding off."""
    tower = [(3, 3, 0), (3.1, 3.1, yaw, 0.75), (3.02, 2.98, 0.5 * yaw, 1.25)]
    world = make_world(hiders=[(1, 3, 0)], boxes=tower)
    start = world.bodies.pose[0].copy()
    poses = drive(world, STILL, 20)
    np.testing.assert_allclose(poses, np.tile(start, (20, 1, 1)), atol=2e-3)
    np.testing.assert_allclose(poses[-1], poses[-2], atol=1e-5)


def test_upper_box_falls_when_the_lower_one_is_shot_away():
    """Friction takes it along at 10 m/s2 and brakes the lower one at 30: from 10 m/s they part after 56 ms."""
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, 0), (3, 3, 0, 0.75)])
    world.bodies.velocity[0, 1, 0] = 10.0
    poses = drive(world, STILL, 14)
    assert poses[-1, 2, 2] == pytest.approx(0.25, abs=0.001)
    assert 3.01 < poses[-1, 2, 0] < 3.2
    assert poses[-1, 1, 0] > 5.0


def test_sleeping_row_of_boxes_wakes_up():
    """A push at one end arrives at the other within the step."""
    world = make_world(hiders=[(2.1, 3, EAST)], boxes=[(2.5, 3, 0), (3.001, 3, 0), (3.502, 3, 0)])
    poses = drive(world, PUSH, 1)
    assert (poses[0, 1:, 0] - (2.5, 3.001, 3.502)).min() > 0.005


def test_agents_push_each_other_to_a_standstill():
    """Head on, with equal forces, they stop where they meet."""
    world = make_world(hiders=[(1, 3, EAST)], seekers=[(3, 3, WEST)])
    poses = drive(world, [PUSH, (-FULL_FORCE, 0, 0)], 12)
    np.testing.assert_allclose(poses[-1, :, 0], (1.85, 2.15), atol=1e-3)
    np.testing.assert_allclose(poses[:, :, 0].mean(axis=1), 2.0, atol=1e-4)
