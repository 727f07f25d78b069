"""What the server's parts refuse: one error each that names the argument, its value and what was expected."""

from collections.abc import Callable
from pathlib import Path

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import RandomPlayer
from hideseek.serve.episodes import simulate
from hideseek.serve.library import Library
from hideseek.serve.match import Match
from hideseek.serve.policies import Policies
from tests.refusal import assert_refused, refused
from tests.serve.conftest import GAME, ITERATION

PLAYER = RandomPlayer()


def match(**changes: object) -> Match:
    """Begin a match, with some of its arguments changed."""
    arguments = {"env": HideAndSeek(GAME, 1), "hiders": PLAYER, "seekers": RandomPlayer(), "seed": 0, "person": 0}
    return Match(**{**arguments, **changes})


@refused(
    [
        (lambda: match(env=GAME), TypeError, r"env is Game\(.*, expected a HideAndSeek"),
        (lambda: match(env=HideAndSeek(GAME, 2)), ValueError, "env has 2 worlds, expected one"),
        (lambda: match(seekers=PLAYER), ValueError, "the same object as hiders, expected another one"),
        (lambda: match(hiders=None), TypeError, "hiders is None, expected a Player"),
        (lambda: match(seed=-1), ValueError, "seed is -1, expected an integer from 0"),
        (lambda: match(person=4), ValueError, "person is 4, expected an integer from 0 to 3"),
        (lambda: Policies(Path("zoo:quadrant")), TypeError, "name is PosixPath.*, expected a string"),
        (lambda: Policies("zoo:quadrant", "bullet"), ValueError, "engine is 'bullet', expected one of"),
        (lambda: Policies("zoo:nobody"), ValueError, "zoo policy is 'nobody', expected one of"),
        (lambda: Library([7]), TypeError, r"files\[0\] is 7, expected a path"),
        (lambda: Library(folder=7), TypeError, "folder is 7, expected a path"),
    ]
)
def test_refusals(call: Callable[[], object], error: type[Exception], message: str):
    """Before anything is done."""
    assert_refused(call, error, message)


def test_simulations_are_refused(policies: Policies):
    """Where a number is out of range."""
    assert_refused(lambda: simulate(policies, ITERATION, -1, 1), ValueError, "seed is -1, expected")
    assert_refused(lambda: simulate(policies, ITERATION, 0, 0), ValueError, "episodes is 0, expected")
