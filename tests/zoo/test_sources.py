"""From the words that name players to the players: runs, the zoo, scripts, and games with random players."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import play
from hideseek.evaluate.players import PolicyPlayer, RandomPlayer
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.names import NAMES
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.game.config import PRESETS, make_game
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.files import RunError
from hideseek.zoo.cards import PREFIX, read_card, zoo_names
from hideseek.zoo.sources import Source, open_source, source_iterations
from tests.refusal import assert_refused, refused
from tests.serve.conftest import GAME, ITERATION, PAST, make_run


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with two policies of a short game."""
    folder = tmp_path_factory.mktemp("sources") / "run"
    make_run(folder)
    return folder


def returns(source: Source) -> np.ndarray:
    """Return what hiders and seekers earn in two episodes."""
    episodes = play(HideAndSeek(source.game, 2), *source.players(), seed=3)
    return np.array([episodes.hider_return, episodes.seeker_return])


@pytest.mark.parametrize("name", PRESETS)
def test_a_game_has_random_players(name: str):
    """Nothing is asked of a disk; they have no training behind them."""
    source = open_source(name)
    assert source.game == make_game(name)
    assert source.title == f"random players in {name}"
    assert all(isinstance(player, RandomPlayer) for player in source.players())
    assert (source.action_repeat, source.iteration, source.folder) == (1, None, None)
    assert source_iterations(name) == []


def test_a_script_has_its_players_and_the_game_that_it_was_written_for():
    """They play it."""
    source = open_source("scripted:door")
    hiders, seekers = source.players()
    assert isinstance(hiders, RoomHiders)
    assert isinstance(seekers, ChasingSeekers)
    assert source.game == make_game("quadrant")
    assert np.isfinite(returns(source)).all()
    assert [source_iterations(name) for name in NAMES] == [[]] * len(NAMES)


@pytest.mark.parametrize("name", zoo_names())
def test_a_policy_of_the_zoo_knows_its_training(name: str):
    """Its one iteration can be named."""
    source = open_source(PREFIX + name)
    iteration = read_card(name)["training"]["iteration"]
    assert (source.title, source.iteration, source.folder) == (PREFIX + name, iteration, None)
    assert source_iterations(PREFIX + name) == [iteration]
    assert open_source(PREFIX + name, iteration).game == source.game
    assert source.telling == read_card(name)["telling"]
    assert all(isinstance(player, PolicyPlayer) for player in source.players())


@pytest.mark.parametrize(("asked", "iteration"), [(None, ITERATION), (ITERATION, ITERATION), (PAST, PAST)])
def test_a_run_plays_as_its_policy_does(run_folder: Path, asked: int | None, iteration: int):
    """The last one unless another is asked for."""
    source = open_source(str(run_folder), asked)
    assert (source.title, source.iteration) == (f"{run_folder}, iteration {iteration}", iteration)
    assert (source.game, source.folder) == (GAME, run_folder)
    policy, _ = load_policy(run_folder, iteration)
    by_hand = Source("by hand", GAME, lambda _: PolicyPlayer(policy))
    np.testing.assert_array_equal(returns(source), returns(by_hand))
    assert source_iterations(str(run_folder)) == [PAST, ITERATION]


@pytest.mark.parametrize("name", ["random-walls", "scripted:chase", "zoo:quadrant"])
def test_players_are_new_each_time(name: str):
    """Those of two teams, or of two games, share no memory."""
    source = open_source(name)
    players = [*source.players(), *source.players()]
    assert len({id(player) for player in players}) == len(players)


def test_a_run_that_is_called_like_a_game_is_the_run(tmp_path: Path, monkeypatch):
    """A folder of that name that is no run stands in nobody's way."""
    monkeypatch.chdir(tmp_path)
    Path("random-walls").mkdir()
    assert open_source("random-walls").iteration is None
    make_run(Path("quadrant"))
    assert open_source("quadrant").iteration == ITERATION
    assert source_iterations("quadrant") == [PAST, ITERATION]


@refused(
    [
        (lambda: open_source("nowhere"), RunError, r"there is no run folder nowhere, expected .* \(quadrant, random"),
        (lambda: source_iterations("nowhere"), RunError, "there is no run folder nowhere, expected a run's folder"),
        (lambda: open_source(__file__), RunError, r"test_sources\.py is a file, expected a run's folder"),
        (lambda: open_source("zoo:nobody"), ValueError, "zoo policy is 'nobody', expected one of"),
        (lambda: source_iterations("zoo:nobody"), ValueError, "zoo policy is 'nobody', expected one of"),
        (lambda: open_source("scripted:dance"), ValueError, "name is 'scripted:dance', expected one of"),
        (lambda: source_iterations("scripted:dance"), ValueError, "name is 'scripted:dance', expected one of"),
        (lambda: open_source(Path("runs")), TypeError, "name is PosixPath.*, expected a string"),
        (lambda: Source(7, GAME, lambda _: RandomPlayer()), TypeError, "title is 7, expected a string"),
        (lambda: Source("a", GAME, lambda _: RandomPlayer(), 0), ValueError, "action_repeat is 0, expected"),
        (lambda: Source("a", GAME, lambda _: RandomPlayer(), telling="x"), ValueError, "telling is .x., expected one"),
    ]
)
def test_refusals(call: Callable[[], object], error: type[Exception], message: str):
    """One error that says what could be named."""
    assert_refused(call, error, message)


@pytest.mark.parametrize("name", ["random-walls", "scripted:door", "zoo:quadrant"])
def test_other_iterations_than_there_are_are_refused(name: str):
    """By name."""
    with pytest.raises(RunError, match=f"{name} has no policy of iteration 3"):
        open_source(name, 3)
