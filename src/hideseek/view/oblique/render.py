"""A world seen obliquely from above, as a picture."""

from functools import lru_cache

import numpy as np

from hideseek.checks import check_flag
from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.spots import Spots
from hideseek.game.state import Record
from hideseek.sim.state import Bodies
from hideseek.view.canvas import Image
from hideseek.view.header import draw_header, header_height
from hideseek.view.marks import draw_padlock
from hideseek.view.oblique.camera import Camera, look_at, look_from_light
from hideseek.view.oblique.ground import paint_ground
from hideseek.view.oblique.raster import MIDDLE, NEAREST, SAMPLES, fill_balls, fill_faces, make_layer
from hideseek.view.oblique.scene import WALL_HEIGHT, Parts, build_parts
from hideseek.view.oblique.shade import BLOCK, Scene, Shadows, find_nearest, paint_pixels
from hideseek.view.painter import Painter, Pixels
from hideseek.view.palette import INK, OUTSIDE, TEAM, colour
from hideseek.view.worlds import check_sides, check_world, floor_margin, lock_team

SHADOW_SIZE = 400
"""Width of what the light sees [pixel]; three of these pixels are how soft a shadow's edge is."""
PADLOCK_HEIGHT = 0.12
"""How far above an object its padlock is [m]."""


def render_oblique(
    bodies: Bodies,
    record: Record,
    game: Game,
    w: int,
    size: tuple[int, int] = (640, 480),
    views: bool = True,
    spots: Spots | None = None,
) -> Image:
    """Return a picture of world `w` obliquely from above, under a line with the episode's progress.

    Hiders are blue, seekers red, their eyes closed during preparation; their cones of view tint the floor, a line runs
    from a seeker to each hider that it sees, which has a red halo. Ramps brighten towards their top. A locked object
    has a padlock and edges in its team's colour, a grabbed one a chain to the agent. Walls can be seen through; outer
    walls are drawn as low as inner ones.

    Args:
        bodies: the worlds' bodies.
        record: the rules' memory of the same worlds.
        game: the game that is played in them.
        w: index of the world.
        size: width and height of the whole picture [pixel], each from 64 to 8192; they are made even, as video formats
            ask.
        views: whether to tint what agents have in view.
        spots: food or sites of the same worlds (`Objective.spots`).

    Raises:
        TypeError: if `bodies`, `record` or `game` is something else.
        ValueError: if `size` is no such pair, if there is no world `w`, or if the worlds are another game's.
    """
    check_world(bodies, record, game, w, spots)
    check_flag("views", views)
    width, height = (side + side % 2 for side in check_sides(size))
    image = np.empty((height, width, 3), np.uint8)
    top = header_height(min(width, height))
    draw_header(image[:top], record, game, w)
    _draw_world(image[top:], bodies, record, game, w, views, spots)
    return image


def _draw_world(
    image: Image, bodies: Bodies, record: Record, game: Game, w: int, views: bool, spots: Spots | None
) -> None:
    height, width = image.shape[:2]
    margin = floor_margin(game)
    camera, light = _cameras(margin, width, height)
    parts = build_parts(bodies, record, game, w, margin, camera.rays[0, 0])
    faces, balls, count = parts.faces, parts.balls, len(parts.faces.corner)
    solid, wall = make_layer(len(SAMPLES), height, width), make_layer(len(SAMPLES), height, width)
    fill_faces(solid, camera, faces, 0, parts.first_wall, SAMPLES)
    fill_faces(solid, camera, faces, parts.first_link, count, SAMPLES)
    fill_balls(solid, camera, balls, count + 1, SAMPLES)
    fill_faces(wall, camera, faces, parts.first_wall, parts.first_link, SAMPLES)
    ground = paint_ground(bodies, record, game, w, margin, views, spots)
    scene = Scene(camera, faces, balls, ground, _cast_shadows(parts, light), colour(INK)[:3], colour(OUTSIDE)[:3])
    paint_pixels(image, scene, solid, wall, SAMPLES)
    _draw_padlocks(image, camera, bodies, record, game, w)


@lru_cache(maxsize=8)
def _cameras(margin: float, width: int, height: int) -> tuple[Camera, Camera]:
    """Return what looks at a floor and `margin` metres around it: the camera, and the light."""
    box = np.full(3, -margin), np.full(3, FLOOR_SIZE + margin)
    box[0][2], box[1][2] = 0.0, WALL_HEIGHT
    return look_at(box, width, height), look_from_light(box, SHADOW_SIZE)


def _cast_shadows(parts: Parts, light: Camera) -> Shadows:
    """Return what the light sees; links and lines of sight cast no shadow."""
    layer = make_layer(1, SHADOW_SIZE, SHADOW_SIZE)
    fill_faces(layer, light, parts.faces, 0, parts.first_link, MIDDLE)
    fill_balls(layer, light, parts.balls, len(parts.faces.corner) + 1, MIDDLE)
    blocks = -(-SHADOW_SIZE // BLOCK)
    nearest = np.empty((blocks, blocks), np.float32)
    find_nearest(layer.depth[0], nearest)
    return Shadows(light, layer.depth[0], nearest)


def _draw_padlocks(image: Image, camera: Camera, bodies: Bodies, record: Record, game: Game, w: int) -> None:
    """Draw padlocks above locked objects, over everything else."""
    for o in np.flatnonzero(bodies.locked[w]).tolist():
        x, y, z, _ = bodies.pose[w, game.agents + o]
        column, row, _, away = camera.matrix @ (x, y, z + bodies.half_size[w, game.agents + o, 2] + PADLOCK_HEIGHT, 1.0)
        if away < NEAREST:
            continue
        scale = 1.0 / (away * float(np.linalg.norm(camera.rays[1, 1])))
        painter = Painter(Pixels(image), scale, 0.0)
        centre = float(column / away / scale), float((image.shape[0] - row / away) / scale)
        draw_padlock(painter, centre, TEAM[lock_team(record, game, w, o)])
