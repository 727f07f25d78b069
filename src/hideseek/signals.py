"""Signals that ask a process to end: Ctrl-C, SIGTERM (`kill`, a container that is stopped), SIGHUP (a closed terminal).

Imports nothing heavy.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Not every system has all of them."""
NUMBERS = tuple(getattr(signal, name) for name in NAMES if hasattr(signal, name))


class Stopped(KeyboardInterrupt):
    """The process was asked to end; as Ctrl-C does, this unwinds whatever is under way."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number
        """What a shell expects of a process that a signal ended."""


def stop(number: int, frame: FrameType | None) -> NoReturn:
    """Handle a signal: end what is under way, wherever it stands."""
    raise Stopped(number)


@contextmanager
def stopping() -> Iterator[None]:
    """Let the signals raise Stopped within the `with` block."""
    with handling(stop):
        yield


@contextmanager
def finishing() -> Iterator[list[int]]:
    """Turn the first signal into an entry of the list, so that work is finished; a second one acts as before."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)
        for other, handler in before.items():
            signal.signal(other, handler)

    with handling(note) as before:
        yield received


@contextmanager
def handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[dict[int, Any]]:
    """Handle the signals within the `with` block, but those that are ignored (`nohup`) or handled by a program.

    Yields the handlers that were there before.
    """
    found = {number: signal.getsignal(number) for number in NUMBERS}
    before = {number: old for number, old in found.items() if old in (signal.SIG_DFL, signal.default_int_handler, stop)}
    try:
        for number in before:
            signal.signal(number, handler)
    except ValueError:  # not the main thread, which alone gets signals
        before.clear()
    try:
        yield before
    finally:
        for number, old in before.items():
            signal.signal(number, old)
