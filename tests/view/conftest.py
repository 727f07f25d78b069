"""A small world made by hand, for looking at."""

from dataclasses import dataclass

import numpy as np
import pytest

from hideseek.game.config import Game, make_game
from hideseek.game.state import Record, allocate_record
from hideseek.sim.state import Bodies, allocate_bodies

HIDER, SECOND_HIDER, SEEKER, SECOND_SEEKER, BOX, SECOND_BOX, RAMP = range(7)


@dataclass(frozen=True)
class Scene:
    """One world of a game, with everything well apart."""

    game: Game
    bodies: Bodies
    record: Record


@pytest.fixture
def scene() -> Scene:
    """Return a fenced floor: hiders in the lower half, seekers in the upper half, two boxes and a ramp between them."""
    game = make_game("quadrant")
    bodies, record = allocate_bodies(1, game.counts), allocate_record(1, game.counts)
    bodies.exists[:] = True
    bodies.half_size[:] = 0.25
    bodies.half_size[:, : game.agents] = 0.15
    bodies.pose[0, :, :2] = [[1, 1], [5, 1], [1, 5], [5, 5], [2, 3], [3, 3], [4, 3]]
    bodies.pose[0, :, 2] = bodies.half_size[0, :, 2]
    fence = np.array([[0.1, 3.0], [5.9, 3.0], [3.0, 0.1], [3.0, 5.9]])
    bodies.wall_centre[0, :4, :2] = fence
    bodies.wall_centre[0, :4, 2] = 2.0
    bodies.wall_half[0, :4] = [[0.05, 2.95, 2.0], [0.05, 2.95, 2.0], [2.95, 0.05, 2.0], [2.95, 0.05, 2.0]]
    bodies.wall_count[0] = 4
    return Scene(game, bodies, record)


@pytest.fixture
def shelter() -> Scene:
    """Return a fenced floor with a cylinder of radius 0.8 in its middle, a hider in the south and a box in the west."""
    few = {"boxes_min": 1, "boxes_max": 1, "elongated_min": 0, "elongated_max": 0}
    game = make_game("shelter", area=(0.1, 0.1, 5.9, 5.9), **few)
    bodies, record = allocate_bodies(1, game.counts), allocate_record(1, game.counts)
    bodies.exists[:] = True
    bodies.half_size[0] = [[0.15] * 3, [0.25] * 3]
    bodies.pose[0] = [[3.0, 1.2, 0.15, np.pi], [1.2, 3.0, 0.25, 0.0]]
    bodies.cylinder_centre[0, 0] = 3.0, 3.0, 0.25
    bodies.cylinder_size[0, 0] = 0.8, 0.25
    return Scene(game, bodies, record)
