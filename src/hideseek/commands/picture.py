"""`hideseek picture`."""

from pathlib import Path
from typing import Literal

from hideseek.checks import check_choice, check_output_file
from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path

SUFFIXES = (".png", ".svg")


def main(arguments: list[str]) -> None:
    """Make a picture of a moment of a replay."""
    call_with_options(_picture, "picture", arguments)


def _picture(
    replay: Path,
    out: Path,
    /,
    *,
    step: int,
    view: Literal["oblique", "top"] | None = None,
    size: tuple[int, int] = (640, 480),
    episode: int = 0,
) -> None:
    """Make a picture of a moment of a replay.

    Args:
        replay: the file that `hideseek record`, a run or a game has left.
        out: the picture to write: .png, or .svg, a vector drawing of the view from above.
        step: the moment: steps since the episode began, from 0 to the game's horizon.
        view: obliquely (the default for .png) or straight from above; the latter is as large as fits into the size.
        size: width and height of the picture [pixel].
        episode: which episode of the replay, from 0.
    """
    from hideseek.files import write_whole
    from hideseek.view.pictures import save_pictures
    from hideseek.view.replay.file import read_replay
    from hideseek.view.svg import render_svg
    from hideseek.view.top import fitting_size
    from hideseek.view.views import render_view
    from hideseek.view.worlds import check_sides

    suffix = check_output_file("out", out).suffix.lower()
    check_choice(f"the ending of {out}", suffix, SUFFIXES)
    if suffix == ".svg" and view == "oblique":
        raise ValueError(f"view is 'oblique', expected 'top' for {out}: only the view from above is a vector drawing")
    sides = check_sides(size)
    content = read_replay(replay)
    bodies, record = content.restore(episode, step)
    spots = content.spots(episode, step)
    if suffix == ".svg":
        drawing = render_svg(bodies, record, content.game, 0, fitting_size(*sides), spots)
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, drawing.encode())
    else:
        save_pictures([render_view(bodies, record, content.game, 0, view or "oblique", sides, spots)], out)
    print(printable_path(out))
