"""`hideseek video`."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hideseek.checks import check_integer
from hideseek.commands.options import call_with_options
from hideseek.commands.sources import SourceName
from hideseek.terminal import printable_path

if TYPE_CHECKING:
    from hideseek.view.replay.content import Replay

MOST_EPISODES = 1000
"""From which a new one can be chosen: all of them are played."""


def main(arguments: list[str]) -> None:
    """Make a film of an episode: of a replay, or a new one."""
    call_with_options(_video, "video", arguments)


def _video(
    source: SourceName,
    out: Path,
    /,
    *,
    view: Literal["oblique", "top"] = "oblique",
    size: tuple[int, int] = (640, 480),
    episode: int = 0,
    speed: float = 1.0,
    seed: int = 0,
) -> None:
    """Make a film of an episode: of a replay, or a new one.

    Args:
        source: a replay, the file that `hideseek record`, a run or a game has left; or who plays a new episode: a
            run's folder, `zoo:NAME`, `scripted:NAME`, or a game's name for random players (`hideseek list`).
        out: the film to write: .mp4 (needs ffmpeg), .gif or .apng; or .png, a film strip.
        view: obliquely or straight from above; the latter is as large as fits into the size.
        size: width and height of the picture [pixel].
        episode: which episode of the replay, or of those that follow from the seed, from 0.
        speed: how much faster than the game.
        seed: of a new episode's layout and chances.
    """
    from hideseek.view.pictures import check_format, check_speed, save_pictures
    from hideseek.view.replay.file import SUFFIX, read_replay
    from hideseek.view.views import ReplayFrames
    from hideseek.view.worlds import check_sides

    check_format(out)
    check_speed(speed)
    check_integer("seed", seed, 0)
    if source.endswith(SUFFIX) or Path(source).is_file():
        frames = ReplayFrames(read_replay(Path(source)), episode, view, size)
    else:
        check_integer("episode", episode, 0, MOST_EPISODES - 1)
        frames = ReplayFrames(_play(source, episode, seed), 0, view, check_sides(size))
    save_pictures(frames, out, speed)
    print(printable_path(out))


def _play(source: str, episode: int, seed: int) -> "Replay":
    """Return a new episode of the players that a name stands for; it is the one with this number of its seed."""
    from hideseek.evaluate.recording import describe, play_recorded
    from hideseek.zoo.sources import open_source

    players = open_source(source)
    _, recorder = play_recorded(players.game, *players.players(), episode + 1, seed)
    return recorder.replay(players.title, players.title, describe(seed, players.action_repeat), [episode])
