"""Choosing episodes: most, least, first, and those that do not tell last."""

import numpy as np
import pytest

from hideseek.evaluate.filters import FILTERS, best_episodes, filter_names, scores
from hideseek.evaluate.play import Episodes
from hideseek.game.config import make_game
from hideseek.game.statistics import STATISTIC_NAMES
from tests.refusal import assert_refused


def episodes(**values: list[float]) -> Episodes:
    """Return four episodes, all zero but for some measures or behaviours."""
    statistics = np.zeros((4, len(STATISTIC_NAMES)))
    for name in set(values) & set(STATISTIC_NAMES):
        statistics[:, STATISTIC_NAMES.index(name)] = values.pop(name)
    zero = np.zeros(4)
    hidden = np.array(values.pop("hidden", zero))
    return Episodes(zero, zero, hidden, statistics, {name: np.array(value) for name, value in values.items()})


@pytest.mark.parametrize(
    ("name", "values", "best"),
    [
        ("random", {"hidden": [0.1, 0.9, 0.5, 0.2]}, [0, 1, 2, 3]),
        ("hidden", {"hidden": [0.1, 0.9, 0.5, 0.2]}, [1, 2, 3, 0]),
        ("seen", {"hidden": [0.1, 0.9, 0.5, 0.2]}, [0, 3, 2, 1]),
        ("longest-box-move", {"max_box_move": [1.0, 2.0, 2.0, 3.0], "max_ramp_move": [9, 0, 0, 0]}, [3, 1, 2, 0]),
        ("longest-ramp-move", {"max_ramp_move": [0.0, 0.0, 0.1, 0.0]}, [2, 0, 1, 3]),
        ("most-locks", {"num_box_lock": [1, 2, 0, 0], "num_ramp_lock": [0, 0, 3, 0]}, [2, 1, 0, 3]),
        ("chasing", {"chasing": [0.1, np.nan, 0.4, np.nan]}, [2, 0, 1, 3]),
        ("door-blocked", {"door_blocked": [0.0, 0.5, 1.0, 0.25]}, [2, 1, 3, 0]),
        ("behind-doors", {"door_blocked_locked_prep": [0, 1, 1, 0], "hidden": [0.9, 0.2, 0.8, 0.3]}, [2, 1, 0, 3]),
    ],
)
def test_order(name: str, values: dict[str, list[float]], best: list[int]):
    """The first of `count` are the same whatever the count."""
    for count in range(1, 5):
        assert best_episodes(episodes(**values), name, count).tolist() == best[:count]


def test_scores_are_what_episodes_are_ranked_by():
    """Sums where several things count."""
    assert scores(episodes(num_box_lock=[1, 2, 0, 0], num_ramp_lock=[0, 1, 1, 0]), "most-locks").tolist() == [
        1,
        3,
        1,
        0,
    ]
    assert scores(episodes(), "random").tolist() == [0, 0, 0, 0]


def test_games_know_filters_of_what_they_have():
    """Doors are the quadrant's; where there is no ramp nobody can use one."""
    quadrant, walls = filter_names(make_game("quadrant")), filter_names(make_game("random-walls"))
    assert quadrant == list(FILTERS)
    assert set(quadrant) - set(walls) == {"door-blocked", "behind-doors"}
    alone = filter_names(make_game("quadrant", ramps=0, seekers=0))
    assert not {"ramp-use", "ramp-defence", "chasing"} & set(alone)
    assert {"random", "hidden", "longest-box-move"} <= set(alone)


def test_bad_input():
    """Unknown filters, behaviours that were not followed, more episodes than there are."""
    assert_refused(lambda: scores(episodes(), "funny"), ValueError, "filter is 'funny', expected one of 'random'")
    assert_refused(lambda: scores(episodes(), "chasing"), ValueError, "name is 'behaviour/chasing', expected one of")
    assert_refused(lambda: best_episodes(episodes(), "random", 5), ValueError, "count is 5, expected .* from 1 to 4")
    assert_refused(lambda: filter_names("quadrant"), TypeError, "game is 'quadrant', expected a Game")
