"""Where the time of an iteration goes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

PHASES: tuple[str, ...] = ("simulate", "infer", "copy", "update")


class Phases:
    """Stopwatches for the phases of an iteration."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PHASES, 0.0)

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        """Count the time inside the `with` block as `phase`."""
        start = time.perf_counter()
        yield
        self.seconds[phase] += time.perf_counter() - start

    def read(self) -> dict[str, float]:
        """Return the seconds per phase since the last call."""
        seconds, self.seconds = self.seconds, dict.fromkeys(PHASES, 0.0)
        return seconds
