"""The scripted locker of three rooms: it goes over the walls by the ramps and locks the boxes in their order."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import play
from hideseek.evaluate.players import Player, RandomPlayer
from hideseek.evaluate.scripted.climbers import AT_WALL
from hideseek.evaluate.scripted.sequence import SequenceLocker
from hideseek.evaluate.scripted.three_rooms import HALF, ThreeRooms
from hideseek.game.config import make_game
from tests.refusal import assert_refused, refused

EPISODES = 60
LOCKED = "num_box_lock"


class StayingLocker(SequenceLocker):
    """The same, but it never takes a ramp."""

    def _choose(self, w: int, goal: np.ndarray, failed: np.ndarray | None) -> None:
        pass


@pytest.fixture(scope="module")
def env() -> HideAndSeek:
    """Return worlds of the sequential lock."""
    return HideAndSeek(make_game("sequential-lock"), EPISODES)


def test_it_locks_more_than_who_stays_in_a_room(env: HideAndSeek):
    """All four boxes in most layouts; random play hardly one."""
    players: dict[str, Player] = {"order": SequenceLocker(), "stay": StayingLocker(), "random": RandomPlayer()}
    episodes = {name: play(env, player, RandomPlayer(), 1) for name, player in players.items()}
    locked = {name: each.measure(LOCKED) for name, each in episodes.items()}
    assert (locked["order"] == 4).mean() > 0.55
    assert locked["stay"].mean() < 0.5 * locked["order"].mean()
    assert locked["random"].mean() < 0.5
    assert Interval.of(episodes["order"].hider_return - episodes["stay"].hider_return).low > 15.0


def test_boxes_are_locked_in_their_order(env: HideAndSeek):
    """And stay locked while it works beside them."""

    def check() -> None:
        locked = env.bodies.locked[:, :4]
        assert (locked[:, :-1] >= locked[:, 1:]).all()

    play(env, SequenceLocker(), RandomPlayer(), 2, before_step=check)


def test_no_chances_are_drawn():
    """The same layouts, the same episodes, in a batch of any size."""
    game = make_game("sequential-lock", horizon=40)
    small, large = (play(HideAndSeek(game, n), SequenceLocker(), RandomPlayer(), 3).hider_return for n in (2, 5))
    np.testing.assert_array_equal(small, large[:2])


def test_each_ramp_begins_in_a_room_of_its_own(env: HideAndSeek):
    """The half, then the quarters: so the layout places them."""
    env.reset(4)
    rooms = ThreeRooms(env.bodies)
    first = env.game.agents + env.game.boxes_max
    found = [rooms.room(env.bodies.pose[:, first + k, :2].astype(float)) for k in range(3)]
    np.testing.assert_array_equal(found, np.repeat([[HALF], [1], [2]], EPISODES, 1))


@pytest.mark.parametrize(("start", "goal"), [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)])
def test_ramps_stand_at_the_wall_between_two_rooms(env: HideAndSeek, start: int, goal: int):
    """In the one, with the other straight behind the wall."""
    env.reset(5)
    rooms = ThreeRooms(env.bodies)
    for w in range(EPISODES):
        places, inward = rooms.berths(w, start, goal)
        assert len(places) > 5
        for ahead, room in ((0.0, start), (2.0 * AT_WALL, goal)):
            spots = np.zeros((EPISODES, 2))
            for spot in places + ahead * inward:
                spots[w] = spot
                assert rooms.room(spots)[w] == room


@refused(
    [
        (
            lambda: SequenceLocker().look_at(HideAndSeek(make_game("lock-and-return"), 1)),
            ValueError,
            "layout of game is 'random_walls' and its objective 'lock', expected 'three_rooms' and 'lock'",
        ),
    ]
)
def test_other_games_are_refused(call, error, message):
    """It knows three rooms."""
    assert_refused(call, error, message)
