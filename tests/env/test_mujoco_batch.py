"""The game on MuJoCo's engine: the same rules, another physics."""

import sys

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.mujoco_batch import MujocoHideAndSeek
from hideseek.game.config import make_game
from tests.env.play import actions_of, assert_same, idle, play
from tests.needs import import_mujoco

import_mujoco()

GAME = make_game("random-walls", horizon=12, preparation_fraction=0.25)
WORLDS = 3


def started(engine: type[HideAndSeek] = MujocoHideAndSeek, seed: int = 0) -> HideAndSeek:
    env = engine(GAME, WORLDS, seed, thread_count=1)
    env.reset()
    return env


def test_an_episode_begins_the_same_on_both_engines():
    """The first state is equal bit by bit."""
    ours, theirs = started(HideAndSeek).get_state(), started().get_state()
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_first_step_agrees():
    """New worlds, random forces, 75 ms: 1 mm at most, since MuJoCo lets what stands still sink in; equal rewards."""
    ours, theirs = started(HideAndSeek), started()
    start = ours.bodies.pose.copy()
    (_, reward, _, _), (_, other_reward, _, _) = (env.step(*actions_of(env, 0)) for env in (ours, theirs))
    assert np.abs(ours.bodies.pose - start)[:, 0, :2].max() > 0.01
    np.testing.assert_allclose(ours.bodies.pose, theirs.bodies.pose, atol=1e-3)
    np.testing.assert_array_equal(reward, other_reward)


def test_game_goes_on_from_a_saved_state():
    """Another environment, with other worlds before, plays on with equal bits, past the end of the episode."""
    env, other = started(), started(seed=99)
    play(env, 0, 5)
    play(other, 0, 2)
    other.set_state(env.get_state())
    assert_same(play(env, 5, 15), play(other, 5, 15))


def test_some_worlds_can_be_put_elsewhere():
    """World 2 of one batch goes on as world 0 of another, whose world 1 is not disturbed."""
    env, other, undisturbed = started(), started(seed=7), started(seed=7)
    play(env, 0, 5)
    for some in (other, undisturbed):
        play(some, 0, 5)
    other.set_state(env.get_state(np.array([2])), np.array([0]))
    expected, kept, results = (play(some, 5, 10, worlds=[2, 1, 2]) for some in (env, undisturbed, other))
    for step, result in enumerate(results):
        for name in ("self", "boxes", "reward"):
            np.testing.assert_array_equal(result[name][0], expected[step][name][2])
            np.testing.assert_array_equal(result[name][1], kept[step][name][1])


def test_episodes_end_and_others_begin():
    """At the horizon every world gets a new layout; play goes on in it, bodies where its walls let them be."""
    env, ours = started(), started(HideAndSeek)
    results = play(env, 0, 2 * GAME.horizon)
    assert [result["done"].all() for result in results] == ([False] * 11 + [True]) * 2
    assert (env.record.episode == 3).all()
    play(ours, 0, GAME.horizon)
    assert not np.array_equal(env.bodies.wall_centre, ours.bodies.wall_centre)
    for result in results:
        assert all(np.isfinite(value).all() for value in result.values())


def test_seekers_cannot_act_in_preparation():
    """All push at full force for two steps of preparation: hiders move, untouched seekers do not."""
    env = started()
    start = env.bodies.pose[:, : GAME.agents].copy()
    movement, grab, lock = idle(env)
    movement[..., 0] = 10
    for _ in range(2):
        env.step(movement, grab, lock)
    moved = np.abs(env.bodies.pose[:, : GAME.agents] - start)[..., :2].max(axis=2)
    assert (moved[:, : GAME.hiders] > 0.1).any()
    assert (moved[:, GAME.hiders :] < 1e-4).all()


def test_invalid_state_is_not_played_on(tmp_path, monkeypatch):
    """MuJoCo would begin anew at the origin where a number is too large; that is an error here."""
    monkeypatch.chdir(tmp_path)  # MuJoCo writes its warnings to a file
    env = started()
    env.bodies.velocity[1, 0, 0] = 1e12
    with pytest.raises(RuntimeError, match="MuJoCo warned in world 1 at step 0"):
        env.step(*idle(env))


@pytest.mark.parametrize(
    ("name", "value"),
    [("velocity", 1e12), ("pose", 1e12), ("wall_half", 0.0), ("half_size", -1.0), ("half_size", 0.0), ("exists", 0)],
)
def test_state_that_cannot_be_stepped_is_refused(tmp_path, monkeypatch, name: str, value: float):
    """It is named by its world, nothing is changed, and nothing is left in the current folder."""
    monkeypatch.chdir(tmp_path)
    env = started()
    state, before = env.get_state(), env.get_state()
    state["wall_count"][1] = max(1, state["wall_count"][1])
    place = GAME.agents if name == "half_size" else 0
    state[name][1, place] = value
    with pytest.raises(ValueError, match="state of world 1 is none that MuJoCo can step: "):
        env.set_state(state)
    for field, array in env.get_state().items():
        np.testing.assert_array_equal(array, before[field])
    env.step(*idle(env))
    assert not list(tmp_path.iterdir())


def step_ramp_in_corner(engine: type[HideAndSeek], **options: bool) -> np.ndarray:
    """Let an agent push a ramp that slides into the corner of the fence, for a step; return where the ramp is then."""
    env = engine(make_game("quadrant", preparation_fraction=0.0), 1, thread_count=1, **options)
    env.reset()
    state = env.get_state()
    state["pose"][0, :, :2] = [(5.17, 0.35), (1, 1), (2, 1), (1, 2), (1, 4), (2, 4), (5.55, 0.47)]
    state["pose"][0, [0, 6], 3] = -0.97, 0.14
    state["velocity"][0, [0, 6]] = (2.89, 0.14, 0.18, -5.3), (2.95, 0.23, -0.13, 0.01)
    env.set_state(state)
    movement, grab, lock = idle(env)
    movement[0, 0] = 7, 0, 6
    env.step(movement, grab, lock)
    return env.bodies.pose[0, 6, :2].copy()


def test_only_the_original_s_collisions_throw_ramps_out_of_corners():
    """With MuJoCo's newer routine the ramp stays where the simulator leaves it, 5 cm from it at most."""
    ours = step_ramp_in_corner(HideAndSeek)
    assert (ours > 0.3).all()
    assert (ours < 5.65).all()
    assert step_ramp_in_corner(MujocoHideAndSeek).max() > 6.0
    newer = step_ramp_in_corner(MujocoHideAndSeek, native_collisions=True)
    np.testing.assert_allclose(newer, ours, atol=0.05)


def test_worlds_are_those_of_the_larger_batch():
    """The last of three worlds alone, on either engine."""
    whole = HideAndSeek(GAME, 3, seed=5).reset()
    for engine in (HideAndSeek, MujocoHideAndSeek):
        part = engine(GAME, 1, 5, first_world=2).reset()
        for name, values in part.items():
            np.testing.assert_array_equal(values, whole[name][2:], err_msg=name)


def test_missing_mujoco_is_said_when_the_environment_is_made(monkeypatch):
    """Not at the first step."""
    monkeypatch.setitem(sys.modules, "mujoco", None)
    with pytest.raises(ImportError, match=r"MuJoCo is not installed; .*hideseek\[mujoco\]"):
        MujocoHideAndSeek(GAME, WORLDS)
