"""How long compiling has taken: what users' limits and measurements leave out. Imports nothing heavy."""

import threading
import time


class CompileClock:
    """Adds up the time in which anything was compiled; what is compiled within or beside other things counts once."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []
        self._lock = threading.Lock()

    def add(self, seconds: float, end: float | None = None) -> None:
        """Take in that something was compiled for some seconds, until `end` by `time.monotonic`, by default now."""
        with self._lock:
            end = time.monotonic() if end is None else end
            start = end - seconds
            while self._spans and self._spans[-1][1] > start:
                start = min(start, self._spans.pop()[0])
            self._spans.append((start, end))

    def seconds(self) -> float:
        """Return the time so far."""
        with self._lock:
            return sum(end - start for start, end in self._spans)


COMPILE_CLOCK = CompileClock()
"""Of this process; kernels and networks tell it."""


def working_time() -> float:
    """Return a clock's reading [s] that stands still while anything is compiled; it shows so when that is done."""
    return time.monotonic() - COMPILE_CLOCK.seconds()
