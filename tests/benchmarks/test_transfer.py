"""The benchmark of what a policy is worth on another engine."""

import json
import sys

import jax
import numpy as np
import pytest

from benchmarks import transfer
from benchmarks.transfer import BAR, Row, compare_engines, format_rows
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.players import PolicyPlayer, untrained_policy
from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.learn.config import PRESETS
from hideseek.learn.description import RunDescription
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.policy import Policy
from tests.needs import import_mujoco

import_mujoco()

GAME = make_game("quadrant", horizon=10)
NETWORK = NetworkConfig(embedding=8, attention_heads=2, dense=8, memory=8, lidar_filters=2)


def untrained() -> Policy:
    return untrained_policy(FeatureSizes.of(observation_spec(GAME)), NETWORK, seed=0)


def row_with(mean: float, half_width: float) -> Row:
    share = Interval(mean, mean - half_width, mean + half_width)
    return Row("anybody", Interval(0.0, -1.0, 1.0), Interval(0.0, -1.0, 1.0), share, 1.0, 1.0)


def test_untrained_policy_fares_alike_on_both_engines():
    """A few short episodes on the same layouts with the same chances: finite returns that hardly differ."""
    policy = untrained()
    row = compare_engines(GAME, "untrained", lambda: PolicyPlayer(policy), layouts=6, seed=1)
    assert np.isfinite([row.here.mean, row.mujoco.mean]).all()
    assert abs(row.here.mean) <= GAME.horizon - GAME.preparation_steps
    assert abs(row.share.mean) < 0.2
    assert row.share.mean == pytest.approx((row.mujoco.mean - row.here.mean) / 12.0)


@pytest.mark.parametrize(
    ("mean", "half_width", "misses"),
    [(0.0, 0.04, False), (0.02, 0.02, False), (-0.04, 0.02, True), (0.04, 0.02, True), (0.0, np.nan, True)],
)
def test_whole_interval_must_lie_within_the_bar(mean: float, half_width: float, misses: bool):
    """5 % of the range on either side; an interval that is no number misses."""
    row = row_with(mean, half_width)
    assert BAR == 0.05
    assert row.misses == misses
    assert ("FAIL" if misses else "pass") in format_rows([row])


@pytest.mark.parametrize(("options", "layouts"), [({}, 1), ({"seekers": 0}, 4), ({"preparation_fraction": 1.0}, 4)])
def test_nothing_to_compare_is_refused(options: dict, layouts: int):
    """A single layout, no seekers, no steps that are rewarded."""
    with pytest.raises(ValueError, match="expected at least 2, 1 and 1"):
        compare_engines(make_game("quadrant", **options), "nobody", lambda: pytest.fail("played"), layouts, seed=0)


def test_command_prints_and_writes_both_rows(tmp_path, capsys, monkeypatch):
    """The run's policy and random players, with seed, device and command."""
    run, path = tmp_path / "run", tmp_path / "transfer.json"
    description = RunDescription("quadrant", GAME, PRESETS["laptop"], seed=0)
    monkeypatch.setattr(transfer, "load_policy", lambda folder: {run: (untrained(), description)}[folder])
    status = transfer.main([str(run), "--layouts", "3", "--seed", "2", "--json", str(path)])
    text, data = capsys.readouterr().out, json.loads(path.read_text())
    assert status == int("FAIL" in text)
    assert all(word in text for word in ("seed 2", f"device {jax.default_backend()}", f"{run} --layouts 3 --seed 2"))
    assert [row["players"] for row in data["rows"]] == ["trained", "random"]
    assert (data["game"], data["layouts"], data["seed"]) == ("quadrant", 3, 2)


def test_missing_mujoco_is_said_before_anything_is_played(monkeypatch):
    """Not after half of the episodes."""
    monkeypatch.setitem(sys.modules, "mujoco", None)
    with pytest.raises(ImportError, match="MuJoCo is not installed"):
        compare_engines(GAME, "nobody", lambda: pytest.fail("played"), layouts=4, seed=0)


def test_missing_run_is_said_in_one_line(tmp_path, capsys):
    """Exit status 2."""
    with pytest.raises(SystemExit) as stop:
        transfer.main([str(tmp_path / "nowhere")])
    assert stop.value.code == 2
    assert "there is no run folder" in capsys.readouterr().err
