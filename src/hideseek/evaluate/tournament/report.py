"""A tournament as tables and sentences for the terminal."""

from dataclasses import asdict

import numpy as np
from jaxtyping import Float
from rich.console import Group, RenderableType
from rich.table import Table

from hideseek.checks import printable
from hideseek.evaluate.interval import CONFIDENCE, Interval
from hideseek.evaluate.ratings import TeamRatings
from hideseek.evaluate.tournament.elo import Elo, rate
from hideseek.evaluate.tournament.matches import Tournament
from hideseek.evaluate.tournament.order import find_cycles, skill_ratings, who_beats_whom

TEAMS = ("hiders", "seekers")
MOST_CYCLES = 5
"""Told of; there may be very many."""
LEAST_MOMENTS = 3
"""Of a run, from which on its progress is told."""


class Result:
    """What the matches of a tournament say."""

    def __init__(self, tournament: Tournament) -> None:
        """Rate everybody; raise ValueError where matches are missing."""
        self.tournament = tournament
        self.payoff = tournament.payoff()
        self.elo: Elo = rate(self.payoff, tournament.seed)
        self.skill: list[TeamRatings] = skill_ratings(self.payoff, tournament.seed)
        self.cycles = find_cycles(who_beats_whom(self.payoff))

    @property
    def ranking(self) -> list[int]:
        """Entrants, the strongest on both teams together first."""
        return np.argsort(-self.elo.rating.sum(0), kind="stable").tolist()

    def as_dict(self) -> dict[str, object]:
        """Return ratings and cycles as data for JSON."""
        names = self.tournament.names
        entrants = [
            {
                "name": name,
                "elo": {
                    team: [float(x[side, i]) for x in (self.elo.rating, self.elo.low, self.elo.high)]
                    for side, team in enumerate(TEAMS)
                },
                "skill": {
                    team: [getattr(self.skill[i], team).mean, getattr(self.skill[i], team).deviation] for team in TEAMS
                },
            }
            for i, name in enumerate(names)
        ]
        return {
            "game": self.tournament.game_name,
            "episodes": self.tournament.episode_count,
            "seed": self.tournament.seed,
            "confidence": CONFIDENCE,
            "entrants": entrants,
            "payoff": [[asdict(Interval.of(match)) for match in row] for row in self.payoff],
            "cycles": [[names[i] for i in cycle] for cycle in self.cycles],
        }


def tables(result: Result) -> RenderableType:
    """Return the payoff matrix and the ratings, the strongest first."""
    return Group(_payoff_table(result), _rating_table(result))


def sentences(result: Result, moments: dict[str, list[int]]) -> list[str]:
    """Return what the ratings say: who is first, whether there is an order at all, how runs progress.

    Args:
        result: of the tournament.
        moments: entrants that are one run at several moments, from the first to the last, by the run's name.
    """
    names = [printable(name) for name in result.tournament.names]
    first, second = result.ranking[:2]
    lines = [f"{names[first]} is first, {names[second]} second, by the sum of both teams' Elo ratings."]
    if result.cycles:
        shown = result.cycles[:MOST_CYCLES]
        told = "; ".join(
            f"{names[a]} beats {names[b]}, {names[b]} {names[c]}, {names[c]} {names[a]}" for a, b, c in shown
        )
        more = f"; and {len(result.cycles) - len(shown)} more" if len(result.cycles) > len(shown) else ""
        lines.append(f"There is no order of strength among all of them: {told}{more}.")
    else:
        lines.append("No three of them beat each other in a circle.")
    for run, entrants in moments.items():
        if len(entrants) >= LEAST_MOMENTS:
            lines.extend(_progress(result.elo, printable(run), entrants))
    return lines


def _progress(elo: Elo, run: str, entrants: list[int]) -> list[str]:
    """Return for each team whether it got better in the two halves of a run."""
    first, middle, last = entrants[0], entrants[len(entrants) // 2], entrants[-1]
    return [
        f"{run}: {team} {_change(elo, side, first, middle)} in the first half of the moments, "
        f"{_change(elo, side, middle, last)} in the second."
        for side, team in enumerate(TEAMS)
    ]


def _change(elo: Elo, side: int, before: int, after: int) -> str:
    change = elo.rating[side, after] - elo.rating[side, before]
    samples = elo.samples[:, side, after] - elo.samples[:, side, before]
    low, high = np.quantile(samples, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    word = "gained" if low > 0.0 else "lost" if high < 0.0 else "changed, within chance, by"
    points = abs(change) if word == "lost" else change
    ends = (-high, -low) if word == "lost" else (low, high)
    sign = "+" if word.startswith("changed") else ""
    return f"{word} {points:{sign}.0f} [{ends[0]:{sign}.0f}, {ends[1]:{sign}.0f}] points"


def _payoff_table(result: Result) -> Table:
    table = Table(title="Hiders' return: hiders in rows, seekers in columns", title_justify="left")
    table.add_column("", overflow="fold")
    names = result.tournament.names
    for number in range(1, len(names) + 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    for i, name in enumerate(names):
        table.add_row(f"{i + 1} {printable(name)}", *(_cell(episodes) for episodes in result.payoff[i]))
    return table


def _cell(episodes: Float[np.ndarray, " episode"]) -> str:
    interval = Interval.of(episodes)
    return f"{interval.mean:.0f} ±{interval.high - interval.mean:.0f}"


def _rating_table(result: Result) -> Table:
    table = Table(title="Elo with 95 % intervals; skill, updated match by match, ± deviation", title_justify="left")
    table.add_column("", overflow="fold")
    for heading in ("Elo\nhiders", "Elo\nseekers", "skill\nhiders", "skill\nseekers"):
        table.add_column(heading, justify="right", no_wrap=True)
    elo = result.elo
    for i in result.ranking:
        points = [
            f"{elo.rating[side, i]:.0f} [{elo.low[side, i]:.0f}, {elo.high[side, i]:.0f}]" for side in range(len(TEAMS))
        ]
        skills = [getattr(result.skill[i], team) for team in TEAMS]
        name = f"{i + 1} {printable(result.tournament.names[i])}"
        table.add_row(name, *points, *(f"{skill.mean:.0f} ±{skill.deviation:.0f}" for skill in skills))
    return table
