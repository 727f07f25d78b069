"""The benchmark of all games."""

import json
from pathlib import Path

import pytest

from benchmarks import games


def test_a_line_for_each_pairing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Of a game with seekers and of one without; a few episodes show no more than that they are played."""
    path = tmp_path / "out.json"
    assert games.main(["--games", "food", "blueprint", "--episodes", "4", "--json", str(path)]) == 0
    data = json.loads(path.read_text())
    assert (data["episodes"], data["seed"]) == (4, 1)
    assert [(row["game"], row["hiders"], row["seekers"]) for row in data["rows"]] == [
        ("food", "random", "random"),
        ("food", "scripted:eat", "random"),
        ("food", "scripted:eat", "scripted:eat"),
        ("blueprint", "random", "-"),
        ("blueprint", "scripted:build", "-"),
    ]
    for row in data["rows"]:
        metrics = ("food_eaten",) if row["game"] == "food" else ("completed", "site_distance")
        for name in ("hider_return", "seeker_return", *metrics):
            low, mean, high = row[name]
            assert low <= mean <= high
    text = capsys.readouterr().out
    assert "| blueprint | scripted:build | - |" in text
    assert "food_eaten" in text


def test_all_games_with_a_reward_are_played():
    """Exploration has none."""
    assert {"quadrant", "random-walls", "sequential-lock"} < set(games.GAMES)
    assert "exploration" not in games.GAMES


@pytest.mark.parametrize("arguments", [["--episodes", "1"], ["--seed", "-1"], ["--games", "exploration"]])
def test_bad_options_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    """With one message."""
    with pytest.raises(SystemExit):
        games.main(arguments)
    assert "error" in capsys.readouterr().err
