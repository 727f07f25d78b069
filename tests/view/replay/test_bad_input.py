"""Bad input to replays: one error that names what is wrong, before a file is touched."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.view.replay.file import read_replay, write_replay
from hideseek.view.replay.recorder import Recorder
from tests.env.play import actions_of
from tests.refusal import assert_refused, refused
from tests.view.replay.episodes import TINY, tiny

GAME = make_game("quadrant", **TINY)


def changed(field: str, index: tuple, value: float) -> Callable[[], object]:
    """Return a call that makes a replay with one value changed."""

    def call() -> object:
        array = getattr(tiny(), field).copy()
        array[index] = value
        return replace(tiny(), **{field: array})

    return call


@refused(
    [
        (lambda: replace(tiny(), game="quadrant"), TypeError, "game is 'quadrant'"),
        (lambda: replace(tiny(), hiders=None), TypeError, "hiders is None, expected a string"),
        (lambda: replace(tiny(), about=None), TypeError, "about is None, expected a dictionary"),
        (lambda: replace(tiny(), about={"x": float("nan")}), ValueError, "about is .*nan.*expected what JSON can hold"),
        (lambda: replace(tiny(), about={"x": {1, 2}}), ValueError, "about is .*expected what JSON can hold"),
        (lambda: replace(tiny(), about={1: 2}), ValueError, "about is {1: 2}, expected what JSON gives back"),
        (lambda: replace(tiny(), statistic_names=["a"]), ValueError, "statistic_names is .*expected a tuple"),
        (
            lambda: replace(tiny(), statistic_names=("a",) * 5),
            ValueError,
            "statistic_names is .*expected each name once",
        ),
        (lambda: replace(tiny(), statistic_names=("a",)), ValueError, r"statistics has shape \(2, 6, 5\), expected"),
        (lambda: replace(tiny(), position=None), TypeError, "position is of type NoneType, expected"),
        (lambda: replace(tiny(), position=tiny().position[:0]), ValueError, "position has no episode, expected"),
        (lambda: replace(tiny(), position=tiny().position[:, 1:]), ValueError, r"position has shape \(2, 6, 7, 3\)"),
        (lambda: replace(tiny(), yaw=tiny().yaw[:1]), ValueError, r"yaw has shape \(1, 7, 7\), expected \(2, 7, 7\)"),
        (lambda: replace(tiny(), sees=tiny().sees.astype(int)), TypeError, "sees is of type int64, expected"),
        (lambda: replace(tiny(), movement=tiny().movement.astype(int)), TypeError, "movement is of type int64"),
        (changed("position", (0, 0, 0, 0), np.nan), ValueError, "position has values that are not finite, expected"),
        (changed("reward", (0, 0, 0), np.inf), ValueError, "reward has values that are not finite, expected"),
        (changed("wall_count", (0,), 9), ValueError, "wall_count has the value 9, expected at most 8"),
        (changed("wall_half", (0, 0, 0), -1.0), ValueError, "wall_half has the value -1, expected at least 0"),
        (changed("lidar", (0, 0, 0, 0), -0.1), ValueError, r"lidar has the value -0\.1, expected at least 0"),
        (changed("grabbed", (0, 0, 0), 3), ValueError, "grabbed has the value 3, expected at most 2"),
        (changed("grabbed", (0, 0, 0), -2), ValueError, "grabbed has the value -2, expected at least -1"),
        (changed("lock_team", (0, 0, 0), 2), ValueError, "lock_team has the value 2, expected at most 1"),
        (changed("movement", (0, 0, 0, 0), 11), ValueError, "movement has the value 11, expected at most 10"),
        (lambda: tiny().restore(2, 0), ValueError, "episode is 2, expected an integer from 0 to 1"),
        (lambda: tiny().restore(-1, 0), ValueError, "episode is -1"),
        (lambda: tiny().restore(0, 7), ValueError, "step is 7, expected an integer from 0 to 6"),
        (lambda: tiny().restore(0, 0.5), ValueError, r"step is 0\.5"),
        (lambda: write_replay(3, tiny()), TypeError, "path is 3, expected a path"),
        (lambda: read_replay(None), TypeError, "path is None, expected a path"),
    ]
)
def test_replays(call: Callable[[], object], error: type[Exception], message: str):
    """Fields of other games, of wrong kinds, out of range; episodes and frames that there are not."""
    assert_refused(call, error, message)


def test_only_replays_are_written(tmp_path: Path):
    """Nothing is made for anything else."""
    assert_refused(
        lambda: write_replay(tmp_path / "new" / "a.replay", {}), TypeError, "replay is {}, expected a Replay"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"bodies": None}, TypeError, "bodies is None, expected Bodies"),
        ({"record": None}, TypeError, "record is None, expected a Record"),
        ({"game": None}, TypeError, "game is None, expected a Game"),
        (
            {"game": make_game("quadrant", ramps=2)},
            ValueError,
            r"pose of bodies has shape \(2, 7, 4\), expected \(2, 8,",
        ),
    ],
)
def test_recorders(changes: dict, error: type[Exception], message: str):
    """Worlds of another game, and what is no world."""
    env = HideAndSeek(GAME, 2, thread_count=1)
    env.reset()
    arguments = {"game": GAME, "bodies": env.bodies, "record": env.record, **changes}
    assert_refused(lambda: Recorder(**arguments), error, message)


def test_recorders_take_in_whole_episodes_alone():
    """They begin at the beginning, miss no step, and end before the next episode begins."""
    env = HideAndSeek(GAME, 2, thread_count=1)
    env.reset()
    recorder = Recorder(GAME, env.bodies, env.record)
    actions = actions_of(env, 0)
    reward = np.zeros((2, 4), np.float32)

    def add() -> None:
        recorder.add(env.bodies, env.record, *actions, reward)

    assert_refused(add, ValueError, "world 0 is 0 steps into its episode, expected 1")
    assert_refused(lambda: recorder.replay("a", "b", {}), ValueError, "replay was asked for after 0 steps, expected 6")
    for _ in range(GAME.horizon - 1):
        env.step(*actions)
        add()
    assert_refused(lambda: Recorder(GAME, env.bodies, env.record), ValueError, "world 0 is 5 steps .* expected 0")
    env.step(*actions)  # the environment goes on to new episodes
    assert_refused(add, ValueError, "world 0 is 0 steps into its episode, expected 6")


def test_actions_and_rewards_of_a_recorder():
    """Arrays of all worlds, of the right kind; a step that is refused is not kept, and can be given again."""
    env = HideAndSeek(GAME, 2, thread_count=1, autoreset=False)
    env.reset()
    recorder = Recorder(GAME, env.bodies, env.record)
    movement, grab, lock = actions_of(env, 0)
    _, reward, _, _ = env.step(movement, grab, lock)
    add = recorder.add
    for call, error, message in (
        (lambda: add(env.bodies, env.record, movement[:1], grab, lock, reward), ValueError, "movement has shape"),
        (lambda: add(env.bodies, env.record, movement, grab > 0, lock, reward), TypeError, "grab is of type bool"),
        (lambda: add(env.bodies, env.record, movement, grab, lock, reward[:1]), ValueError, "reward has shape"),
    ):
        assert_refused(call, error, message)
    add(env.bodies, env.record, movement, grab, lock, reward)
    assert recorder.steps == 1
    for step in range(1, GAME.horizon):
        actions = actions_of(env, step)
        _, reward, _, _ = env.step(*actions)
        add(env.bodies, env.record, *actions, reward)
    assert_refused(
        lambda: recorder.replay("a", "b", {}, worlds=[0, 2]), ValueError, "world of worlds is 2, expected an integer"
    )
    assert_refused(lambda: recorder.replay("a", "b", {}, worlds=[]), ValueError, "position has no episode, expected")
