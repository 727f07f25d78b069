"""Two players against each other on both sides, on the same layouts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from hideseek.checks import check_fits_memory, check_instance, check_integer
from hideseek.env.batch import HideAndSeek, bytes_per_world
from hideseek.evaluate.interval import CONFIDENCE, Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import Player, check_players
from hideseek.game.config import Game, check_game


@dataclass(frozen=True)
class Entrant:
    """A player under the name that tables give it, once for each team: a player remembers its own episodes."""

    name: str
    hiders: Player
    seekers: Player

    def __post_init__(self) -> None:
        check_instance("name", self.name, str, "a string")
        check_players(self.hiders, self.seekers)


@dataclass(frozen=True)
class Match:
    """Episodes of one pairing."""

    hiders: str
    seekers: str
    episodes: Episodes

    @property
    def title(self) -> str:
        """Who played whom."""
        return f"{self.hiders} hiders vs {self.seekers} seekers"

    def interval(self, measure: str) -> Interval | None:
        """Return the interval of a measure over the episodes that tell it, None where fewer than two do."""
        values = self.episodes.measure(measure)
        told = values[np.isfinite(values)]
        return Interval.of(told) if len(told) > 1 else None


@dataclass(frozen=True)
class Gain:
    """How much better one entrant does than the other in the same place, layout by layout."""

    team: str
    title: str
    opponent: str
    """Whom both met; empty where the game has no other team."""
    interval: Interval
    """Of the paired difference of the team's return."""


@dataclass(frozen=True)
class Comparison:
    """All that two entrants' matches tell."""

    first: str
    second: str
    episode_count: int
    seed: int
    matches: tuple[Match, ...]
    """First against second, second against first, first against itself, second against itself; where others are the
    opponents of both, first against them, they against first, second against them, they against second."""
    gains: tuple[Gain, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the comparison as data for JSON."""
        return {
            "first": self.first,
            "second": self.second,
            "episodes": self.episode_count,
            "seed": self.seed,
            "confidence": CONFIDENCE,
            "matches": [
                {
                    "hiders": match.hiders,
                    "seekers": match.seekers,
                    "measures": {name: _as_data(match.interval(name)) for name in match.episodes.measures},
                }
                for match in self.matches
            ],
            "gains": [
                {"team": gain.team, "difference": gain.title, "against": gain.opponent, **asdict(gain.interval)}
                for gain in self.gains
            ],
        }


def compare(game: Game, first: Entrant, second: Entrant, episode_count: int, seed: int) -> Comparison:
    """Play every pairing of two entrants, `episode_count` episodes each, all on the same layouts.

    The second entrant against itself is the reference of the gains: what changes when the first takes the place of the
    second as hiders, or as seekers, and nothing else does.

    Args:
        game: the game to play; where it has no seekers, there is no gain of theirs.
        first: usually the policy in question.
        second: its opponent.
        episode_count: layouts, at least 2.
        seed: of layouts and chances, an integer from 0 to 2**31 - 1.

    Raises:
        TypeError: if `game` is no Game, or an entrant none.
        ValueError: if there are too few episodes, more than fit into memory, `seed` is out of range, or
            two teams that meet share a player.
    """
    for name, entrant in (("first", first), ("second", second)):
        check_instance(name, entrant, Entrant, "an Entrant")
    pairings = ((first, second), (second, first), (first, first), (second, second))
    matches = _play_all(game, pairings, episode_count, seed)
    attack, defence, _, reference = matches
    gains = _gains(game, second.name, (attack, reference), (defence, reference))
    return Comparison(first.name, second.name, episode_count, seed, matches, gains)


def compare_against(
    game: Game, first: Entrant, second: Entrant, opponents: Entrant, episode_count: int, seed: int
) -> Comparison:
    """Play two entrants against the same opponents, on both sides, `episode_count` episodes each, on the same layouts.

    Args:
        game: the game to play; where it has no seekers, there is no gain of theirs.
        first: usually the policy in question.
        second: whose place it takes.
        opponents: of both.
        episode_count: layouts, at least 2.
        seed: of layouts and chances, an integer from 0 to 2**31 - 1.

    Raises:
        TypeError, ValueError: As `compare`.
    """
    for name, entrant in (("first", first), ("second", second), ("opponents", opponents)):
        check_instance(name, entrant, Entrant, "an Entrant")
    pairings = ((first, opponents), (opponents, first), (second, opponents), (opponents, second))
    matches = _play_all(game, pairings, episode_count, seed)
    gains = _gains(game, opponents.name, (matches[0], matches[2]), (matches[1], matches[3]))
    return Comparison(first.name, second.name, episode_count, seed, matches, gains)


def _play_all(
    game: Game, pairings: Sequence[tuple[Entrant, Entrant]], episode_count: int, seed: int
) -> tuple[Match, ...]:
    """Play some pairings of hiders and seekers on the same layouts; raises as `compare` says."""
    check_game(game)
    check_integer("episode_count", episode_count, 2)
    check_integer("seed", seed, 0)
    check_fits_memory("episode_count", episode_count, episode_count * bytes_per_world(game))
    for hiders, seekers in pairings:
        check_players(hiders.hiders, seekers.seekers)
    env = HideAndSeek(game, episode_count)
    return tuple(
        Match(hiders.name, seekers.name, play(env, hiders.hiders, seekers.seekers, seed))
        for hiders, seekers in pairings
    )


def _as_data(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else asdict(interval)


def _gains(game: Game, opponent: str, attack: tuple[Match, Match], defence: tuple[Match, Match]) -> tuple[Gain, ...]:
    """Return the gains of the teams that a game has, each from a match and its reference."""
    if not game.seekers:
        return (_gain("hiders", "hider_return", *attack, ""),)
    return (
        _gain("hiders", "hider_return", *attack, opponent),
        _gain("seekers", "seeker_return", *defence, opponent),
    )


def _gain(team: str, measure: str, match: Match, reference: Match, opponent: str) -> Gain:
    difference = match.episodes.measure(measure) - reference.episodes.measure(measure)
    return Gain(team, f"{match.title} - {reference.title}", opponent, Interval.of(difference))
