"""The policies that come with the package."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.cli import main
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.filters import filter_names
from hideseek.evaluate.play import MEASURES, play
from hideseek.evaluate.players import PolicyPlayer
from hideseek.game.config import Game, make_game
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError, load_json
from hideseek.learn.run import train
from hideseek.learn.storage import load_arrays, save_arrays
from hideseek.zoo.add import add
from hideseek.zoo.cards import CARD, FOLDER, PREFIX, read_card, zoo_names
from hideseek.zoo.policies import load_named
from tests.learn.toy import tiny_config

VARIATION = make_game("quadrant", practice=0.5, horizon=8, preparation_fraction=0.25, door_dropout=1.0)
LARGEST = 4_000_000
"""Bytes of one policy with its card."""


def test_there_is_one_for_the_quadrant():
    """It is what the documentation names."""
    assert "quadrant" in zoo_names()


@pytest.mark.parametrize("name", zoo_names())
def test_each_plays_and_says_where_it_comes_from(name: str):
    """It is small, plays its game, and has a card with training and evaluation."""
    policy, description = load_named(PREFIX + name)
    repeat = description.config.action_repeat
    env = HideAndSeek(description.game, 2)
    episodes = play(env, PolicyPlayer(policy, repeat), PolicyPlayer(policy, repeat), seed=0)
    assert np.isfinite([episodes.measure(measure) for measure in MEASURES]).all()
    assert all(np.isfinite(x).all() for x in jax.tree.leaves(policy) if isinstance(x, jax.Array))
    card = read_card(name)
    assert card["training"]["episodes"] > 0
    assert card["evaluation"]["episodes"] >= 2000
    assert card["telling"] in filter_names(description.game)
    assert {"about", "hideseek", "environment_version", "evaluated_on"} <= card.keys()
    assert sum(path.stat().st_size for path in (FOLDER / name).iterdir()) < LARGEST


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of a short variation of the quadrant game that was started from another."""
    folder = tmp_path_factory.mktemp("runs")
    options = {"game": VARIATION, "config": tiny_config(window=8, chunk_length=4), "seed": 0, "iterations": 1}
    first = train("quadrant", out=folder / "first", **options)
    return train("quadrant", out=folder / "second", start_from=first, **options)


@pytest.mark.parametrize(
    ("preset_game", "game"), [(False, replace(VARIATION, practice=0.0)), (True, make_game("quadrant"))]
)
def test_a_policy_is_taken_into_the_zoo(run_folder: Path, tmp_path, monkeypatch, preset_game: bool, game: Game):
    """It plays without practice, and keeps no path of the machine; the card says what it was trained with."""
    monkeypatch.setattr("hideseek.zoo.add.FOLDER", tmp_path)
    add(run_folder, "short", about="a test", telling="hidden", preset_game=preset_game, episodes=2)
    description = RunDescription.load(tmp_path / "short")
    assert description.game == game
    assert description.start == "first, iteration 1"
    card = load_json(tmp_path / "short" / CARD)
    assert card["training"]["practice"] == 0.5
    assert card["telling"] == "hidden"
    assert card["evaluation"]["episodes"] == 2


def test_a_policy_of_the_zoo_is_evaluated_and_watched_like_a_run(tmp_path, capsys):
    """By its name, without a run's folder."""
    numbers, picture = tmp_path / "numbers.json", tmp_path / "strip.png"
    main(["evaluate", "zoo:quadrant", "--against", "random", "--episodes", "2", "--json", str(numbers)])
    assert json.loads(numbers.read_text())["second"] == "random"
    main(["watch", "zoo:quadrant", "--size", "64", "--out", str(picture)])
    assert picture.exists()
    main(["list", "--runs", str(tmp_path)])
    assert "zoo:quadrant" in capsys.readouterr().out


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a copy of the zoo."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "zoo"))
    for module in ("cards", "policies"):
        monkeypatch.setattr(f"hideseek.zoo.{module}.FOLDER", folder)
    return folder


@pytest.mark.parametrize("name", ["card.json", "config.json", "policy.safetensors"])
def test_a_changed_bit_is_found(zoo: Path, name: str):
    """In whichever file it is; the file is named."""
    path = zoo / "doors" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunError, match=f"doors/{name} "):
        read_card("doors") if name == CARD else load_named("zoo:doors")


def test_weights_that_are_no_numbers_are_refused(zoo: Path):
    """A policy that decides nothing would be evaluated like any other."""
    path = zoo / "doors" / "policy.safetensors"
    arrays = load_arrays(path)
    arrays["actor/head/bias"] = np.full_like(arrays["actor/head/bias"], np.nan)
    save_arrays(path, arrays)
    with pytest.raises(
        RunError, match=r"policy\.safetensors is damaged: actor/head/bias has values that are not finite"
    ):
        load_named("zoo:doors")


def test_an_unknown_name_is_refused_with_those_there_are(capsys):
    """One line, exit code 2."""
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "zoo:nobody"])
    assert stop.value.code == 2
    assert "'nobody', expected" in capsys.readouterr().err
