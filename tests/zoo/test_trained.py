"""Policies for use from Python: wherever they are from, they play."""

import shutil
from pathlib import Path

import jax
import numpy as np
import pytest

import hideseek
from hideseek.learn.files import RunError
from hideseek.learn.run import train
from hideseek.zoo.cards import FOLDER
from tests.learn.toy import tiny_config

GAME = hideseek.make_game("quadrant", horizon=8, preparation_fraction=0.25)


def play(policy) -> np.ndarray:
    """Return the movements of some steps."""
    env = hideseek.HideAndSeek(policy.game, 2, seed=0)
    observation, memory, movements = env.reset(), policy.initial_memory(2), []
    for _ in range(3):
        actions, memory = policy.act(observation, memory)
        movements.append(actions.movement)
        observation, *_ = env.step(*actions)
    return np.array(movements)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tiny_config(window=8, chunk_length=4)
    out = tmp_path_factory.mktemp("runs") / "first"
    return train("quadrant", game=GAME, config=config, seed=0, out=out, iterations=1)


def test_of_the_zoo():
    policy = hideseek.load_policy("zoo:doors")
    assert policy.name == "zoo:doors"
    assert policy.action_repeat == 2
    assert policy.game.layout.name == "quadrant"
    movements = play(policy)
    np.testing.assert_array_equal(movements[0], movements[1])
    assert (movements[1] != movements[2]).any()


def test_of_a_run(run_folder: Path):
    """By its path or the text of it."""
    policy = hideseek.load_policy(run_folder)
    assert policy.game == GAME
    np.testing.assert_array_equal(play(policy), play(hideseek.load_policy(str(run_folder))))


def test_of_a_file(tmp_path: Path):
    """A copy of what is in the zoo's folder."""
    shutil.copytree(FOLDER / "quadrant", tmp_path / "mine")
    file, zoo = hideseek.load_policy(tmp_path / "mine" / "policy.safetensors"), hideseek.load_policy("zoo:quadrant")
    assert file.game == zoo.game
    assert all((x == y).all() for x, y in zip(*map(jax.tree.leaves, (file.policy, zoo.policy)), strict=True))


def test_what_is_none_is_refused(tmp_path: Path):
    """With what was expected, and the file that is wrong."""
    shutil.copytree(FOLDER / "quadrant", tmp_path / "cut")
    weights = tmp_path / "cut" / "policy.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    (tmp_path / "notes.txt").write_text("no policy")
    for source, error, message in (
        (None, TypeError, "source is None, expected zoo:NAME or a path"),
        ("zoo:nobody", ValueError, "'nobody', expected one of 'chasing', 'doors'"),
        (tmp_path / "nowhere", RunError, "there is no run folder"),
        (weights, RunError, "policy.safetensors cannot be read"),
        (tmp_path / "notes.txt", RunError, "is not a run folder: it has no config.json"),
    ):
        with pytest.raises(error, match=message):
            hideseek.load_policy(source)  # pyright: ignore[reportArgumentType]
