"""Episodes of a source that are worth watching."""

from collections.abc import Callable

import numpy as np

from hideseek.evaluate.filters import RANDOM, best_episodes, scores
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.recording import play_recorded
from hideseek.zoo.recording import record_best
from hideseek.zoo.sources import Source
from tests.refusal import assert_refused, refused
from tests.serve.conftest import GAME

SOURCE = Source("chance", GAME, lambda _: RandomPlayer(), action_repeat=2, iteration=5)
SEED = 3


def test_the_best_are_chosen_and_the_replay_says_of_what():
    """The first of all in front, with what each is ranked by."""
    replay = record_best(SOURCE, "longest-box-move", episodes=2, of=6, seed=SEED)
    result, recorder = play_recorded(GAME, *SOURCE.players(), 6, SEED)
    best = best_episodes(result, "longest-box-move", 2)
    np.testing.assert_array_equal(replay.movement, recorder.replay("", "", {}).movement[best])
    assert (replay.hiders, replay.seekers) == ("chance", "chance")
    about = {name: replay.about[name] for name in ("seed", "action_repeat", "iteration", "filter", "of")}
    assert about == {"seed": SEED, "action_repeat": 2, "iteration": 5, "filter": "longest-box-move", "of": 6}
    np.testing.assert_allclose(replay.about["found"], scores(result, "longest-box-move")[best], atol=1e-3)


def test_without_a_filter_no_more_are_played_than_returned():
    """They are the first ones."""
    replay = record_best(SOURCE, RANDOM, episodes=2, of=6, seed=SEED)
    _, recorder = play_recorded(GAME, *SOURCE.players(), 2, SEED)
    np.testing.assert_array_equal(replay.movement, recorder.replay("", "", {}).movement)
    assert replay.about["of"] == 2


@refused(
    [
        (lambda: record_best(SOURCE, "luck", 1, 2, 0), ValueError, "filter for chance is 'luck', expected one of"),
        (lambda: record_best(SOURCE, RANDOM, 0, 2, 0), ValueError, "episodes is 0, expected"),
        (lambda: record_best(SOURCE, "hidden", 3, 2, 0), ValueError, "of is 2, expected an integer from 3"),
    ]
)
def test_refusals(call: Callable[[], object], error: type[Exception], message: str):
    """Before anything is played."""
    assert_refused(call, error, message)
