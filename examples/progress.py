"""What the examples share: their options, the clock that they train by, and the check that they trained."""

import argparse
import math
import sys
import time
from collections.abc import Sequence

import numpy as np

from hideseek import HideAndSeek, make_game


def parse_options(description: str) -> argparse.Namespace:
    """Return the options of an example: `seconds` to train [s] and `seed`.

    Args:
        description: What the example does, for its help.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seconds", type=_seconds, default=60.0, help="how long to train, from 1 (default: 60)")
    parser.add_argument("--seed", type=_seed, default=0, help="of layouts and chances, from 0 (default: 0)")
    return parser.parse_args()


def compile_simulator() -> None:
    """Let Numba compile the simulator, and keep the result, before any clock runs and other processes start."""
    env = HideAndSeek(make_game("quadrant"), 1)
    env.reset()
    off = np.zeros((1, env.game.agents), np.int8)
    env.step(np.full((1, env.game.agents, 3), 5, np.int8), off, off)


class Progress:
    """Tells how long to go on, and prints what was reached; its clock starts when it is made."""

    def __init__(self, seconds: float) -> None:
        self._start = self._printed = self._counted = time.monotonic()
        self._seconds = seconds
        self.agent_steps = 0

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self._start >= self._seconds

    @property
    def speed(self) -> float:
        """Agent steps per second, learning included."""
        return self.agent_steps / max(self._counted - self._start, 1e-9)

    def add(self, agent_steps: int, **measures: float) -> None:
        """Count steps, and print a line of `measures` every few seconds."""
        self.agent_steps += agent_steps
        self._counted = now = time.monotonic()
        if now - self._printed >= min(5.0, self._seconds / 4):
            self._printed = now
            shown = "".join(f"  {name} {value:.3f}" for name, value in measures.items())
            print(
                f"{now - self._start:5.0f} s  {self.agent_steps:9,} agent steps  {self.speed:7,.0f}/s{shown}",
                flush=True,
            )

    def conclude(self, name: str, before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> None:
        """Print the last line, or exit with status 1 if there was no training.

        Args:
            name: Of the example.
            before: Its parameters before training.
            after: The same after it.
        """
        finite = all(np.isfinite(x).all() for x in after)
        moved = max(float(np.abs(x - y).max()) for x, y in zip(before, after, strict=True))
        if not finite or not moved > 0.0:
            sys.exit(f"failed: {name}: " + ("the parameters did not change" if finite else "a parameter is not finite"))
        print(
            f"ok: {name}: {self.agent_steps:,} agent steps, {self.speed:,.0f}/s, parameters moved by up to {moved:.3g}"
        )


def _seconds(text: str) -> float:
    value = float(text)
    if not 1.0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}, expected a number of at least 1")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError(f"{text}, expected an integer from 0 to 2**31 - 1")
    return value
