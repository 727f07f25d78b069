"""Games as data: presets, what follows from them, and what is refused."""

import dataclasses
import json
import re
from collections.abc import Callable
from typing import get_type_hints

import numpy as np
import pytest

from hideseek.game.config import ADDED_OPTIONS, PRESETS, Game, Rules, make_game
from hideseek.game.layout.build import check_buildable, draw_layouts
from hideseek.game.layout.options import QuadrantLayout, RandomWallsLayout
from hideseek.game.numbers import numbers_of
from hideseek.game.objective.options import HideAndSeekObjective
from hideseek.game.observe import allocate_observation, observation_spec


def test_quadrant_is_the_papers():
    """Two against two in 80 steps, two cubes and a ramp that cannot be locked, everybody inside the walls."""
    game = make_game("quadrant")
    assert (game.hiders, game.seekers, game.agents) == (2, 2, 4)
    assert (game.horizon, game.preparation_steps) == (80, 32)
    assert game.counts == (4, 2, 1, 8, 0)
    assert (game.counts.object, game.counts.body) == (3, 7)
    assert not game.lock_ramps
    assert not game.observes_size
    assert game.area == (0.1, 0.1, 5.9, 5.9)
    assert game.physics.wall_friction == 0.01


def test_random_walls_is_the_papers():
    """Two against two in 240 steps, three to nine boxes, two ramps that can be locked, one to four rooms."""
    game = make_game("random-walls")
    assert (game.horizon, game.preparation_steps) == (240, 96)
    assert (game.boxes_min, game.boxes_max, game.elongated_min, game.elongated_max) == (3, 9, 3, 9)
    assert game.counts == (4, 9, 2, 10, 0)
    assert game.lock_ramps
    assert game.observes_size
    assert game.layout == RandomWallsLayout(rooms_max=4)
    assert game.physics.wall_friction == 1.0


def test_overrides_change_nothing_else():
    """A preset with an option is the preset but for that option."""
    game = make_game("random-walls", hiders=3)
    assert dataclasses.replace(game, hiders=2) == PRESETS["random-walls"]
    assert game.agents == 5


@pytest.mark.parametrize(("fraction", "horizon", "steps"), [(0.0, 80, 0), (1.0, 80, 80), (0.4, 240, 96), (0.3, 10, 3)])
def test_preparation_steps(fraction: float, horizon: int, steps: int):
    """The share of the horizon, rounded down, but not by an error of representation: 0.3 * 10 is 3."""
    assert make_game("quadrant", preparation_fraction=fraction, horizon=horizon).preparation_steps == steps


def test_params_are_numbers_of_fixed_types():
    """An int where a float belongs would compile every kernel anew; choices are their place among the options."""
    params = make_game("quadrant", reach=1, area=(0, 0, 6, 6), lock_rule="any_lock").params
    for name, kind in get_type_hints(Rules).items():
        if kind in (bool, int, float) and name != "wall_friction":
            assert type(getattr(params, name)) is kind, name
    assert all(type(bound) is float for bound in params.area)
    assert (params.lock_rule, params.area, params.reach) == (0, (0.0, 0.0, 6.0, 6.0), 1.0)
    assert (params.agents, params.preparation_steps, params.observes_size) == (4, 32, False)
    assert numbers_of(HideAndSeekObjective(reward="selfish")).reward == 2
    assert type(numbers_of(QuadrantLayout(door_dropout=1)).door_dropout) is float


def test_games_are_immutable_and_hashable():
    """They can be keys and defaults."""
    game = make_game("quadrant")
    with pytest.raises(dataclasses.FrozenInstanceError):
        game.hiders = 3
    assert len({game, make_game("quadrant"), make_game("random-walls")}) == 2


@pytest.mark.parametrize("name", ["", "Quadrant", "castle", None, ["quadrant"], 3])
def test_unknown_game_is_refused(name: object):
    """The error names it and the known ones."""
    with pytest.raises(
        ValueError, match=f"unknown game {re.escape(repr(name))}; known games: quadrant, random-walls, "
    ):
        make_game(name)


def test_unknown_option_is_refused():
    """The error names it and the known ones."""
    where = "a game with layout 'quadrant' and objective 'hide_and_seek'"
    with pytest.raises(ValueError, match=rf"unknown option 'hider' of {where}; known options: .*hiders"):
        make_game("quadrant", hider=3)


def test_an_option_of_another_layout_is_refused():
    """It would do nothing; the error says whose it is."""
    with pytest.raises(ValueError, match=r"unknown option 'rooms_max' .* \(it is one of layout 'random_walls'\)"):
        make_game("quadrant", rooms_max=3)
    with pytest.raises(ValueError, match=r"unknown option 'practice' .* \(it is one of layout 'quadrant'\)"):
        make_game("random-walls", practice=0.5)


def test_a_layout_is_given_by_name_or_as_such():
    """With its defaults, or with what is said of it."""
    by_name = make_game("quadrant", layout="random_walls", rooms_max=2)
    assert by_name.layout == RandomWallsLayout(rooms_max=2)
    assert make_game("quadrant", layout=RandomWallsLayout(rooms_max=2)) == by_name
    assert by_name.counts.wall == 6


@pytest.mark.parametrize("value", [None, 0, ["quadrant"], HideAndSeekObjective()])
def test_what_is_no_layout_is_refused(value: object):
    """The error names those that there are."""
    with pytest.raises(TypeError, match=r"layout is .*, expected one of QuadrantLayout, RandomWallsLayout"):
        make_game("quadrant", layout=value)


@pytest.mark.parametrize("name", PRESETS)
def test_a_game_is_what_its_options_say(name: str):
    """As they are in files, after JSON has made lists of tuples."""
    game = PRESETS[name]
    options = json.loads(json.dumps(game.options))
    assert Game.from_options(options) == game
    for option in sorted(options.keys() - ADDED_OPTIONS.keys()):
        with pytest.raises(ValueError, match=f"game lacks {option}"):
            Game.from_options({other: value for other, value in options.items() if other != option})
    with pytest.raises(ValueError, match="game has the unknown maze"):
        Game.from_options({**options, "maze": 3})


def test_older_files_have_the_options_of_all_layouts():
    """Those of the others did nothing, and of objectives there was one."""
    options = {**PRESETS["quadrant"].options, "rooms_max": 4, "outer_wall_probability": 0.5, "team_radius": 0.5}
    del options["objective"], options["practice"]
    assert Game.from_options(options) == PRESETS["quadrant"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("layout", "maze"),
        ("objective", "maze"),
        ("lock_rule", "none"),
        ("lock_rule", True),
        ("reward", "zero"),
        ("reward", 1),
        ("horizon", 0),
        ("horizon", -80),
        ("horizon", 80.0),
        ("horizon", "80"),
        ("horizon", None),
        ("horizon", True),
        ("horizon", 100_001),
        ("horizon", 10**400),
        ("horizon", np.int64(80)),
        ("horizon", np.array([80, 80])),
        ("hiders", 0),
        ("hiders", 17),
        ("hiders", True),
        ("seekers", -1),
        ("seekers", 1.5),
        ("boxes_min", -1),
        ("boxes_min", 3),
        ("boxes_max", 17),
        ("boxes_max", False),
        ("elongated_min", -1),
        ("elongated_max", -1),
        ("elongated_max", 3),
        ("ramps", -1),
        ("ramps", 9),
        ("preparation_fraction", -0.1),
        ("preparation_fraction", 1.1),
        ("preparation_fraction", float("nan")),
        ("preparation_fraction", "half"),
        ("preparation_fraction", True),
        ("door_dropout", 2.0),
        ("door_dropout", None),
        ("door_dropout", float("inf")),
        ("practice", -0.5),
        ("practice", True),
        ("reach", 0.0),
        ("reach", -0.25),
        ("reach", float("nan")),
        ("reach", float("inf")),
        ("reach", 10**400),
        ("reach", "0.25"),
        ("wall_friction", -0.01),
        ("wall_friction", 0),
        ("wall_friction", float("nan")),
        ("wall_friction", True),
        ("lock_ramps", 1),
        ("lock_ramps", None),
        ("penalise_objects_out", "yes"),
        ("hiders_in_quadrant", 0),
        ("original_quirks", "False"),
        ("original_quirks", np.True_),
        ("area", (0.0, 0.0, 0.0, 6.0)),
        ("area", (5.9, 0.1, 0.1, 5.9)),
        ("area", (0.1, 0.1, 5.9)),
        ("area", (float("nan"),) * 4),
        ("area", (0.1, 0.1, 5.9, float("inf"))),
        ("area", (0.1, 0.1, "5.9", 5.9)),
        ("area", [0.1, 0.1, 5.9, 5.9]),
        ("area", None),
        ("area", 6.0),
        ("out_of_area_reward", float("nan")),
        ("out_of_area_reward", float("-inf")),
        ("out_of_area_reward", 10**400),
        ("out_of_area_reward", -2e6),
        ("out_of_area_reward", "low"),
        ("out_of_area_reward", True),
    ],
)
def test_impossible_game_is_refused(name: str, value: object):
    """The error names the field, its value, and what was expected."""
    with pytest.raises(ValueError, match=f"{name}.* is .*, expected"):
        make_game("quadrant", **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rooms_max", 0),
        ("rooms_max", 9),
        ("rooms_max", "four"),
        ("outer_wall_probability", -1.0),
        ("outer_wall_probability", np.float32(0.5)),
        ("outer_wall_probability", [0.5]),
        ("team_radius", -0.5),
        ("team_radius", 6.0),
        ("team_radius", None),
    ],
)
def test_impossible_random_walls_are_refused(name: str, value: object):
    """Likewise."""
    with pytest.raises(ValueError, match=f"{name}.* is .*, expected"):
        make_game("random-walls", **{name: value})


def test_elongated_boxes_beyond_the_fewest_boxes_are_refused():
    """At least two elongated ones among at least one box cannot be."""
    with pytest.raises(ValueError, match="elongated_min is 2, expected at most boxes_min, 1"):
        Game(boxes_min=1, boxes_max=2, elongated_min=2, elongated_max=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"boxes_min": 3}, "boxes_min is 3, expected at most boxes_max, 2"),
        ({"elongated_max": 3}, "elongated_max is 3, expected at most boxes_max, 2"),
        ({"elongated_min": 2, "elongated_max": 1}, "elongated_min is 2, expected at most elongated_max, 1"),
        ({"boxes_min": 0, "elongated_min": 1, "elongated_max": 2}, "elongated_min is 1, expected at most boxes_min, 0"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(options: dict, message: str):
    """The error names both fields."""
    with pytest.raises(ValueError, match=message):
        make_game("quadrant", **options)


def test_every_field_is_checked():
    """No field takes an object that is nothing at all."""
    for kind in (Game, QuadrantLayout, RandomWallsLayout, HideAndSeekObjective):
        for field in dataclasses.fields(kind):
            with pytest.raises((TypeError, ValueError), match=f"{field.name} is <object"):
                kind(**{field.name: object()})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: observation_spec("quadrant"), TypeError, "game is 'quadrant', expected a Game"),
        (lambda: allocate_observation(0, Game()), ValueError, "world_count is 0, expected"),
        (lambda: allocate_observation(1, None), TypeError, "game is None, expected a Game"),
        (lambda: draw_layouts(None, 1), TypeError, "game is None, expected a Game"),
        (lambda: draw_layouts(Game(), 2.0), ValueError, r"world_count is 2\.0, expected"),
        (lambda: draw_layouts(Game(), 1, -1), ValueError, "seed is -1, expected"),
        (lambda: check_buildable({}), TypeError, "game is {}, expected a Game"),
    ],
)
def test_what_is_made_of_a_game_needs_one(call: Callable, error: type[Exception], message: str):
    """Observations and layouts: the error names the argument."""
    with pytest.raises(error, match=message):
        call()
