"""The measure of what bounds the speed: valgrind's report is read, bytes are counted."""

import json

import numpy as np
import pytest

from benchmarks import bound
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game

REPORT = """==7== Cachegrind, a cache profiler
==7== I   refs:      1,234,567
==7== I1  misses:        1,000
==7== D   refs:        400,000  (300,000 rd   + 100,000 wr)
==7== D1  misses:        5,000  (  4,000 rd   +   1,000 wr)
==7== LLd misses:           60  (     50 rd   +      10 wr)
==7== Branches:        150,000  (140,000 cond +  10,000 ind)
==7== Mispredicts:       7,000  (  6,000 cond +   1,000 ind)
"""


def test_counts_are_read():
    """Thousands are separated by commas, reads and writes stand behind the total."""
    assert list(bound.read_counts(REPORT).values()) == [1_234_567, 400_000, 5_000, 60, 150_000, 7_000]


def test_missing_count_is_an_error():
    with pytest.raises(ValueError, match="no line for L2 data misses"):
        bound.read_counts(REPORT.replace("LLd", "LL"))


def test_bytes_do_not_depend_on_the_batch():
    """A pose alone is 16 bytes a body; the same per world and per thread for any batch."""
    game = make_game("quadrant")
    sizes = bound.count_bytes(HideAndSeek(game, 6, thread_count=1))
    assert sizes == bound.count_bytes(HideAndSeek(game, 12, thread_count=2))
    assert sizes["state"] > 2 * 16 * game.counts.body
    assert sizes["output"] > 4 * game.agents * 30
    assert bound.bytes_moved(sizes) == 6 * sizes["state"] + sizes["output"]


def test_chain_is_xorshift():
    """A known value: the clock is measured on what is written, not on what a compiler made of it."""
    assert bound._draw(np.uint64(1), 1) == 1_082_269_761


def test_unknown_case_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        bound.main(["--cases", "chess"])
    assert "invalid choice: 'chess'" in capsys.readouterr().err


def test_play_steps_the_case(monkeypatch):
    """A time that can be."""
    monkeypatch.setattr(bound, "WORLDS", 4)
    monkeypatch.setattr(bound, "STEPS", 3)
    assert 0.0 < bound.play("quadrant-2v2", 1) < np.inf


def test_figures_are_put_together(tmp_path, capsys, monkeypatch):
    """Instructions per cycle follow from the count, the time and the clock."""
    path = tmp_path / "out.json"
    monkeypatch.setattr(bound, "WORLDS", 4)
    monkeypatch.setattr(bound, "STEPS", 3)
    monkeypatch.setattr(bound.shutil, "which", lambda _: "valgrind")
    monkeypatch.setattr(bound, "play_apart", lambda *_: (10.0, REPORT))
    monkeypatch.setattr(bound, "count_work", lambda *_: dict.fromkeys(bound.COUNTS, 60_000.0))
    monkeypatch.setattr(bound, "measure_clock", lambda: 3e9)
    monkeypatch.setattr(bound, "measure_bandwidth", lambda: 1e10)
    assert bound.main(["--cases", "quadrant-2v2", "--json", str(path)]) == 0
    figures = json.loads(path.read_text())["results"]["quadrant-2v2"]
    assert figures["instructions per cycle"] == pytest.approx(2.0)
    assert figures["us of memory"] == pytest.approx(figures["bytes moved"] / 1e4)
    assert "\ninstructions " in capsys.readouterr().out
