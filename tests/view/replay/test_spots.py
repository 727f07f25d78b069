"""Food and sites in replays: what is kept of them, and what is refused."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.recording import play_recorded
from hideseek.game.config import make_game
from hideseek.view.replay.file import decode_replay, encode_replay
from hideseek.view.replay.recorder import Recorder
from tests.view.replay.episodes import TINY, record, tiny

NEARBY = {"horizon": 30, "preparation_fraction": 0.0, "food_radius": 5.0, "eat_when_seen": True, "food_health": 4.0}
"""Food that is eaten from everywhere by those who see it."""


@pytest.mark.parametrize(
    ("name", "options"), [("food", NEARBY), ("dynamic-food", NEARBY), ("blueprint", {"horizon": 6})]
)
def test_spots_come_back_from_a_file(name: str, options: dict):
    """Places to half a millimetre, shares to half of a 255th, at every frame."""
    replay = record(make_game(name, **options)).replay
    again = decode_replay(encode_replay(replay), "a file")
    np.testing.assert_allclose(again.spot_place, replay.spot_place, atol=0.0006)
    np.testing.assert_allclose(again.spot_share, replay.spot_share, atol=0.5 / 255 + 1e-6)
    spots = again.spots(1, 3)
    np.testing.assert_array_equal(spots.place[0], again.spot_place[1, 3])
    np.testing.assert_array_equal(spots.share[0], again.spot_share[1, 3])


def test_food_is_seen_to_be_eaten():
    """What is left of it goes down."""
    share = record(make_game("food", **NEARBY), 4).replay.spot_share
    assert share[:, 0].min() == 1.0
    assert share.min() < 1.0


def test_games_without_spots_store_none():
    """Their files are those of before."""
    replay = tiny()
    assert replay.spot_place.shape[2] == 0
    assert replay.spots(0, 0) is None
    assert b"spot_" not in encode_replay(replay)


def test_a_recorder_asks_for_the_spots():
    """Of games that have some."""
    env = HideAndSeek(make_game("food", **TINY), 1, autoreset=False)
    env.reset()
    with pytest.raises(ValueError, match="spots is None, expected those of the 1 spots of each world"):
        Recorder(env.game, env.bodies, env.record)


def test_an_episode_that_ends_early_stands_still():
    """Whatever is near enough to a site: over with the first step, and the rest of the replay is that moment."""
    game = make_game("blueprint", horizon=12, sites_max=1, site_tolerance=8.0)
    episodes, recorder = play_recorded(game, RandomPlayer(), RandomPlayer(), 3, 0)
    replay = recorder.replay("one", "two", {})
    np.testing.assert_array_equal(replay.position[:, 1:], np.repeat(replay.position[:, 1:2], 12, axis=1))
    assert (episodes.metrics["completed"] == 1.0).all()
    np.testing.assert_allclose(episodes.hider_return, replay.reward.sum((1, 2)), rtol=1e-5)
    assert not replay.reward[:, 1:].any()
    assert (episodes.hider_return > 2.0).all()
