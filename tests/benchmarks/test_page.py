"""Sizes and speed of the page: what is measured, and what is refused."""

import shutil

import pytest

from benchmarks import page
from benchmarks.page import GAMES, Row, format_rows, main
from tests.needs import chromium_path


def test_games_are_measured_in_a_browser(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A line for each, a replay within its bar, something drawn. In a small window: a busy processor draws it."""
    monkeypatch.setattr(page, "WINDOW", {"width": 160, "height": 100})
    monkeypatch.setattr(page, "MOMENTS", 6)
    assert main(["--seconds", "0.1", "--browser", str(chromium_path())]) == 0
    lines = capsys.readouterr().out.splitlines()[-len(GAMES) :]
    for line, name in zip(lines, GAMES, strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert cells[0] == name
        assert int(cells[3]) > 5, "draw calls"
        assert int(cells[4].replace(",", "")) > 1000, "triangles"


def test_numbers_have_their_units():
    """Kilobytes, megabytes, milliseconds."""
    line = format_rows([Row("quadrant", 9400, 1_210_000, 19, 42_000, 0.94, 61.0)]).splitlines()[-1]
    assert line == "| quadrant | 9.4 kB | 1.21 MB | 19 | 42,000 | 0.9 ms | 61.0 /s |"


@pytest.mark.parametrize("arguments", [["--seconds", "0"], ["--seconds", "-1"]])
def test_no_time_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    """Before a browser is started."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert "expected a positive number" in capsys.readouterr().err


def test_browser_has_to_be_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """One sentence says what is missing."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        page.main([])
    assert "there is no program chromium" in capsys.readouterr().err
