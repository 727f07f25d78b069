"""Games of all kinds, one step at a time: from a state that MuJoCo reached, the simulator goes where MuJoCo goes.

Contact is chaotic, so longer trajectories tell nothing; what is bounded are quantiles of one-step errors, in the way of
`docs/fidelity.md`, and the worst of all. The games are drawn by hypothesis, the same ones every time.
"""

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hideseek.env.batch import HideAndSeek
from hideseek.env.mujoco_batch import MujocoHideAndSeek
from hideseek.game.config import Game, LockRule, make_game
from tests.games import HIDE_AND_SEEK
from tests.needs import import_mujoco
from tests.search import examples
from tests.sim.one_step import STEPS, WARMUP_STEPS, Differences, assert_small, one_step_differences

import_mujoco()


@st.composite
def games(draw: Callable) -> Game:
    """Draw a game without preparation: its layout, teams, objects, locks, friction and reach."""

    def up_to(most: int) -> int:
        return draw(st.integers(0, most))

    name = draw(st.sampled_from(sorted(HIDE_AND_SEEK)))
    boxes_max = up_to(9 if name == "random-walls" else 5)
    boxes_min, elongated_max = up_to(boxes_max), up_to(boxes_max)
    return make_game(
        name,
        horizon=WARMUP_STEPS + STEPS + 1,
        preparation_fraction=0.0,
        hiders=1 + up_to(2),
        seekers=up_to(2),
        boxes_min=boxes_min,
        boxes_max=boxes_max,
        elongated_min=up_to(min(boxes_min, elongated_max)),
        elongated_max=elongated_max,
        ramps=up_to(2),
        lock_ramps=draw(st.booleans()),
        lock_rule=draw(st.sampled_from(get_args(LockRule))),
        wall_friction=draw(st.sampled_from((0.01, 1.0))),
        reach=draw(st.sampled_from((0.25, 1.0))),
    )


@pytest.fixture(scope="module")
def differences() -> Differences:
    """Return the differences of all games that hypothesis draws."""
    found = []

    @settings(max_examples=40, derandomize=True, database=None, deadline=None)
    @given(game=games(), seed=st.integers(0, 2**32 - 1))
    def play(game: Game, seed: int) -> None:
        found.extend(one_step_differences(game, seed))

    play()
    return Differences(*(np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True)))


def test_bodies_go_where_mujoco_moves_them(differences: Differences):
    """Positions [mm], yaws [rad] and velocities [m/s]; in a step at full speed a body goes 680 mm."""
    assert len(differences.position) > 2000
    assert_small(differences.position, 0.1, 10.0, 40.0, 400.0)
    assert_small(differences.yaw, 1e-4, 0.01, 0.1, 1.5)
    assert_small(differences.velocity, 1e-3, 0.2, 1.5, 8.0)


def test_locked_objects_give_way_as_in_mujoco(differences: Differences):
    """Locks are soft: on both engines what pushes a locked object moves it by as much [mm], and never far."""
    ours, theirs = differences.lock
    assert len(ours) > 50
    assert_small(np.abs(ours - theirs), 0.1, 10.0, 40.0, 60.0)
    assert max(ours.max(), theirs.max()) < 100.0


def test_held_objects_drag_as_in_mujoco(differences: Differences):
    """Welds are soft: on both engines what is held lags behind by as much [mm]."""
    ours, theirs = differences.weld
    assert len(ours) > 50
    assert np.median(theirs) > 5.0
    assert_small(np.abs(ours - theirs), 3.0, 20.0, 40.0, 100.0)


def test_rules_do_not_depend_on_the_engine(differences: Differences):
    """Grabs, locks, their owners and random draws are equal bit by bit, rewards in 99 % of all steps."""
    assert not differences.rules.any()
    assert differences.reward.mean() < 0.01


@examples(15)
@given(seed=st.integers(0, 2**32 - 1), force=st.lists(st.integers(0, 10), min_size=3, max_size=3))
def test_what_touches_nothing_moves_as_in_mujoco(seed: int, force: list[int]):
    """A lone agent on an open floor: after four steps in a row 0.01 mm and as many milliradians at most."""
    nothing = {"boxes_min": 0, "boxes_max": 0, "elongated_min": 0, "elongated_max": 0, "ramps": 0, "seekers": 0}
    game = make_game("random-walls", hiders=1, rooms_max=1, outer_wall_probability=0.0, **nothing)
    ends = []
    for engine in (HideAndSeek, MujocoHideAndSeek):
        env, off = engine(game, 1, seed, thread_count=1), np.zeros((1, 1), np.int8)
        env.reset()
        for _ in range(4):
            env.step(np.array([[force]], np.int8), off, off)
        ends.append(env.bodies.pose[0, 0].copy())
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-5)
