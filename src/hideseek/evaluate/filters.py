"""Which episodes are worth watching: those with the most, or the least, of something that is measured."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hideseek.checks import check_choice, check_integer
from hideseek.evaluate.behaviour.names import PREFIX, behaviour_names
from hideseek.evaluate.play import MEASURES, Episodes
from hideseek.game.config import Game, check_game


class Filter(NamedTuple):
    """How episodes are ranked."""

    measures: tuple[str, ...]
    """Names of measures (`Episodes.measure`), which are added up."""
    least: bool = False
    """Whether the episodes with the least are wanted, not those with the most."""


RANDOM = "random"
"""The filter that ranks nothing: it takes the first episodes."""
FILTERS: dict[str, Filter] = {
    RANDOM: Filter(()),
    "hidden": Filter(("hidden",)),
    "seen": Filter(("hidden",), least=True),
    "longest-box-move": Filter(("max_box_move",)),
    "longest-ramp-move": Filter(("max_ramp_move",)),
    "most-locks": Filter(("num_box_lock", "num_ramp_lock")),
    "door-blocked": Filter((PREFIX + "door_blocked",)),
    "behind-doors": Filter((PREFIX + "door_blocked_locked_prep", "hidden")),
    "sheltered": Filter((PREFIX + "sheltered",)),
    "shared-work": Filter((PREFIX + "shared_work",)),
    "ramp-defence": Filter((PREFIX + "ramp_defence",)),
    "ramp-use": Filter((PREFIX + "ramp_use",)),
    "over-wall": Filter((PREFIX + "over_wall",)),
    "box-surfing": Filter((PREFIX + "box_surfing",)),
    "chasing": Filter((PREFIX + "chasing",)),
}


def filter_names(game: Game) -> list[str]:
    """Return the names of the filters whose measures `game` knows; raise TypeError where it is no Game."""
    check_game(game)
    known = {*MEASURES, *(PREFIX + name for name in behaviour_names(game))}
    return [name for name, how in FILTERS.items() if known.issuperset(how.measures)]


def scores(episodes: Episodes, name: str) -> Float[np.ndarray, " episode"]:
    """Return what a filter ranks each episode by: zero for `random`, not a number where an episode does not tell.

    Raises:
        ValueError: if there is no such filter, or the game does not know what it measures.
    """
    check_choice("filter", name, tuple(FILTERS))
    values = [episodes.measure(measure) for measure in FILTERS[name].measures]
    return np.sum(values, axis=0) if values else np.zeros(len(episodes.hidden))


def best_episodes(episodes: Episodes, name: str, count: int) -> Int[np.ndarray, " chosen"]:
    """Return the numbers of the `count` episodes that a filter ranks first, the first of all in front.

    Equal ones stay in their order; episodes that do not tell come last.

    Raises:
        ValueError: as `scores`, and if there are not as many episodes.
    """
    check_integer("count", count, 1, len(episodes.hidden))
    value = scores(episodes, name)
    rank = value if FILTERS[name].least else -value
    return np.argsort(np.where(np.isnan(rank), np.inf, rank), kind="stable")[:count]
