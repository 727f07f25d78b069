"""Plays short episodes as plain Python and prints every place in the kernels that uses a negative index.

Run with NUMBA_DISABLE_JIT=1. Python would let such an index count from the end; compiled kernels leave the array.
"""

import sys
from typing import Any

import numpy as np

from hideseek import HideAndSeek, make_game

STEPS = 10
GAMES = (
    make_game("quadrant", hiders=1, seekers=1, boxes_min=0, elongated_max=1, ramps=2, lock_ramps=True, horizon=STEPS),
    make_game(
        "shelter", hiders=2, ramps=2, diameter_min=3.0, diameter_max=3.0, boxes_min=3, boxes_max=3, horizon=STEPS
    ),
    make_game("random-walls", preparation_fraction=0.2, boxes_max=5, elongated_max=5, original_quirks=True, horizon=6),
)
places: set[str] = set()


class Watched(np.ndarray):
    """An array that notes where it is used with a negative index."""

    def __getitem__(self, index: Any) -> Any:
        note(index)
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        note(index)
        super().__setitem__(index, value)


def note(index: Any) -> None:
    """Add the kernel that is at work to `places` if any part of an index is negative."""
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(part, int | np.integer) and part < 0 for part in parts):
        caller = sys._getframe(2)
        places.add(f"{caller.f_globals['__name__']}, line {caller.f_lineno}")


def watched(arrays: Any) -> Any:
    """Return a named tuple of arrays, or of such tuples, with all arrays watched."""
    return type(arrays)(*(x.view(Watched) if isinstance(x, np.ndarray) else watched(x) for x in arrays))


def watch(env: HideAndSeek) -> None:
    """Watch everything that the kernels of an environment work on."""
    for name in ("bodies", "record", "extras", "_outcome", "_observation", "_workspaces", "_layout_scratch"):
        setattr(env, name, watched(getattr(env, name)))
    for name in ("_control", "_movement", "_grab", "_lock"):
        setattr(env, name, getattr(env, name).view(Watched))


def main() -> None:
    """Play: full force, everything grabbed and locked that can be, bodies shifted into each other."""
    np.seterr(over="ignore")  # the random streams' integers wrap around
    for game in GAMES:
        env, random = HideAndSeek(game, 2, seed=3, thread_count=1), np.random.default_rng(0)
        watch(env)
        env.reset()
        on = np.ones((2, game.agents), np.int8)
        for _ in range(STEPS):
            env.step(random.choice([0, 10], (2, game.agents, 3)), on, on)
            shift = random.uniform(-0.05, 0.05, env.bodies.pose.shape).astype(np.float32)
            env.bodies.pose[:] += shift * env.bodies.exists[..., None]
    print("\n".join([f"played {len(GAMES)} games", *sorted(places)]))


if __name__ == "__main__":
    main()
