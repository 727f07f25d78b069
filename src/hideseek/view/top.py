"""A world seen from above, as a picture."""

import numpy as np

from hideseek.checks import check_integer
from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.spots import Spots
from hideseek.game.state import Record
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, RAMP_HALF_SIZE, Bodies
from hideseek.view.canvas import Image
from hideseek.view.floor import draw_views, empty_floor
from hideseek.view.header import draw_header, header_height
from hideseek.view.marks import draw_padlock
from hideseek.view.painter import Painter, Pixels, oriented, rectangle
from hideseek.view.palette import (
    BOX,
    CYLINDER,
    CYLINDER_SIDE,
    INK,
    RAMP_HIGH,
    RAMP_LOW,
    SEEKER,
    TEAM,
    WALL,
    WALL_TOP,
    WHITE,
    colour,
)
from hideseek.view.spots import draw_spots
from hideseek.view.worlds import (
    LARGEST_SIZE,
    SMALLEST_SIZE,
    check_world,
    cylinder_circles,
    floor_margin,
    is_preparing,
    is_seen,
    lock_team,
    sightings,
)

SHADOW_SOFTNESS = 0.12


def render_top(
    bodies: Bodies, record: Record, game: Game, w: int, size: int = 480, spots: Spots | None = None
) -> Image:
    """Return a picture of world `w` from above, under a line with the episode's progress.

    Hiders are blue with a white rim, seekers red with a dark one; their cones of view are shaded, a line runs from a
    seeker to each hider that it sees. Ramps brighten towards their top. A locked object has a padlock and a rim in its
    team's colour, a grabbed one a rod to the agent.

    Args:
        bodies: the worlds' bodies.
        record: the rules' memory of the same worlds.
        game: the game that is played in them.
        w: index of the world.
        size: width of the picture [pixel], from 64 to 8192; it is made even, as video formats ask.
        spots: food or sites of the same worlds (`Objective.spots`).

    Raises:
        TypeError: if `bodies`, `record` or `game` is something else.
        ValueError: if `size` is too small or too large, if there is no world `w`, or if the worlds are another game's.
    """
    check_world(bodies, record, game, w, spots)
    check_size(size)
    size += size % 2
    margin = floor_margin(game)
    top = header_height(size)
    image = np.empty((top + size, size, 3), np.uint8)
    image[top:] = empty_floor(size, margin)
    painter = Painter(Pixels(image[top:]), size / (FLOOR_SIZE + 2.0 * margin), -margin)
    draw_world(painter, bodies, record, game, w, spots)
    draw_header(image[:top], record, game, w)
    return image


def check_size(size: object) -> None:
    """Raise ValueError where no picture can be so many pixels wide: before an episode is played for it."""
    check_integer("size", size, SMALLEST_SIZE, LARGEST_SIZE)


def fitting_size(width: int, height: int) -> int:
    """Return the largest `size` with which a picture, its header included, is within `width` x `height` pixels.

    It is at least the smallest size that there is.
    """
    size = min(width, height) // 2 * 2
    while size > SMALLEST_SIZE and size + header_height(size) > height:
        size -= 2
    return size


def draw_world(
    painter: Painter, bodies: Bodies, record: Record, game: Game, w: int, spots: Spots | None = None
) -> None:
    """Draw world `w` on an empty floor."""
    draw_views(painter, bodies, game, w)
    draw_spots(painter, spots, game, w)
    _draw_cylinders(painter, bodies, w)
    _draw_walls(painter, bodies, w)
    _draw_objects(painter, bodies, record, game, w)
    _draw_grabs(painter, bodies, game, w)
    for pair in sightings(record, game, w):
        start, end = (painter.inside(bodies.pose[w, a], AGENT_RADIUS) for a in pair)
        painter.line(start, end, 0.02, colour(SEEKER, 0.6))
    _draw_agents(painter, bodies, record, game, w)


def _draw_walls(painter: Painter, bodies: Bodies, w: int) -> None:
    count = int(bodies.wall_count[w])
    centres, halves = bodies.wall_centre[w, :count, None, :2], bodies.wall_half[w, :count]
    outlines = [rectangle(half[0], half[1]) for half in halves]
    for corners, centre in zip(outlines, centres, strict=True):
        painter.polygon(corners + centre + np.array([0.03, -0.04]), colour(INK, 0.35), SHADOW_SOFTNESS)
    for corners, centre in zip(outlines, centres, strict=True):
        painter.polygon(corners + centre, colour(WALL))
    for half, centre in zip(halves, centres, strict=True):
        painter.polygon(rectangle(half[0] - 0.02, half[1] - 0.02) + centre, colour(WALL_TOP))


def _draw_cylinders(painter: Painter, bodies: Bodies, w: int) -> None:
    for x, y, radius in cylinder_circles(bodies, w):
        painter.disc((x + 0.03, y - 0.04), radius, colour(INK, 0.4), SHADOW_SOFTNESS)
        painter.disc((x, y), radius, colour(CYLINDER_SIDE))
        painter.disc((x, y), radius - 0.03, colour(CYLINDER))


def _draw_objects(painter: Painter, bodies: Bodies, record: Record, game: Game, w: int) -> None:
    """Draw boxes and ramps, the lowest first."""
    objects = [b for b in range(game.agents, bodies.pose.shape[1]) if bodies.exists[w, b]]
    for b in sorted(objects, key=lambda b: bodies.pose[w, b, 2]):
        pose, half = bodies.pose[w, b], bodies.half_size[w, b]
        o = b - game.agents
        lift = max(0.0, float(pose[2] - half[2]))
        shadow = oriented(pose, rectangle(half[0], half[1])) + np.array([0.03 + 0.15 * lift, -0.04 - 0.2 * lift])
        painter.polygon(shadow, colour(INK, 0.4), SHADOW_SOFTNESS)
        rim = TEAM[lock_team(record, game, w, o)] if bodies.locked[w, o] else INK
        width = 0.045 if bodies.locked[w, o] else 0.012
        painter.polygon(oriented(pose, rectangle(half[0] + width, half[1] + width)), colour(rim))
        if o < game.boxes_max:
            painter.polygon(oriented(pose, rectangle(half[0], half[1])), colour(BOX))
            painter.polygon(oriented(pose, rectangle(half[0] - 0.04, half[1] - 0.04)), colour(WHITE, 0.22))
        else:
            _draw_slope(painter, pose)
        if bodies.locked[w, o]:
            draw_padlock(painter, (float(pose[0]), float(pose[1])), rim)


def _draw_slope(painter: Painter, pose: np.ndarray) -> None:
    """Draw a ramp: brighter towards its top at local -y, where a dark edge marks the drop, and two arrows upwards."""
    side, strips = RAMP_HALF_SIZE, 6
    low, high = colour(RAMP_LOW), colour(RAMP_HIGH)
    for k in range(strips):
        share = k / (strips - 1)
        red, green, blue = (low[c] + share * (high[c] - low[c]) for c in range(3))
        # Each strip reaches up to the top, so that no seam shows between neighbours.
        bottom = side - 2.0 * side * k / strips
        strip = np.array([[-side, -side], [side, -side], [side, bottom], [-side, bottom]])
        painter.polygon(oriented(pose, strip), (red, green, blue, 1.0))
    edge = oriented(pose, np.array([[-side, -side], [side, -side]]))
    painter.line(tuple(edge[0]), tuple(edge[1]), 0.025, colour(INK))
    for y in (0.13, -0.03):
        left, tip, right = oriented(pose, np.array([[-0.12, y], [0.0, y - 0.1], [0.12, y]]))
        painter.line(tuple(left), tuple(tip), 0.018, colour(INK, 0.75))
        painter.line(tuple(tip), tuple(right), 0.018, colour(INK, 0.75))


def _draw_grabs(painter: Painter, bodies: Bodies, game: Game, w: int) -> None:
    for a in range(game.agents):
        o = int(bodies.weld_object[w, a])
        if o < 0:
            continue
        start, end = bodies.pose[w, a, :2].tolist(), bodies.pose[w, game.agents + o, :2].tolist()
        painter.line(start, end, 0.04, colour(INK))
        painter.line(start, end, 0.022, colour(WHITE))
        painter.disc(end, 0.07, colour(INK))
        painter.disc(end, 0.045, colour(WHITE))


def _draw_agents(painter: Painter, bodies: Bodies, record: Record, game: Game, w: int) -> None:
    """Draw agents, the lowest first; one that has left the picture stands at its border."""
    preparing = is_preparing(record, game, w)
    for a in sorted(range(game.agents), key=lambda a: bodies.pose[w, a, 2]):
        pose = bodies.pose[w, a].astype(np.float64)
        pose[:2] = painter.inside(pose, AGENT_RADIUS)
        seeker = a >= game.hiders
        caught = not seeker and not preparing and is_seen(record, game, w, a)
        _draw_agent(painter, pose, seeker, caught, asleep=seeker and preparing)


def _draw_agent(painter: Painter, pose: np.ndarray, seeker: bool, caught: bool, asleep: bool) -> None:
    """Draw one agent: body, arms and eyes; a red halo where it is `caught`, closed eyes where it is `asleep`."""
    body, rim = colour(TEAM[seeker]), colour(INK if seeker else WHITE)
    centre = (float(pose[0]), float(pose[1]))
    lift = max(0.0, float(pose[2]) - AGENT_RADIUS)
    painter.disc(
        (centre[0] + 0.03 + 0.15 * lift, centre[1] - 0.04 - 0.2 * lift), 0.16, colour(INK, 0.4), SHADOW_SOFTNESS
    )
    if caught:
        painter.disc(centre, 0.25, colour(SEEKER, 0.55), SHADOW_SOFTNESS)
    arms = oriented(pose, np.array(ARM_OFFSETS)[:, :2])
    for arm in arms:
        painter.disc(tuple(arm), ARM_RADIUS + 0.02, rim)
    painter.disc(centre, AGENT_RADIUS + 0.02, rim)
    for arm in arms:
        painter.disc(tuple(arm), ARM_RADIUS, body)
    painter.disc(centre, AGENT_RADIUS, body)
    eyes = oriented(pose, np.array([[-0.06, -0.065], [0.06, -0.065]]))
    pupils = oriented(pose, np.array([[-0.06, -0.085], [0.06, -0.085]]))
    for eye, pupil in zip(eyes, pupils, strict=True):
        if asleep:
            side = (pupil - eye) @ np.array([[0.0, 1.0], [-1.0, 0.0]]) * 2.0
            painter.line(tuple(eye - side), tuple(eye + side), 0.012, colour(WHITE))
        else:
            painter.disc(tuple(eye), 0.045, colour(WHITE))
            painter.disc(tuple(pupil), 0.024, colour(INK))
