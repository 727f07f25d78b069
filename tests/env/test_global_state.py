"""The full state of a world as one vector."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.global_state import global_state, state_fields
from hideseek.env.spaces import state_space
from hideseek.game.config import Game, make_game
from tests.env.games import VARIATIONS
from tests.env.play import play

games = pytest.mark.parametrize(("game", "changes"), VARIATIONS.values(), ids=VARIATIONS.keys())


def parts(game: Game, state: np.ndarray) -> dict[str, np.ndarray]:
    """Cut a state into its parts, by name."""
    result, start = {}, 0
    for name, shape in state_fields(game).items():
        end = start + int(np.prod(shape))
        result[name] = state[start:end].reshape(shape)
        start = end
    assert start == len(state)
    return result


@games
def test_state_has_the_announced_parts(game: str, changes: dict):
    env = HideAndSeek(make_game(game, **changes), 3, thread_count=1)
    env.reset()
    play(env, 0, 5)
    for w in range(3):
        state = global_state(env, w)
        assert state_space(env.game).contains(state)
        cut = parts(env.game, state)
        np.testing.assert_array_equal(cut["agents"], env.observe()["self"][w])
        np.testing.assert_array_equal(cut["box_exists"], env.observe()["box_exists"][w, 0])
        np.testing.assert_array_equal(cut["sees_agents"], env.record.sees_agent[w])
        np.testing.assert_array_equal(cut["sees_objects"], env.record.sees_object[w])
        np.testing.assert_array_equal(cut["lidar"], env.observe()["lidar"][w])
        np.testing.assert_allclose(cut["time"], 5 / changes["horizon"])


def test_state_tells_who_holds_and_who_locked_what():
    """The second seeker holds the ramp, the first hider has locked the second box."""
    env = HideAndSeek(make_game("quadrant", lock_ramps=True), 1)
    env.reset(seed=0)
    state = env.get_state()
    state["weld_object"][0] = [-1, -1, -1, 2]
    state["locked"][0] = [False, True, False]
    state["lock_owner"][0] = [3, 0, 1]
    env.set_state(state)
    cut = parts(env.game, global_state(env, 0))
    assert np.argwhere(cut["grabs"]).tolist() == [[3, 2]]
    assert np.argwhere(cut["locks"]).tolist() == [[0, 1]]


def test_state_has_poses_of_objects_and_walls_whether_seen_or_not():
    env = HideAndSeek(make_game("random-walls"), 1)
    env.reset(seed=0)
    cut, bodies = parts(env.game, global_state(env, 0)), env.bodies
    np.testing.assert_array_equal(cut["boxes"][:, :3], bodies.pose[0, 4:13, :3])
    np.testing.assert_allclose(cut["boxes"][:, 9:], 2 * bodies.half_size[0, 4:13])
    np.testing.assert_array_equal(cut["ramps"][:, :3], bodies.pose[0, 13:, :3])
    count = bodies.wall_count[0]
    np.testing.assert_array_equal(cut["walls"][:count, :2], bodies.wall_centre[0, :count, :2])
    np.testing.assert_array_equal(cut["walls"][:count, 2:], bodies.wall_half[0, :count, :2])
    assert not cut["walls"][count:].any()


def test_there_is_no_state_before_the_first_reset():
    with pytest.raises(RuntimeError, match="before the first reset"):
        global_state(HideAndSeek(make_game("quadrant"), 1), 0)
