"""The table of entities, and games that are observed as another game."""

from collections.abc import Callable

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import PRESETS, make_game
from hideseek.game.entities import ENTITIES, entity_rows
from hideseek.game.observe import Observation, observation_spec
from tests.refusal import assert_refused, refused


def test_every_kind_has_its_fields_in_the_observation():
    """Features, who sees them, and which exist."""
    for kind in ENTITIES:
        assert {kind.name, kind.sees, kind.exists} <= set(Observation._fields)


@pytest.mark.parametrize("name", ["lock-and-return", "sequential-lock", "exploration", "quadrant"])
def test_a_game_is_observed_as_the_full_game(name: str):
    """Equal shapes but for the number of observers; what it lacks is zero, does not exist and is never seen."""
    plain = HideAndSeek(make_game(name), 3, seed=4, thread_count=1)
    shown = HideAndSeek(make_game(name, observe_as="random-walls"), 3, seed=4, thread_count=1)
    full = observation_spec(PRESETS["random-walls"])
    before, after = plain.reset(), shown.reset()
    for field, (shape, kind) in full.items():
        told = shown.observation_spec[field]
        assert (told[0][0], told[0][2:], told[1]) == (shown.game.agents, shape[2:], kind)
        assert told[0][1] == (max(2, shown.game.ramps) if "ramps" in field else shape[1])
    for field, rows in entity_rows(plain.game).items():
        assert after[field][:, :, rows.room :].any() == np.False_
        # Pose and velocity; sizes and the progress of preparation follow.
        np.testing.assert_array_equal(after[field][:, :, : rows.room, :9], before[field][..., :9])
    for kind in ENTITIES[:3]:
        own = entity_rows(plain.game)[kind.name].room
        np.testing.assert_array_equal(after[kind.sees][:, :, :own], before[kind.sees])
        assert not after[kind.sees][:, :, own:].any()
        if kind.exists in after:
            assert (after[kind.exists][:, :, :own] == before.get(kind.exists, np.True_)).all()
            assert not after[kind.exists][:, :, own:].any()


def test_progress_of_preparation_is_zero_where_the_other_game_has_one():
    """As in the original's tests of intelligence; in its own observations it is 1."""
    for name, progress in (("random-walls", 0.0), ("", 1.0)):
        env = HideAndSeek(make_game("lock-and-return", observe_as=name), 1, seed=0, thread_count=1)
        assert env.reset()["self"][0, 0, -1] == progress


def test_sizes_are_told_where_the_other_game_tells_them():
    """Boxes of the quadrant game are cubes of half a metre."""
    env = HideAndSeek(make_game("quadrant", observe_as="random-walls"), 1, seed=0, thread_count=1)
    boxes = env.reset()["boxes"]
    np.testing.assert_allclose(boxes[0, :, :2, 9:12], 0.5)
    assert not boxes[0, :, 2:].any()


@refused(
    [
        (lambda: make_game("quadrant", observe_as="chess"), ValueError, "observe_as is 'chess', expected one of"),
        (
            lambda: make_game("random-walls", observe_as="quadrant"),
            ValueError,
            "observe_as is 'quadrant', which has 2 boxes_max, expected a game with at least 9",
        ),
        (
            lambda: make_game("quadrant", elongated_max=1, observe_as="quadrant"),
            ValueError,
            "observe_as is 'quadrant', which tells no sizes of boxes",
        ),
        (
            lambda: make_game("quadrant", lock_ramps=True, observe_as="quadrant"),
            ValueError,
            "which tells no locks of ramps",
        ),
        (
            lambda: make_game("quadrant", original_quirks=True, observe_as="random-walls"),
            ValueError,
            "original_quirks is True",
        ),
    ]
)
def test_games_that_are_not_observed_as_another(call: Callable[[], object], error: type[Exception], message: str):
    """More of something than there is room for, or told differently."""
    assert_refused(call, error, message)
