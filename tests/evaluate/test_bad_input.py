"""Bad input to evaluation: one error that names the argument, shows it, and says what was expected."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.compare import Comparison, Entrant, compare
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import PolicyPlayer, RandomPlayer, TeamActions, untrained_policy
from hideseek.evaluate.report import comparison_tables, save_comparison
from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.policy.config import NETWORKS, FeatureSizes
from tests.refusal import assert_refused, refused

GAME = make_game("quadrant", horizon=4)
SIZES = FeatureSizes.of(observation_spec(GAME))
PLAYER = RandomPlayer()
ENTRANT = Entrant("first", RandomPlayer(), RandomPlayer())
EPISODES = Episodes(np.zeros(2), np.zeros(2), np.zeros(2), np.zeros((2, 8)))


@cache
def env() -> HideAndSeek:
    """Return two worlds that nobody has reset."""
    return HideAndSeek(GAME, 2)


class Forgetful(RandomPlayer):
    """Acts for one agent too few, or in floating point numbers."""

    def __init__(self, kind: type = np.int8) -> None:
        self.kind = kind

    def act(self, observation):
        """Leave an agent out where nothing else is wrong."""
        movement, grab, lock = super().act(observation)
        rows = slice(1 if self.kind is np.int8 else 0, None)
        return TeamActions(movement[:, rows].astype(self.kind), grab, lock)


def playing(**changes: object) -> Callable[[], object]:
    """Return a call of `play` with some arguments changed."""
    return lambda: play(**{"env": env(), "hiders": RandomPlayer(), "seekers": RandomPlayer(), "seed": 0, **changes})


def comparing(**changes: object) -> Callable[[], object]:
    """Return a call of `compare` with some arguments changed."""
    other = Entrant("second", RandomPlayer(), RandomPlayer())
    return lambda: compare(
        **{"game": GAME, "first": ENTRANT, "second": other, "episode_count": 2, "seed": 0, **changes}
    )


@refused(
    [
        (playing(env=None), TypeError, "env is None, expected a HideAndSeek"),
        (playing(hiders="random"), TypeError, "hiders is 'random', expected a Player"),
        (playing(seekers=RandomPlayer), TypeError, "seekers is <class .*RandomPlayer'>, expected a Player"),
        (playing(hiders=PLAYER, seekers=PLAYER), ValueError, "seekers is .*, the same object as hiders"),
        (playing(seed=-1), ValueError, "seed is -1, expected an integer from 0"),
        (playing(seed=0.5), ValueError, r"seed is 0\.5"),
        (playing(seed=2**31), ValueError, f"seed is {2**31}"),
        (playing(before_step=3), TypeError, "before_step is 3, expected a function"),
        (playing(after_step="later"), TypeError, "after_step is 'later', expected a function"),
    ]
)
def test_playing(call: Callable, error: type[Exception], message: str):
    """Nothing is reset, let alone played."""
    assert_refused(call, error, message)
    with pytest.raises(RuntimeError, match="before the first reset"):
        env().observe()


@refused(
    [
        (lambda: play(HideAndSeek(GAME, 2), Forgetful(), PLAYER, 0), ValueError, "movement of Forgetful has shape"),
        (lambda: play(HideAndSeek(GAME, 2), Forgetful(float), PLAYER, 0), TypeError, "movement of Forgetful is of typ"),
        (comparing(game="quadrant"), TypeError, "game is 'quadrant', expected a Game"),
        (comparing(first=PLAYER), TypeError, "first is .*, expected an Entrant"),
        (comparing(second=None), TypeError, "second is None, expected an Entrant"),
        (comparing(second=Entrant("twin", PLAYER, ENTRANT.hiders)), ValueError, "the same object as hiders"),
        (comparing(episode_count=1), ValueError, "episode_count is 1, expected an integer from 2"),
        (comparing(episode_count="200"), ValueError, "episode_count is '200'"),
        (comparing(seed=-5), ValueError, "seed is -5"),
        (lambda: Entrant(3, PLAYER, RandomPlayer()), TypeError, "name is 3, expected a string"),
        (lambda: Entrant("x", None, RandomPlayer()), TypeError, "hiders is None, expected a Player"),
        (lambda: Entrant("x", PLAYER, PLAYER), ValueError, "seekers is .*, the same object as hiders"),
        (lambda: PLAYER.start(0, 2, 0), ValueError, "world_count is 0"),
        (lambda: PLAYER.start(2, -1, 0), ValueError, "agent_count is -1"),
        (lambda: PLAYER.start(2, 2, 2**32), ValueError, f"seed is {2**32}"),
        (lambda: PolicyPlayer("runs/first"), TypeError, "policy is 'runs/first', expected a Policy"),
        (lambda: untrained_policy(None, NETWORKS["laptop"], 0), TypeError, "sizes is None"),
        (lambda: untrained_policy(SIZES, "laptop", 0), TypeError, "config is 'laptop', expected a NetworkConfig"),
        (lambda: untrained_policy(SIZES, NETWORKS["laptop"], -1), ValueError, "seed is -1"),
        (lambda: EPISODES.measure("score"), ValueError, "name is 'score', expected one of 'hider_return'"),
        (lambda: Interval.of(3.0), TypeError, "samples is of type float, expected an array"),
        (lambda: Interval.of(["a"]), TypeError, "samples is of type list"),
        (lambda: Interval.of(np.zeros((2, 2))), ValueError, r"samples has shape \(2, 2\)"),
        (lambda: Interval.of(np.array([1.0, np.nan])), ValueError, "samples has 1 of 2 not finite"),
        (lambda: Interval.of(np.zeros(0)), ValueError, "samples is empty"),
        (lambda: comparison_tables(EPISODES), TypeError, "comparison is .*, expected a Comparison"),
        (lambda: save_comparison({}, Path("x.json")), TypeError, "comparison is {}, expected a Comparison"),
    ]
)
def test_comparing(call: Callable, error: type[Exception], message: str):
    """Players, entrants, numbers of episodes, samples."""
    assert_refused(call, error, message)


def test_numbers_that_cannot_be_saved(tmp_path: Path):
    """A folder, a path below a file, and no path at all."""
    comparison = Comparison("a", "b", 2, 0, (), ())
    (tmp_path / "file").write_text("words")
    assert_refused(lambda: save_comparison(comparison, tmp_path), ValueError, "path is .*, a folder, expected a file")
    below = tmp_path / "file" / "deeper" / "x.json"
    assert_refused(lambda: save_comparison(comparison, below), ValueError, "path is .*file is a file")
    assert_refused(lambda: save_comparison(comparison, 3), TypeError, "path is 3, expected a path")
    assert (tmp_path / "file").read_text() == "words"
