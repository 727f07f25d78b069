"""What is said and measured when kernels are compiled."""

import atexit
import sys
import time
from typing import Any

from numba.core.event import Event, Listener

from hideseek.compile_time import COMPILE_CLOCK
from hideseek.sim.kernel_cache import SHARED, digest_of_sources, kernel_files
from hideseek.terminal import complain

ANNOUNCED = "announced"
"""Name of a file beside the kernels: the user has been told, for these sources, and compiling went on to its end."""
SIMULATOR = ("hideseek.sim.", "hideseek.game.")


class CompileListener(Listener):
    """Takes the time, and says once that the simulator is being compiled: not in each process that needs a few more."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._announced = self._interrupted = False

    def on_start(self, event: Event) -> None:
        """Take note that Numba begins to compile a function."""
        self._starts.append(time.monotonic())
        dispatcher: Any = (event.data or {}).get("dispatcher")
        if not self._announced and dispatcher is not None and dispatcher.py_func.__module__.startswith(SIMULATOR):
            self._announced = True
            self._announce()

    def on_end(self, event: Event) -> None:
        """Take note that Numba has compiled a function, or was interrupted."""
        COMPILE_CLOCK.add(time.monotonic() - self._starts.pop())
        self._interrupted |= sys.exc_info()[0] is not None

    def _announce(self) -> None:
        files = kernel_files()
        if files is None:
            complain("compiling the simulator, about a minute")
        elif files.read(ANNOUNCED, digest_of_sources(*SHARED)) is None:
            complain("compiling the simulator, about a minute, this once")
            atexit.register(self._remember)

    def _remember(self) -> None:
        """Keep for later processes that it was said, unless they still have most of it to compile."""
        files = kernel_files()
        if files is not None and not self._interrupted:
            files.write(ANNOUNCED, b"", digest_of_sources(*SHARED))
