"""Playing with random actions that depend on the world and the step alone, not on the batch."""

from collections.abc import Sequence

import numpy as np

from hideseek.env.batch import HideAndSeek


def actions_of(env: HideAndSeek, step: int, worlds: Sequence[int] | None = None) -> tuple[np.ndarray, ...]:
    """Return movement, grab and lock of a step; row w is what world `worlds[w]` (by default w) always gets then."""
    worlds = range(env.world_count) if worlds is None else worlds
    streams = [np.random.default_rng((step, world)) for world in worlds]
    movement = np.array([stream.integers(0, 11, (env.game.agents, 3), np.int8) for stream in streams])
    hands = np.array([stream.integers(0, 2, (2, env.game.agents), np.int8) for stream in streams])
    return movement, hands[:, 0], hands[:, 1]


def idle(env: HideAndSeek) -> tuple[np.ndarray, ...]:
    """Return actions that do nothing."""
    shape = (env.world_count, env.game.agents)
    return np.full((*shape, 3), 5, np.int8), np.zeros(shape, np.int8), np.zeros(shape, np.int8)


def play(env: HideAndSeek, first: int, end: int, worlds: Sequence[int] | None = None) -> list[dict[str, np.ndarray]]:
    """Play steps `first` .. `end` - 1 and return copies of all that each step gave, by name."""
    results = []
    for step in range(first, end):
        observation, reward, done, info = env.step(*actions_of(env, step, worlds))
        everything = {**observation, **info, "reward": reward, "done": done}
        results.append({name: value.copy() for name, value in everything.items()})
    return results


def assert_same(some: list[dict], others: list[dict], rows: slice | np.ndarray = slice(None)) -> None:
    """Compare bit by bit what `some` gave in the worlds `rows` with what `others` gave; of statistics what is valid."""
    assert len(some) == len(others)
    for step, (one, other) in enumerate(zip(some, others, strict=True)):
        assert one.keys() == other.keys()
        for name in one:
            mine, theirs = one[name][rows], other[name]
            if name == "statistics":
                mine, theirs = mine[one["done"][rows]], theirs[other["done"]]
            np.testing.assert_array_equal(mine, theirs, err_msg=f"{name} after step {step}")
