"""Pictures of whole episodes: several side by side, a film strip, an animation, a video."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from hideseek.checks import check_array, check_integer, check_output_file, shown
from hideseek.view.canvas import Image

STEP_MILLISECONDS = 75
"""Simulated time between two frames: one environment step."""
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
    check_pictures("frames", frames)
    check_integer("count", count, 1)
    chosen = np.linspace(0, len(frames) - 1, min(count, len(frames))).round().astype(int)
    return tile([frames[k] for k in chosen], columns=len(chosen))


def save_pictures(frames: Sequence[Image], path: Path) -> None:
    """Write an episode to `path`; its suffix chooses how.

    `.gif` and `.apng` are animations, `.mp4` is a video (made by the program `ffmpeg`), `.png` is a film strip.

    Raises:
        TypeError: if `path` is no path, or a frame no picture.
        ValueError: if the suffix is another one, there cannot be such a file, a video is asked for where there is no
            `ffmpeg`, there is no frame, or the frames are of different sizes.
    """
    path = check_format(path)
    check_pictures("frames", frames)
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[path.suffix.lower()](frames, path)


def check_format(path: Path) -> Path:
    """Return `path`; raise ValueError where `save_pictures` could not write to it, before an episode is played."""
    path = check_output_file("path", path)
    if path.suffix.lower() not in WRITERS:
        raise ValueError(f"cannot write {path}: the file's name must end in one of {', '.join(WRITERS)}")
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise ValueError(f"cannot write {path}: videos need the program ffmpeg on the PATH; .gif and .apng do without")
    return path


def check_pictures(name: str, pictures: Sequence[Image]) -> None:
    """Check pictures.

    Raises:
        TypeError: if one is none.
        ValueError: if there is none, or they are of different sizes.
    """
    if isinstance(pictures, np.ndarray):
        raise TypeError(f"{name} is {shown(pictures)}, expected a sequence of pictures")
    if not len(pictures):
        raise ValueError(f"{name} is empty, expected at least one picture")
    check_array(f"{name}[0]", pictures[0], ("height", "width", 3), "u")
    for k, picture in enumerate(pictures):
        check_array(f"{name}[{k}]", picture, pictures[0].shape, "u")


def _write_strip(frames: Sequence[Image], path: Path) -> None:
    PillowImage.fromarray(film_strip(frames)).save(path)


def _write_gif(frames: Sequence[Image], path: Path) -> None:
    """Write a GIF: one palette for all frames, so that colours do not flicker."""
    palette = PillowImage.fromarray(film_strip(frames)).quantize(256, method=PillowImage.Quantize.MEDIANCUT)
    pictures = [PillowImage.fromarray(f).quantize(palette=palette, dither=PillowImage.Dither.NONE) for f in frames]
    _write_animation(pictures, path, "GIF")


def _write_apng(frames: Sequence[Image], path: Path) -> None:
    _write_animation([PillowImage.fromarray(frame) for frame in frames], path, "PNG")


def _write_animation(pictures: list[PillowImage.Image], path: Path, kind: str) -> None:
    first, rest = pictures[0], pictures[1:]
    first.save(path, kind, save_all=True, append_images=rest, duration=STEP_MILLISECONDS, loop=0)


def _write_video(frames: Sequence[Image], path: Path) -> None:
    """Pipe the raw frames through ffmpeg; each side loses a pixel where it is odd, as the video format asks."""
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    command += ["-r", str(1000 / STEP_MILLISECONDS), "-i", "-", "-pix_fmt", "yuv420p", str(path)]
    pixels = b"".join(np.ascontiguousarray(frame[:height, :width]).tobytes() for frame in frames)
    done = subprocess.run(command, input=pixels, capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"ffmpeg could not write {path}: {done.stderr.decode(errors='replace').strip()}")


WRITERS = {".gif": _write_gif, ".apng": _write_apng, ".png": _write_strip, ".mp4": _write_video}
"""How an episode is written, by the suffix of the file's name."""
