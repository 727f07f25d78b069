"""The lock tasks, worked out on paper: what locking, unlocking, the way and the end are worth."""

import math

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import PRESETS, Game, make_game

NOOP = np.full((1, 1, 3), 5), np.zeros((1, 1), int), np.zeros((1, 1), int)
LOCK = (*NOOP[:2], np.ones((1, 1), int))


def begin(name: str, agent: tuple[float, float], boxes: list[tuple[float, float]], **options: object) -> HideAndSeek:
    """Return one world without inner walls whose agent looks south, with boxes at some places."""
    game = make_game(name, layout="open", boxes_min=len(boxes), boxes_max=len(boxes), ramps=0, **options)
    env = HideAndSeek(game, 1, seed=1, thread_count=1)
    env.reset()
    move(env, 0, *agent)
    for k, place in enumerate(boxes):
        move(env, 1 + k, *place)
    state = env.get_state()
    distances = [math.dist(agent, place) for place in boxes]
    first = 0 if game.locks_in_order else int(np.argmin(distances))
    state |= {"start": np.array([agent], np.float32), "target": np.array([first], np.int32)}
    state["target_distance"] = np.array([distances[first]], np.float32)
    env.set_state(state)
    env.sense()
    return env


def move(env: HideAndSeek, body: int, x: float, y: float) -> None:
    """Put a body somewhere."""
    state = env.get_state()
    state["pose"][0, body, :2] = x, y
    state["velocity"][0, body] = 0.0
    env.set_state(state)
    env.sense()


def step(env: HideAndSeek, action: tuple = NOOP) -> float:
    """Make a step; return its reward."""
    return float(env.step(*action)[1][0, 0])


def test_an_episode_begins_with_the_way_to_the_box():
    """And with the place where the agent is."""
    env = HideAndSeek(PRESETS["lock-and-return"], 16, seed=2, thread_count=1)
    env.reset()
    np.testing.assert_array_equal(env.extras.start, env.bodies.pose[:, 0, :2])
    way = np.linalg.norm(env.bodies.pose[:, 1, :2] - env.bodies.pose[:, 0, :2], axis=1)
    np.testing.assert_allclose(env.extras.target_distance, way, rtol=1e-6)
    assert (env.extras.target == 0).all()


def test_the_whole_way_of_lock_and_return():
    """Nearer to the box, locking it with what is left of the way, back, a step at the start, unlocking it."""
    env = begin("lock-and-return", (2.0, 3.0), [(2.0, 1.0)])
    assert step(env) == 0.0
    move(env, 0, 2.0, 1.45)
    assert step(env) == pytest.approx(0.5 * (2.0 - 0.45))
    assert step(env, LOCK) == pytest.approx(5.0 + 0.5 * 0.45)
    move(env, 0, 2.0, 2.5)
    assert step(env) == pytest.approx(0.5 * (1.55 - 0.5))
    move(env, 0, 2.0, 2.95)
    assert step(env) == pytest.approx(0.5 * (0.5 - 0.05) + 1.0)
    assert step(env) == pytest.approx(1.0)
    move(env, 0, 2.0, 1.45)
    assert step(env) == pytest.approx(-0.5 * (1.55 - 0.05) - 5.0 - 0.5 * 0.45 + 0.5 * (1.55 - 0.05), abs=1e-5)


def test_without_an_order_the_nearest_box_is_next():
    """Which of two it is may change; that alone is worth nothing."""
    env = begin("sequential-lock", (2.0, 3.0), [(2.0, 1.0), (4.5, 3.0)], locks_in_order=False)
    move(env, 0, 3.5, 3.0)
    assert step(env) == 0.0
    assert env.extras.target[0] == 1


def test_boxes_are_locked_in_their_order():
    """The second cannot be locked before the first; either can be unlocked; all done is worth a reward each step."""
    env = begin("sequential-lock", (2.0, 3.0), [(2.0, 1.0), (4.5, 3.0)])
    move(env, 0, 4.5, 3.45)
    step(env, LOCK)
    assert not env.bodies.locked.any()
    move(env, 0, 2.0, 1.45)
    step(env, LOCK)
    assert env.bodies.locked[0].tolist() == [True, False]
    move(env, 0, 4.5, 3.45)
    assert step(env, LOCK) == pytest.approx(5.0 + 0.5 * math.dist((2.0, 1.45), (4.5, 3.0)) + 1.0)
    assert env.bodies.locked[0].tolist() == [True, True]
    move(env, 0, 2.0, 1.45)
    assert step(env, NOOP) == pytest.approx(-5.0 - 0.5 * 0.45)
    assert env.bodies.locked[0].tolist() == [False, True]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hiders": 2}, "hiders is 2, expected 1 where the objective is 'lock'"),
        ({"seekers": 1}, "seekers is 1, expected 0 where the objective is 'lock'"),
        ({"start_radius": 0.0}, "start_radius is 0.0, expected"),
        ({"lock_reward": float("nan")}, "lock_reward is nan, expected"),
        ({"returns": 1}, "returns is 1, expected True or False"),
        ({"reward": "selfish"}, "unknown option 'reward' .*it is one of objective 'hide_and_seek'"),
        ({"rooms_min": 7}, "rooms_min is 7, expected at most rooms_max, 6"),
    ],
)
def test_what_is_no_lock_task_is_refused(options: dict, message: str):
    """The error names the option."""
    with pytest.raises(ValueError, match=message):
        make_game("lock-and-return", **options)


def test_old_games_lock_as_before():
    """`locks_in_order` is off unless asked for, and older files have not heard of it."""
    options = dict(PRESETS["quadrant"].options)
    del options["locks_in_order"]
    assert Game.from_options(options) == PRESETS["quadrant"]
