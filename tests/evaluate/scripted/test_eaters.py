"""Scripted hiders that eat."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.scripted.eaters import Eaters
from hideseek.game.config import make_game


@pytest.mark.parametrize("name", ["food", "dynamic-food"])
def test_they_eat_more_than_players_of_chance(name: str):
    """Whatever the layout, unless a seeker of chance looks at one of them."""
    env = HideAndSeek(make_game(name), 60, thread_count=1)
    eaten = [play(env, hiders, RandomPlayer(), 1).metrics["food_eaten"] for hiders in (Eaters(), RandomPlayer())]
    assert eaten[0].mean() > 10.0 * eaten[1].mean()
    assert np.mean(eaten[0] > eaten[1]) > 0.6


def test_a_game_without_food_is_refused():
    """With what it is."""
    with pytest.raises(ValueError, match="objective of game is 'hide_and_seek', expected 'food'"):
        Eaters().look_at(HideAndSeek(make_game("quadrant"), 1))
