"""Episodes of random play, recorded, with what the environment itself told of every moment."""

from functools import cache
from typing import NamedTuple

import numpy as np

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import Game, make_game
from hideseek.game.state import Record
from hideseek.sim.state import Bodies
from hideseek.view.replay.content import Replay
from hideseek.view.replay.recorder import Recorder
from tests.env.play import actions_of

TINY = {"horizon": 6, "preparation_fraction": 0.34}


class Moment(NamedTuple):
    """What there was to see at a frame."""

    bodies: Bodies
    record: Record
    observation: dict[str, np.ndarray]


class Played(NamedTuple):
    """A replay, and what it should be."""

    replay: Replay
    moments: list[Moment]
    """One for each frame."""
    actions: list[tuple[np.ndarray, ...]]
    rewards: list[np.ndarray]
    info: dict[str, np.ndarray]
    """Of the last step."""


def record(game: Game, world_count: int = 2, seed: int = 0) -> Played:
    """Play and record one episode in each of some worlds."""
    env = HideAndSeek(game, world_count, seed, thread_count=1, autoreset=False)
    moments, actions, rewards, info = [_moment(env, env.reset())], [], [], {}
    recorder = Recorder(game, env.bodies, env.record, game.objective.spots(env.extras))
    for step in range(game.horizon):
        actions.append(actions_of(env, step))
        observation, reward, _, info = env.step(*actions[-1])
        moments.append(_moment(env, observation))
        rewards.append(reward.copy())
        recorder.add(env.bodies, env.record, *actions[-1], reward, game.objective.spots(env.extras))
    replay = recorder.replay("some hiders", "some seekers", {"seed": seed})
    return Played(replay, moments, actions, rewards, {name: x.copy() for name, x in info.items()})


@cache
def tiny() -> Replay:
    """Return a replay of two short episodes."""
    return record(make_game("quadrant", **TINY)).replay


def assert_equal(one: Replay, other: Replay) -> None:
    """Compare all fields."""
    assert vars(one).keys() == vars(other).keys()
    for name, value in vars(one).items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, getattr(other, name), err_msg=name)
            assert value.dtype == getattr(other, name).dtype, name
        else:
            assert value == getattr(other, name), name


def _moment(env: HideAndSeek, observation: dict[str, np.ndarray]) -> Moment:
    return Moment(
        Bodies(*(x.copy() for x in env.bodies)),
        Record(*(x.copy() for x in env.record)),
        {name: x.copy() for name, x in observation.items()},
    )
