"""The scripted builder: it puts boxes onto the sites of nearly every blueprint."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer, start_player
from hideseek.evaluate.scripted.blueprint import BlueprintBuilder
from hideseek.game.config import make_game
from tests.refusal import assert_refused, refused

EPISODES = 60


@pytest.mark.parametrize(("sites", "share"), [(1, 0.95), (4, 0.85)])
def test_it_builds(sites: int, share: float):
    """In nearly every layout, however many sites there are."""
    env = HideAndSeek(make_game("blueprint", sites_min=sites, sites_max=sites), EPISODES)
    built = play(env, BlueprintBuilder(), RandomPlayer(), 1)
    drawn = play(env, RandomPlayer(), RandomPlayer(), 1)
    assert built.metrics["completed"].mean() > share
    assert drawn.metrics["completed"].mean() < 0.2
    assert (built.hider_return - drawn.hider_return).mean() > 5.0


def test_boxes_may_be_few_and_sites_close():
    """With as many boxes as sites, each has to be used."""
    game = make_game("blueprint", sites_min=3, sites_max=3, boxes_min=3, boxes_max=3, site_square=0.5)
    built = play(HideAndSeek(game, EPISODES), BlueprintBuilder(), RandomPlayer(), 2)
    assert built.metrics["completed"].mean() > 0.7


def test_it_goes_on_with_the_next_episode():
    """Where worlds begin anew by themselves, it completes one after the other."""
    env, player = HideAndSeek(make_game("blueprint", sites_min=1, sites_max=1), 8), BlueprintBuilder()
    observation, ends = env.reset(1), np.zeros(8)
    start_player(player, env, slice(0, 1), 0)
    for _ in range(150):
        observation, _, done, _ = env.step(*player.act(observation))
        ends += done
    assert ends.min() > 3


def test_no_chances_are_drawn():
    """The same layouts, the same episodes, in a batch of any size."""
    game = make_game("blueprint", horizon=40)
    small, large = (play(HideAndSeek(game, n), BlueprintBuilder(), RandomPlayer(), 3).hider_return for n in (2, 5))
    np.testing.assert_array_equal(small, large[:2])


@refused(
    [
        (
            lambda: BlueprintBuilder().look_at(HideAndSeek(make_game("lock-and-return"), 1)),
            ValueError,
            "objective of game is 'lock' with at most 0 elongated boxes, expected 'blueprint'",
        ),
        (
            lambda: BlueprintBuilder().look_at(HideAndSeek(make_game("blueprint", elongated_max=1), 1)),
            ValueError,
            "objective of game is 'blueprint' with at most 1 elongated boxes",
        ),
    ]
)
def test_other_games_are_refused(call, error, message):
    """It knows cubes."""
    assert_refused(call, error, message)
