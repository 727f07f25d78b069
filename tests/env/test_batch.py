"""The batched environment: reproducible, independent of batch and threads, reset at the horizon."""

import numpy as np
import pytest

from hideseek.env.batch import PHASES, HideAndSeek
from hideseek.game.config import Game, make_game
from hideseek.game.statistics import STATISTIC_NAMES
from tests.env.play import actions_of, assert_same, idle, play

SHORT = make_game("random-walls", horizon=20, preparation_fraction=0.25)
"""Five steps of preparation in twenty."""
GAMES = {
    "quadrant": make_game("quadrant"),
    "random walls": SHORT,
    "original": make_game("random-walls", original_quirks=True),
    "one against three": make_game("quadrant", hiders=1, seekers=3, boxes_min=0, boxes_max=5, ramps=3),
    "nothing to play with": make_game("quadrant", boxes_min=0, boxes_max=0, ramps=0, seekers=0),
}
games = pytest.mark.parametrize("game", GAMES.values(), ids=GAMES.keys())


def started(game: Game = SHORT, worlds: int = 3, seed: int = 0, threads: int = 1) -> HideAndSeek:
    env = HideAndSeek(game, worlds, seed, threads)
    env.reset()
    return env


def copied(observation: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: value.copy() for name, value in observation.items()}


@games
def test_observations_match_their_specification(game: Game):
    """After reset and step, shapes and dtypes are as `observation_spec` says, and every number is finite."""
    env = HideAndSeek(game, 2)
    for observation in (env.reset(), env.step(*actions_of(env, 0))[0]):
        assert observation.keys() == env.observation_spec.keys()
        for name, (shape, dtype) in env.observation_spec.items():
            assert observation[name].shape == (2, *shape), name
            assert observation[name].dtype == dtype, name
            assert np.isfinite(observation[name]).all(), name


def test_step_returns_rewards_and_flags_of_every_world():
    """Shapes and dtypes of reward, done and info."""
    env = started()
    _, reward, done, info = env.step(*actions_of(env, 0))
    assert (reward.shape, reward.dtype) == ((3, 4), np.float32)
    assert (done.shape, done.dtype) == ((3,), np.bool_)
    flags = ("hidden", "preparation", "terminated")
    assert info.keys() == {*flags, "statistics", "metrics"}
    assert all(info[name].shape == (3,) and info[name].dtype == np.bool_ for name in flags)
    assert info["statistics"].shape == (3, len(STATISTIC_NAMES))
    assert info["metrics"].shape == (3, 0)


@games
def test_same_seed_gives_the_same_game(game: Game):
    """Bit by bit, observations and rewards."""
    assert_same(play(started(game), 0, 25), play(started(game), 0, 25))


def test_other_seed_gives_another_game():
    """And all worlds of a batch differ from each other."""
    first, other = (HideAndSeek(SHORT, 8, seed).reset()["self"].copy() for seed in (0, 1))
    assert (first != other).any(axis=(1, 2)).all()
    assert len(np.unique(first[:, 0, 0])) == 8


def test_threads_do_not_matter():
    """One and two threads give equal bits, resets included."""
    assert_same(play(started(worlds=7, threads=1), 0, 45), play(started(worlds=7, threads=2), 0, 45))


@pytest.mark.parametrize("worlds", [1, 7])
def test_batch_size_does_not_matter(worlds: int):
    """World i of a batch of 256 is world i of a smaller batch."""
    many, few = started(worlds=256, threads=2), started(worlds=worlds)
    assert_same(play(many, 0, 25), play(few, 0, 25), slice(worlds))


@pytest.mark.parametrize("middle", [3, 12, 20])
def test_game_goes_on_from_a_saved_state(middle: int):
    """In preparation, after it, and just after a reset: another environment plays on with equal bits, and resets."""
    env = started()
    play(env, 0, middle)
    state = env.get_state()
    other = HideAndSeek(SHORT, 3, seed=99)
    other.set_state(state)
    assert_same(play(env, middle, middle + 30), play(other, middle, middle + 30))


def test_setting_a_state_restores_the_observations():
    """What an agent saw last belongs to the state: `observe` shows it again."""
    env = started()
    before, state = copied(play(env, 0, 8)[-1]), env.get_state()
    play(env, 8, 12)
    env.set_state(state)
    for name, value in env.observe().items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)


def test_some_worlds_can_be_put_elsewhere():
    """Worlds 4 and 1 of one batch go on as worlds 0 and 2 of another, whose world 1 is not disturbed."""
    env, other, undisturbed = started(worlds=5), started(worlds=3, seed=7), started(worlds=3, seed=7)
    play(env, 0, 9)
    other.set_state(env.get_state(np.array([4, 1])), np.array([0, 2]))
    results = play(other, 9, 35, worlds=[4, 1, 1])
    assert_same(play(env, 9, 35, worlds=[0, 1, 2, 3, 4]), [_rows(step, [0]) for step in results], slice(4, 5))
    expected = play(undisturbed, 9, 35, worlds=[4, 1, 1])
    assert_same(expected, [_rows(step, [1]) for step in results], slice(1, 2))


def _rows(result: dict[str, np.ndarray], rows: list[int]) -> dict[str, np.ndarray]:
    return {name: value[rows] for name, value in result.items()}


def test_state_is_a_copy():
    """Later steps do not change a state that was read, nor does changing it change the worlds."""
    env = started()
    state = env.get_state()
    kept = copied(state)
    play(env, 0, 3)
    for name, value in state.items():
        np.testing.assert_array_equal(value, kept[name], err_msg=name)
    now = env.get_state()
    now["pose"][:] = 0.0
    assert env.bodies.pose.any()


def test_episode_ends_at_the_horizon_and_a_new_one_begins():
    """Done after 20 steps, every time; the observation is then the new episode's first: preparation at 0, at rest."""
    env = started()
    layouts = [env.bodies.pose[:, :, :3].copy()]
    for step in range(41):
        (result,), last = play(env, step, step + 1), step % 20 == 19
        assert (result["done"] == last).all()
        assert (result["preparation"] == (step % 20 < 5)).all()
        if last:
            assert not result["self"][..., 5:9].any()
            assert not result["self"][..., 10].any()
            np.testing.assert_array_equal(env.record.step, 0)
            layouts.append(env.bodies.pose[:, :, :3].copy())
    np.testing.assert_array_equal(env.record.episode, 3)
    assert (layouts[0] != layouts[1]).any(axis=(1, 2)).all()
    assert (layouts[1] != layouts[2]).any(axis=(1, 2)).all()


def test_reward_of_the_last_step_belongs_to_the_episode_that_ended():
    """It is -1 or 1, or -10 outside, as after preparation, although the new episode begins with preparation."""
    results = play(started(worlds=16), 0, 21)
    assert not results[4]["reward"].any()
    assert np.isin(np.abs(results[5]["reward"]), (1.0, 10.0)).all()
    assert np.isin(np.abs(results[19]["reward"]), (1.0, 10.0)).all()
    assert not results[20]["reward"].any()


def test_statistics_of_an_episode_are_complete_when_it_ends():
    """A box put 30 m east in preparation, then 40 m north and locked: it has moved 30 m, and at last 50 m."""
    plain = {"rooms_max": 1, "outer_wall_probability": 0.0, "seekers": 0, "hiders": 1, "ramps": 0}
    one_box = {"boxes_min": 1, "boxes_max": 1, "elongated_min": 0, "elongated_max": 0}
    env = started(make_game("random-walls", horizon=20, preparation_fraction=0.25, **plain, **one_box), worlds=2)
    for step in range(20):
        if step in (2, 10):
            state = env.get_state(np.array([0]))
            state["pose"][0, 1, :2] += (30.0, 0.0) if step == 2 else (0.0, 40.0)
            state["locked"][:], state["lock_pose"][:] = step == 10, state["pose"][:, 1:]
            env.set_state(state, np.array([0]))
        _, _, done, info = env.step(*idle(env))
    assert done.all()
    expected = dict.fromkeys(STATISTIC_NAMES, 0.0) | {"max_box_move_prep": 30, "max_box_move": 50, "num_box_lock": 1}
    np.testing.assert_allclose(info["statistics"][0], list(expected.values()), atol=1e-3)
    np.testing.assert_array_equal(info["statistics"][1], 0.0)


def test_seekers_cannot_act_in_preparation():
    """All push at full force: hiders run, seekers stay to the bit until step 5."""
    env = started(worlds=16)
    hiders = env.game.hiders
    start = env.bodies.pose[:, : env.game.agents].copy()
    movement, grab, lock = idle(env)
    movement[..., :2] = 10
    touched = np.zeros(16, bool)
    for step in range(6):
        _, _, _, info = env.step(movement, grab, lock)
        moved = np.abs(env.bodies.pose[:, : env.game.agents] - start).max(axis=2)
        assert info["preparation"].all() == (step < 5)
        if step < 5:
            touched |= (moved[:, hiders:] > 0).any(axis=1)
            assert (moved[:, :hiders] > 0.1).any(axis=1).all()
    # A hider may run into a seeker: in most worlds none does.
    assert touched.mean() < 0.5
    assert (moved[~touched, hiders:] > 0.01).all()


def test_reset_with_a_seed_starts_anew():
    """The same first observations as a new environment with that seed, whatever was played before."""
    env = started(seed=3)
    play(env, 0, 7)
    again = copied(env.reset(seed=4))
    fresh = HideAndSeek(SHORT, 3, seed=4).reset()
    for name, value in again.items():
        np.testing.assert_array_equal(value, fresh[name], err_msg=name)


def test_reset_without_a_seed_goes_on():
    """Other layouts, episode after episode, and the same ones again for the same seed."""
    env, twin = started(seed=3), started(seed=3)
    layouts = [copied(env.reset())["self"][..., :2].copy() for _ in range(3)]
    assert (layouts[0] != layouts[1]).all()
    assert (layouts[1] != layouts[2]).all()
    np.testing.assert_array_equal(twin.reset()["self"][..., :2], layouts[0])


def test_buffers_are_written_over():
    """`step` returns the same arrays every time, without a copy."""
    env = started()
    first = env.step(*actions_of(env, 0))
    second = env.step(*actions_of(env, 1))
    assert all(first[0][name] is second[0][name] for name in first[0])
    assert first[1] is second[1]


def test_integers_of_any_kind_are_actions():
    """int32 and int64 act like int8."""
    results = []
    for dtype in (np.int8, np.int32, np.int64):
        env = started()
        env.step(*(action.astype(dtype) for action in actions_of(env, 0)))
        results.append(env.bodies.pose.copy())
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_seconds_of_all_phases_grow():
    """Each phase's time is counted."""
    env = started()
    play(env, 0, 20)
    assert tuple(env.seconds) == PHASES
    assert all(seconds > 0.0 for seconds in env.seconds.values())
