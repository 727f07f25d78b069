"""Resets of some worlds, seeds for each of them, and worlds that wait at the end of their episode."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from tests.env.play import actions_of, assert_same, idle, play

SHORT = make_game("random-walls", horizon=20, preparation_fraction=0.25)


def waiting(worlds: int = 3, seed: int = 0) -> HideAndSeek:
    env = HideAndSeek(SHORT, worlds, seed, thread_count=1, autoreset=False)
    env.reset()
    return env


def test_worlds_wait_at_the_end_of_their_episode():
    """The last observation shows the world as it is then, and steps are refused until all of them were reset."""
    env = waiting()
    *_, last = play(env, 0, 20)
    assert last["done"].all()
    np.testing.assert_array_equal(env.record.step, 20)
    np.testing.assert_array_equal(last["self"][..., :2], env.bodies.pose[:, : env.game.agents, :2])
    assert (last["self"][..., 10] == 1.0).all()
    with pytest.raises(RuntimeError, match=r"after the end of the episode in worlds \[0, 1, 2\]"):
        env.step(*idle(env))
    env.reset(worlds=[0])
    with pytest.raises(RuntimeError, match=r"after the end of the episode in worlds \[1, 2\]"):
        env.step(*idle(env))
    env.reset(worlds=np.array([1, 2]))
    env.step(*idle(env))
    np.testing.assert_array_equal(env.record.step, 1)


def test_waiting_changes_nothing_but_the_last_observation():
    """With a reset where an episode ended, worlds go on as if they reset themselves."""
    waits, resets = waiting(), HideAndSeek(SHORT, 3, seed=0, thread_count=1)
    resets.reset()
    for step in range(45):
        (mine,), (theirs,) = play(waits, step, step + 1), play(resets, step, step + 1)
        for name in ("reward", "done", "hidden", "preparation"):
            np.testing.assert_array_equal(mine[name], theirs[name], err_msg=f"{name} after step {step}")
        if mine["done"].any():
            np.testing.assert_array_equal(mine["statistics"], theirs["statistics"])
            assert (mine["self"] != theirs["self"]).any()
            mine = mine | waits.reset(worlds=np.flatnonzero(mine["done"]))
        np.testing.assert_array_equal(mine["self"], theirs["self"])
        np.testing.assert_array_equal(mine["lidar"], theirs["lidar"])


def test_state_of_an_episode_that_is_over_can_be_put_back():
    env, other = waiting(), waiting(seed=7)
    play(env, 0, 20)
    other.set_state(env.get_state())
    with pytest.raises(RuntimeError, match="after the end of the episode"):
        other.step(*idle(other))
    with pytest.raises(ValueError, match="step has values from 20 to 20, expected 0 to 19"):
        HideAndSeek(SHORT, 3).set_state(env.get_state())


def test_reset_of_some_worlds_leaves_the_others_alone():
    env, undisturbed = waiting(), waiting()
    play(env, 0, 5)
    play(undisturbed, 0, 5)
    before = env.bodies.pose.copy()
    observation = env.reset(worlds=[1])
    np.testing.assert_array_equal(env.record.step, [5, 0, 5])
    assert (env.bodies.pose[1] != before[1]).any()
    assert observation["self"].shape[0] == 3
    assert_same(
        [{name: value[[0, 2]] for name, value in step.items()} for step in play(env, 5, 12)],
        [{name: value[[0, 2]] for name, value in step.items()} for step in play(undisturbed, 5, 12)],
    )


def test_every_world_can_have_a_seed_of_its_own():
    """It is then world 0 of a batch with that seed, wherever it stands, and goes on like it."""
    env = waiting()
    env.reset(seed=[11, 5, 2**64 - 1])
    for w, seed in enumerate((11, 5, 2**64 - 1)):
        alone = HideAndSeek(SHORT, 1, seed, thread_count=1, autoreset=False)
        alone.reset()
        np.testing.assert_array_equal(env.observe()["self"][w], alone.observe()["self"][0])
        np.testing.assert_array_equal(env.reset(worlds=[w])["self"][w], alone.reset()["self"][0])


def test_one_seed_for_some_worlds_gives_what_all_of_them_would_have():
    env = waiting()
    env.reset(seed=4, worlds=[2])
    np.testing.assert_array_equal(env.observe()["self"][2], waiting(seed=4).observe()["self"][2])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": [1, 2]}, "seed has 2 values, expected one for each of 3 worlds"),
        ({"seed": [1, 2, 3], "worlds": [0]}, "seed has 3 values, expected one for each of 1 worlds"),
        ({"seed": [1, 2, -1]}, "seed is -1, expected"),
        ({"seed": [1, 2, None]}, "seed is None, expected"),
        ({"seed": "123"}, "seed is '123', expected"),
        ({"worlds": [0, 3]}, "worlds has indices from 0 to 3, expected 0 to 2"),
        ({"worlds": [1, 1]}, "worlds names a world twice"),
        ({"worlds": [True, False, True]}, "worlds has .* expected a list of indices"),
    ],
)
def test_impossible_resets_are_refused(arguments: dict, message: str):
    """And nothing has happened."""
    env, undisturbed = waiting(), waiting()
    with pytest.raises(ValueError, match=message):
        env.reset(**arguments)
    assert_same(play(env, 0, 2), play(undisturbed, 0, 2))


def test_first_reset_is_of_all_worlds():
    env = HideAndSeek(SHORT, 3)
    with pytest.raises(RuntimeError, match="first reset was called for some worlds, expected all"):
        env.reset(worlds=[0, 1])
    assert not env.started
    env.reset(worlds=[2, 0, 1])
    assert env.started
    env.step(*actions_of(env, 0))


def test_autoreset_is_a_flag():
    with pytest.raises(ValueError, match="autoreset is 'no', expected True or False"):
        HideAndSeek(SHORT, 1, autoreset="no")  # pyright: ignore[reportArgumentType]


def test_states_have_cylinders_where_the_game_does():
    """States of other games are as they were before there were any, and are taken as they are."""
    names = ("cylinder_centre", "cylinder_size")
    plain = HideAndSeek(make_game("quadrant"), 2, thread_count=1)
    plain.reset()
    state = plain.get_state()
    assert not any(name in state for name in names)
    plain.set_state(state)
    with pytest.raises(ValueError, match="state has unknown fields cylinder_centre"):
        plain.set_state({**state, "cylinder_centre": np.zeros((2, 0, 3), np.float32)})
    shelter = HideAndSeek(make_game("shelter"), 2, thread_count=1)
    shelter.reset()
    state = shelter.get_state()
    assert [state[name].shape for name in names] == [(2, 1, 3), (2, 1, 2)]
    state["cylinder_centre"][:, 0, 0] += 0.1
    shelter.set_state(state)
    np.testing.assert_array_equal(shelter.bodies.cylinder_centre, state["cylinder_centre"])
    with pytest.raises(ValueError, match="state lacks cylinder_size"):
        shelter.set_state({name: array for name, array in state.items() if name != "cylinder_size"})
