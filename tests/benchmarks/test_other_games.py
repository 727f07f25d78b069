"""The benchmark of the other games runs and writes what it prints."""

import json
from pathlib import Path

import pytest

from benchmarks import other_games
from hideseek.game.config import PRESETS


@pytest.mark.parametrize("name", other_games.OTHERS)
def test_the_full_game_has_as_many_bodies(name: str):
    """Agents, boxes and ramps alike."""
    game, full = PRESETS[name].counts, other_games.full_game_with_bodies_of(PRESETS[name]).counts
    assert (game.agent, game.box, game.ramp) == (full.agent, full.box, full.ramp)


def test_a_line_for_each_game(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Times, and the ratio of the pairs between the smallest and the largest of them."""
    out = tmp_path / "games.json"
    few = ["--worlds", "24", "--steps", "10", "--repeats", "3", "--json", str(out)]
    assert other_games.main(["--games", "quadrant", *few]) == 0
    assert "quadrant" in capsys.readouterr().out
    (row,) = json.loads(out.read_text())["results"]
    assert row["game"] == "quadrant"
    assert 0.0 < row["least"] <= row["ratio"] <= row["most"]
    assert row["own_us"] > 0.0 < row["full_us"]


def test_numbers_that_are_refused(capsys: pytest.CaptureFixture[str]):
    """No worlds, no repeats."""
    with pytest.raises(SystemExit):
        other_games.main(["--repeats", "0"])
    assert "must be at least 1" in capsys.readouterr().err
