"""`hideseek video` and `hideseek picture`: from a replay's file to a film or picture."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from hideseek.cli import main
from hideseek.view.replay.file import read_replay, write_replay
from hideseek.view.svg import render_svg
from hideseek.view.top import fitting_size
from hideseek.view.views import ReplayFrames
from tests.needs import needs_ffmpeg
from tests.view.replay.episodes import tiny


@pytest.fixture
def replay(tmp_path: Path) -> Path:
    """Return the file of a replay of two episodes of 6 steps."""
    write_replay(tmp_path / "some.replay", tiny())
    return tmp_path / "some.replay"


@pytest.fixture
def failure(capsys) -> Callable[..., str]:
    """Return what runs a command that cannot be carried out, and returns its one line of complaint."""

    def run(*arguments: object) -> str:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        assert stop.value.code == 2
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize(("options", "view"), [((), "oblique"), (("--view", "top"), "top")])
def test_picture_is_the_moment_asked_for(replay, tmp_path, capsys, options, view):
    """One frame of one episode, as it was recorded."""
    out = tmp_path / "made" / "moment.png"
    size = ("--size", "96", "72")
    main(["picture", str(replay), str(out), "--step", "4", "--episode", "1", *size, *options])
    assert capsys.readouterr().out == f"{out}\n"
    with Image.open(out) as picture:
        assert np.array_equal(np.asarray(picture), ReplayFrames(read_replay(replay), 1, view, (96, 72))[4])


def test_vector_drawing_is_the_view_from_above(replay, tmp_path):
    """An .svg needs no --view."""
    out = tmp_path / "moment.svg"
    main(["picture", str(replay), str(out), "--step", "6", "--size", "320", "240"])
    content = read_replay(replay)
    assert out.read_text() == render_svg(*content.restore(0, 6), content.game, 0, fitting_size(320, 240))
    assert ElementTree.parse(out).getroot().tag.endswith("svg")


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_animation_has_a_frame_for_every_moment(replay, tmp_path, capsys, suffix):
    """From the start to the end: one more than steps."""
    out = tmp_path / f"film{suffix}"
    main(["video", str(replay), str(out), "--size", "96", "72", "--episode", "1", "--speed", "2"])
    assert capsys.readouterr().out == f"{out}\n"
    with Image.open(out) as film:
        assert film.n_frames == 7
        assert film.size == (96, 72)
        if suffix == ".apng":
            film.seek(5)
            assert np.array_equal(
                np.asarray(film.convert("RGB")), ReplayFrames(read_replay(replay), 1, size=(96, 72))[5]
            )


@pytest.mark.parametrize("episode", [0, 1])
def test_film_of_players_is_one_of_the_seed_s_episodes(tmp_path, episode):
    """The one that `hideseek record` keeps last of so many; files of replays round positions."""
    size, seed = ("--size", "64", "64"), ("--seed", "7")
    direct, replay, recorded = (str(tmp_path / name) for name in ("direct.png", "a.replay", "recorded.png"))
    main(["video", "scripted:door", direct, "--episode", str(episode), *seed, *size])
    main(["record", "scripted:door", "--episodes", str(episode + 1), "--out", replay, *seed])
    main(["video", replay, recorded, "--episode", str(episode), *size])
    pictures = [np.asarray(Image.open(path).convert("RGB"), np.float64) for path in (direct, recorded)]
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.5


@needs_ffmpeg
def test_video(replay, tmp_path):
    """A film from above."""
    out = tmp_path / "film.mp4"
    main(["video", str(replay), str(out), "--size", "96", "72", "--view", "top"])
    assert out.read_bytes()[4:8] == b"ftyp"


def test_video_without_ffmpeg_says_what_is_missing(replay, tmp_path, monkeypatch, failure):
    """One sentence, and no file."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "videos need the program ffmpeg on the PATH" in failure("video", replay, tmp_path / "film.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["some.replay"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("video REPLAY film.avi", "must end in one of .gif"),
        ("video REPLAY film.gif --speed 0", "speed is 0.0, expected a finite number at least 0.1"),
        ("video REPLAY film.gif --episode 2", "episode is 2, expected an integer from 0 to 1"),
        ("video REPLAY film.gif --size 10 480", "width of size is 10, expected an integer from 64"),
        ("video REPLAY film.gif --view side", "'side'"),
        ("video nowhere film.gif", "there is no run folder nowhere, expected"),
        ("video foreign film.gif", "foreign"),
        ("picture REPLAY moment.png --step 7", "step is 7, expected an integer from 0 to 6"),
        ("picture REPLAY moment.png --step -1", "step is -1"),
        ("picture REPLAY moment.png --step 0 --episode 5", "episode is 5"),
        ("picture REPLAY moment.png --step 0 --size 640 9999", "height of size is 9999"),
        ("picture REPLAY moment.jpg --step 0", "the ending of moment.jpg is '.jpg', expected one of '.png', '.svg'"),
        ("picture REPLAY moment.svg --step 0 --view oblique", "view is 'oblique', expected 'top' for moment.svg"),
        ("picture nowhere moment.png --step 0", "nowhere cannot be read"),
        ("picture REPLAY moment.png", "--step"),
    ],
)
def test_what_cannot_be_drawn_is_refused(replay, tmp_path, monkeypatch, failure, arguments, message):
    """In one sentence, before anything is written."""
    monkeypatch.chdir(tmp_path)
    Path("foreign").write_text("no replay")
    assert message in failure(*(replay if part == "REPLAY" else part for part in arguments.split()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["foreign", "some.replay"]
