"""Construction from a blueprint, worked out on paper: distances, the end of the work, sight of sites."""

import math
from typing import Any

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.repeat import RepeatedSteps
from hideseek.game.config import make_game
from tests.worlds import NORTH

NOOP = np.full((1, 1, 3), 5), np.zeros((1, 1), int), np.zeros((1, 1), int)
SITE = (3.0, 3.0)


def begin(boxes: list[tuple[float, float, float]], **options: Any) -> HideAndSeek:
    """Return one world with one site in the middle, boxes at (x, y, yaw), and the agent in a corner, looking north."""
    game = make_game("blueprint", boxes_min=len(boxes), boxes_max=len(boxes), sites_max=1, **options)
    env = HideAndSeek(game, 1, seed=1, thread_count=1)
    env.reset()
    put(env, boxes)
    return env


def put(env: HideAndSeek, boxes: list[tuple[float, float, float]]) -> None:
    """Put the site and the agent where they belong, and boxes somewhere."""
    state = env.get_state()
    state["site_position"][0, 0] = *SITE, 0.25
    state["velocity"][:] = 0.0
    state["pose"][0, 0] = 0.5, 0.5, 0.15, NORTH
    for k, (x, y, yaw) in enumerate(boxes):
        state["pose"][0, 1 + k] = x, y, 0.25, yaw
    env.set_state(state)
    env.sense()


def smooth_minimum(distances: list[float]) -> float:
    """Return the average in which what is close counts exponentially more."""
    weights = [math.exp(-1.5 * x) for x in distances]
    return sum(w * x for w, x in zip(weights, distances, strict=True)) / sum(weights)


@pytest.mark.parametrize("yaw", [0.0, 0.4])
def test_the_reward_is_the_distance_of_corners(yaw: float):
    """Mean over the site's corners of the smooth minimum over the corners of both boxes."""
    boxes = [(4.0, 4.5, yaw), (1.5, 3.0, 0.0)]
    env = begin(boxes)
    corners = [(a, b) for a in (0.25, -0.25) for b in (0.25, -0.25)]
    ends = [
        (x + a * math.cos(turn) - b * math.sin(turn), y + a * math.sin(turn) + b * math.cos(turn))
        for x, y, turn in boxes
        for a, b in corners
    ]
    of_site = [(SITE[0] + a, SITE[1] + b) for a, b in corners]
    distance = np.mean([smooth_minimum([math.dist(corner, end) for end in ends]) for corner in of_site])
    _, reward, done, info = env.step(*NOOP)
    assert reward[0, 0] == pytest.approx(-0.05 * distance, rel=1e-4)
    assert not done[0]
    assert not info["terminated"][0]


@pytest.mark.parametrize(
    ("place", "ends"),
    [((3.0, 3.0, 0.0), True), ((3.06, 3.06, 0.0), True), ((3.08, 3.08, 0.0), False), ((3.0, 3.0, 1.5708), True),
     ((3.0, 3.0, 0.25), True), ((3.0, 3.0, 0.35), False)],
    ids=["on it", "close", "too far", "a quarter turn", "turned a little", "turned too far"],
)  # fmt: skip
def test_a_box_on_the_site_ends_the_episode(place: tuple[float, float, float], ends: bool):
    """Middle and corners within 0.1 m; three points for the site, and the next episode begins."""
    env = begin([place])
    before = int(env.record.episode[0])
    _, reward, done, info = env.step(*NOOP)
    assert (done[0], info["terminated"][0]) == (ends, ends)
    assert env.record.episode[0] == before + ends
    assert (reward[0, 0] > 2.0) == ends
    if ends:
        assert info["metrics"][0, 0] == 1.0


def test_every_site_has_to_be_built_on():
    """Two sites and one box on one of them: nothing ends."""
    env = HideAndSeek(make_game("blueprint", sites_min=2, sites_max=2), 1, seed=3, thread_count=1)
    env.reset()
    for built, ends in ((1, False), (2, True)):
        state = env.get_state()
        state["velocity"][:] = 0.0
        for k in range(8):
            state["pose"][0, 1 + k] = 0.5 + 0.7 * k, 0.5, 0.25, 0.0
        for site in range(built):
            state["pose"][0, 1 + site, :2] = state["site_position"][0, site, :2]
        env.set_state(state)
        _, reward, done, _ = env.step(*NOOP)
        assert done[0] == ends
    assert reward[0, 0] == pytest.approx(6.0, abs=0.2)


def test_sites_do_not_overlap_and_lie_in_their_square():
    """Boxes fit onto all of them."""
    env = HideAndSeek(make_game("blueprint", sites_min=4), 200, seed=5, thread_count=1)
    env.reset()
    places = env.extras.site_position[:, :, :2]
    assert np.abs(places - 3.0).max() <= 0.85 * 3.0
    for a in range(4):
        for b in range(a):
            gap = np.abs(places[:, a] - places[:, b]).max(axis=1)
            assert np.mean(gap >= 0.7 - 1e-6) > 0.99


def test_what_is_observed_of_sites():
    """Middle and corners; behind the agent, or under a box, it is not in sight; spare ones are zero."""
    env = begin([(5.0, 5.0, 0.0)] * 2)
    env = HideAndSeek(make_game("blueprint", sites_min=1, sites_max=3), 1, seed=1, thread_count=1)
    env.reset()
    state = env.get_state()
    state["site_count"][0] = 1
    state["site_position"][0] = 0.0
    state["site_position"][0, 0] = 0.5, 3.0, 0.25
    state["pose"][0, 0] = 0.5, 0.5, 0.15, NORTH
    state["pose"][0, 1:, :2] = [(5.5, 0.5 + 0.6 * k) for k in range(8)]
    env.set_state(state)
    env.sense()
    observation = env.observe()
    assert observation["site_exists"][0, 0].tolist() == [True, False, False]
    assert observation["sees_sites"][0, 0].tolist() == [True, False, False]
    np.testing.assert_allclose(observation["sites"][0, 0, 0, :6], [0.5, 3.0, 0.25, 0.75, 3.25, 0.25])
    assert not observation["sites"][0, 0, 1:].any()
    state["pose"][0, 1, :2] = 0.5, 3.0
    env.set_state(state)
    env.sense()
    assert not env.observe()["sees_sites"].any()
    state["pose"][0, 1, :2], state["pose"][0, 0, 3] = (5.5, 0.5), 0.0
    env.set_state(state)
    env.sense()
    assert not env.observe()["sees_sites"].any()


def test_an_end_between_two_decisions():
    """The next episode waits at its first moment, and its rewards are not those of the old one."""
    env = begin([(3.0, 3.0, 0.0)])
    _, reward, done, info = RepeatedSteps(env, 2).step(*NOOP)
    assert done[0]
    assert info["terminated"][0]
    assert reward[0, 0] == pytest.approx(3.0, abs=0.05)
    assert env.record.step[0] == 0


def test_a_world_that_ended_is_not_stepped_without_autoreset():
    """As one that is at its horizon."""
    game = make_game("blueprint", boxes_min=1, boxes_max=1, sites_max=1)
    env = HideAndSeek(game, 1, seed=1, thread_count=1, autoreset=False)
    env.reset()
    put(env, [(3.0, 3.0, 0.0)])
    assert env.step(*NOOP)[2][0]
    assert env.over[0]
    with pytest.raises(RuntimeError, match="after the end of the episode in worlds \\[0\\]"):
        env.step(*NOOP)
    env.reset()
    env.step(*NOOP)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sites_max": 4, "boxes_min": 3}, "sites_max is 4, expected at most boxes_min, 3"),
        ({"sites_min": 3, "sites_max": 2}, "sites_min is 3, expected at most sites_max, 2"),
        ({"site_square": 1.5}, "site_square is 1.5, expected"),
        ({"seekers": 1}, "seekers is 1, expected 0 where the objective is 'blueprint'"),
        ({"food": 1}, "unknown option 'food'"),
    ],
)
def test_options_that_are_refused(options: dict, message: str):
    """At construction, with their names and values."""
    with pytest.raises(ValueError, match=message):
        make_game("blueprint", **options)
