"""What lies on the floor of every view from above: its tiles, and what agents have in view."""

import math
from functools import lru_cache

import numpy as np

from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.sim.state import Bodies
from hideseek.view.canvas import Image
from hideseek.view.painter import Painter, Pixels, rectangle
from hideseek.view.palette import FLOOR, FLOOR_LINE, OUTSIDE, TEAM, colour
from hideseek.view.sight import measure_view

VIEW_HALF_ANGLE = math.radians(67.5)
VIEW_RAYS = 136
VIEW_FADE = 3.2
"""Distance at which the drawn view has faded [m]; agents see further."""
VIEW_OPACITY = 0.30


@lru_cache(maxsize=8)
def empty_floor(size: int, margin: float) -> Image:
    """Return a picture of the floor and of `margin` metres around it, `size` pixels wide; it cannot be written to."""
    image = np.empty((size, size, 3), np.uint8)
    image[:] = [round(255 * part) for part in colour(OUTSIDE)[:3]]
    draw_tiles(Painter(Pixels(image), size / (FLOOR_SIZE + 2.0 * margin), -margin))
    image.flags.writeable = False
    return image


def draw_tiles(painter: Painter) -> None:
    """Draw the floor: tiles of a square metre."""
    painter.polygon(rectangle(FLOOR_SIZE / 2, FLOOR_SIZE / 2) + FLOOR_SIZE / 2, colour(FLOOR))
    for k in range(1, int(FLOOR_SIZE)):
        painter.line((k, 0.0), (k, FLOOR_SIZE), 0.01, colour(FLOOR_LINE))
        painter.line((0.0, k), (FLOOR_SIZE, k), 0.01, colour(FLOOR_LINE))


def draw_views(painter: Painter, bodies: Bodies, game: Game, w: int) -> None:
    """Tint what the agents of world `w` have in view, in their teams' colours."""
    ranges = np.empty(VIEW_RAYS)
    for a in range(game.agents):
        measure_view(bodies, game.counts, w, a, VIEW_HALF_ANGLE, ranges)
        x, y, _, yaw = (float(value) for value in bodies.pose[w, a])
        paint = colour(TEAM[a >= game.hiders], VIEW_OPACITY)
        painter.fan((x, y), yaw - 0.5 * math.pi, VIEW_HALF_ANGLE, ranges, VIEW_FADE, paint)
