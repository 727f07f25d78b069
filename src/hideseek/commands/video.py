"""`hideseek video`."""

from pathlib import Path
from typing import Literal

from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path


def main(arguments: list[str]) -> None:
    """Make a film of an episode of a replay."""
    call_with_options(_video, "video", arguments)


def _video(
    replay: Path,
    out: Path,
    /,
    *,
    view: Literal["oblique", "top"] = "oblique",
    size: tuple[int, int] = (640, 480),
    episode: int = 0,
    speed: float = 1.0,
) -> None:
    """Make a film of an episode of a replay.

    Args:
        replay: the file that `hideseek record`, a run or a game has left.
        out: the film to write: .mp4 (needs ffmpeg), .gif or .apng; or .png, a film strip.
        view: obliquely or straight from above; the latter is as large as fits into the size.
        size: width and height of the picture [pixel].
        episode: which episode of the replay, from 0.
        speed: how much faster than the game.
    """
    from hideseek.view.pictures import check_format, check_speed, save_pictures
    from hideseek.view.replay.file import read_replay
    from hideseek.view.views import ReplayFrames

    check_format(out)
    check_speed(speed)
    frames = ReplayFrames(read_replay(replay), episode, view, size)
    save_pictures(frames, out, speed)
    print(printable_path(out))
