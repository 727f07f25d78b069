"""The matches of a tournament: everybody's hiders against everybody's seekers, all on the same layouts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from jaxtyping import Float

from hideseek.checks import check_fits_memory, check_instance, check_integer, shown
from hideseek.env.batch import HideAndSeek, bytes_per_world
from hideseek.evaluate.play import play
from hideseek.evaluate.players import Player
from hideseek.game.config import Game, check_game, make_game

LEAST_ENTRANTS = 2
MOST_ENTRANTS = 64


@dataclass(frozen=True)
class Contestant:
    """Who takes part: a name, and a maker of new players for both teams."""

    name: str
    make_players: Callable[[], tuple[Player, Player]]
    """Returns new hiders and seekers; a player remembers its own episodes."""

    def __post_init__(self) -> None:
        check_instance("name", self.name, str, "a string")


@dataclass
class Tournament:
    """What is played, and the matches so far."""

    game_name: str
    """A preset game."""
    episode_count: int
    """Of each match, all on the same layouts."""
    seed: int
    """Of layouts and chances."""
    names: list[str]
    """Of those who take part, all different."""
    returns: dict[tuple[str, str], Float[np.ndarray, " episode"]] = field(default_factory=dict)
    """The hiders' returns of each match, by the names of hiders and seekers."""

    def __post_init__(self) -> None:
        make_game(self.game_name)
        check_integer("episodes", self.episode_count, 2)
        check_integer("seed", self.seed, 0, 2**31 - 1)
        if not LEAST_ENTRANTS <= len(self.names) <= MOST_ENTRANTS:
            raise ValueError(
                f"entrants is {len(self.names)} players, expected {LEAST_ENTRANTS} to {MOST_ENTRANTS} of them"
            )
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise ValueError(f"entrants has {shown(twice)} twice, expected different players")

    @property
    def missing(self) -> list[tuple[str, str]]:
        """Pairings, hiders and seekers, that were not played yet."""
        return [(a, b) for a, b in product(self.names, self.names) if (a, b) not in self.returns]

    def payoff(self) -> Float[np.ndarray, "hiders seekers episode"]:
        """Return the hiders' returns of all matches, in the order of `names`.

        Raises:
            ValueError: A match was not played yet.
        """
        if self.missing:
            raise ValueError(f"matches has {len(self.missing)} that were not played, expected none")
        return np.array([[self.returns[hiders, seekers] for seekers in self.names] for hiders in self.names])


def play_missing(
    tournament: Tournament, game: Game, contestants: Sequence[Contestant], after_match: Callable[[], None]
) -> None:
    """Play the matches that were not played yet.

    Args:
        tournament: gets their returns, match by match.
        game: the game of its name.
        contestants: those of its names, in their order.
        after_match: called after each match, to keep it or to tell of it.

    Raises:
        TypeError: if an argument is of a wrong class.
        ValueError: if the game has no seekers, the contestants are others, or the episodes do not fit into memory.
    """
    check_instance("tournament", tournament, Tournament, "a Tournament")
    check_game(game)
    if game.seekers == 0:
        raise ValueError("seekers of game is 0, expected a game with both teams")
    if [contestant.name for contestant in contestants] != tournament.names:
        raise ValueError(
            f"contestants is {[contestant.name for contestant in contestants]}, expected {tournament.names}"
        )
    count = tournament.episode_count
    check_fits_memory("episodes", count, count * bytes_per_world(game))
    if not tournament.missing:
        return
    players = {contestant.name: contestant.make_players() for contestant in contestants}
    env = HideAndSeek(game, count)
    for hiders, seekers in tournament.missing:
        episodes = play(env, players[hiders][0], players[seekers][1], tournament.seed)
        tournament.returns[hiders, seekers] = episodes.hider_return
        after_match()
