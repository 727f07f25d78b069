"""The replays that a run keeps: when asked for, the same however often it was interrupted, and apart from the rest."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hideseek.checks import LARGEST_INTEGER
from hideseek.game.config import make_game
from hideseek.learn import trainer
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.config import PRESETS
from hideseek.learn.files import RunError, WriteError
from hideseek.learn.progress import latest
from hideseek.learn.replays import FOLDER, keep_replay
from hideseek.learn.run import train
from hideseek.learn.storage import load_arrays
from hideseek.view.replay.file import read_replay
from tests.learn.toy import tiny_config

GAME = make_game("quadrant", horizon=10)
CONFIG = tiny_config(world_count=8, minibatch_chunks=32, past_share=0.25, snapshot_interval=1, replay_interval=2)


def start(folder: Path, iterations: int, **changes: object) -> Path:
    """Train in a new folder."""
    return train("quadrant", out=folder, game=GAME, config=replace(CONFIG, **changes), iterations=iterations)


def kept(folder: Path) -> dict[str, bytes]:
    """Return the replays of a run."""
    return {path.name: path.read_bytes() for path in sorted((folder / FOLDER).glob("*"))}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody interrupts."""
    return start(tmp_path_factory.mktemp("runs") / "whole", iterations=4)


def test_an_episode_is_kept_at_the_start_and_after_every_interval(whole: Path):
    """Of the run's game, by the policy of that iteration; the layouts are equal, what agents do differs."""
    assert list(kept(whole)) == ["00000000.replay", "00000002.replay", "00000004.replay"]
    replays = [read_replay(path) for path in sorted((whole / FOLDER).iterdir())]
    for replay, iteration in zip(replays, (0, 2, 4), strict=True):
        assert (replay.game, replay.episodes) == (GAME, 1)
        assert replay.hiders == replay.seekers == f"iteration {iteration}"
        assert (replay.about["iteration"], replay.about["seed"]) == (iteration, 0)
        np.testing.assert_array_equal(replay.position[0, 0], replays[0].position[0, 0])
    assert not np.array_equal(replays[0].movement, replays[2].movement)


def test_interrupted_runs_keep_the_same_replays(whole: Path, tmp_path: Path):
    """Byte by byte, whether the interruption falls on an interval or not."""
    parts = start(tmp_path / "parts", iterations=2)
    for iterations in (3, 4):
        train("quadrant", out=parts, resume=True, iterations=iterations)
    assert kept(parts) == kept(whole)


def test_runs_that_are_not_to_keep_replays_have_no_folder_for_them(tmp_path: Path):
    """Not even for the start."""
    assert not (start(tmp_path / "run", iterations=0, replay_interval=0) / FOLDER).exists()


def test_keeping_replays_changes_nothing_that_trains(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same weights and worlds where none is kept."""
    monkeypatch.setattr(trainer, "keep_replay", lambda *_: None)
    without = start(tmp_path / "without", iterations=4)
    assert not (without / FOLDER).exists()
    for name in ("learner.safetensors", "rollout.safetensors"):
        expected, found = load_arrays(latest(whole) / name), load_arrays(latest(without) / name)
        assert expected.keys() == found.keys()
        for key, array in expected.items():
            np.testing.assert_array_equal(found[key], array, err_msg=key)


def test_a_replay_that_cannot_be_written_stops_training_with_one_line(tmp_path: Path):
    """As with every other file of a run; the checkpoint is kept."""
    folder = start(tmp_path / "run", iterations=0)
    (folder / FOLDER / "00000002.replay.tmp").mkdir()
    with pytest.raises(RunError, match=r"00000002\.replay cannot be written: Is a directory; training stopped"):
        train("quadrant", out=folder, resume=True, iterations=3)
    assert latest(folder).name == "00000000"


def test_any_seed_of_a_run_will_do(whole: Path, tmp_path: Path):
    """Players take fewer of them than runs do."""
    policy, description = load_policy(whole)
    path = keep_replay(tmp_path, policy, replace(description, seed=2**32 - 1), 7)
    assert path == tmp_path / FOLDER / "00000007.replay"
    assert read_replay(path).about["seed"] == LARGEST_INTEGER
    with pytest.raises(WriteError, match="No such file"):
        keep_replay(Path("/proc/none"), policy, description, 0)


def test_presets_keep_replays():
    """All of them; options that are given one by one keep none, as runs did before there was a choice."""
    assert all(config.replay_interval > 0 for config in PRESETS.values())
    assert tiny_config().replay_interval == 0
