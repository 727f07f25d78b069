"""The layouts of the tests: six rooms, three rooms without doors, an open floor."""

import numpy as np

from benchmarks.layouts import rooms_and_doors
from hideseek.game.config import PRESETS, make_game
from hideseek.game.layout.build import draw_layouts

WORLDS = 300


def test_six_rooms_are_six():
    """With a door in each wall, and a border."""
    bodies, _ = draw_layouts(PRESETS["lock-and-return"], 50)
    for w in range(50):
        walls = slice(bodies.wall_count[w])
        assert rooms_and_doors(bodies.wall_centre[w, walls], bodies.wall_half[w, walls])[0] == 6


def test_three_rooms_are_a_half_and_two_quarters_with_a_ramp_each():
    """Both walls stand between 0.4 and 0.6 of the side, have no doors, and lie along either axis and on either side."""
    game = PRESETS["sequential-lock"]
    bodies, _ = draw_layouts(game, WORLDS)
    assert (bodies.wall_count == 6).all()
    half = bodies.wall_half[:, 4:6]
    vertical = half[..., 1] > half[..., 0]
    assert (vertical[:, 0] != vertical[:, 1]).all()
    assert 0.4 < vertical[:, 0].mean() < 0.6
    kinds = set()
    for w in range(WORLDS):
        axis = 0 if vertical[w, 0] else 1
        across = float(bodies.wall_centre[w, 4, axis])
        again = float(bodies.wall_centre[w, 5, 1 - axis])
        assert 2.4 <= across <= 3.8
        assert 2.4 <= again <= 3.8
        is_low = bool(bodies.wall_centre[w, 5, axis] < across)
        kinds.add((axis, is_low))
        places = bodies.pose[w, -3:, :2]
        in_quarters = (places[:, axis] < across) == is_low
        is_second = in_quarters & (places[:, 1 - axis] > again)
        assert in_quarters.tolist() == [False, True, True]
        assert is_second.tolist() == [False, False, True]
    assert len(kinds) == 4


def test_the_open_floor_begins_in_its_corner():
    """Everything within the square, and nothing but the border around it."""
    game = make_game("exploration", start_share=0.5)
    bodies, _ = draw_layouts(game, WORLDS)
    assert (bodies.wall_count == 4).all()
    reach = bodies.pose[..., :2] + bodies.half_size[..., :2]
    assert reach[bodies.exists].max() <= 3.0
    assert bodies.pose[bodies.exists][:, :2].min() > 0.3
    wide, _ = draw_layouts(make_game("exploration", start_share=1.0), WORLDS)
    assert np.median(wide.pose[wide.exists][:, :2]) > 2.5
