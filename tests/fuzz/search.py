"""The process that searches: it names each example, then tries it, until its time is over or one fails."""

import itertools
import signal
import sys
import time

import numpy as np

from tests.fuzz.searches import SEARCHES

LONGEST = 300.0
"""Processor time [s] after which an example counts as endless; the first ones compile."""


def main() -> None:
    """Try examples from a number on, all searches in turn."""
    start, seconds, *rest = sys.argv[1:]
    only_one = "--only" in rest
    names = [name for name in rest if name != "--only"] or list(SEARCHES)
    deadline = time.monotonic() + float(seconds)
    for number in itertools.count(int(start)):
        for name in names:
            print(name, number, flush=True)
            # The system ends the process, whatever it does then: compiled loops hear no signals of Python's.
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            SEARCHES[name](np.random.default_rng(number))
        if only_one or time.monotonic() > deadline:
            return


if __name__ == "__main__":
    main()
