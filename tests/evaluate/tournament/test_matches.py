"""The matches of a tournament: what is played, kept, and taken over."""

import json
from pathlib import Path

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer, TeamActions
from hideseek.evaluate.tournament.matches import Contestant, Tournament, play_missing
from hideseek.evaluate.tournament.storage import load_matches, save_matches
from hideseek.game.config import make_game

GAME = make_game("quadrant", horizon=20)
NAMES = ["random", "still"]


class StillPlayer:
    """Does nothing."""

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """Note the size of the team."""
        self.shape = (world_count, agent_count)

    def act(self, observation: object) -> TeamActions:
        """Do nothing."""
        return TeamActions(np.full((*self.shape, 3), 5, np.int8), *np.zeros((2, *self.shape), np.int8))


CONTESTANTS = [
    Contestant("random", lambda: (RandomPlayer(), RandomPlayer())),
    Contestant("still", lambda: (StillPlayer(), StillPlayer())),
]


@pytest.fixture
def played() -> Tournament:
    """Return a tournament that is over."""
    tournament = Tournament("quadrant", 6, 3, NAMES)
    play_missing(tournament, GAME, CONTESTANTS, lambda: None)
    return tournament


def test_every_match_is_played_on_the_same_layouts(played: Tournament):
    """Returns are those of the pairing alone; everybody's hiders meet everybody's seekers, their own included."""
    assert list(played.returns) == [("random", "random"), ("random", "still"), ("still", "random"), ("still", "still")]
    alone = play(HideAndSeek(GAME, 6), StillPlayer(), RandomPlayer(), 3)
    np.testing.assert_array_equal(played.returns["still", "random"], alone.hider_return)
    np.testing.assert_array_equal(played.payoff()[1, 0], alone.hider_return)
    assert played.payoff().shape == (2, 2, 6)


def test_what_was_interrupted_goes_on(played: Tournament, tmp_path: Path):
    """Matches in the file are not played again, those of others in it are left out, and players can be added."""
    path, told = tmp_path / "matches.json", []
    save_matches(played, path)
    more = Tournament("quadrant", 6, 3, ["still", "new"])
    load_matches(more, path)
    assert list(more.returns) == [("still", "still")]
    new = Contestant("new", lambda: (StillPlayer(), StillPlayer()))
    play_missing(more, GAME, [CONTESTANTS[1], new], lambda: told.append(len(more.missing)))
    assert told == [2, 1, 0]
    np.testing.assert_allclose(more.returns["still", "still"], played.returns["still", "still"], atol=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 4}, "seed is 3, expected 4, that of the matches"),
        ({"episodes": 7}, "holds no matches of a tournament"),
        ({"game": "random-walls"}, "game is quadrant, expected 'random-walls'"),
        ({"matches": 3}, "holds no matches of a tournament"),
        ({"matches": [{"hiders": "a", "seekers": "b", "hider_returns": ["x"]}]}, "holds no matches of a tournament"),
        ({"matches": [{"hiders": "a", "seekers": "b"}]}, "holds no matches of a tournament"),
    ],
)
def test_other_files_are_refused(played: Tournament, tmp_path: Path, change: dict, message: str):
    """One sentence; nothing of them is taken over."""
    path = tmp_path / "matches.json"
    save_matches(played, path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    fresh = Tournament("quadrant", 6, 3, NAMES)
    with pytest.raises(ValueError, match=message):
        load_matches(fresh, path)
    assert not fresh.returns


def test_a_tournament_of_more_episodes_does_not_take_over_fewer(played: Tournament, tmp_path: Path):
    path = tmp_path / "matches.json"
    save_matches(played, path)
    with pytest.raises(ValueError, match="episodes is 8, expected 6"):
        load_matches(Tournament("quadrant", 8, 3, NAMES), path)


def test_bad_input():
    """The name, the value and what was expected."""
    for arguments, message in (
        (("maze", 6, 0, NAMES), "unknown game 'maze'"),
        (("quadrant", 1, 0, NAMES), "episodes is 1, expected"),
        (("quadrant", 6, -1, NAMES), "seed is -1, expected"),
        (("quadrant", 6, 0, ["one"]), "entrants is 1 players, expected 2 to 64"),
        (("quadrant", 6, 0, ["a", "b", "a"]), "entrants has 'a' twice"),
    ):
        with pytest.raises(ValueError, match=message):
            Tournament(*arguments)
    tournament = Tournament("quadrant", 6, 0, NAMES)
    with pytest.raises(ValueError, match="seekers of game is 0"):
        play_missing(tournament, make_game("quadrant", seekers=0), CONTESTANTS, lambda: None)
    with pytest.raises(ValueError, match=r"contestants is \['still'\]"):
        play_missing(tournament, GAME, CONTESTANTS[1:], lambda: None)
    with pytest.raises(ValueError, match="matches has 4 that were not played"):
        tournament.payoff()
