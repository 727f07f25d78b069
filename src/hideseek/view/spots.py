"""Spots on the floor, drawn from above: food, and sites to build on."""

import numpy as np

from hideseek.game.config import Game
from hideseek.game.sizes import BOX_HALF_SIZE
from hideseek.game.spots import Spots
from hideseek.view.painter import Painter, rectangle
from hideseek.view.palette import FOOD, INK, SITE, WHITE, colour

FOOD_RADIUS = 0.1
"""Of whole food; what is eaten of it makes it smaller [m]."""
LEAST_RADIUS = 0.03
SITE_LINE = 0.035


def draw_spots(painter: Painter, spots: Spots | None, game: Game, w: int) -> None:
    """Draw the spots of world `w`: green discs as large as what is left of the food, outlines of sites."""
    if spots is None:
        return
    for place, share in zip(spots.place[w].astype(np.float64), spots.share[w], strict=True):
        if share <= 0.0:
            continue
        if "sites" in game.objective.entities:
            corners = rectangle(BOX_HALF_SIZE, BOX_HALF_SIZE) + place[:2]
            painter.polygon(corners, colour(SITE, 0.25))
            for k in range(4):
                painter.line(tuple(corners[k - 1]), tuple(corners[k]), SITE_LINE, colour(SITE))
        else:
            centre, radius = (float(place[0]), float(place[1])), LEAST_RADIUS + (FOOD_RADIUS - LEAST_RADIUS) * share
            painter.disc(centre, radius + 0.025, colour(INK))
            painter.disc(centre, radius + 0.01, colour(WHITE))
            painter.disc(centre, radius, colour(FOOD))
