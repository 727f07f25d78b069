"""The benchmark of what the critic knows."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import critic
from hideseek.learn.run import train
from tests.learn.toy import TINY_NETWORK, tiny_config

EPISODES = 40


def test_tables(quadrant_run: Path, capsys: pytest.CaptureFixture):
    """Moments are steps of the game; the same seed prints the same."""
    arguments = [str(quadrant_run), "--episodes", str(EPISODES), "--seed", "3"]
    critic.main(arguments)
    printed = capsys.readouterr().out
    moments = [line.split(" | ")[0] for line in printed.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert moments == ["| 0", "| 14", "| 30", "| 44", "| 60"]
    assert all(f"| {name} | " in printed for name in critic.BEHAVIOURS)
    critic.main(arguments)
    assert capsys.readouterr().out.split("seed 3")[1] == printed.split("seed 3")[1]


def test_runs_are_compared_in_a_line_each(quadrant_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    """A critic of any kind; the figures of the lines, which are those of the moments' table, are in a file, too."""
    other = tmp_path / "other"
    network = replace(TINY_NETWORK, value_heads=2, entropy_input=True)
    options = {"network": network, "entropy_blocks": (0.001, 0.01), "zero_sum_value": True}
    config = tiny_config(world_count=32, window=40, chunk_length=10, action_repeat=2, **options)
    train("quadrant", out=other, config=config, seed=0, iterations=0)
    found = tmp_path / "critics.json"
    critic.main([str(quadrant_run), str(other), "--episodes", str(EPISODES), "--json", str(found)])
    content = json.loads(found.read_text())
    assert [(row["run"], row["iteration"]) for row in content["runs"]] == [(str(quadrant_run), 1), (str(other), 0)]
    printed = capsys.readouterr().out.splitlines()[-2:]
    for row, line in zip(content["runs"], printed, strict=True):
        numbers = [row["explained"][kind][name] for kind in critic.KINDS for name in critic.NAMES]
        assert line == f"| {row['run']} | {row['iteration']} | {' | '.join(f'{x:.2f}' for x in numbers)} |"
    description = critic.RunDescription.load(other)
    played = critic.play(critic.load_learner(critic.latest(other), description), description, EPISODES, seed=1)
    np.testing.assert_array_equal(played.value, played.joint)
    at_end = critic.explained_variance(played.joint[16], played.to_come[16])
    assert content["runs"][1]["explained"]["joint"]["preparation_end"] == pytest.approx(at_end)
    assert not np.allclose(played.joint, played.own, atol=1e-3)


def test_what_is_to_come_is_the_discounted_reward(quadrant_run: Path):
    """One step before, it is that step's reward more; at the last step it is a reward of two steps of the game."""
    description = critic.RunDescription.load(quadrant_run)
    learner = critic.load_learner(critic.latest(quadrant_run), description)
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
