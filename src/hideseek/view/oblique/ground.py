"""The ground of a scene, as a picture from above: tiles, what agents have in view, halos and contact shadows."""

from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.spots import Spots
from hideseek.game.state import Record
from hideseek.sim.state import AGENT_RADIUS, Bodies
from hideseek.view.floor import draw_views, empty_floor
from hideseek.view.oblique.shade import FADE, Ground
from hideseek.view.painter import Painter, Pixels, oriented, rectangle
from hideseek.view.palette import INK, SEEKER, colour
from hideseek.view.spots import draw_spots
from hideseek.view.worlds import cylinder_circles, is_preparing, is_seen

PIXELS_PER_METRE = 72
"""Finer than a picture of the default size needs; what lies on the ground is soft."""
CONTACT_SOFTNESS = 0.16
HALO_SOFTNESS = 0.10
NEAR_GROUND = 0.1
"""A body that is higher above the ground than this touches it nowhere [m]."""


def paint_ground(
    bodies: Bodies, record: Record, game: Game, w: int, margin: float, views: bool, spots: Spots | None
) -> Ground:
    """Return the ground of world `w`.

    Args:
        bodies: the worlds' bodies.
        record: the rules' memory of the same worlds.
        game: the game that is played in them.
        w: index of the world.
        margin: how much is seen beyond the floor [m].
        views: whether to tint what agents have in view.
        spots: food or sites.
    """
    margin += FADE
    size = round(PIXELS_PER_METRE * (FLOOR_SIZE + 2.0 * margin))
    picture = empty_floor(size, margin).copy()
    painter = Painter(Pixels(picture), size / (FLOOR_SIZE + 2.0 * margin), -margin)
    if views:
        draw_views(painter, bodies, game, w)
    draw_spots(painter, spots, game, w)
    for b in range(game.agents, bodies.pose.shape[1]):
        pose, half = bodies.pose[w, b], bodies.half_size[w, b]
        if bodies.exists[w, b] and pose[2] - half[2] < NEAR_GROUND:
            corners = oriented(pose, rectangle(half[0] + 0.02, half[1] + 0.02))
            painter.polygon(corners, colour(INK, 0.45), CONTACT_SOFTNESS)
    for x, y, radius in cylinder_circles(bodies, w):
        painter.disc((x, y), radius + 0.02, colour(INK, 0.45), CONTACT_SOFTNESS)
    for a in range(game.agents):
        centre = painter.inside(bodies.pose[w, a], FADE + AGENT_RADIUS)
        if a < game.hiders and not is_preparing(record, game, w) and is_seen(record, game, w, a):
            painter.disc(centre, 0.26, colour(SEEKER, 0.55), HALO_SOFTNESS)
        if bodies.pose[w, a, 2] - AGENT_RADIUS < NEAR_GROUND:
            painter.disc(centre, 0.12, colour(INK, 0.5), CONTACT_SOFTNESS)
    return Ground(picture, painter.low, painter.scale)
