"""Comparisons of two entrants on equal layouts."""

import dataclasses
import io
import json

import numpy as np
import pytest
from rich.console import Console

from hideseek.evaluate.compare import Entrant, Gain, compare, compare_against
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.players import RandomPlayer, TeamActions
from hideseek.evaluate.report import comparison_tables, save_comparison, verdict
from hideseek.game.config import make_game

GAME = make_game("quadrant", horizon=20)


class EscapingPlayer:
    """Locks nothing, grabs nothing, and runs to the right at full force."""

    def start(self, world_count, agent_count, seed):
        """Note the size of the team."""
        self.shape = (world_count, agent_count)

    def act(self, observation):
        """Run."""
        movement = np.full((*self.shape, 3), 5, np.int8)
        movement[..., 0] = 10
        return TeamActions(movement, np.zeros(self.shape, np.int8), np.zeros(self.shape, np.int8))


def random_entrant(name: str = "random") -> Entrant:
    return Entrant(name, RandomPlayer(), RandomPlayer())


def escaping_entrant() -> Entrant:
    return Entrant("escaping", EscapingPlayer(), EscapingPlayer())


@pytest.fixture(scope="module")
def comparison():
    """Return escaping agents against random ones."""
    return compare(GAME, escaping_entrant(), random_entrant(), episode_count=8, seed=1)


def test_all_pairings_are_played(comparison):
    """Both sides, and each entrant against itself."""
    assert [(match.hiders, match.seekers) for match in comparison.matches] == [
        ("escaping", "random"),
        ("random", "escaping"),
        ("escaping", "escaping"),
        ("random", "random"),
    ]


def test_entrant_gains_nothing_over_its_equal():
    """The same player under another name makes no difference at all, since layouts and chances are the same."""
    result = compare(GAME, random_entrant("twin"), random_entrant(), episode_count=6, seed=0)
    for gain in result.gains:
        assert (gain.interval.mean, gain.interval.low, gain.interval.high) == (0.0, 0.0, 0.0)


def test_gain_is_the_mean_paired_difference(comparison):
    """In place of the reference's hiders (seekers), against the same seekers (hiders), world by world."""
    attack, defence, _, reference = (match.episodes for match in comparison.matches)
    hiders, seekers = comparison.gains
    assert hiders.interval.mean == pytest.approx((attack.hider_return - reference.hider_return).mean())
    assert seekers.interval.mean == pytest.approx((defence.seeker_return - reference.seeker_return).mean())
    assert hiders.interval.low < hiders.interval.mean < hiders.interval.high


@pytest.mark.parametrize(
    ("interval", "word"),
    [((31.5, 27.2, 35.9), "gained"), ((-6.5, -11.3, -1.7), "lost"), ((1.0, -2.0, 4.0), "neither gained nor lost")],
)
def test_verdict_says_who_gained_what(comparison, interval, word):
    """A sentence for each team, with the interval; what may be chance is not called a gain."""
    gain = Gain("seekers", "", "random", Interval(*interval))
    mean, low, high = (f"{value:+.1f}" for value in interval)
    sentence, *others = verdict(dataclasses.replace(comparison, gains=(gain,))).splitlines()
    assert sentence.startswith(f"Seekers {word}")
    assert (
        f"{mean} [{low}, {high}] in return (escaping seekers in place of random ones, against random hiders)."
        in sentence
    )
    assert len(others) == 2
    hidden = 100 * comparison.matches[2].episodes.hidden.mean()
    assert f"unseen for {hidden:.0f} % of the time among escaping players" in others[0]
    assert "8 episodes" in others[1]


def test_names_of_entrants_are_no_markup(comparison):
    """Not in tables, whoever prints them, nor in sentences; each stays on its line."""
    name = "a[/b]:smile:"
    matches = [dataclasses.replace(match, hiders=name + "\n") for match in comparison.matches]
    renamed = dataclasses.replace(comparison, first=name + "\n", matches=tuple(matches))
    console = Console(file=io.StringIO(), width=200)
    console.print(comparison_tables(renamed))
    assert console.file.getvalue().count(name + "\\n") == 9
    assert verdict(renamed).count(name + "\\n") == 3


def test_tables_tell_who_played_and_how(comparison):
    """Every pairing and measure stands in the tables, with the gains."""
    console = Console(file=io.StringIO(), width=200)
    console.print(comparison_tables(comparison))
    text = console.file.getvalue()
    for words in ("escaping hiders", "vs random", "time hidden, share", "boxes locked (preparation)"):
        assert words in text
    assert "escaping in place of random" in text
    assert f"{comparison.gains[0].interval.mean:+.2f}" in text


def test_numbers_are_saved_as_json(comparison, tmp_path):
    """The file holds what the tables show."""
    path = tmp_path / "made" / "evaluation.json"
    save_comparison(comparison, path)
    data = json.loads(path.read_text())
    assert data["episodes"] == 8
    assert len(data["matches"]) == 4
    hidden = data["matches"][3]["measures"]["hidden"]
    assert hidden["mean"] == pytest.approx(comparison.matches[3].episodes.hidden.mean())
    assert [gain["team"] for gain in data["gains"]] == ["hiders", "seekers"]


def test_gains_against_others():
    """Both entrants meet the same opponents, on both sides; the difference is world by world."""
    others = Entrant("others", RandomPlayer(), RandomPlayer())
    result = compare_against(GAME, escaping_entrant(), random_entrant(), others, episode_count=8, seed=1)
    assert [(match.hiders, match.seekers) for match in result.matches] == [
        ("escaping", "others"),
        ("others", "escaping"),
        ("random", "others"),
        ("others", "random"),
    ]
    a, b, c, d = (match.episodes for match in result.matches)
    hiders, seekers = result.gains
    assert hiders.interval.mean == pytest.approx((a.hider_return - c.hider_return).mean())
    assert seekers.interval.mean == pytest.approx((b.seeker_return - d.seeker_return).mean())
    assert [gain.opponent for gain in result.gains] == ["others", "others"]
    text = verdict(result)
    assert "(escaping hiders in place of random ones, against others seekers)" in text
    hidden = [f"{100 * match.hidden.mean():.0f} %" for match in (a, b, c, d)]
    assert f"escaping hiders stay unseen for {hidden[0]} of the time, random ones for {hidden[2]}." in text
    assert f"others hiders stay unseen for {hidden[1]} of the time, from random ones for {hidden[3]}." in text


def test_impossible_comparisons_are_refused():
    """One episode has no spread."""
    with pytest.raises(ValueError, match="episode_count is 1"):
        compare(GAME, random_entrant(), random_entrant(), episode_count=1, seed=0)


def test_a_game_of_one_team_has_one_gain():
    """What the hiders earn; there is nobody to compare on the other side."""
    game = make_game("lock-and-return", horizon=10)
    comparison = compare(game, random_entrant(), random_entrant(), episode_count=4, seed=0)
    assert [gain.team for gain in comparison.gains] == ["hiders"]
    text = verdict(comparison)
    assert "seekers" not in text
    assert "unseen" not in text
    assert np.isfinite(comparison.matches[0].episodes.hider_return).all()
