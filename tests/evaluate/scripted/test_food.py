"""Hiders that eat and seekers that hunt."""

from dataclasses import replace

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.scripted.food import EatingHiders, HuntingSeekers
from hideseek.evaluate.scripted.names import scripted_entrant, scripts_for
from hideseek.game.config import make_game
from tests.refusal import assert_refused, refused

EPISODES = 60


@pytest.fixture(scope="module", params=["food", "dynamic-food"])
def episodes(request: pytest.FixtureRequest) -> dict[str, Episodes]:
    """What becomes of random and scripted teams, hiders first, on the same layouts."""
    env = HideAndSeek(make_game(request.param), EPISODES)
    return {
        "random, random": play(env, RandomPlayer(), RandomPlayer(), 1),
        "eat, random": play(env, EatingHiders(), RandomPlayer(), 1),
        "eat, hunt": play(env, EatingHiders(), HuntingSeekers(), 1),
    }


def test_hiders_find_food_and_eat(episodes: dict[str, Episodes]):
    """Random ones hardly come upon it."""
    eaten = {name: each.metrics["food_eaten"] for name, each in episodes.items()}
    assert np.median(eaten["random, random"]) == 0.0
    assert eaten["eat, random"].mean() > 10.0
    assert Interval.of(episodes["eat, random"].hider_return - episodes["random, random"].hider_return).low > 50.0


def test_seekers_find_hiders_at_the_food(episodes: dict[str, Episodes]):
    """They take from them most of what they eat, and nearly all time to hide."""
    eaten = {name: each.metrics["food_eaten"].mean() for name, each in episodes.items()}
    assert eaten["eat, hunt"] < 0.5 * eaten["eat, random"]
    assert episodes["eat, hunt"].hidden.mean() < 0.25 < episodes["eat, random"].hidden.mean()
    assert Interval.of(episodes["eat, hunt"].seeker_return - episodes["eat, random"].seeker_return).low > 50.0


def test_several_foods_in_another_layout():
    """They eat in the quadrant, too."""
    game = replace(make_game("quadrant"), objective=replace(make_game("food").objective, food=3))
    eaten = play(HideAndSeek(game, 30), EatingHiders(), RandomPlayer(), 0).metrics["food_eaten"]
    assert eaten.mean() > 5.0


def test_no_chances_are_drawn():
    """The same layouts, the same episodes, in a batch of any size."""
    game = make_game("food", horizon=60)
    small, large = (play(HideAndSeek(game, n), EatingHiders(), HuntingSeekers(), 3).hider_return for n in (2, 5))
    np.testing.assert_array_equal(small, large[:2])


def test_it_is_offered_for_both_games():
    """By one name."""
    assert scripts_for("food") == scripts_for("dynamic-food") == ("scripted:eat",)
    assert isinstance(scripted_entrant("scripted:eat").hiders, EatingHiders)


@refused(
    [
        (
            lambda: EatingHiders().look_at(HideAndSeek(make_game("quadrant"), 1)),
            ValueError,
            "objective of game is 'hide_and_seek', expected 'food'",
        ),
        (lambda: HuntingSeekers().look_at("env"), TypeError, "env is 'env'"),  # type: ignore[arg-type]
    ]
)
def test_bad_input_is_refused(call, error, message):
    """It knows food."""
    assert_refused(call, error, message)
