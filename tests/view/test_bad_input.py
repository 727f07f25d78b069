"""Bad input to the viewer: one error that names the argument, shows it, and says what was expected; no file is lost."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.game.state import allocate_record
from hideseek.view.oblique.render import render_oblique
from hideseek.view.pictures import check_format, film_strip, save_pictures, tile
from hideseek.view.top import render_top
from hideseek.view.views import ReplayFrames, render_worlds
from tests.refusal import assert_refused, refused
from tests.view.replay.episodes import tiny

FRAME = np.zeros((8, 8, 3), np.uint8)
OTHER_GAME = make_game("random-walls")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"size": 63}, ValueError, "size is 63, expected an integer from 64 to"),
        ({"size": 100.0}, ValueError, r"size is 100\.0"),
        ({"size": 10**6}, ValueError, "size is 1000000"),
        ({"size": None}, ValueError, "size is None"),
        ({"w": 1}, ValueError, "w is 1, expected an integer from 0 to 0"),
        ({"w": -1}, ValueError, "w is -1"),
        ({"w": "first"}, ValueError, "w is 'first'"),
        ({"bodies": None}, TypeError, "bodies is None, expected Bodies"),
        ({"record": {}}, TypeError, "record is {}, expected a Record"),
        ({"record": allocate_record(2, make_game("quadrant").counts)}, ValueError, r"step of record has shape \(2,\)"),
        ({"record": allocate_record(1, make_game("quadrant", hiders=1).counts)}, ValueError, "sees_agent of record"),
        ({"game": "quadrant"}, TypeError, "game is 'quadrant', expected a Game"),
        (
            {"game": make_game("quadrant", objective="exploration", layout="cylinder")},
            ValueError,
            "wall_centre of bodies|cylinder_centre of bodies",
        ),
        ({"game": OTHER_GAME}, ValueError, r"pose of bodies has shape \(1, 7, 4\), expected \(world, 15, 4\)"),
    ],
)
def test_drawing(scene, changes: dict, error: type[Exception], message: str):
    """Sizes, worlds, and states of another game; with all worlds at once as with one."""
    arguments = {"bodies": scene.bodies, "record": scene.record, "game": scene.game, "w": 0, "size": 64, **changes}
    assert_refused(partial(render_top, **arguments), error, message)
    if "w" not in changes:
        del arguments["w"]
        arguments["view"] = "top"
        assert_refused(partial(render_worlds, **arguments), error, message)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"size": 640}, ValueError, "size is 640, expected width and height"),
        ({"size": (640,)}, ValueError, r"size is \(640,\), expected width and height"),
        ({"size": (63, 480)}, ValueError, "width of size is 63, expected an integer from 64 to"),
        ({"size": (640, 10**5)}, ValueError, "height of size is 100000"),
        ({"size": (640, "480")}, ValueError, "height of size is '480'"),
        ({"views": 1}, ValueError, "views is 1, expected True or False"),
        ({"w": 1}, ValueError, "w is 1, expected an integer from 0 to 0"),
        ({"bodies": None}, TypeError, "bodies is None, expected Bodies"),
        ({"record": {}}, TypeError, "record is {}, expected a Record"),
        ({"game": OTHER_GAME}, ValueError, "pose of bodies has shape"),
    ],
)
def test_oblique_drawing(scene, changes: dict, error: type[Exception], message: str):
    """Sizes are pairs; the rest is as with the view from above."""
    arguments = {"bodies": scene.bodies, "record": scene.record, "game": scene.game, "w": 0, **changes}
    assert_refused(partial(render_oblique, **arguments), error, message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"episode": 2}, "episode is 2, expected an integer from 0 to 1"),
        ({"view": "side"}, "view is 'side', expected one of 'oblique', 'top'"),
        ({"size": (64, 2)}, "height of size is 2"),
    ],
)
def test_frames_of_a_replay(changes: dict, message: str):
    """Refused before anything is drawn."""
    assert_refused(lambda: ReplayFrames(tiny(), **changes), ValueError, message)
    assert_refused(lambda: ReplayFrames("a.replay"), TypeError, "replay is 'a.replay', expected a Replay")  # type: ignore[arg-type]


@pytest.mark.parametrize("speed", [0, 0.05, 101.0, float("nan"), "fast", True])
def test_speeds(tmp_path: Path, speed: object):
    """Films are up to ten times slower and a hundred times faster than the game."""
    message = "speed is .*, expected a finite number at least 0.1 and at most 100"
    assert_refused(lambda: save_pictures([FRAME], tmp_path / "film.gif", speed), ValueError, message)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@refused(
    [
        (lambda: tile([], 2), ValueError, "pictures is empty, expected at least one"),
        (lambda: tile([FRAME], 0), ValueError, "columns is 0"),
        (lambda: tile([FRAME], 1.5), ValueError, r"columns is 1\.5"),
        (lambda: tile(FRAME, 1), TypeError, "pictures is an array of shape .*, expected a sequence"),
        (lambda: tile([FRAME, FRAME[:4]], 1), ValueError, r"pictures\[1\] has shape \(4, 8, 3\), expected \(8, 8, 3\)"),
        (lambda: tile([FRAME.astype(float)], 1), TypeError, r"pictures\[0\] is of type float64, expected an array"),
        (lambda: tile([FRAME[..., 0]], 1), ValueError, r"pictures\[0\] has shape \(8, 8\)"),
        (lambda: film_strip([FRAME], 0), ValueError, "count is 0"),
        (lambda: film_strip([]), ValueError, "frames is empty"),
        (lambda: film_strip(["frame"]), TypeError, r"frames\[0\] is of type str"),
        (lambda: check_format(3), TypeError, "path is 3, expected a path"),
    ]
)
def test_pictures(call: Callable, error: type[Exception], message: str):
    """Numbers of columns, pictures that are none or of several sizes."""
    assert_refused(call, error, message)


@pytest.mark.parametrize(
    ("frames", "name", "message"),
    [
        ([], "film.gif", "frames is empty"),
        ([FRAME, FRAME[:, :4]], "film.gif", r"frames\[1\] has shape"),
        ([FRAME], "film.gif/film.gif", "path is .*, expected a path below a folder"),
    ],
)
def test_film_that_is_there_stays(tmp_path: Path, frames: list, name: str, message: str):
    """What cannot be written does not overwrite what is there."""
    (tmp_path / "film.gif").write_text("an older film")
    assert_refused(lambda: save_pictures(frames, tmp_path / name), ValueError, message)
    assert (tmp_path / "film.gif").read_text() == "an older film"
    assert len(list(tmp_path.iterdir())) == 1


def test_folder_in_the_place_of_a_film(tmp_path: Path):
    """It is named, before anything is drawn."""
    folder = tmp_path / "film.gif"
    folder.mkdir()
    assert_refused(lambda: check_format(folder), ValueError, "path is .*film.gif, a folder, expected a file")
