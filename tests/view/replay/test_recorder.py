"""What is recorded is what the environment showed, in every kind of game."""

from functools import cache

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.view.replay.content import FIXED
from hideseek.view.replay.file import decode_replay, encode_replay
from hideseek.view.replay.recorder import HIDERS_SEEN, STATISTIC_NAMES, Recorder
from hideseek.view.top import render_top
from tests.env.games import VARIATIONS
from tests.env.play import actions_of
from tests.view.conftest import Scene
from tests.view.replay.episodes import Played, record

each_game = pytest.mark.parametrize("name", VARIATIONS)


@cache
def played(name: str) -> Played:
    preset, changes = VARIATIONS[name]
    return record(make_game(preset, **changes))


@each_game
def test_restored_worlds_look_the_same(name: str):
    """Pixel by pixel, at the start, in the middle and after the last step."""
    replay, moments, *_ = played(name)
    for episode in range(replay.episodes):
        for step in (0, 5, replay.game.horizon):
            bodies, memory = replay.restore(episode, step)
            mine = render_top(bodies, memory, replay.game, 0, size=120)
            theirs = render_top(moments[step].bodies, moments[step].record, replay.game, episode, size=120)
            np.testing.assert_array_equal(mine, theirs)


@each_game
def test_restored_worlds_have_the_state_that_a_replay_holds(name: str):
    """Poses, walls, who holds and sees what, and where the objects began; of who is there."""
    replay, moments, *_ = played(name)
    for step, moment in enumerate(moments):
        bodies, memory = replay.restore(1, step)
        there = moment.bodies.exists[1]
        np.testing.assert_array_equal(bodies.pose[0, there], moment.bodies.pose[1, there])
        for field in (*FIXED, "weld_object", "locked"):
            np.testing.assert_array_equal(getattr(bodies, field)[0], getattr(moment.bodies, field)[1], err_msg=field)
        for field in ("step", "sees_agent", "sees_object", "start_position"):
            np.testing.assert_array_equal(getattr(memory, field)[0], getattr(moment.record, field)[1], err_msg=field)
        hiders = replay.game.hiders
        owners = [x.lock_owner[w][x_bodies.locked[w]] for x, x_bodies, w in
                  ((memory, bodies, 0), (moment.record, moment.bodies, 1))]  # fmt: skip
        np.testing.assert_array_equal(owners[0] >= hiders, owners[1] >= hiders)


@each_game
def test_lidar_is_what_agents_observe(name: str):
    """But for rounding; also after the last step, whose observation only an environment that does not reset shows."""
    replay, moments, *_ = played(name)
    for step, moment in enumerate(moments):
        np.testing.assert_allclose(replay.lidar[:, step], moment.observation["lidar"], rtol=1e-6, atol=1e-6)


@each_game
def test_actions_rewards_and_statistics_are_those_of_the_steps(name: str):
    """The statistics after the last step are the episode's."""
    replay, moments, actions, rewards, info = played(name)
    for step, (movement, grab, lock) in enumerate(actions):
        np.testing.assert_array_equal(replay.movement[:, step], movement)
        np.testing.assert_array_equal(replay.grab[:, step], grab == 1)
        np.testing.assert_array_equal(replay.lock[:, step], lock == 1)
        np.testing.assert_array_equal(replay.reward[:, step], rewards[step])
        seen = moments[step + 1].record.sees_agent[:, replay.game.hiders :, : replay.game.hiders].any(1).sum(1)
        np.testing.assert_array_equal(replay.statistics[:, step, STATISTIC_NAMES.index(HIDERS_SEEN)], seen)
    np.testing.assert_array_equal(replay.statistics[:, -1, :4], info["statistics"][:, 4:])
    assert replay.statistic_names == STATISTIC_NAMES


@cache
def whole_game() -> Played:
    """Play the full game with nine boxes, four agents who fidget."""
    return record(make_game("random-walls", boxes_min=9), world_count=1)


def test_a_whole_game_is_told_as_it_went():
    """With boxes that were moved, grabbed and locked, hiders who were seen and ones who were not."""
    replay, moments, *_, info = whole_game()
    np.testing.assert_array_equal(replay.statistics[:, -1, :4], info["statistics"][:, 4:])
    np.testing.assert_array_equal(replay.statistics[:, 95, :4], info["statistics"][:, :4])
    assert replay.statistics[0, -1, 0] > 0.05
    assert replay.lock_team.max() >= 0
    assert replay.grabbed.max() >= 0
    assert set(replay.statistics[0, :, 4].tolist()) == {0.0, 1.0, 2.0}
    for step in (0, 100, 240):
        mine = render_top(*replay.restore(0, step), replay.game, 0, size=120)
        theirs = render_top(moments[step].bodies, moments[step].record, replay.game, 0, size=120)
        np.testing.assert_array_equal(mine, theirs)


def test_a_whole_game_takes_little_room():
    """100 kB at most."""
    replay = whole_game().replay
    assert replay.exists.sum() == 15
    content = encode_replay(replay)
    assert 5_000 < len(content) <= 100_000
    assert decode_replay(content, "it").position.shape == (1, 241, 15, 3)


def test_locks_are_told_by_team(scene: Scene):
    """Whoever locked: a picture of the restored world has rims of the same colours."""
    bodies, memory = scene.bodies, scene.record
    bodies.locked[0] = [True, True, False]
    memory.lock_owner[0] = [1, 3, 3]
    bodies.weld_object[0] = [-1, 2, -1, 0]
    recorder = Recorder(scene.game, bodies, memory)
    for step in range(scene.game.horizon):
        memory.step[0] = step + 1
        recorder.add(bodies, memory, *(np.zeros((1, 4, *more), np.int8) for more in ((3,), (), ())), np.zeros((1, 4)))
    replay = recorder.replay("a", "b", {})
    assert replay.lock_team[0, 0].tolist() == [0, 1, -1]
    assert replay.grabbed[0, 0].tolist() == [-1, 2, -1, 0]
    memory.step[0] = 0
    mine, theirs = (render_top(*world, scene.game, 0, 120) for world in (replay.restore(0, 0), (bodies, memory)))
    np.testing.assert_array_equal(mine, theirs)


def test_episodes_are_chosen_and_ordered():
    """By the indices of their worlds, which may have gone on to other episodes by then."""
    game = make_game("quadrant", horizon=4, preparation_fraction=0.25)
    env = HideAndSeek(game, 3, autoreset=False, thread_count=1)
    env.reset()
    recorder = Recorder(game, env.bodies, env.record)
    for step in range(4):
        actions = actions_of(env, step)
        _, reward, _, _ = env.step(*actions)
        recorder.add(env.bodies, env.record, *actions, reward)
    whole = recorder.replay("a", "b", {})
    env.reset()
    part = recorder.replay("a", "b", {}, worlds=[2, 0])
    assert (whole.episodes, part.episodes) == (3, 2)
    for name in ("position", "wall_half", "movement", "statistics"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[[2, 0]], err_msg=name)
