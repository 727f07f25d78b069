"""The benchmark of returns plays all players of a game on the same layouts."""

import json
from pathlib import Path

import pytest

from benchmarks import game_returns


def test_random_and_scripted_players(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A line for each, with what the objective measures; the script gets more."""
    out = tmp_path / "returns.json"
    assert game_returns.main(["--games", "food", "--episodes", "12", "--json", str(out)]) == 0
    assert "scripted:eat" in capsys.readouterr().out
    random, scripted = json.loads(out.read_text())["results"]
    assert (random["player"], scripted["player"]) == ("random", "scripted:eat")
    assert scripted["food_eaten"] > random["food_eaten"]
    assert random["return"][1] <= random["return"][0] <= random["return"][2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--episodes", "1"], "at least 2"), (["no-such-run"], "no-such-run"), (["--games", "chess"], "invalid choice")],
)
def test_what_is_refused(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]):
    """Before anything is played."""
    with pytest.raises(SystemExit):
        game_returns.main(arguments)
    assert message in capsys.readouterr().err
