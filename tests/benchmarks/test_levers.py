"""The benchmark of what each lever of learning is worth."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import levers
from benchmarks.levers import LEVERS, RECIPE, episodes_to_quarter, format_table
from hideseek.learn.config import TrainConfig
from tests.learn.toy import TINY_NETWORK, tiny_config


def figures(doors: float, to_quarter: int | None = None) -> levers.Figures:
    """Return what could be found of a run."""
    return {"doors": doors, "explained": 0.25, "episodes": 100, "to_quarter": to_quarter}


def test_every_lever_changes_the_recipe():
    """To a configuration that is another one, and whose worlds and steps are as many."""
    changed = {name: change(RECIPE) for name, change in LEVERS.items()}
    assert changed.pop("recipe") == RECIPE
    assert len({repr(config) for config in changed.values()} - {repr(RECIPE)}) == len(changed)
    for config in changed.values():
        assert (config.world_count, config.window) == (RECIPE.world_count, RECIPE.window)


def test_a_quarter_is_that_of_twenty_iterations():
    """One in which doors were blocked in half after 20 without: after as many again; and never."""
    lines = [{"episodes": 10 * n, "behaviour/door_blocked_prep": 0.5 * (n > 20)} for n in range(1, 41)]
    assert episodes_to_quarter(lines) == 300
    assert episodes_to_quarter(lines[:29]) is None
    assert episodes_to_quarter([{"episodes": 1}]) is None


def test_table_compares_with_the_recipe_on_the_same_seeds():
    """Seeds 0 and 1 have both; half of the runs without a quarter, and the median is not reached."""
    found = {
        "recipe": {0: figures(0.5, 100), 1: figures(0.6, 300), 2: figures(0.1, 200)},
        "skip": {0: figures(0.4), 1: figures(0.5)},
        "levels": {0: figures(0.4, 50)},
    }
    recipe, skip, one = format_table(found).splitlines()[2:]
    assert recipe.startswith("| recipe | 3 | 40.0 [")
    assert recipe.endswith("|  | 0.25 | 200 |")
    assert skip == "| skip | 2 | 45.0 [-18.5, 108.5] | -10.0 [-10.0, -10.0] | 0.25 | not reached |"
    assert one == "| levels | 1 | 40.0 | -10.0 | 0.25 | 50 |"


@pytest.fixture
def tiny_recipe(monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    """Return the recipe at the size of tests, which the benchmark now uses."""
    sizes = tiny_config(world_count=32, window=40, chunk_length=10, action_repeat=2, past_share=0.0)
    network = replace(TINY_NETWORK, critic_view=True)
    recipe = replace(sizes, network=network, starts=RECIPE.starts, mirrored=True)
    monkeypatch.setattr(levers, "RECIPE", recipe)
    return recipe


def test_runs_are_trained_and_measured_once(
    tiny_recipe: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    """What is finished is not done again; a run that is there goes on; other options than it had are refused."""
    folder = tmp_path / "levers"
    arguments = [str(folder), "--levers", "recipe", "--seeds", "3", "--episodes", "8"]
    levers.train_run(folder, "recipe", 3, 1, None)
    levers.main([*arguments, "--iterations", "2"])
    printed = capsys.readouterr().out
    assert "2 iterations from nothing, 8 episodes" in printed
    assert "| recipe | 1 | " in printed
    found = json.loads((folder / "recipe-3.json").read_text())
    assert (found["lever"], found["seed"], found["to_quarter"]) == ("recipe", 3, None)
    assert 0.0 <= found["doors"] <= 1.0
    monkeypatch.setattr(levers, "train", None)
    levers.main([*arguments, "--iterations", "2"])
    assert printed.splitlines()[-1] in capsys.readouterr().out
    with pytest.raises(SystemExit):
        levers.main([*arguments, "--iterations", "3"])
    assert "expected {'iterations': 3, " in capsys.readouterr().err
    (folder / "recipe-3.json").unlink()
    monkeypatch.setattr(levers, "RECIPE", replace(tiny_recipe, mirrored=False))
    with pytest.raises(SystemExit):
        levers.main([*arguments, "--iterations", "2"])
    assert "trained with other options" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--levers", "none"], "lever is 'none', expected"),
        (["--seeds", "-1"], "seed is -1, expected"),
        (["--iterations", "0"], "iterations is 0, expected"),
        (["--episodes", "1"], "episodes is 1, expected"),
        (["--start-from", "zoo:nothing"], "nothing"),
    ],
)
def test_bad_input(tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture):
    """The name, the value and what was expected, before any training."""
    with pytest.raises(SystemExit):
        levers.main([str(tmp_path / "levers"), *arguments])
    assert message in capsys.readouterr().err
    assert not (tmp_path / "levers").exists()
