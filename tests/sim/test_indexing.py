"""Kernels take indices as unsigned: none may be negative."""

import os
import subprocess
import sys

import numpy as np

from tests.sim import watched_play
from tests.waiting import SECONDS


def test_kernels_use_no_negative_index():
    """In physics, rules, layouts and sensing, played as plain Python, where a negative index can be noticed."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(
        [sys.executable, "-m", "tests.sim.watched_play"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["played 3 games"]


def test_a_negative_index_is_noticed(monkeypatch):
    """Wherever it stands, read or written."""
    found: set[str] = set()
    monkeypatch.setattr(watched_play, "places", found)
    array = np.zeros((2, 3)).view(watched_play.Watched)
    array[1, 0] = array[0][2]
    assert found == set()
    array[0, -1] = 1.0
    assert len(found) == 1
    assert array[0][np.int32(-1)] == 1.0
    assert len(found) == 2
