"""The scripted builder: it protects the cylinder better than random play; and where it thinks boxes do that best."""

import math

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.scripted.builders import Builder
from hideseek.evaluate.scripted.shelter_places import best_place, ray_starts, stopped_rays
from hideseek.game.config import PRESETS, make_game
from hideseek.game.numbers import numbers_of
from hideseek.game.objective.shelter import stop_rays
from tests.worlds import make_world

EPISODES = 30
MIDDLE, RADIUS = np.array([3.0, 3.0]), 0.9
FAR = np.array([0.5, 0.5])


def test_it_protects_the_cylinder():
    """On the same layouts it loses less than four fifths of what random play loses."""
    env = HideAndSeek(PRESETS["shelter"], EPISODES)
    built = play(env, Builder(), RandomPlayer(), seed=1)
    scripted = built.hider_return
    drawn = play(env, RandomPlayer(), RandomPlayer(), seed=1).hider_return
    assert Interval.of(scripted - drawn).low > 2.0
    assert scripted.mean() > 0.8 * drawn.mean()
    assert built.measure("num_box_lock").mean() > 1.5


def test_it_plays_the_same_again():
    """It draws no chances."""
    env = HideAndSeek(make_game("shelter", horizon=40), 3)
    one, other = (play(env, Builder(), RandomPlayer(), seed=2).hider_return for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_worlds_with_fewer_boxes_than_room_for_them():
    """Spare boxes are none that could be carried."""
    env = HideAndSeek(make_game("shelter", horizon=60, boxes_min=3, boxes_max=6), 6)
    assert np.isfinite(play(env, Builder(), RandomPlayer(), seed=3).hider_return).all()


@pytest.mark.parametrize(
    ("game", "message"),
    [
        (make_game("quadrant"), "objective of game is 'hide_and_seek' with 2 hiders, expected 'shelter' and one hider"),
        (make_game("shelter", hiders=2), "with 2 hiders, expected 'shelter' and one hider"),
        (
            make_game("shelter", boxes_min=0, boxes_max=0, elongated_min=0, elongated_max=0),
            "boxes_max of game is 0, expected an integer from 1",
        ),
    ],
)
def test_other_games_are_refused(game: object, message: str):
    """It knows one agent, a cylinder, and boxes."""
    with pytest.raises(ValueError, match=message):
        Builder().look_at(HideAndSeek(game, 1))


def test_it_counts_rays_as_the_game_does():
    """Boxes at random places, turned."""
    rng, starts = np.random.default_rng(0), ray_starts(25)
    for _ in range(30):
        places = [(*rng.uniform(0.5, 5.5, 2), rng.uniform(-3.0, 3.0)) for _ in range(3)]
        world = make_world(hiders=[(20, 20, 0)], boxes=places, cylinders=[(*MIDDLE, RADIUS, 0.5)])
        boxes = np.array([(*place, 0.25, 0.25) for place in places])
        open_rays = ~stopped_rays(starts, MIDDLE, RADIUS, boxes).any(0)
        stopped = np.zeros((1, 100), np.bool_)
        stop_rays(numbers_of(PRESETS["shelter"].objective), world.bodies, world.counts, stopped, 0)
        assert open_rays.sum() == (~stopped).sum()


def long_box(x: float, y: float, yaw: float = 0.0) -> np.ndarray:
    return np.array([x, y, yaw, 0.825, 0.075])


SIDES = np.array([0.5 * math.pi, 1.5 * math.pi])


def test_a_box_goes_to_the_side_where_it_is():
    """All sides are alike then, but for the way; its outer side stays outside."""
    nothing = np.empty((0, 5))
    box = long_box(3.0, 1.2)
    place = best_place(box, SIDES, np.array([3.0, 0.6]), nothing, nothing, ray_starts(25), MIDDLE, RADIUS, 200)
    assert place is not None
    assert abs(place.bearing - 1.5 * math.pi) < 0.5
    assert place.side == pytest.approx(1.5 * math.pi)
    assert math.dist(place.middle, MIDDLE) == pytest.approx(RADIUS + 0.075 + 0.03, abs=1e-6)


def test_a_box_goes_where_no_other_is():
    """What stands there already stops these rays, and takes the room."""
    placed = long_box(3.0, 3.0 - RADIUS - 0.105)[None]
    stopped = stopped_rays(ray_starts(25), MIDDLE, RADIUS, placed)[0]
    box = long_box(3.0, 0.9)
    place = best_place(box, SIDES, FAR, placed, placed, ray_starts(25)[~stopped], MIDDLE, RADIUS, 200)
    assert place is not None
    assert abs(place.bearing - 1.5 * math.pi) > 0.8


def test_nothing_is_worth_it_at_the_end():
    """Or where no ray is left to stop."""
    nothing = np.empty((0, 5))
    box = long_box(3.0, 1.2)
    assert best_place(box, SIDES, FAR, nothing, nothing, ray_starts(25), MIDDLE, RADIUS, 5) is None
    assert best_place(box, SIDES, FAR, nothing, nothing, np.empty((0, 2)), MIDDLE, RADIUS, 200) is None
