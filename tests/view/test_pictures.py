"""Episodes become animations, videos and strips."""

import subprocess

import numpy as np
import pytest
from PIL import Image

from hideseek.view.pictures import GAP, STEP_MILLISECONDS, film_strip, save_pictures, tile
from tests.needs import needs_ffmpeg


def numbered_frames(count: int, height: int = 24, width: int = 32) -> list[np.ndarray]:
    """Return frames of plain colours, brighter from one to the next."""
    return [np.full((height, width, 3), 10 + 200 * k // count, np.uint8) for k in range(count)]


def test_tile_puts_pictures_in_rows():
    """Five pictures in three columns make two rows, the last place empty."""
    frames = numbered_frames(5)
    image = tile(frames, 3)
    assert image.shape == (2 * 24 + GAP, 3 * 32 + 2 * GAP, 3)
    assert np.array_equal(image[24 + GAP :, 32 + GAP : 2 * 32 + GAP], frames[4])
    assert (image[24 + GAP :, 2 * (32 + GAP) :] == 255).all()


def test_tile_needs_a_picture():
    """There is nothing to put in rows."""
    with pytest.raises(ValueError, match="pictures is empty"):
        tile([], 2)


def test_film_strip_shows_first_and_last_frame():
    """The frames between are evenly spaced."""
    frames = numbered_frames(9)
    strip = film_strip(frames, 3)
    shown = [int(strip[0, k * (32 + GAP), 0]) for k in range(3)]
    assert shown == [int(frames[k][0, 0, 0]) for k in (0, 4, 8)]


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_animation_has_every_frame_at_the_game_s_pace(tmp_path, suffix):
    """Frames last as long as a step, to the 10 ms that a GIF can tell."""
    path = tmp_path / "made" / f"episode{suffix}"
    save_pictures(numbered_frames(5), path)
    with Image.open(path) as picture:
        assert picture.n_frames == 5
        picture.seek(3)
        assert picture.info["duration"] == pytest.approx(STEP_MILLISECONDS, abs=5)
        assert abs(int(np.asarray(picture.convert("RGB"))[5, 5, 0]) - 130) <= 2


@pytest.mark.parametrize(
    ("suffix", "speed", "count", "lasting"),
    [
        (".gif", 1.0, 21, 21 * 75),
        (".apng", 2.0, 21, 21 * 37.5),
        (".gif", 8.0, 7, 7 * 28.125),
        (".apng", 0.5, 21, 21 * 150),
    ],
)
def test_speed_shortens_frames_and_then_leaves_some_out(tmp_path, suffix, speed, count, lasting):
    """No frame is shorter than 20 ms, and all together last as long as they should, to the unit of the format."""
    path = tmp_path / f"episode{suffix}"
    frames = [np.eye(21, dtype=np.uint8)[k].repeat(3).reshape(1, 21, 3) * np.uint8(255) for k in range(21)]
    save_pictures(frames, path, speed)
    with Image.open(path) as picture:
        durations = []
        for k in range(picture.n_frames):
            picture.seek(k)
            durations.append(picture.info["duration"])
    assert len(durations) == count
    assert min(durations) >= 20
    assert sum(durations) == pytest.approx(lasting, abs=5.1 if suffix == ".gif" else 0.6)


def test_frames_are_asked_for_one_by_one(tmp_path):
    """So that a video needs no memory for all of them: one that fails leaves no file behind."""
    asked = []

    class Frames(list):
        def __getitem__(self, k):
            asked.append(k)
            if k == 3:
                raise RuntimeError("no more")
            return super().__getitem__(k)

    with pytest.raises(RuntimeError, match="no more"):
        save_pictures(Frames(numbered_frames(9)), tmp_path / "episode.apng")
    assert asked == [0, 1, 2, 3]
    assert not list(tmp_path.iterdir())


def test_png_is_a_film_strip(tmp_path):
    """One still picture tells the episode."""
    frames = numbered_frames(30)
    save_pictures(frames, tmp_path / "strip.png")
    with Image.open(tmp_path / "strip.png") as picture:
        assert np.array_equal(np.asarray(picture), film_strip(frames))


@needs_ffmpeg
def test_video_is_written_where_there_is_ffmpeg(tmp_path):
    """Odd sides lose a pixel; what was written can be read back."""
    path = tmp_path / "episode.mp4"
    save_pictures(numbered_frames(8, 25, 33), path)
    read = ["ffmpeg", "-loglevel", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    pixels = subprocess.run(read, capture_output=True, check=True).stdout
    assert len(pixels) == 8 * 24 * 32 * 3
    assert [file.name for file in tmp_path.iterdir()] == ["episode.mp4"]


@needs_ffmpeg
def test_video_that_ffmpeg_refuses(tmp_path):
    """One sentence with its reason, and no file."""
    with pytest.raises(ValueError, match=r"ffmpeg could not write .*episode\.mp4: \S"):
        save_pictures([np.zeros((1, 1, 3), np.uint8)], tmp_path / "episode.mp4")
    assert not list(tmp_path.iterdir())


def test_video_without_ffmpeg_says_what_is_missing(tmp_path, monkeypatch):
    """One sentence, before any work, and no file."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"videos need the program ffmpeg on the PATH"):
        save_pictures(numbered_frames(2), tmp_path / "episode.mp4")
    assert not (tmp_path / "episode.mp4").exists()


def test_unknown_suffix_is_refused(tmp_path):
    """The message names the formats there are."""
    with pytest.raises(ValueError, match=r"must end in one of \.gif, \.apng, \.png, \.mp4"):
        save_pictures(numbered_frames(2), tmp_path / "episode.avi")


def test_no_frames_are_refused(tmp_path):
    """An empty episode cannot be shown."""
    with pytest.raises(ValueError, match="frames is empty"):
        save_pictures([], tmp_path / "episode.gif")
