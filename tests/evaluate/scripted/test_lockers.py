"""The scripted locker: it finds the box through six rooms, locks it and comes back; random play does not."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.scripted.lockers import Locker
from hideseek.evaluate.scripted.paths import AHEAD, CELLS, SIZE, UNREACHED, free_cells, steps_to, way_point
from hideseek.game.config import PRESETS, make_game

EPISODES = 100


def test_it_locks_and_returns():
    """In nearly every layout; each step back at the start counts 1 of at most 120."""
    env = HideAndSeek(PRESETS["lock-and-return"], EPISODES)
    scripted = play(env, Locker(), RandomPlayer(), seed=1).hider_return
    drawn = play(env, RandomPlayer(), RandomPlayer(), seed=1).hider_return
    assert np.median(scripted) > 90.0
    assert (scripted > 20.0).mean() > 0.9
    assert np.median(drawn) < 2.0


@pytest.mark.parametrize("game", [make_game("quadrant"), make_game("sequential-lock")])
def test_other_games_are_refused(game):
    """It knows one box to lock."""
    with pytest.raises(ValueError, match="expected 'lock' and one box"):
        Locker().look_at(HideAndSeek(game, 1))


def test_ways_lead_around_walls():
    """Behind a wall with a gap the way is longer than the straight line, and ends at the target."""
    env = HideAndSeek(make_game("exploration"), 1)
    env.reset()
    free = free_cells(env.bodies, 1)
    free[0, 30, :] = False
    free[0, 30, 10:14] = True
    target = np.array([[4.5, 5.0]])
    steps = steps_to(free, target, 0.2)
    start = np.array([[1.55, 5.05]])
    cell = (start[0] / SIZE).astype(int)
    assert 60 < steps[0, cell[0], cell[1]] < 90
    assert steps[0, 0, 0] == UNREACHED  # in the border
    place = start
    for _ in range(CELLS):
        place = way_point(steps, place)
    assert np.linalg.norm(place - target) < 0.3
    assert np.linalg.norm(way_point(steps, start) - start) <= 1.5 * AHEAD * SIZE
