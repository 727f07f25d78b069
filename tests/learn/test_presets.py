"""Starting points of training: the sizes for all games, and recipes that stay what they were."""

from dataclasses import replace

import pytest

from hideseek.game.config import PRESETS as GAMES
from hideseek.game.config import make_game
from hideseek.learn.config import PRESETS as SIZES
from hideseek.learn.description import RunDescription
from hideseek.learn.presets import DEFAULT, TRAIN_PRESETS
from hideseek.zoo.cards import FOLDER, read_card
from tests.refusal import assert_refused


@pytest.mark.parametrize("name", ["chasing", "doors", "quadrant"])
def test_recipes_are_what_policies_of_the_zoo_were_trained_with(name: str):
    """Number by number; how often an episode is kept changes nothing of what is learned."""
    preset, trained = TRAIN_PRESETS[name], RunDescription.load(FOLDER / name)
    interval = trained.config.replay_interval
    assert replace(preset.config, replay_interval=interval) == trained.config
    practice = read_card(name)["training"].get("practice", 0.0)
    assert preset.make_game("quadrant") == trained.game.changed(practice=practice)


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_for_every_game_as_it_is(name: str):
    """They change nothing of it."""
    preset = TRAIN_PRESETS[name]
    assert preset.config == SIZES[name]
    assert [preset.make_game(game) for game in GAMES] == list(GAMES.values())


def test_titles_are_one_line_and_the_default_says_so():
    """They stand in lists."""
    assert all(preset.title and "\n" not in preset.title for preset in TRAIN_PRESETS.values())
    assert [name for name, preset in TRAIN_PRESETS.items() if "default" in preset.title] == [DEFAULT]


def test_recipes_are_for_one_game():
    """Its options would mean nothing in another one."""
    doors = TRAIN_PRESETS["doors"]
    assert doors.fits("quadrant")
    assert not doors.fits("random-walls")
    assert doors.make_game("quadrant") != make_game("quadrant")
    assert_refused(
        lambda: doors.make_game("random-walls"), ValueError, "game_name is 'random-walls', expected 'quadrant'"
    )
    assert_refused(lambda: doors.make_game(GAMES["quadrant"]), TypeError, "game_name is Game.*, expected the name")
