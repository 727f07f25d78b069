"""The memory benchmark."""

import json
import mmap
import sys

import numpy as np
import pytest

from benchmarks import memory


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_resident_memory_grows_with_what_is_written():
    """50 MB of ones are seen; they are mapped afresh, since an allocator may hand out what is resident already."""
    before = memory.resident_mb()
    ones = np.frombuffer(mmap.mmap(-1, 50_000_000), np.uint8)
    ones[:] = 1
    assert memory.resident_mb() - before == pytest.approx(ones.nbytes / 1e6, abs=5.0)


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_bar_decides_the_exit_status(tmp_path, capsys, monkeypatch):
    """A few worlds need less than the bar; with no room at all the benchmark fails."""
    path = tmp_path / "out.json"
    assert memory.main(["--worlds", "4", "--steps", "2", "--json", str(path)]) == 0
    assert json.loads(path.read_text())["resident_mb"]["after import"] > 10.0
    monkeypatch.setattr(memory, "BAR_MB", -1e6)
    assert memory.main(["--worlds", "4", "--steps", "2"]) == 1
    assert "FAIL" in capsys.readouterr().out
