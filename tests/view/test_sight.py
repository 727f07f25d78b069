"""How far the drawn view reaches."""

import math

import numpy as np
import pytest

from hideseek.view.sight import measure_view


def view(scene, agent=0, rays=3):
    ranges = np.empty(rays)
    measure_view(scene.bodies, scene.game.counts, 0, agent, math.radians(45), ranges)
    return ranges


def test_view_ends_at_walls_counter_clockwise(scene):
    """From (1, 1), looking along +x, the right ray meets the lower wall and the others the right and upper ones."""
    scene.bodies.pose[0, 0, 3] = math.pi / 2
    scene.bodies.exists[0, 4:] = False
    right, ahead, left = view(scene)
    assert right == pytest.approx(0.85 * math.sqrt(2), abs=1e-4)
    assert ahead == pytest.approx(4.85, abs=1e-4)
    assert left == pytest.approx(4.85 * math.sqrt(2), abs=1e-4)


def test_box_blocks_and_an_absent_one_does_not(scene):
    """The ray ahead ends at the box's side."""
    scene.bodies.pose[0, 0, :] = [2.0, 1.0, 0.15, math.pi]
    assert view(scene)[1] == pytest.approx(1.75, abs=1e-4)
    scene.bodies.exists[0, 4] = False
    assert view(scene)[1] == pytest.approx(4.85, abs=1e-4)


def test_agent_on_top_looks_over_boxes(scene):
    """A box lower than the eye does not block."""
    scene.bodies.pose[0, 0, :] = [2.0, 1.0, 0.65, math.pi]
    assert view(scene)[1] == pytest.approx(4.85, abs=1e-4)


def test_ramp_blocks_at_the_height_of_the_eye(scene):
    """From its low side a ramp's slope is met where it is as high as the eye, at local y = 0.1."""
    scene.bodies.pose[0, 0, :] = [4.0, 5.0, 0.15, 0.0]
    assert view(scene)[1] == pytest.approx(5.0 - 3.1, abs=1e-4)


def test_nothing_ahead_is_infinite(scene):
    """Without a fence the view has no end."""
    scene.bodies.wall_count[0] = 0
    scene.bodies.exists[0, 4:] = False
    assert np.isinf(view(scene)).all()


def test_cylinder_blocks_as_high_as_it_is(shelter):
    """The ray ahead ends at its side, 1 m north; from on top of something it passes over it."""
    ahead = view(shelter)[1]
    assert ahead == pytest.approx(1.0, abs=1e-4)
    shelter.bodies.pose[0, 0, 2] = 0.65
    assert np.isinf(view(shelter)).all()
