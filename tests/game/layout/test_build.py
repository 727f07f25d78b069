"""New worlds: what every one of them must satisfy."""

import os
import subprocess
import sys

import numpy as np
import pytest

from hideseek.game.config import PRESETS, Game, make_game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.layout.build import build_world, check_buildable, draw_layouts
from hideseek.game.layout.scratch import allocate_layout_scratch
from hideseek.game.numbers import numbers_of
from hideseek.game.random_stream import seed_streams
from hideseek.game.state import Record, allocate_record
from hideseek.sim.state import Bodies, allocate_bodies

WORLDS = 300
both_games = pytest.mark.parametrize("game", PRESETS.values(), ids=PRESETS.keys())


def boxes_on_floor(bodies: Bodies) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return low corners, high corners and existence of all bodies, then walls, on the floor."""
    walls = np.arange(bodies.wall_half.shape[1]) < bodies.wall_count[:, None]
    centre = np.concatenate([bodies.pose[..., :2], bodies.wall_centre[..., :2]], 1)
    half = np.concatenate([bodies.half_size[..., :2], bodies.wall_half[..., :2]], 1)
    return centre - half, centre + half, np.concatenate([bodies.exists, walls], 1)


def build(game: Game, bodies: Bodies, record: Record, threads: int, w: int, t: int) -> bool:
    """Build world `w` with the working memory of thread `t`; return whether there was room."""
    scratch = allocate_layout_scratch(game.layout.wall_capacity, threads)
    return build_world(numbers_of(game.layout), game.params, bodies, record, scratch, w, t)


@both_games
def test_nothing_overlaps(game: Game):
    """No body overlaps another body or a wall."""
    bodies, _ = draw_layouts(game, WORLDS)
    low, high, exists = boxes_on_floor(bodies)
    margin = 1e-5
    overlap = np.all((low[:, :, None] < high[:, None] - margin) & (low[:, None] < high[:, :, None] - margin), axis=-1)
    overlap &= exists[:, :, None] & exists[:, None]
    body_count = bodies.pose.shape[1]
    overlap[:, np.arange(overlap.shape[1]), np.arange(overlap.shape[1])] = False
    assert not overlap[:, :body_count].any()


@both_games
def test_bodies_rest_on_the_floor_unrotated(game: Game):
    """Every body that exists stands on the floor, inside it, with yaw zero."""
    bodies, _ = draw_layouts(game, WORLDS)
    exists = bodies.exists
    assert np.array_equal(bodies.pose[..., 2][exists], bodies.half_size[..., 2][exists])
    assert not bodies.pose[..., 3].any()
    low, high, present = boxes_on_floor(bodies)
    assert low[present].min() > 0.0
    assert high[present].max() < FLOOR_SIZE


@both_games
def test_build_clears_the_last_episode(game: Game):
    """Velocities, welds, locks, owners and the step count of the episode before are gone."""
    bodies, record = draw_layouts(game, 2)
    for array in (bodies.velocity, bodies.weld_pose, bodies.lock_pose, bodies.wall_centre, bodies.wall_half):
        array[:] = 7.0
    bodies.weld_object[:] = 0
    bodies.locked[:] = True
    record.lock_owner[:] = 3
    record.step[:] = 5
    assert build(game, bodies, record, 1, 1, 0)
    for array in (bodies.velocity, bodies.weld_pose, bodies.lock_pose, bodies.locked, record.lock_owner, record.step):
        assert not array[1].any()
        assert array[0].all()
    assert (bodies.weld_object[1] == -1).all()
    assert not bodies.wall_half[1, bodies.wall_count[1] :].any()
    assert np.array_equal(record.start_position[1], bodies.pose[1, game.agents :, :3])


def test_absent_boxes_are_zero():
    """Boxes beyond the drawn number do not exist and have neither pose nor size; the numbers stay within bounds."""
    game = PRESETS["random-walls"]
    bodies, _ = draw_layouts(game, WORLDS)
    boxes = slice(game.agents, game.agents + game.boxes_max)
    exists = bodies.exists[:, boxes]
    counts = exists.sum(1)
    assert set(counts) == set(range(game.boxes_min, game.boxes_max + 1))
    assert np.array_equal(exists, np.arange(game.boxes_max) < counts[:, None])
    assert not bodies.pose[:, boxes][~exists].any()
    assert not bodies.half_size[:, boxes][~exists].any()
    elongated = (bodies.half_size[:, boxes, :2].max(-1) > 0.5).sum(1)
    assert (elongated >= game.elongated_min).all()
    assert (elongated <= counts).all()


@both_games
def test_world_does_not_depend_on_batch_or_thread(game: Game):
    """World 5 alone, built with another thread's working memory, equals world 5 of a batch."""
    batch, batch_record = draw_layouts(game, 8, seed=3)
    alone = allocate_bodies(1, game.counts)
    record = allocate_record(1, game.counts)
    seed_streams(record.random_key, record.random_counter, np.uint64(3), 5)
    assert build(game, alone, record, 4, 0, 3)
    for name, array in alone._asdict().items():
        assert np.array_equal(array[0], getattr(batch, name)[5]), name
    assert record.random_counter[0] == batch_record.random_counter[5]


@both_games
def test_every_episode_differs(game: Game):
    """The next build of a world continues its stream."""
    bodies, record = draw_layouts(game, 1)
    before = bodies.pose.copy()
    assert build(game, bodies, record, 1, 0, 0)
    assert not np.any(bodies.pose[0, : game.agents, :2] == before[0, : game.agents, :2])


def test_plain_python_draws_the_same_worlds():
    """Compiled and uncompiled code agree to the last bit."""
    script = (
        "from hideseek.game.config import PRESETS\n"
        "from hideseek.game.layout.build import draw_layouts\n"
        "for game in PRESETS.values():\n"
        "    print(draw_layouts(game, 10, seed=1)[0].pose.tobytes().hex())\n"
    )
    plain = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    poses = [draw_layouts(game, 10, seed=1)[0].pose for game in PRESETS.values()]
    assert plain.stdout.split() == [pose.tobytes().hex() for pose in poses]


def test_impossible_game_is_refused():
    """A game whose boxes cannot fit into the quadrant raises an error with the numbers; the presets pass."""
    for game in PRESETS.values():
        check_buildable(game)
    with pytest.raises(ValueError, match=r"hiders 16.*boxes 3 to 9.*ramps 2.*2000 worlds.*team_radius 0\.5"):
        check_buildable(make_game("random-walls", hiders=16))


def test_sixteen_hiders_fit_where_the_team_may_spread():
    """The same game is built where the team has more room."""
    check_buildable(make_game("random-walls", hiders=16, team_radius=2.0))
