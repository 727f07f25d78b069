"""The benchmark of what the critic knows."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import critic
from hideseek.game.config import make_game
from hideseek.learn.run import train
from tests.learn.toy import tiny_config

EPISODES = 40


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of the quadrant game after one iteration."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    game = make_game("quadrant", practice=1.0, door_dropout=1.0)
    config = tiny_config(world_count=32, window=40, chunk_length=10, action_repeat=2)
    return train("quadrant", out=folder, game=game, config=config, seed=0, iterations=1)


def test_tables(run_folder: Path, capsys: pytest.CaptureFixture):
    """Moments are steps of the game; the same seed prints the same."""
    arguments = [str(run_folder), "--episodes", str(EPISODES), "--seed", "3"]
    critic.main(arguments)
    printed = capsys.readouterr().out
    moments = [line.split(" | ")[0] for line in printed.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert moments == ["| 0", "| 14", "| 30", "| 44", "| 60"]
    assert all(f"| {name} | " in printed for name in critic.BEHAVIOURS)
    critic.main(arguments)
    assert capsys.readouterr().out.split("seed 3")[1] == printed.split("seed 3")[1]


def test_what_is_to_come_is_the_discounted_reward(run_folder: Path):
    """One step before, it is that step's reward more; at the last step it is a reward of two steps of the game."""
    description = critic.RunDescription.load(run_folder)
    learner = critic.load_learner(critic.latest(run_folder), description)
    played = critic.play(learner, description, EPISODES, seed=0)
    assert played.to_come.shape == played.value.shape == (40, EPISODES)
    assert set(np.unique(played.to_come[-1])) <= {-20.0, -11.0, -9.0, -2.0, 0.0, 2.0}
    reward = played.to_come[:-1] - description.config.gamma * played.to_come[1:]
    assert np.abs(reward[:16]).max() < 1e-9
    assert 0.0 < np.abs(reward[16:]).max() <= 20.0 + 1e-9


@pytest.mark.parametrize("arguments", [["nowhere"], ["nowhere", "--episodes", "1"]])
def test_bad_input_is_named(arguments: list[str], capsys: pytest.CaptureFixture):
    """One sentence, before anything is played."""
    with pytest.raises(SystemExit):
        critic.main(arguments)
    assert "expected" in (error := capsys.readouterr().err) or "there is no run folder nowhere" in error
