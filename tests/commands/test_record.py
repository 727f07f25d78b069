"""`hideseek record`: the episodes that were asked for, in a file that tells where they are from."""

from pathlib import Path

import numpy as np
import pytest

from hideseek.cli import main
from hideseek.commands import record
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.filters import FILTERS
from hideseek.evaluate.play import play
from hideseek.evaluate.players import PolicyPlayer
from hideseek.game.version import VERSION
from hideseek.view.replay.file import read_replay
from hideseek.zoo.policies import load_named
from tests.learn.toy import start_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that has only begun, of short episodes of one against one."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    start_run(folder)
    return folder


def test_the_best_of_many_are_kept_in_order(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    """Those that the same play without a recorder moves boxes furthest in."""
    path = tmp_path / "new" / "best.replay"
    options = ["--filter", "longest-box-move", "--episodes", "3", "--of", "40", "--seed", "5"]
    main(["record", str(run), *options, "--out", str(path)])
    replay = read_replay(path)
    moved = replay.statistics[:, -1, replay.statistic_names.index("max_box_move")]
    assert replay.episodes == 3
    assert moved[0] >= moved[1] >= moved[2]
    assert moved[0] > 0.0
    policy, description = load_named(run)
    episodes = play(HideAndSeek(description.game, 40), PolicyPlayer(policy), PolicyPlayer(policy), seed=5)
    np.testing.assert_allclose(moved, np.sort(episodes.measure("max_box_move"))[::-1][:3])
    found = [round(float(value), 3) for value in moved]
    assert (replay.hiders, replay.seekers) == (f"{run}, iteration 0",) * 2
    about = {name: replay.about[name] for name in ("seed", "iteration", "filter", "of", "found", "environment")}
    expected = {"seed": 5, "iteration": 0, "filter": "longest-box-move", "of": 40, "found": found}
    assert about == {**expected, "environment": VERSION}
    line = f"{path}: 3 episodes of 40, longest-box-move {', '.join(map(str, found))}\n"
    assert capsys.readouterr().out.endswith(line)


def test_random_episodes_go_into_the_run_s_folder(run: Path, capsys: pytest.CaptureFixture):
    """No more are played than kept; the same seed keeps the same."""
    main(["record", str(run), "--episodes", "2"])
    assert capsys.readouterr().out.endswith(f"{run / 'episodes.replay'}: 2 episodes\n")
    first = (run / "episodes.replay").read_bytes()
    main(["record", str(run), "--episodes", "2"])
    assert (run / "episodes.replay").read_bytes() == first
    replay = read_replay(run / "episodes.replay")
    assert (replay.episodes, replay.about["of"]) == (2, 2)


def test_policies_of_the_zoo_are_recorded_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """They go by their names."""
    monkeypatch.chdir(tmp_path)
    main(["record", "zoo:quadrant", "--seed", "1"])
    replay = read_replay(tmp_path / "episodes.replay")
    assert replay.hiders == "zoo:quadrant"
    assert replay.game == load_named("zoo:quadrant")[1].game
    assert replay.about["iteration"] > 0


@pytest.mark.parametrize(("name", "title"), [("quadrant", "random players in quadrant"), ("scripted:door",) * 2])
def test_players_without_training_are_recorded(name: str, title: str, tmp_path: Path):
    """They have no iteration to tell."""
    path = tmp_path / "new.replay"
    main(["record", name, "--filter", "door-blocked", "--of", "4", "--out", str(path)])
    replay = read_replay(path)
    assert (replay.hiders, replay.seekers, replay.episodes) == (title, title, 1)
    assert "iteration" not in replay.about


def test_filters_that_a_game_does_not_know_are_refused(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    """With those that it does, before an episode is played: where there is no preparation, nobody defends in it."""
    with pytest.raises(SystemExit) as stop:
        main(["record", str(run), "--filter", "ramp-defence", "--out", str(tmp_path / "a.replay")])
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert f"--filter for {run}, iteration 0 is 'ramp-defence', expected one of 'random', 'hidden'" in message
    assert not list(tmp_path.iterdir())


def test_help_names_every_filter():
    """None is forgotten where users look."""
    text = record._record.__doc__ or ""
    assert all(f"`{name}`" in text for name in FILTERS)
