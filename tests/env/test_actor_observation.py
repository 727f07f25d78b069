"""What an agent may know when it acts."""

import numpy as np
import pytest

from hideseek.env.actor_observation import MASKS, actor_fields, seen_by
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from tests.env.games import VARIATIONS
from tests.env.play import play

games = pytest.mark.parametrize(("game", "changes"), VARIATIONS.values(), ids=VARIATIONS.keys())


def played(game: str, changes: dict, worlds: int = 8) -> HideAndSeek:
    env = HideAndSeek(make_game(game, **changes), worlds, seed=2, thread_count=1)
    env.reset()
    play(env, 0, 8)
    return env


@games
def test_what_is_in_sight_is_shown_and_the_rest_is_zero(game: str, changes: dict):
    env = played(game, changes)
    full = {name: value.copy() for name, value in env.observe().items()}
    seen = seen_by(env.observe(), slice(None))
    for name, values in seen.items():
        if name in MASKS:
            mask = full[MASKS[name]]
            np.testing.assert_array_equal(values[mask], full[name][mask])
            assert not values[~mask].any()
        else:
            np.testing.assert_array_equal(values, full[name])


@games
def test_fields_are_as_announced(game: str, changes: dict):
    """Shapes and dtypes, without what the game has none of, and without what tells how many boxes there are."""
    env = played(game, changes)
    seen, announced = seen_by(env.observe(), slice(None)), actor_fields(env.game)
    assert seen.keys() == announced.keys()
    assert "box_exists" not in seen
    for name, (shape, kind) in announced.items():
        assert seen[name].shape == (8, env.game.agents, *shape)
        assert seen[name].dtype == kind
        assert seen[name].size


def test_boxes_that_do_not_exist_are_never_in_sight():
    """So an agent that sees none of them learns nothing of their number."""
    env = played("quadrant", {"boxes_min": 0, "boxes_max": 4}, worlds=64)
    observation = env.observe()
    absent = ~observation["box_exists"]
    assert absent.any()
    assert not observation["sees_boxes"][absent].any()


def test_some_agents_can_be_chosen_and_the_result_is_a_copy():
    env = played("quadrant", {})
    everybody, seekers = seen_by(env.observe(), slice(None)), seen_by(env.observe(), slice(2, 4))
    for name, value in seekers.items():
        np.testing.assert_array_equal(value, everybody[name][:, 2:4])
        assert not any(np.shares_memory(value, buffer) for buffer in env.observe().values())
