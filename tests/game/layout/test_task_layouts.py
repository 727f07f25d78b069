"""The layouts of the tests: six rooms, three rooms without doors, an open floor, a cylinder."""

import numpy as np
import pytest

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


def test_a_cylinder_stands_in_the_middle_and_everything_around_it():
    """Its diameter is between 1.5 and 2 m, its height half a metre; nothing is within the square around it."""
    bodies, _ = draw_layouts(PRESETS["shelter"], WORLDS)
    assert (bodies.wall_count == 4).all()
    centre, size = bodies.cylinder_centre[:, 0], bodies.cylinder_size[:, 0]
    assert (bodies.exists.sum(1) == 9).all()
    assert 0.75 <= size[:, 0].min() < 0.78
    assert 0.97 < size[:, 0].max() <= 1.0
    np.testing.assert_allclose([centre[:, 2], size[:, 1]], 0.25)
    # With 8 to 10 cells, 3 to 16 of which may be the first.
    assert 1.35 < centre[:, :2].min() < 1.6
    assert 4.0 < centre[:, :2].max() < 4.3
    assert abs(float(np.median(centre[:, :2])) - 2.85) < 0.15
    apart = np.abs(bodies.pose[..., :2] - centre[:, None, :2]) - bodies.half_size[..., :2]
    assert (apart.max(-1) >= size[:, None, 0] - 1e-5).all()
    assert bodies.cylinder_centre.shape == (WORLDS, 1, 3)


def test_other_layouts_have_no_cylinder():
    """Nor room for one."""
    for name in PRESETS.keys() - {"shelter"}:
        bodies, _ = draw_layouts(PRESETS[name], 1)
        assert bodies.cylinder_centre.size == bodies.cylinder_size.size == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"diameter_min": 0.1}, "diameter_min is 0.1, expected a finite number at least 0.2 and at most 3"),
        ({"diameter_max": 3.5}, "diameter_max is 3.5, expected a finite number at least 0.2 and at most 3"),
        ({"diameter_min": 1.8, "diameter_max": 1.6}, "diameter_min is 1.8, expected at most diameter_max, 1.6"),
        ({"cylinder_height": 0.0}, "cylinder_height is 0.0, expected a finite number at least 0.1 and at most 4"),
        ({"cylinder_share": 1.0}, "cylinder_share is 1.0, expected a finite number at least 0.1 and at most 0.9"),
        ({"cylinder_share": float("nan")}, "cylinder_share is nan, expected a finite number"),
        ({"start_share": 0.5}, "unknown option 'start_share' .*it is one of layout 'open'"),
    ],
)
def test_cylinders_that_cannot_be_are_refused(options: dict, message: str):
    """The error names the option, its value and the bounds."""
    with pytest.raises(ValueError, match=message):
        make_game("shelter", **options)


def test_cylinders_of_all_sizes_find_their_place():
    """At the bounds of all options the cylinder is within the border."""
    for diameter in (0.2, 3.0):
        for share in (0.1, 0.9):
            options = {"diameter_min": diameter, "diameter_max": diameter, "cylinder_share": share, "boxes_max": 0}
            few = {"boxes_min": 0, "elongated_min": 0, "elongated_max": 0}
            bodies, _ = draw_layouts(make_game("shelter", **options, **few), 100)
            reach = bodies.cylinder_size[:, 0, :1]
            assert (bodies.cylinder_centre[:, 0, :2] - reach > 0.15).all()
            assert (bodies.cylinder_centre[:, 0, :2] + reach < 5.85).all()
