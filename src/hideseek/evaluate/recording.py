"""Episodes between two players, recorded for replays."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from hideseek.checks import check_fits_memory, check_integer
from hideseek.env.batch import HideAndSeek, bytes_per_world
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import Player, TeamActions
from hideseek.game.config import LIDAR_RAYS, Game
from hideseek.game.spots import Spots
from hideseek.game.version import VERSION
from hideseek.view.replay.recorder import Recorder


def play_recorded(
    game: Game,
    hiders: Player,
    seekers: Player,
    episodes: int,
    seed: int,
    engine: type[HideAndSeek] = HideAndSeek,
    before_step: Callable[[], None] | None = None,
) -> tuple[Episodes, Recorder]:
    """Play episodes of a game, each in a world of its own; return what became of them, and their recorder.

    Args:
        game: the game.
        hiders: acts for the hiders.
        seekers: acts for the seekers; another object than `hiders`.
        episodes: how many.
        seed: of layouts and of the players' chances, an integer from 0 to 2**31 - 1.
        engine: the kind of environment: what moves the bodies.
        before_step: called before every step; what it raises ends the episodes.

    Raises:
        TypeError: if `game` is no Game, a player none, or what a player returns is no arrays of integers.
        ValueError: if both players are one object, a number is out of range, the episodes do not fit into memory, or a
            player returns a wrong shape.
    """
    check_recordable(game, episodes)
    env = engine(game, episodes, autoreset=False)
    recorders: list[Recorder] = []

    def spots() -> Spots | None:
        return game.objective.spots(env.extras)

    def begin() -> None:
        if not recorders:
            recorders.append(Recorder(game, env.bodies, env.record, spots()))
        if before_step is not None:
            before_step()

    def keep(actions: TeamActions, reward: np.ndarray) -> None:
        recorders[0].add(env.bodies, env.record, *actions, reward, spots())

    return play(env, hiders, seekers, seed, begin, keep), recorders[0]


def check_recordable(game: Game, episodes: int) -> None:
    """Raise ValueError unless so many episodes are at least one, and fit into memory together."""
    check_integer("episodes", episodes, 1)
    counts = game.counts
    per_step = 16 * counts.body + counts.agent * (4 * LIDAR_RAYS + counts.agent + counts.object)
    check_fits_memory("episodes", episodes, episodes * (bytes_per_world(game) + game.horizon * per_step))


def describe(seed: int, action_repeat: int, **more: Any) -> dict[str, Any]:
    """Return what a replay tells about how it came to be, and whatever `more` there is."""
    return {
        "seed": seed,
        "action_repeat": action_repeat,
        "package": version("hideseek"),
        "environment": VERSION,
        **more,
    }
