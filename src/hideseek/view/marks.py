"""Marks that several views draw."""

import numpy as np

from hideseek.view.painter import Painter, Point, rectangle
from hideseek.view.palette import WHITE, colour


def draw_padlock(painter: Painter, centre: Point, paint: str) -> None:
    """Draw a padlock on a white disc of radius 0.125 m around `centre`, in the colour that `paint` names."""
    x, y = centre
    painter.disc(centre, 0.125, colour(WHITE, 0.92))
    for start, end in (
        ((-0.04, -0.01), (-0.04, 0.03)),
        ((-0.04, 0.03), (0.0, 0.065)),
        ((0.0, 0.065), (0.04, 0.03)),
        ((0.04, 0.03), (0.04, -0.01)),
    ):
        painter.line((x + start[0], y + start[1]), (x + end[0], y + end[1]), 0.014, colour(paint))
    painter.polygon(rectangle(0.065, 0.045) + np.array([x, y - 0.035]), colour(paint))
