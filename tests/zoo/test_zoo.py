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
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError, load_json
from hideseek.learn.presets import TRAIN_PRESETS
from hideseek.learn.progress import latest, read_progress
from hideseek.learn.run import train
from hideseek.learn.storage import load_arrays, save_arrays
from hideseek.zoo.add import add
from hideseek.zoo.cards import CARD, FOLDER, PREFIX, read_card, zoo_names
from hideseek.zoo.policies import load_named, start_from
from tests.learn.toy import tiny_config

VARIATION = make_game("quadrant", practice=0.5, horizon=8, preparation_fraction=0.25, door_dropout=1.0)
TINY = tiny_config(window=8, chunk_length=4)
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
    options = {"game": VARIATION, "config": TINY, "seed": 0, "iterations": 1}
    first = train("quadrant", out=folder / "first", **options)
    return train("quadrant", out=folder / "second", start_from=first, **options)


@pytest.mark.parametrize(
    ("preset_game", "game"), [(False, VARIATION.changed(practice=0.0)), (True, make_game("quadrant"))]
)
def test_a_policy_is_taken_into_the_zoo(run_folder: Path, tmp_path, monkeypatch, preset_game: bool, game: Game):
    """It plays without practice, and keeps no path of the machine; the card says what it was trained with."""
    monkeypatch.setattr("hideseek.zoo.add.FOLDER", tmp_path)
    add(run_folder, "short", about="a test", telling="hidden", preset_game=preset_game, episodes=2)
    description = RunDescription.load(tmp_path / "short")
    assert description.game == game
    assert description.start == "first, iteration 1"
    assert description.start_episodes == read_progress(run_folder.parent / "first").episodes
    assert (tmp_path / "short" / "critic.safetensors").exists()
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
    for module in ("add", "cards", "policies"):
        monkeypatch.setattr(f"hideseek.zoo.{module}.FOLDER", folder)
    return folder


def test_training_goes_on_from_the_zoo_as_from_the_run(zoo: Path, run_folder: Path, tmp_path: Path):
    """Policy, critic and both normalisers come along, and the number of episodes so far."""
    add(run_folder, "short", about="a test", telling="hidden", episodes=2)
    options = {"game": VARIATION, "config": TINY, "seed": 0, "iterations": 0}
    folders = [
        train("quadrant", out=tmp_path / "from run", start_from=run_folder, **options),
        train("quadrant", out=tmp_path / "from zoo", start_from=start_from("zoo:short"), **options),
    ]
    expected, found = (load_arrays(latest(folder) / "learner.safetensors") for folder in folders)
    assert expected.keys() == found.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)
    from_run, from_zoo = (RunDescription.load(folder) for folder in folders)
    assert from_zoo.start == "zoo:short, iteration 1"
    assert from_zoo.start_episodes == from_run.start_episodes
    assert from_zoo.start_episodes == 2 * read_progress(run_folder).episodes > 0


def test_a_critic_of_another_network_is_refused(zoo: Path, run_folder: Path, tmp_path: Path):
    """As any other file of arrays; the file is named, and no folder is made."""
    add(run_folder, "short", about="a test", telling="hidden", episodes=2)
    path = zoo / "short" / "critic.safetensors"
    arrays = load_arrays(path)
    save_arrays(path, {name: array for name, array in arrays.items() if name != "critic/head/bias"})
    with pytest.raises(RunError, match=r"critic\.safetensors is of another network or version: it has no critic/head"):
        train("quadrant", out=tmp_path / "run", game=VARIATION, config=TINY, start_from=start_from("zoo:short"))
    assert not (tmp_path / "run").exists()


def test_training_starts_from_a_policy_without_its_critic(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """On the command line, with its network and its options; the critic is fresh, which is said."""
    out = tmp_path / "run"
    train_main = ["train", "quadrant", "--start-from", "zoo:doors", "--out", str(out), "--learner.world-count", "16"]
    main([*train_main, "--learner.minibatch-chunks", "64", "--game.horizon", "40", "--iterations", "0"])
    assert "zoo:doors was kept without its critic: its policy starts with a fresh one" in capsys.readouterr().out
    policy, kept = load_named("zoo:doors")
    started, description = load_policy(out)
    for found, expected in zip(jax.tree.leaves(started), jax.tree.leaves(policy), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert description.start == "zoo:doors, iteration 1423"
    assert description.start_episodes == read_card("doors")["training"]["episodes"]
    assert description.config == replace(kept.config, world_count=16, minibatch_chunks=64)
    assert description.game == make_game("quadrant", horizon=40)
    learner = load_arrays(latest(out) / "learner.safetensors")
    assert all(np.isfinite(array).all() for array in learner.values())
    assert learner["networks/critic/head/kernel"].any()
    assert not learner["values/weight"]


def test_a_named_preset_keeps_its_options_but_not_its_network(tmp_path: Path):
    """The network cannot be another one than the policy's."""
    out = tmp_path / "run"
    main(["train", "quadrant", "--preset", "laptop", "--start-from", "zoo:doors", "--out", str(out),
          "--learner.world-count", "16", "--learner.minibatch-chunks", "64", "--iterations", "0"])  # fmt: skip
    config = RunDescription.load(out).config
    laptop = TRAIN_PRESETS["laptop"].config
    assert config.network == RunDescription.load(FOLDER / "doors").network != laptop.network
    assert config == replace(laptop, network=config.network, world_count=16, minibatch_chunks=64)


def test_nothing_starts_from_an_unknown_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """One line that tells which there are; no folder is made."""
    with pytest.raises(SystemExit) as stop:
        main(["train", "quadrant", "--start-from", "zoo:nobody", "--out", str(tmp_path / "run")])
    assert stop.value.code == 2
    assert "zoo policy is 'nobody', expected one of 'chasing', 'doors'" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


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
