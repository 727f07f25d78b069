"""Compiling does not count: neither against limits of time nor in what is measured."""

import time
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from numba import njit

from hideseek import compile_time
from hideseek.compile_time import COMPILE_CLOCK, CompileClock
from hideseek.learn import devices
from hideseek.learn.logger import read_metrics
from tests.learn.toy import start_run


def test_overlapping_times_count_once():
    """One within another, one beside another, and one apart."""
    clock = CompileClock()
    spans = ((1.0, 11.0, 1.0), (3.0, 12.0, 3.0), (2.0, 13.0, 4.0), (1.0, 20.0, 5.0), (15.0, 21.0, 15.0))
    for seconds, end, total in spans:
        clock.add(seconds, end)
        assert clock.seconds() == pytest.approx(total)


def test_networks_and_kernels_tell_the_clock_how_long_they_took():
    """Once each, when they are compiled."""
    assert devices.COMPILE_EVENTS  # importing it has JAX tell the clock

    # Kept in no file: an `entry_kernel` would be compiled in the first run of the tests alone.
    for call in (jax.jit(lambda x: x * 3.0 + 1.0), njit(lambda x: x + 1.0)):
        before = COMPILE_CLOCK.seconds()
        call(1.0)
        after = COMPILE_CLOCK.seconds()
        assert after > before
        call(2.0)
        assert COMPILE_CLOCK.seconds() == after


def test_time_limit_and_metrics_leave_compiling_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Time passes by the test's clock alone: a minute for each iteration, and an hour of compiling in the second."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(compile_time, "COMPILE_CLOCK", CompileClock())
    trainer = start_run(tmp_path)
    play = trainer.rollout.collect

    def collect(*arguments: Any) -> np.ndarray:
        now[0] += 60.0
        if trainer.progress.iteration == 1:
            now[0] += 3600.0
            compile_time.COMPILE_CLOCK.add(3600.0)
        return play(*arguments)

    monkeypatch.setattr(trainer.rollout, "collect", collect)
    trainer.learn(time_limit=200.0)
    assert trainer.progress.iteration == 4
    assert trainer.progress.seconds == pytest.approx(240.0)
    assert [line["seconds"] for line in read_metrics(tmp_path)] == pytest.approx([60.0, 120.0, 180.0, 240.0])
