"""Draw new worlds: walls, then everything that stands between them."""

import numpy as np

from hideseek.checks import check_integer
from hideseek.game.config import Game, check_game
from hideseek.game.floor import GRID
from hideseek.game.layout import (  # noqa: F401  (their versions of the hooks)
    cylinder,
    open_floor,
    quadrant,
    random_walls,
    three_rooms,
)
from hideseek.game.layout.hooks import add_walls
from hideseek.game.layout.placement import draw_bodies, place_bodies
from hideseek.game.layout.scratch import allocate_layout_scratch
from hideseek.game.numbers import numbers_of
from hideseek.game.parts import option_names
from hideseek.game.random_stream import LARGEST_SEED, seed_streams
from hideseek.game.state import Record, allocate_record
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.state import Bodies, allocate_bodies

BUILD_TRIES = 2000
"""Whole worlds drawn before a build gives up; the paper's games need fewer than two on average."""
CHECKED_WORLDS = 16


@entry_kernel
def build_world(layout, params, bodies, record, scratch, w, t):
    """Draw a new world `w` from its random stream, with thread `t`'s working memory, and begin its episode.

    As in the original, where anything finds no room the whole world is drawn again.

    Args:
        layout: the layout's own options (`Numbers` of a `Layout`).
        params: the game (`GameParams`).
        bodies: all worlds' `Bodies`; everything of world `w` is set: at rest, unrotated, on the floor, nothing held
            or locked, absent boxes at zero.
        record: all worlds' `Record`; step, lock owners and start positions of world `w` are set, its stream advances.
        scratch: a `LayoutScratch`.
        w: index of the world.
        t: index of the thread.

    Returns:
        False where `BUILD_TRIES` worlds were drawn and something found no room in each; the world is then incomplete.
    """
    for _ in range(BUILD_TRIES):
        _clear(bodies, scratch, w, t)
        if not add_walls(layout, params, bodies, record, scratch, w, t):
            continue
        draw_bodies(params, bodies, record, w)
        if place_bodies(layout, params, bodies, record, scratch, w, t):
            _begin_episode(params, bodies, record, w)
            return True
    return False


@kernel
def _clear(bodies, scratch, w, t):
    """Free all cells, and leave world `w` without walls, cylinders and bodies."""
    for x in range(GRID):
        scratch.occupied[t, x] = 0
    bodies.wall_count[w] = 0
    for segment in range(bodies.wall_centre.shape[1]):
        for axis in range(3):
            bodies.wall_centre[w, segment, axis] = 0.0
            bodies.wall_half[w, segment, axis] = 0.0
    for k in range(bodies.cylinder_size.shape[1]):
        for axis in range(3):
            bodies.cylinder_centre[w, k, axis] = 0.0
        for axis in range(2):
            bodies.cylinder_size[w, k, axis] = 0.0
    for body in range(bodies.pose.shape[1]):
        for axis in range(4):
            bodies.pose[w, body, axis] = 0.0


@kernel
def _begin_episode(params, bodies, record, w):
    """Bring world `w` to rest, with nothing held or locked, and remember where its objects are."""
    for body in range(bodies.pose.shape[1]):
        for axis in range(4):
            bodies.velocity[w, body, axis] = 0.0
    for agent in range(params.agents):
        bodies.weld_object[w, agent] = -1
        for axis in range(4):
            bodies.weld_pose[w, agent, axis] = 0.0
    for o in range(bodies.locked.shape[1]):
        bodies.locked[w, o] = False
        record.lock_owner[w, o] = 0
        for axis in range(4):
            bodies.lock_pose[w, o, axis] = 0.0
        for axis in range(3):
            record.start_position[w, o, axis] = bodies.pose[w, params.agents + o, axis]
    record.step[w] = 0


@entry_kernel
def build_worlds(layout, params, bodies, record, scratch, t):
    """Build all worlds one after the other on thread `t`; return how many were built before one failed."""
    for w in range(bodies.pose.shape[0]):
        if not build_world(layout, params, bodies, record, scratch, w, t):
            return w
    return bodies.pose.shape[0]


def draw_layouts(game: Game, world_count: int, seed: int = 0) -> tuple[Bodies, Record]:
    """Return `world_count` new worlds of `game` at the beginning of their first episode.

    Raises:
        TypeError: if `game` is no Game.
        ValueError: if `world_count` or `seed` (from 0 to 2**64 - 1) is out of range, or if what the game puts into a
            world does not fit.
    """
    check_game(game)
    check_integer("world_count", world_count, 1)
    check_integer("seed", seed, 0, LARGEST_SEED)
    bodies = allocate_bodies(world_count, game.counts)
    record = allocate_record(world_count, game.counts)
    seed_streams(record.random_key, record.random_counter, np.uint64(seed), 0)
    params = game.params
    scratch = allocate_layout_scratch(game.layout.wall_capacity, 1)
    if build_worlds(numbers_of(game.layout), params, bodies, record, scratch, 0) < world_count:
        own = ", ".join(f"{name} {getattr(game.layout, name)}" for name in option_names(game.layout))
        raise ValueError(
            f"hiders {game.hiders}, seekers {game.seekers}, boxes {game.boxes_min} to {game.boxes_max} (elongated "
            f"{game.elongated_min} to {game.elongated_max}) and ramps {game.ramps} found no room together in "
            f"{BUILD_TRIES} worlds of layout {game.layout.name!r} ({own}) on {GRID} x {GRID} cells; expected fewer, or "
            "more room"
        )
    return bodies, record


def check_buildable(game: Game) -> None:
    """Build a few worlds of `game` and drop them.

    Raises:
        ValueError: if what the game puts into a world does not fit.
    """
    draw_layouts(game, CHECKED_WORLDS)
