"""Statistics of behaviour, sampled at two moments."""

import numpy as np
import pytest

from hideseek.game.statistics import STATISTIC_NAMES, sample_preparation, start_statistics, write_statistics
from tests.worlds import World, make_world


def started(**options: object) -> World:
    world = make_world(hiders=[(1, 1, 0)], boxes=[(3, 3, 0), (4, 4, 0)], ramps=[(2, 5, 0)], spare_boxes=1, **options)
    start_statistics(world.bodies, world.record, world.counts, 0)
    return world


def sample_at(world: World, step: int) -> None:
    world.record.step[0] = step
    sample_preparation(world.params, world.bodies, world.record, world.counts, 0)


def read(world: World) -> dict[str, float]:
    values = np.full((1, len(STATISTIC_NAMES)), np.nan, np.float32)
    write_statistics(world.bodies, world.record, world.counts, values, 0)
    return dict(zip(STATISTIC_NAMES, values[0].tolist(), strict=True))


def test_nothing_happened():
    """All are zero when everything is where it began."""
    assert set(read(started()).values()) == {0.0}


def test_moves_are_distances_in_space_from_the_start():
    """Of the object that is farthest from where it began, whatever its way was."""
    world = started()
    world.place(1, 3.3, 3.4)
    world.place(2, 4, 4, z=1.45)
    world.place(4, 2, 3)
    values = read(world)
    assert values["max_box_move"] == pytest.approx(1.2, abs=1e-5)
    assert values["max_ramp_move"] == pytest.approx(2.0, abs=1e-5)


def test_locks_are_counted_at_the_moment():
    """Boxes and ramps apart."""
    world = started()
    world.bodies.locked[0] = [True, True, False, True]
    values = read(world)
    assert (values["num_box_lock"], values["num_ramp_lock"]) == (2.0, 1.0)


@pytest.mark.parametrize(("original_quirks", "moment"), [(False, 32), (True, 33)])
def test_preparation_is_sampled_once_at_its_end(original_quirks: bool, moment: int):
    """The original samples one step later."""
    world = started(original_quirks=original_quirks)
    for step, x in ((moment - 1, 3.1), (moment, 3.2), (moment + 1, 3.3)):
        world.place(1, x, 3)
        sample_at(world, step)
    values = read(world)
    assert values["max_box_move_prep"] == pytest.approx(0.2, abs=1e-5)
    assert values["max_box_move"] == pytest.approx(0.3, abs=1e-5)


def test_locks_of_preparation_are_counted_at_its_end():
    """Those that were undone later count then, those made later do not."""
    world = started()
    world.bodies.locked[0] = [True, False, False, True]
    sample_at(world, 32)
    world.bodies.locked[0] = [False, False, False, False]
    values = read(world)
    assert (values["num_box_lock_prep"], values["num_ramp_lock_prep"]) == (1.0, 1.0)
    assert (values["num_box_lock"], values["num_ramp_lock"]) == (0.0, 0.0)


def test_box_that_came_back_has_not_moved():
    """The distance counts at the moment, not the largest over time."""
    world = started()
    world.place(1, 5, 5)
    sample_at(world, 31)
    world.place(1, 3, 3)
    sample_at(world, 32)
    assert read(world)["max_box_move_prep"] == 0.0
    assert read(world)["max_box_move"] == 0.0


def test_turning_on_the_spot_is_no_move():
    """Nor is what agents do."""
    world = started()
    world.place(1, 3, 3, 2.0)
    world.place(0, 5, 5)
    assert set(read(world).values()) == {0.0}


def test_absent_boxes_do_not_count():
    """Whatever stands in their place."""
    world = started()
    world.bodies.pose[0, 3] = 4.0
    assert read(world)["max_box_move"] == 0.0


def test_new_episode_forgets_the_last():
    """Starting again takes the present places for the start."""
    world = started()
    world.place(1, 5, 5)
    sample_at(world, 32)
    start_statistics(world.bodies, world.record, world.counts, 0)
    assert set(read(world).values()) == {0.0}
