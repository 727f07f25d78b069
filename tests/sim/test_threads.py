"""Shares of a batch on several threads."""

import subprocess
import sys
import threading

from hideseek.sim.threads import run_shares
from tests.waiting import SECONDS

FORKED = """
import multiprocessing
import numpy as np
from numba.np.ufunc import parallel
from hideseek import HideAndSeek, make_game

def play():
    env = HideAndSeek(make_game("quadrant"), 4, seed=1, thread_count=2)
    env.reset()
    off = np.zeros((4, 4), np.int8)
    env.step(np.full((4, 4, 3), 9, np.int8), off, off)
    return env.bodies.pose.tolist()

here = play()
with multiprocessing.get_context("fork").Pool(1) as pool:
    there = pool.apply_async(play).get()
print(here == there, parallel._is_initialized)
"""


def test_every_thread_gets_its_number():
    """Results are in their order; number 0 is the caller's thread, the others are not."""
    shares = run_shares(lambda word, t: (word, t, threading.get_ident()), 3, "share")
    assert [(word, t) for word, t, _ in shares] == [("share", 0), ("share", 1), ("share", 2)]
    assert [ident == threading.get_ident() for _, _, ident in shares] == [True, False, False]


def test_a_child_process_has_threads_of_its_own_and_numba_starts_none():
    """Numba's threads would set the number of those of other libraries that use OpenMP, PyTorch for one."""
    result = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=SECONDS)
    assert result.stdout.split() == ["True", "False"], result.stderr
