"""Which pictures of worlds and replays there are."""

import math
from collections.abc import Callable, Sequence
from typing import Literal, get_args, overload

from hideseek.checks import check_choice, check_instance, check_integer
from hideseek.game.config import Game
from hideseek.game.spots import Spots
from hideseek.game.state import Record
from hideseek.sim.state import Bodies
from hideseek.view.canvas import Image
from hideseek.view.oblique.render import render_oblique
from hideseek.view.pictures import tile
from hideseek.view.replay.content import Replay
from hideseek.view.top import check_size, fitting_size, render_top
from hideseek.view.worlds import SMALLEST_SIZE, check_sides, check_worlds

View = Literal["oblique", "top"]
"""From where a world is seen: obliquely, or straight from above."""


def render_view(
    bodies: Bodies,
    record: Record,
    game: Game,
    w: int,
    view: View = "oblique",
    size: tuple[int, int] = (640, 480),
    spots: Spots | None = None,
) -> Image:
    """Return a picture of world `w`: `render_oblique`, or the largest of `render_top` that is within `size`.

    Args:
        bodies: the worlds' bodies.
        record: the rules' memory of the same worlds.
        game: the game that is played in them.
        w: index of the world.
        view: from where it is seen.
        size: width and height of the picture [pixel], each from 64 to 8192.
        spots: food or sites of the same worlds (`Objective.spots`).

    Raises:
        TypeError: if `bodies`, `record` or `game` is something else.
        ValueError: if there is no such view, world or size, or if the worlds are another game's.
    """
    check_choice("view", view, get_args(View))
    if view == "oblique":
        return render_oblique(bodies, record, game, w, size, spots=spots)
    return render_top(bodies, record, game, w, fitting_size(*check_sides(size)), spots)


def render_worlds(bodies: Bodies, record: Record, game: Game, size: int = 480, view: View = "oblique") -> Image:
    """Return the pictures of all worlds, each `size` pixels wide, side by side, about as wide as high.

    Raises:
        TypeError, ValueError: as `render_view`, and if there is no world.
    """
    check_worlds(bodies, record, game)
    check_choice("view", view, get_args(View))
    check_size(size)
    draw: Callable[[int], Image] = (
        (lambda w: render_oblique(bodies, record, game, w, (size, max(SMALLEST_SIZE, 3 * size // 4))))
        if view == "oblique"
        else (lambda w: render_top(bodies, record, game, w, size))
    )
    return tile([draw(w) for w in range(len(bodies.pose))], columns=math.ceil(math.sqrt(len(bodies.pose))))


class ReplayFrames(Sequence[Image]):
    """The pictures of a replay's episode, from its start to its end; each is drawn when it is asked for."""

    def __init__(self, replay: Replay, episode: int = 0, view: View = "oblique", size: tuple[int, int] = (640, 480)):
        """Check the request, draw nothing.

        Args:
            replay: what was recorded.
            episode: which episode, from 0.
            view: from where it is seen.
            size: width and height of a picture [pixel].

        Raises:
            TypeError: if `replay` is none.
            ValueError: if there is no such episode, view or size.
        """
        check_instance("replay", replay, Replay, "a Replay")
        check_integer("episode", episode, 0, replay.episodes - 1)
        check_choice("view", view, get_args(View))
        self._replay, self._episode, self._size = replay, episode, check_sides(size)
        self._view: View = view

    def __len__(self) -> int:
        return self._replay.game.horizon + 1

    @overload
    def __getitem__(self, step: int) -> Image: ...

    @overload
    def __getitem__(self, step: slice) -> list[Image]: ...

    def __getitem__(self, step: int | slice) -> Image | list[Image]:
        if isinstance(step, slice):
            return [self[k] for k in range(len(self))[step]]
        step = range(len(self))[step]
        bodies, record = self._replay.restore(self._episode, step)
        spots = self._replay.spots(self._episode, step)
        return render_view(bodies, record, self._replay.game, 0, self._view, self._size, spots)
