"""Pictures of whole episodes: several side by side, a film strip, an animation, a video."""

import math
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from hideseek.checks import check_array, check_integer, check_number, check_output_file, shown
from hideseek.view.canvas import Image

STEP_MILLISECONDS = 75
"""Simulated time between two frames: one environment step."""
SHORTEST_MILLISECONDS = 20
"""Browsers slow animations down whose frames are shorter; of faster films frames are left out."""
SLOWEST, FASTEST = 0.1, 100.0
"""Bounds of a film's speed, in simulated time per time."""
GAP = 8
"""Pixels between pictures that are side by side."""
GAP_SHADE = 255


def tile(pictures: Sequence[Image], columns: int) -> Image:
    """Return equally large `pictures` in rows of `columns`, with white gaps; the last row may have empty places.

    Raises:
        TypeError: if a picture is none.
        ValueError: if there is no picture or no column, or the pictures are of different sizes.
    """
    check_pictures("pictures", pictures)
    check_integer("columns", columns, 1)
    height, width, _ = pictures[0].shape
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    canvas = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), GAP_SHADE, np.uint8)
    for k, picture in enumerate(pictures):
        top, left = (k // columns) * (height + GAP), (k % columns) * (width + GAP)
        canvas[top : top + height, left : left + width] = picture
    return canvas


def film_strip(frames: Sequence[Image], count: int = 5) -> Image:
    """Return `count` of an episode's frames side by side, evenly spaced from the first to the last.

    Raises:
        TypeError, ValueError: as `tile`, and if `count` is not a positive integer.
    """
    _check_any("frames", frames)
    check_integer("count", count, 1)
    chosen = np.linspace(0, len(frames) - 1, min(count, len(frames))).round().astype(int)
    pictures = [frames[k] for k in chosen.tolist()]
    check_pictures("frames", pictures)
    return tile(pictures, columns=len(pictures))


def save_pictures(frames: Sequence[Image], path: Path, speed: float = 1.0) -> None:
    """Write an episode to `path`, whole or not at all; its suffix chooses how.

    `.gif` and `.apng` are animations, `.mp4` is a video (made by the program `ffmpeg`), `.png` is a film strip.

    Args:
        frames: the episode's pictures, one for each step; each is asked for when it is needed.
        path: the file to write.
        speed: how much faster than the game, from 0.1 to 100; a film that is so fast that its frames would be shorter
            than 20 ms leaves frames out.

    Raises:
        TypeError: if `path` is no path, or a frame no picture.
        ValueError: if the suffix is another one, there cannot be such a file, a video is asked for where there is no
            `ffmpeg`, `speed` is out of range, there is no frame, or the frames are of different sizes.
    """
    path = check_format(path)
    check_speed(speed)
    _check_any("frames", frames)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    try:
        WRITERS[path.suffix.lower()](frames, temporary, speed)
        temporary.replace(path)
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def check_format(path: Path) -> Path:
    """Return `path`; raise ValueError where `save_pictures` could not write to it, before an episode is played."""
    path = check_output_file("path", path)
    if path.suffix.lower() not in WRITERS:
        raise ValueError(f"cannot write {path}: the file's name must end in one of {', '.join(WRITERS)}")
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise ValueError(f"cannot write {path}: videos need the program ffmpeg on the PATH; .gif and .apng do without")
    return path


def check_speed(speed: object) -> None:
    """Raise ValueError for a speed that films cannot have."""
    check_number("speed", speed, least=SLOWEST, most=FASTEST)


def check_pictures(name: str, pictures: Sequence[Image]) -> None:
    """Check pictures.

    Raises:
        TypeError: if one is none.
        ValueError: if there is none, or they are of different sizes.
    """
    _check_any(name, pictures)
    for k in range(len(pictures)):
        _check_picture(name, k, pictures[k], pictures[0])


def _check_any(name: str, pictures: Sequence[Image]) -> None:
    if isinstance(pictures, np.ndarray):
        raise TypeError(f"{name} is {shown(pictures)}, expected a sequence of pictures")
    if not len(pictures):
        raise ValueError(f"{name} is empty, expected at least one picture")


def _check_picture(name: str, k: int, picture: Image, first: Image) -> None:
    check_array(f"{name}[{k}]", picture, ("height", "width", 3) if k == 0 else first.shape, "u")


def _pace(speed: float) -> tuple[int, float]:
    """Return which frames a film shows, as the distance from one to the next, and how long each lasts [ms]."""
    stride = max(1, math.ceil(SHORTEST_MILLISECONDS * speed / STEP_MILLISECONDS))
    return stride, stride * STEP_MILLISECONDS / speed


def _each(frames: Sequence[Image], stride: int) -> Iterator[Image]:
    """Yield every `stride`-th frame, checked."""
    first = frames[0]
    for k in range(0, len(frames), stride):
        frame = first if k == 0 else frames[k]
        _check_picture("frames", k, frame, first)
        yield frame


def _write_strip(frames: Sequence[Image], path: Path, _speed: float) -> None:
    PillowImage.fromarray(film_strip(frames)).save(path, "PNG", optimize=True)


def _write_gif(frames: Sequence[Image], path: Path, speed: float) -> None:
    """Write a GIF: one palette for all frames, so that colours do not flicker."""
    palette = PillowImage.fromarray(film_strip(frames)).quantize(256, method=PillowImage.Quantize.MEDIANCUT)
    stride, lasting = _pace(speed)
    no_dither = PillowImage.Dither.NONE
    pictures = [PillowImage.fromarray(f).quantize(palette=palette, dither=no_dither) for f in _each(frames, stride)]
    _write_animation(pictures, path, "GIF", lasting, unit=10)


def _write_apng(frames: Sequence[Image], path: Path, speed: float) -> None:
    stride, lasting = _pace(speed)
    _write_animation([PillowImage.fromarray(frame) for frame in _each(frames, stride)], path, "PNG", lasting, unit=1)


def _write_animation(pictures: list[PillowImage.Image], path: Path, kind: str, lasting: float, unit: int) -> None:
    """Write an animation; frames last whole `unit`s of milliseconds, such that they begin when they should."""
    starts = [unit * round(k * lasting / unit) for k in range(len(pictures) + 1)]
    durations = [end - start for start, end in pairwise(starts)]
    first, rest = pictures[0], pictures[1:]
    first.save(path, kind, save_all=True, append_images=rest, duration=durations if rest else durations[0], loop=0)


def _write_video(frames: Sequence[Image], path: Path, speed: float) -> None:
    """Pipe the raw frames through ffmpeg; each side loses a pixel where it is odd, as the video format asks."""
    stride, lasting = _pace(speed)
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    # Without `file:` a name with a colon would be taken for a protocol.
    command += ["-r", f"{1000.0 / lasting:.6f}", "-i", "-", "-pix_fmt", "yuv420p", "-f", "mp4", f"file:{path}"]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=complaints) as process:
            assert process.stdin is not None
            try:
                for frame in _each(frames, stride):
                    process.stdin.write(np.ascontiguousarray(frame[:height, :width]).data)
                process.stdin.close()
            except BrokenPipeError:  # ffmpeg has stopped, and says why
                pass
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            complaints.seek(0)
            reason = " ".join(complaints.read().decode(errors="replace").split())
            raise ValueError(f"ffmpeg could not write {path.with_suffix('')}: {reason}")


WRITERS = {".gif": _write_gif, ".apng": _write_apng, ".png": _write_strip, ".mp4": _write_video}
"""How an episode is written, by the suffix of the file's name."""
