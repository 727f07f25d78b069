"""Games as data: presets, what follows from them, and what is refused."""

import dataclasses

import pytest

from hideseek.game.config import PRESETS, Game, GameParams, make_game


def test_quadrant_is_the_papers():
    """Two against two in 80 steps, two cubes and a ramp that cannot be locked, everybody inside the walls."""
    game = make_game("quadrant")
    assert (game.hiders, game.seekers, game.agents) == (2, 2, 4)
    assert (game.horizon, game.preparation_steps) == (80, 32)
    assert game.counts == (4, 2, 1, 8)
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
    assert game.counts == (4, 9, 2, 10)
    assert game.lock_ramps
    assert game.observes_size
    assert game.rooms_max == 4
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
    params = make_game("quadrant", reach=1, area=(0, 0, 6, 6), reward="selfish", lock_rule="any_lock").params
    for name, kind in GameParams.__annotations__.items():
        assert type(getattr(params, name)) is kind, name
    assert (params.layout, params.lock_rule, params.reward) == (0, 0, 2)
    assert (params.area_x1, params.reach) == (6.0, 1.0)


def test_games_are_immutable_and_hashable():
    """They can be keys and defaults."""
    game = make_game("quadrant")
    with pytest.raises(dataclasses.FrozenInstanceError):
        game.hiders = 3
    assert len({game, make_game("quadrant"), make_game("random-walls")}) == 2


@pytest.mark.parametrize("name", ["", "Quadrant", "shelter", None])
def test_unknown_game_is_refused(name: object):
    """The error names it and the known ones."""
    with pytest.raises(ValueError, match=f"unknown game {name!r}; known games: quadrant, random-walls"):
        make_game(name)


def test_unknown_option_is_refused():
    """The error names it and the known ones."""
    with pytest.raises(ValueError, match=r"unknown option 'hider' of game 'quadrant'; known options: .*hiders"):
        make_game("quadrant", hider=3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("layout", "maze"),
        ("lock_rule", "none"),
        ("reward", "zero"),
        ("horizon", 0),
        ("horizon", -80),
        ("horizon", 80.0),
        ("horizon", "80"),
        ("horizon", None),
        ("hiders", 0),
        ("hiders", 17),
        ("hiders", True),
        ("seekers", -1),
        ("seekers", 1.5),
        ("boxes_min", -1),
        ("boxes_min", 3),
        ("boxes_max", 17),
        ("elongated_min", -1),
        ("elongated_max", -1),
        ("elongated_max", 3),
        ("ramps", -1),
        ("ramps", 9),
        ("rooms_max", 0),
        ("preparation_fraction", -0.1),
        ("preparation_fraction", 1.1),
        ("preparation_fraction", float("nan")),
        ("preparation_fraction", "half"),
        ("door_dropout", 2.0),
        ("outer_wall_probability", -1.0),
        ("reach", 0.0),
        ("reach", -0.25),
        ("reach", float("nan")),
        ("reach", float("inf")),
        ("team_radius", -0.5),
        ("wall_friction", -0.01),
        ("area", (0.0, 0.0, 0.0, 6.0)),
        ("area", (5.9, 0.1, 0.1, 5.9)),
        ("area", (0.1, 0.1, 5.9)),
        ("area", (float("nan"),) * 4),
        ("out_of_area_reward", float("nan")),
    ],
)
def test_impossible_game_is_refused(name: str, value: object):
    """The error names the field, its value, and what was expected."""
    with pytest.raises((ValueError, TypeError), match=f"{name}.* is .*, expected"):
        make_game("quadrant", **{name: value})


def test_elongated_boxes_beyond_the_fewest_boxes_are_refused():
    """At least two elongated ones among at least one box cannot be."""
    with pytest.raises(ValueError, match="elongated_min is 2, expected at most boxes_min, 1"):
        Game(boxes_min=1, boxes_max=2, elongated_min=2, elongated_max=2)
