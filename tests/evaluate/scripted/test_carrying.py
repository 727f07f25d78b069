"""How agents of a script come to hold something, and go around it."""

import math

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.carrying import GRASP, detour, face_direction, facing, nearest_grasp, where_to_hold
from hideseek.evaluate.scripted.rooms import is_in_room
from hideseek.game.config import make_game

CUBE = 6
"""The ramp's body."""


@pytest.fixture(scope="module")
def env() -> HideAndSeek:
    """Return worlds as an episode begins in them."""
    env = HideAndSeek(make_game("quadrant"), 64)
    env.reset(0)
    return env


def test_a_grasp_is_before_a_face_on_the_same_side_of_the_wall(env: HideAndSeek):
    """At arm's length from the middle."""
    place = env.bodies.pose[:, CUBE, :2].astype(float)
    inside = is_in_room(place)
    spot = nearest_grasp(env, env.bodies.pose[:, 2, :2].astype(float), np.full(64, CUBE), inside)
    np.testing.assert_allclose(np.linalg.norm(spot - place, axis=1), GRASP, atol=1e-6)
    assert (is_in_room(spot) == inside).mean() > 0.95


def test_costly_faces_are_taken_where_there_is_no_other_room(env: HideAndSeek):
    """A cube has four faces; three of them cost."""
    place, yaw = env.bodies.pose[:, CUBE, :2].astype(float), env.bodies.pose[:, CUBE, 3].astype(float)
    cost = np.array([[5.0], [0.0], [5.0], [5.0]])
    spot = nearest_grasp(env, place + 1.0, np.full(64, CUBE), is_in_room(place), cost)
    is_foot = np.linalg.norm(spot - place - GRASP * face_direction(yaw, 1), axis=1) < 1e-6
    assert 0.7 < is_foot.mean() < 1.0


def test_what_is_held_gets_where_it_shall_be(env: HideAndSeek):
    """Who stands where it is told to has its load at the goal."""
    env.bodies.weld_pose[:, 0] = (0.1, -0.4, 0.0, 0.3)
    goal, yaw = np.full((64, 2), 2.0), np.linspace(-4.0, 4.0, 64)
    stand = where_to_hold(env, 0, goal, yaw)
    ahead = facing(yaw)
    left = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    np.testing.assert_allclose(stand + 0.4 * ahead + 0.1 * left, goal, atol=1e-6)


@pytest.mark.parametrize("angle", np.linspace(0.0, 2.0 * math.pi, 7))
def test_a_detour_leads_around_a_cube(angle: float):
    """Walked in small steps, from one side of it to the other; an agent's width is left."""
    place = np.array([[3.0, 3.0]])
    out = np.array([[math.cos(angle), math.sin(angle)]])
    position, target = place + 1.5 * out, place - 0.6 * out + 0.05
    for _ in range(400):
        way = detour(position, target, place) - position
        length = np.linalg.norm(way)
        if length < 0.02:
            break
        position = position + way * min(1.0, 0.02 / length)
        assert np.linalg.norm(position - place) > 0.38
    np.testing.assert_allclose(position, target, atol=0.03)


def test_nothing_in_the_way_needs_no_detour():
    """Nor does what is behind, or beyond the target."""
    position, target = np.array([[1.0, 1.0]]), np.array([[2.0, 1.0]])
    for place in ([[1.5, 1.6]], [[0.5, 1.0]], [[2.6, 1.0]]):
        np.testing.assert_array_equal(detour(position, target, np.array(place)), target)
