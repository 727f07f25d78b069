"""Scripted players: what they achieve, and what that says about the game."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.names import NAMES, scripted_entrant
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.game.config import make_game
from tests.refusal import Refusal, assert_refused, refused

GAME = make_game("quadrant")
EPISODES = 100


@pytest.fixture(scope="module")
def episodes() -> dict[str, Episodes]:
    """What becomes of each script against itself, on the same layouts."""
    env = HideAndSeek(GAME, EPISODES)
    entrants = {name: scripted_entrant(name) for name in NAMES}
    return {name: play(env, entrant.hiders, entrant.seekers, 0) for name, entrant in entrants.items()}


def test_hiders_that_close_the_doors_earn_more(episodes: dict[str, Episodes]):
    """More than those who do the same work beside the doors: the game rewards what it is to teach."""
    difference = episodes["scripted:door"].hider_return - episodes["scripted:idle"].hider_return
    assert Interval.of(difference).low > 10.0


def test_closed_doors_are_noticed(episodes: dict[str, Episodes]):
    """By the detectors; the boxes are moved and locked in both cases, and the doors left open in one."""
    door, idle = (episodes[f"scripted:{name}"] for name in ("door", "idle"))
    assert door.measure("behaviour/door_blocked_prep").mean() > 0.75
    assert door.measure("behaviour/door_blocked_locked").mean() > 0.75
    assert door.measure("behaviour/sheltered").mean() > 0.7
    assert idle.measure("behaviour/door_blocked_prep").mean() < 0.1
    assert idle.measure("behaviour/sheltered").mean() < 0.05
    for each in (door, idle):
        assert each.measure("max_box_move_prep").mean() > 0.5
        assert each.measure("num_box_lock_prep").mean() > 0.8


def test_a_closed_door_hides(episodes: dict[str, Episodes]):
    """Episodes in which the doors were closed in the end of preparation are those in which hiders win."""
    door = episodes["scripted:door"]
    closed = door.measure("behaviour/door_blocked_locked_prep") > 0.0
    assert door.hider_return[closed].mean() > 15.0
    assert door.hider_return[~closed].mean() < 0.0


def test_seekers_find_and_chase_hiders_that_stand_still(episodes: dict[str, Episodes]):
    """They see somebody in most of the time, and run towards who is far away."""
    chase = episodes["scripted:chase"]
    assert chase.hidden.mean() < 0.2
    assert np.nanmean(chase.measure("behaviour/chasing")) > 0.3
    assert chase.measure("behaviour/seeker_distance").mean() < 1.0


def test_scripts_draw_no_chances():
    """The same layouts, the same episodes, in a batch of any size."""
    small, large = (play(HideAndSeek(GAME, count), *players(), 3).hider_return for count in (3, 6))
    np.testing.assert_array_equal(small, large[:3])


def players() -> tuple[RoomHiders, ChasingSeekers]:
    """Return new players."""
    return RoomHiders(blocks=True), ChasingSeekers()


@pytest.mark.parametrize(
    "changes",
    [{"hiders": 1, "seekers": 1}, {"hiders": 3, "ramps": 2}, {"boxes_min": 0}, {"boxes_min": 1, "boxes_max": 4}],
)
def test_other_quadrants_can_be_played(changes: dict[str, int]):
    """With other numbers of agents and objects."""
    game = make_game("quadrant", **changes, horizon=20)
    result = play(HideAndSeek(game, 8), *players(), 0)
    assert np.isfinite(result.hider_return).all()


def play_in(name: str, **changes: object) -> Episodes:
    """Play a few steps of another game."""
    return play(HideAndSeek(make_game(name, horizon=4, **changes), 2), *players(), 0)


REFUSALS: list[Refusal] = [
    (
        lambda: scripted_entrant("scripted:dance"),
        ValueError,
        "name is 'scripted:dance', expected one of 'scripted:door'",
    ),
    (lambda: scripted_entrant("door"), ValueError, "name is 'door'"),
    (lambda: play_in("random-walls"), ValueError, "layout of game is 'random_walls', expected 'quadrant'"),
    (lambda: play_in("quadrant", boxes_min=0, boxes_max=0), ValueError, "boxes_max of game is 0"),
    (lambda: RoomHiders("yes"), ValueError, "blocks is 'yes'"),  # type: ignore[arg-type]
    (lambda: RoomHiders(True).look_at("env"), TypeError, "env is 'env'"),  # type: ignore[arg-type]
]


@refused(REFUSALS)
def test_bad_input_is_refused(call, error, message):
    assert_refused(call, error, message)
