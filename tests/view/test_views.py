"""Both views, of worlds and of replays."""

import numpy as np
import pytest

from hideseek.view.oblique.render import render_oblique
from hideseek.view.pictures import GAP
from hideseek.view.top import fitting_size, render_top
from hideseek.view.views import ReplayFrames, render_view, render_worlds
from tests.view.replay.episodes import record, tiny


@pytest.mark.parametrize("size", [(640, 480), (64, 64), (200, 101), (100, 900)])
def test_view_from_above_is_as_large_as_fits(scene, size):
    """Its header included; where even the smallest does not fit, the smallest."""
    image = render_view(scene.bodies, scene.record, scene.game, 0, "top", size)
    assert image.shape[1] <= max(size[0], 64)
    assert image.shape[0] <= max(size[1], 64 + 6)
    larger = render_top(scene.bodies, scene.record, scene.game, 0, image.shape[1] + 2)
    assert larger.shape[1] > size[0] or larger.shape[0] > size[1]
    assert image.shape[1] == fitting_size(*size)


def test_oblique_view_is_the_default(scene):
    """In the size asked for."""
    image = render_view(scene.bodies, scene.record, scene.game, 0, size=(200, 150))
    assert np.array_equal(image, render_oblique(scene.bodies, scene.record, scene.game, 0, (200, 150)))


@pytest.mark.parametrize(("view", "height"), [("oblique", 90), ("top", 120 + 10)])
def test_worlds_are_side_by_side(view, height):
    """Two worlds in a row, each as it is alone."""
    played = record(tiny().game)
    moment = played.moments[2]
    image = render_worlds(moment.bodies, moment.record, tiny().game, 120, view)
    assert image.shape == (height, 2 * 120 + GAP, 3)
    second = render_view(moment.bodies, moment.record, tiny().game, 1, view, (120, height))
    assert np.array_equal(image[:, 120 + GAP :], second)


def test_frames_of_a_replay_are_those_of_its_moments():
    """From the start to the end of an episode, drawn when they are asked for."""
    replay = tiny()
    frames = ReplayFrames(replay, 1, size=(96, 72))
    assert len(frames) == replay.game.horizon + 1
    for step in (0, 3, replay.game.horizon):
        expected = render_oblique(*replay.restore(1, step), replay.game, 0, (96, 72))
        assert np.array_equal(frames[step], expected)
    assert np.array_equal(frames[-1], frames[len(frames) - 1])
    assert not np.array_equal(frames[0], ReplayFrames(replay, 0, size=(96, 72))[0])
    with pytest.raises(IndexError):
        frames[len(frames)]
