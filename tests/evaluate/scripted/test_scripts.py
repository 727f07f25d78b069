"""Scripted players: what they achieve, and what that says about the game."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import Player
from hideseek.evaluate.scripted.climbers import RampSeekers
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.names import scripted_entrant, scripts_for
from hideseek.evaluate.scripted.runners import RampAwayHiders
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.game.config import make_game
from tests.refusal import Refusal, assert_refused, refused

GAME = make_game("quadrant")
EPISODES = 100


@pytest.fixture(scope="module")
def episodes() -> dict[str, Episodes]:
    """What becomes of each script against itself, on the same layouts."""
    env = HideAndSeek(GAME, EPISODES)
    entrants = {name: scripted_entrant(name) for name in scripts_for("quadrant")}
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


def test_seekers_that_use_the_ramp_earn_more(episodes: dict[str, Episodes]):
    """Against hiders that close the doors, on the same layouts: what is to come after closed doors pays, too."""
    gain = episodes["scripted:ramp"].seeker_return - episodes["scripted:door"].seeker_return
    assert Interval.of(gain).low > 8.0
    assert episodes["scripted:door"].measure("behaviour/over_wall").mean() < 0.02


def test_where_doors_are_closed_and_the_ramp_is_outside_they_go_over_the_wall(episodes: dict[str, Episodes]):
    """All of them that can, and where the ramp is inside nobody."""
    ramp = episodes["scripted:ramp"]
    closed = ramp.measure("behaviour/door_blocked_locked_prep") > 0.0
    away = ramp.measure("behaviour/ramp_defence") > 0.0
    over = ramp.measure("behaviour/over_wall")
    assert over[closed & ~away].mean() > 0.9
    assert over[closed & away].mean() < 0.2


def test_hiders_that_put_the_ramp_away_gain_it_back(away: tuple[Episodes, Episodes]):
    """Where there is one door, most of the preparation is long enough; they lose no door by it."""
    before, after = away
    assert Interval.of(after.hider_return - before.hider_return).low > 3.0
    assert after.measure("behaviour/ramp_defence").mean() > before.measure("behaviour/ramp_defence").mean() + 0.25
    assert after.measure("behaviour/over_wall").mean() < before.measure("behaviour/over_wall").mean() - 0.15
    assert after.measure("behaviour/door_blocked_prep").mean() > 0.8


def test_a_ramp_in_the_room_is_of_no_use(away: tuple[Episodes, Episodes]):
    """Layouts in which it was put away are those in which hiders win."""
    before, after = away
    put_away = (after.measure("behaviour/ramp_defence") > 0.0) & (before.measure("behaviour/ramp_defence") == 0.0)
    assert put_away.sum() > 0.25 * EPISODES
    assert (after.hider_return - before.hider_return)[put_away].mean() > 20.0


@pytest.fixture(scope="module")
def away() -> tuple[Episodes, Episodes]:
    """What becomes of hiders that leave the ramp and of those that put it away, on layouts with one door."""
    env = HideAndSeek(make_game("quadrant", door_dropout=1.0), EPISODES)
    entrants = [scripted_entrant(f"scripted:{name}") for name in ("ramp", "ramp-away")]
    before, after = (play(env, entrant.hiders, entrant.seekers, 0) for entrant in entrants)
    return before, after


@pytest.mark.parametrize("name", scripts_for("quadrant"))
def test_scripts_draw_no_chances(name: str):
    """The same layouts, the same episodes, in a batch of any size."""
    entrant = scripted_entrant(name)
    small, large = (play(HideAndSeek(GAME, count), entrant.hiders, entrant.seekers, 3).hider_return for count in (3, 6))
    np.testing.assert_array_equal(small, large[:3])


def players() -> tuple[RoomHiders, ChasingSeekers]:
    """Return new players."""
    return RoomHiders(blocks=True), ChasingSeekers()


@pytest.mark.parametrize(
    "changes",
    [{"hiders": 1, "seekers": 1}, {"hiders": 3, "ramps": 2}, {"boxes_min": 0}, {"boxes_min": 1, "boxes_max": 4}],
)
@pytest.mark.parametrize("name", ["scripted:door", "scripted:ramp-away"])
def test_other_quadrants_can_be_played(name: str, changes: dict[str, int]):
    """With other numbers of agents and objects."""
    game, entrant = make_game("quadrant", **changes, horizon=40), scripted_entrant(name)
    result = play(HideAndSeek(game, 8), entrant.hiders, entrant.seekers, 0)
    assert np.isfinite(result.hider_return).all()


def play_in(name: str, hiders: Player | None = None, seekers: Player | None = None, **changes: object) -> Episodes:
    """Play a few steps of another game."""
    env = HideAndSeek(make_game(name, horizon=4, **changes), 2)
    return play(env, hiders or RoomHiders(blocks=True), seekers or ChasingSeekers(), 0)


REFUSALS: list[Refusal] = [
    (
        lambda: scripted_entrant("scripted:dance"),
        ValueError,
        "name is 'scripted:dance', expected one of 'scripted:door'",
    ),
    (lambda: scripted_entrant("door"), ValueError, "name is 'door'"),
    (lambda: play_in("random-walls"), ValueError, "layout of game is 'random_walls', expected 'quadrant'"),
    (lambda: play_in("quadrant", boxes_min=0, boxes_max=0), ValueError, "boxes_max of game is 0"),
    (lambda: play_in("quadrant", seekers=RampSeekers(), ramps=0), ValueError, "ramps of game is 0"),
    (lambda: play_in("quadrant", hiders=RampAwayHiders(), ramps=0), ValueError, "ramps of game is 0"),
    (lambda: RoomHiders("yes"), ValueError, "blocks is 'yes'"),  # type: ignore[arg-type]
    (lambda: RoomHiders(True).look_at("env"), TypeError, "env is 'env'"),  # type: ignore[arg-type]
]


@refused(REFUSALS)
def test_bad_input_is_refused(call, error, message):
    assert_refused(call, error, message)
