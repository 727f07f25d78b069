"""A few fixed examples of each search, and of what was found."""

from dataclasses import replace

import numpy as np
import pytest

from hideseek.sim.state import Bodies
from hideseek.view.canvas import _span as touched_span
from hideseek.view.oblique.raster import _span as whole_span
from hideseek.view.oblique.render import render_oblique
from hideseek.view.svg import render_svg
from hideseek.view.top import render_top
from hideseek.view.views import render_view
from tests.fuzz.__main__ import watch
from tests.fuzz.hostile import NO_NUMBERS, NUMBERS, sound_replay
from tests.fuzz.searches import SEARCHES
from tests.refusal import assert_refused

EXAMPLES = 4
SIZE = 64


@pytest.mark.parametrize("number", range(EXAMPLES))
@pytest.mark.parametrize("name", SEARCHES)
def test_examples(name: str, number: int):
    """Nothing crashes, hangs, or raises anything but the one error."""
    SEARCHES[name](np.random.default_rng(number))


def sound_world() -> tuple:
    """Return bodies, record and game of a sound world that has walls."""
    replay = sound_replay(np.random.default_rng(1))
    bodies, record = replay.restore(0, 2)
    bodies.wall_count[:] = replay.game.counts.wall
    return bodies, record, replay.game


@pytest.mark.parametrize("value", [-1e18, 1e18, 3e38, -3e38, 1e-45, 0.0])
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("name", ["wall_centre", "wall_half", "pose", "half_size"])
def test_one_number_of_a_world(name: str, axis: int, value: float):
    """Whichever length it is: every view draws the rest of the world."""
    bodies, record, game = sound_world()
    getattr(bodies, name)[0, -1 if name == "pose" else 0, axis] = value
    with np.errstate(all="ignore"):
        for picture in (
            render_oblique(bodies, record, game, 0, (SIZE, SIZE)),
            render_top(bodies, record, game, 0, SIZE),
        ):
            assert len(np.unique(picture)) > 20
        assert render_svg(bodies, record, game, 0, SIZE).count("<polygon") > 10


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("pose", np.nan, "pose of bodies has values that are not finite"),
        ("half_size", np.inf, "half_size of bodies has values that are not finite"),
        ("wall_centre", -np.inf, "wall_centre of bodies has values that are not finite"),
        ("wall_half", np.nan, "wall_half of bodies has values that are not finite"),
        ("wall_count", 99, "wall_count of bodies has the value 99, expected at most"),
        ("weld_object", 99, "weld_object of bodies has the value 99, expected at most"),
    ],
)
def test_worlds_that_cannot_be_drawn(field: str, value: float, message: str):
    """What is no number, and indices of what there is not, are refused by every view."""
    bodies, record, game = sound_world()
    array = getattr(bodies, field).copy()
    array.reshape(-1)[0] = value
    spoilt = Bodies(**{**bodies._asdict(), field: array})
    for view in ("oblique", "top"):
        assert_refused(lambda view=view: render_view(spoilt, record, game, 0, view, (SIZE, SIZE)), ValueError, message)


@pytest.mark.parametrize("span", [whole_span.py_func, touched_span.py_func])
def test_spans_are_within_the_picture(span):
    """Whatever the bounds are, in either order."""
    for low in (*NUMBERS, *NO_NUMBERS):
        for high in (*NUMBERS, *NO_NUMBERS):
            first, end = span(low, high, SIZE)
            assert first >= end or 0 <= first < end <= SIZE
            assert isinstance(first, int)
            assert isinstance(end, int)


def test_a_failure_is_printed_with_the_way_to_repeat_it(capfd):
    """Also where the process that searches dies at once."""
    code = "import os, signal; print('worlds 17', flush=True); os.kill(os.getpid(), signal.SIGSEGV)"
    assert watch(["python3", "-c", code]) == 1
    text = capfd.readouterr().out
    assert "found after 1 examples: worlds ended with code -11" in text
    assert "-m tests.fuzz --search worlds --example 17" in text
    assert watch(["python3", "-c", "print('worlds 17')"]) == 0
    assert capfd.readouterr().out == "1 examples, nothing found\n"


def test_sound_replays_are_sound():
    """They can be made of any number, and changed."""
    for number in range(20):
        replay = sound_replay(np.random.default_rng(number))
        assert replace(replay, hiders="others").hiders == "others"
