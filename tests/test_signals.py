"""Signals that ask a process to end: raised in this process, and sent to a command."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from hideseek.signals import NUMBERS, Stopped, finishing, stopping

COMMAND = """
import signal, sys
from hideseek import cli

def work(*_):
    print("working", flush=True)
    while True:
        signal.pause()

signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever this was started from
cli.run_command = work
cli.main(["evaluate"])
"""
"""A command that would go on for ever."""


@pytest.fixture(autouse=True)
def usual_handlers() -> Iterator[None]:
    """Handlers as a fresh process has them, whatever the tests run under."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_first_signal_is_noted_and_the_second_ends_at_once(number: int):
    """Within a command; afterwards the handlers are what they were."""
    before = signal.getsignal(number)
    with stopping():
        with finishing() as received:
            signal.raise_signal(number)
            assert received == [number]
            with pytest.raises(Stopped) as stop:
                signal.raise_signal(signal.SIGTERM)
            assert stop.value.exit_code == 128 + signal.SIGTERM
        with pytest.raises(Stopped):
            signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_what_a_program_handles_or_ignores_stays_so():
    """`nohup` ignores SIGHUP; a program of the user's may have a handler of its own."""
    handled = []
    signal.signal(signal.SIGTERM, lambda number, _: handled.append(number))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with stopping(), finishing() as received:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
    assert handled == [signal.SIGTERM]
    assert received == []


@pytest.mark.parametrize("number", NUMBERS)
def test_command_ends_without_a_traceback(number: int):
    """With the exit code that shells use for the signal."""
    command = [sys.executable, "-c", COMMAND]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert errors == ""
