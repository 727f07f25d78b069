"""Where the time of an iteration goes."""

from collections.abc import Iterator
from contextlib import contextmanager

from hideseek.compile_time import working_time

PHASES: tuple[str, ...] = ("simulate", "infer", "copy", "update")


class Phases:
    """Stopwatches for the phases of an iteration; what is compiled meanwhile does not count."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PHASES, 0.0)

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        """Count the time inside the `with` block as `phase`."""
        start = working_time()
        yield
        self.seconds[phase] += working_time() - start

    def read(self) -> dict[str, float]:
        """Return the seconds per phase since the last call."""
        seconds, self.seconds = self.seconds, dict.fromkeys(PHASES, 0.0)
        return seconds
