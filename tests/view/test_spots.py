"""Food and sites in pictures."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.game.spots import Spots
from hideseek.view.oblique.render import render_oblique
from hideseek.view.svg import render_svg
from hideseek.view.top import render_top


def begin(name: str) -> tuple[HideAndSeek, Spots]:
    """Return a world and its spots."""
    env = HideAndSeek(make_game(name), 1, seed=2, thread_count=1)
    env.reset()
    spots = env.game.objective.spots(env.extras)
    assert spots is not None
    return env, spots


@pytest.mark.parametrize("name", ["food", "blueprint"])
@pytest.mark.parametrize("draw", [render_top, render_oblique])
def test_spots_are_drawn(name: str, draw):
    """Where there is one; a share of nothing is not drawn."""
    env, spots = begin(name)
    world = env.bodies, env.record, env.game, 0
    without = draw(*world)
    assert (draw(*world, spots=spots) != without).any()
    nothing = spots._replace(share=np.zeros_like(spots.share))
    np.testing.assert_array_equal(draw(*world, spots=nothing), without)


def test_less_food_is_smaller():
    """Fewer pixels change."""
    env, spots = begin("food")
    world = env.bodies, env.record, env.game, 0
    without = render_top(*world)
    changed = [
        (render_top(*world, spots=spots._replace(share=np.full_like(spots.share, share))) != without).any(-1).sum()
        for share in (1.0, 0.5, 0.1)
    ]
    assert changed[0] > changed[1] > changed[2] > 0


def test_the_environment_draws_them():
    """`render` shows what `render_oblique` does with the spots."""
    env, spots = begin("blueprint")
    expected = render_oblique(env.bodies, env.record, env.game, 0, spots=spots)
    np.testing.assert_array_equal(env.render(), expected)


def test_vector_drawings_have_them():
    """Four lines for each site."""
    env, spots = begin("blueprint")
    world = env.bodies, env.record, env.game, 0
    assert len(render_svg(*world, spots=spots)) > len(render_svg(*world)) + 4 * 40


def test_spots_of_other_worlds_are_refused():
    """Too many, or not numbers."""
    env, spots = begin("food")
    world = env.bodies, env.record, env.game, 0
    twice = Spots(np.repeat(spots.place, 2, axis=1), np.repeat(spots.share, 2, axis=1))
    with pytest.raises(ValueError, match="place of spots has shape"):
        render_top(*world, spots=twice)
    with pytest.raises(ValueError, match="spots have values that are not finite"):
        render_top(*world, spots=spots._replace(share=np.full_like(spots.share, np.nan)))
