"""Food, worked out on paper: who bites, what it is worth, when it is back and where it may appear."""

from typing import Any

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from tests.worlds import NORTH, SOUTH

HIDERS, SEEKERS = 2, 1
STILL = np.full((1, 3, 3), 5), np.zeros((1, 3), int), np.zeros((1, 3), int)
FOOD = (3.0, 3.0)


def begin(**options: Any) -> HideAndSeek:
    """Return one open world after preparation: both hiders look at the food, the seeker looks away."""
    options = {"horizon": 20, "preparation_fraction": 0.0, "food_health": 3.0, "hiding_reward": 0.0} | options
    few = {"hiders": HIDERS, "seekers": SEEKERS, "boxes_min": 0, "boxes_max": 0, "elongated_min": 0, "elongated_max": 0}
    env = HideAndSeek(make_game("food", layout="open", ramps=0, **few, **options), 1, seed=1, thread_count=1)
    env.reset()
    put_food(env, *FOOD)
    for agent, (y, yaw) in enumerate([(3.4, SOUTH), (2.6, NORTH), (5.0, NORTH)]):
        move(env, agent, y, yaw)
    return env


def put_food(env: HideAndSeek, x: float, y: float) -> None:
    """Put the first food somewhere."""
    state = env.get_state()
    state["food_position"][0, 0, :2] = x, y
    env.set_state(state)
    env.sense()


def move(env: HideAndSeek, agent: int, y: float, yaw: float) -> None:
    """Put an agent somewhere on the line through the food."""
    state = env.get_state()
    state["pose"][0, agent, :2], state["pose"][0, agent, 3] = (3.0, y), yaw
    state["velocity"][0, agent] = 0.0
    env.set_state(state)
    env.sense()


def step(env: HideAndSeek) -> list[float]:
    """Make a step in which nobody does anything; return the rewards."""
    return env.step(*STILL)[1][0].tolist()


def test_hiders_bite_and_share_the_last_bite():
    """Three bites: two at once, then the last is shared; each has its own where the team does not share."""
    env = begin(food_shared=False)
    assert step(env) == [1.0, 1.0, 0.0]
    assert env.extras.food_health[0, 0] == 1.0
    assert step(env) == [0.5, 0.5, 0.0]
    assert env.extras.food_health[0, 0] == 0.0
    assert step(env) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("shared", "rewards"), [(True, [1.0, 1.0, 0.0]), (False, [2.0, 0.0, 0.0])])
def test_what_one_hider_eats(shared: bool, rewards: list[float]):
    """A bite of two points, for the team or for itself."""
    env = begin(food_shared=shared, food_reward=2.0)
    move(env, 1, 2.0, NORTH)
    assert step(env) == rewards


@pytest.mark.parametrize(
    ("agent", "y", "yaw", "eats"),
    [(1, 2.49, NORTH, False), (1, 2.53, NORTH, True), (1, 2.6, SOUTH, False)],
    ids=["too far", "close enough", "looks away"],
)
def test_who_is_close_and_sees_it_eats(agent: int, y: float, yaw: float, eats: bool):
    """The distance counts in space, from the agent's centre."""
    env = begin(food_shared=False)
    move(env, agent, y, yaw)
    assert step(env)[agent] == float(eats)


def test_nobody_eats_while_a_hider_is_seen():
    """By what was observed before the step: a seeker that turns round in it is noticed one step later."""
    env = begin()
    move(env, 2, 5.0, SOUTH)
    assert env.extras.hiders_seen[0]
    assert step(env) == [0.0, 0.0, 0.0]
    move(env, 2, 5.0, NORTH)
    assert step(env)[0] == 1.0
    env = begin(eat_when_seen=True)
    move(env, 2, 5.0, SOUTH)
    assert step(env)[0] == 1.0


def test_nobody_eats_in_preparation():
    """Of twenty steps eight are preparation."""
    env = begin(preparation_fraction=0.4)
    rewards = [step(env)[0] for _ in range(10)]
    assert rewards == [0.0] * 8 + [1.0, 0.5]


def test_food_that_was_eaten_up_comes_back_where_it_was():
    """After as many steps as it says, whole; what was eaten is told at the end."""
    env = begin(food_respawn=4)
    healths = []
    for _ in range(6):
        step(env)
        healths.append(float(env.extras.food_health[0, 0]))
    assert healths == [1.0, 0.0, 0.0, 0.0, 0.0, 3.0]
    np.testing.assert_array_equal(env.extras.food_position[0, 0, :2], np.float32(FOOD))
    for _ in range(13):
        step(env)
    info = env.step(*STILL)[3]
    assert info["metrics"].tolist() == [[12.0]]
    assert env.extras.eaten[0] == 0.0


def test_food_that_moves_appears_elsewhere_in_its_square():
    """A fifth of the floor's side in the middle of it."""
    env = begin(food_moves=True, food_health=1.0, food_respawn=1, food_square=0.2)
    places = set()
    for _ in range(18):
        put_food(env, *FOOD)
        step(env)
        step(env)
        places.add(tuple(env.extras.food_position[0, 0, :2].tolist()))
    assert len(places) > 5
    assert np.abs(np.array(list(places)) - 3.0).max() <= 0.6


def test_the_square_and_the_cluster():
    """In the quadrant game it lies in the quadrant; others lie near the first one."""
    game = make_game("quadrant", objective="food", food=3, food_cluster=0.25, food_square=0.5)
    env = HideAndSeek(game, 200, seed=2, thread_count=1)
    env.reset()
    places = env.extras.food_position[:, :, :2]
    first = places[:, 0]
    assert (np.abs(first - (4.5, 1.5)) <= 0.75 + 1e-5).all()
    assert np.ptp(first, axis=0).min() > 1.2
    assert np.abs(places - first[:, None]).max() <= 0.25 + 1e-5


def test_no_food_lies_under_a_box():
    """Where there is any other place for it."""
    env = HideAndSeek(make_game("food", food=4), 100, seed=3, thread_count=1)
    env.reset()
    bodies, agents = env.bodies, env.game.agents
    for w in range(100):
        for body in np.flatnonzero(bodies.exists[w, agents:]) + agents:
            yaw, half = bodies.pose[w, body, 3], bodies.half_size[w, body, :2]
            offset = env.extras.food_position[w, :, :2] - bodies.pose[w, body, :2]
            turn = np.array([[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]])
            assert (np.abs(offset @ turn) >= half - 1e-5).any(axis=1).all()


def test_what_is_observed_of_it():
    """Place and health; who looks away does not see it, and a box hides it."""
    env = begin(food_health=7.0)
    observation = env.observe()
    np.testing.assert_allclose(observation["food"][0, :, 0], [[3.0, 3.0, 0.05, 7.0]] * 3, atol=1e-6)
    assert observation["sees_food"][0, :, 0].tolist() == [True, True, False]
    move(env, 1, 2.6, SOUTH)
    assert env.observe()["sees_food"][0, :, 0].tolist() == [True, False, False]
    hidden = HideAndSeek(make_game("food", layout="open"), 1, seed=1, thread_count=1)
    hidden.reset()
    state = hidden.get_state()
    state["pose"][0, :, :2] = np.linspace(0.5, 2.0, state["pose"].shape[1])[:, None]
    state["pose"][0, 0], state["pose"][0, 4, :2] = (3.0, 4.0, 0.15, SOUTH), (3.0, 3.5)
    state["food_position"][0, 0] = 3.0, 2.9, 0.05
    hidden.set_state(state)
    hidden.sense()
    assert not hidden.observe()["sees_food"][0, 0, 0]
    state["pose"][0, 4, :2] = 5.0, 3.5
    hidden.set_state(state)
    hidden.sense()
    assert hidden.observe()["sees_food"][0, 0, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"food": 0}, "food is 0, expected an integer from 1 to 16"),
        ({"food_square": 1.2}, "food_square is 1.2, expected"),
        ({"food_radius": -1.0}, "food_radius is -1.0, expected"),
        ({"food_health": 0.0}, "food_health is 0.0, expected"),
        ({"food_moves": 1}, "food_moves is 1, expected"),
        ({"lock_reward": 1.0}, "unknown option 'lock_reward'"),
    ],
)
def test_options_that_are_refused(options: dict, message: str):
    """At construction, with their names and values."""
    with pytest.raises(ValueError, match=message):
        make_game("food", **options)
