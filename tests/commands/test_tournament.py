"""`hideseek tournament`."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hideseek.cli import main
from hideseek.evaluate.tournament.matches import Tournament
from hideseek.evaluate.tournament.report import MOST_CYCLES, Result, sentences
from hideseek.learn.run import train
from tests.learn.toy import tiny_config

EPISODES = 4


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with three checkpoints, in which nothing was learnt."""
    folder = tmp_path_factory.mktemp("runs") / "x [b] $1$"
    config = tiny_config(world_count=32, window=20, snapshot_interval=1, checkpoint_interval=1, learning_rate=1e-9)
    return train("quadrant", out=folder, config=config, seed=0, iterations=2)


def test_players_of_all_kinds_are_rated(tmp_path: Path, capsys: pytest.CaptureFixture):
    """Matrix, ratings, files, picture; hiders that close doors are first, and a second call plays nothing."""
    out = tmp_path / "out"
    arguments = ["tournament", "zoo:chasing", "scripted:door", "random", "--episodes", "12", "--out", str(out)]
    main(arguments)
    printed = capsys.readouterr().out
    assert "scripted:door is first" in printed
    assert "No three of them beat each other in a circle." in printed
    ratings = json.loads((out / "ratings.json").read_text())
    assert [entrant["name"] for entrant in ratings["entrants"]] == ["zoo:chasing", "scripted:door", "random"]
    for entrant in ratings["entrants"]:
        for team in ("hiders", "seekers"):
            rating, low, high = entrant["elo"][team]
            assert low <= rating <= high
    assert ratings["payoff"][1][2]["mean"] > ratings["payoff"][2][2]["mean"]
    with Image.open(out / "tournament.png") as picture:
        assert picture.width > picture.height > 300
    before = (out / "matches.json").stat().st_mtime_ns
    main(arguments)
    assert (out / "matches.json").stat().st_mtime_ns == before
    assert "scripted:door is first" in capsys.readouterr().out


def test_moments_of_a_run(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    """Its first, middle and last; of which nothing can be told for certain, since all are the same. Names are text."""
    main(["tournament", str(run), "--history", "3", "--episodes", str(EPISODES), "--out", str(tmp_path / "out")])
    printed = capsys.readouterr().out
    names = [entrant["name"] for entrant in json.loads((tmp_path / "out" / "ratings.json").read_text())["entrants"]]
    assert names == [f"{run}@{iteration}" for iteration in (0, 1, 2)]
    assert f"{run}: hiders changed, within chance, by " in printed
    main(["tournament", f"{run}@1", str(run), "--episodes", str(EPISODES), "--out", str(tmp_path / "out")])
    assert f"{run}@2" in capsys.readouterr().out.replace("\n", "")


def test_circles_are_told_of():
    """Each of three beats the next; of many circles some are named, the others counted."""
    names = [f"p{i}" for i in range(9)]
    tournament = Tournament("quadrant", 4, 0, names)
    for a, hiders in enumerate(names):
        for b, seekers in enumerate(names):
            ahead = (b - a) % len(names)
            mean = 0.0 if ahead == 0 else 5.0 if ahead <= 4 else -5.0
            tournament.returns[hiders, seekers] = mean + 0.1 * np.arange(4.0)
    result = Result(tournament)
    assert len(result.cycles) == 30
    told = sentences(result, {})[1]
    assert told.startswith("There is no order of strength among all of them: p0 beats p1, p1 p5, p5 p0; ")
    assert told.endswith(f"; and {30 - MOST_CYCLES} more.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["random"], "game of the entrants is none, expected one; --game chooses: quadrant, random-walls"),
        (["random", "--game", "quadrant"], "entrants is 1 players, expected 2 to 64"),
        (["random", "random", "--game", "quadrant"], "entrants has 'random' twice"),
        (["scripted:door", "random-walls"], "game of the entrants is quadrant and random_walls, expected one"),
        (["zoo:chasing", "random", "--game", "random-walls"], "zoo:chasing was trained with other observations"),
        (["zoo:chasing", "random", "--game", "maze"], "unknown game 'maze'"),
        (["zoo:none", "random"], "zoo policy is 'none', expected one of"),
        (["zoo:chasing@7", "random"], "has no policy of iteration 7"),
        (["scripted:door", "random", "--episodes", "1"], "--episodes is 1, expected"),
        (["scripted:door", "random", "--history", "-1"], "--history is -1, expected"),
    ],
)
def test_bad_input(arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture):
    """One line, before any match; no folder is left."""
    out = tmp_path / "out"
    with pytest.raises(SystemExit, match="2"):
        main(["tournament", *arguments, "--out", str(out)])
    assert message in capsys.readouterr().err
    assert not out.exists()
