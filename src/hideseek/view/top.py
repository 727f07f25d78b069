"""A world seen from above, as a picture."""

import math
from functools import lru_cache

import numpy as np

from hideseek.checks import check_array, check_instance, check_integer
from hideseek.game.config import FLOOR_SIZE, Game, check_game
from hideseek.game.state import Record
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, RAMP_HALF_SIZE, Bodies
from hideseek.view.canvas import Image
from hideseek.view.header import draw_header, header_height
from hideseek.view.painter import Painter, colour, oriented, rectangle
from hideseek.view.pictures import tile
from hideseek.view.sight import measure_view

HIDER = "1f6fd1"
SEEKER = "d1352b"
TEAM = (HIDER, SEEKER)
BOX = "f0b43c"
RAMP_LOW, RAMP_HIGH = "a9793a", "f7dca0"
INK = "20242c"
WHITE = "ffffff"
WALL, WALL_TOP = "3a4252", "566176"
FLOOR, FLOOR_LINE, OUTSIDE = "eef1f5", "e0e5ec", "c9d0da"

VIEW_HALF_ANGLE = math.radians(67.5)
VIEW_RAYS = 136
VIEW_FADE = 3.2
"""Distance at which the drawn view has faded [m]; agents see further."""
SHADOW_SOFTNESS = 0.12
LARGEST_SIZE = 8192


def render_top(bodies: Bodies, record: Record, game: Game, w: int, size: int = 480) -> Image:
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

    Raises:
        TypeError: if `bodies`, `record` or `game` is something else.
        ValueError: if `size` is too small or too large, if there is no world `w`, or if the worlds are another game's.
    """
    _check_worlds(bodies, record, game)
    check_size(size)
    check_integer("w", w, 0, len(bodies.pose) - 1)
    size += size % 2
    margin = 0.05 if game.area[0] >= 0.0 and game.area[2] <= FLOOR_SIZE else 0.5
    top = header_height(size)
    image = np.empty((top + size, size, 3), np.uint8)
    image[top:] = _empty_floor(size, margin)
    painter = Painter(image[top:], size / (FLOOR_SIZE + 2.0 * margin), -margin)
    _draw_views(painter, bodies, game, w)
    _draw_walls(painter, bodies, w)
    _draw_objects(painter, bodies, record, game, w)
    _draw_grabs(painter, bodies, game, w)
    seen = _draw_sightings(painter, bodies, record, game, w)
    _draw_agents(painter, bodies, record, game, w)
    draw_header(image[:top], int(record.step[w]), game, seen, hidden_colour=HIDER, seen_colour=SEEKER)
    return image


def render_worlds(bodies: Bodies, record: Record, game: Game, size: int = 480) -> Image:
    """Return the pictures of all worlds (`render_top`, each `size` pixels wide) side by side, about as wide as high.

    Raises:
        TypeError, ValueError: as `render_top`, and if there is no world.
    """
    _check_worlds(bodies, record, game)
    count = len(bodies.pose)
    return tile([render_top(bodies, record, game, w, size) for w in range(count)], columns=math.ceil(math.sqrt(count)))


def check_size(size: object) -> None:
    """Raise ValueError where no picture can be so many pixels wide: before an episode is played for it."""
    check_integer("size", size, 64, LARGEST_SIZE)


def _check_worlds(bodies: Bodies, record: Record, game: Game) -> None:
    check_instance("bodies", bodies, Bodies, "Bodies")
    check_instance("record", record, Record, "a Record")
    check_game(game)
    world_count = len(bodies.pose)
    check_array("pose of bodies", bodies.pose, ("world", game.counts.body, 4), "f")
    check_array("step of record", record.step, (world_count,), "i")
    check_array("sees_agent of record", record.sees_agent, (world_count, game.agents, game.agents), "b")


@lru_cache(maxsize=8)
def _empty_floor(size: int, margin: float) -> Image:
    image = np.empty((size, size, 3), np.uint8)
    image[:] = [round(255 * part) for part in colour(OUTSIDE)[:3]]
    painter = Painter(image, size / (FLOOR_SIZE + 2.0 * margin), -margin)
    painter.polygon(rectangle(FLOOR_SIZE / 2, FLOOR_SIZE / 2) + FLOOR_SIZE / 2, colour(FLOOR))
    for k in range(1, int(FLOOR_SIZE)):
        painter.line((k, 0.0), (k, FLOOR_SIZE), 0.01, colour(FLOOR_LINE))
        painter.line((0.0, k), (FLOOR_SIZE, k), 0.01, colour(FLOOR_LINE))
    image.flags.writeable = False
    return image


def _draw_views(painter: Painter, bodies: Bodies, game: Game, w: int) -> None:
    ranges = np.empty(VIEW_RAYS)
    for a in range(game.agents):
        measure_view(bodies, game.counts, w, a, VIEW_HALF_ANGLE, ranges)
        x, y, _, yaw = (float(value) for value in bodies.pose[w, a])
        paint = colour(TEAM[a >= game.hiders], 0.30)
        painter.fan((x, y), yaw - 0.5 * math.pi, VIEW_HALF_ANGLE, ranges, VIEW_FADE, paint)


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


def _draw_objects(painter: Painter, bodies: Bodies, record: Record, game: Game, w: int) -> None:
    """Draw boxes and ramps, the lowest first."""
    objects = [b for b in range(game.agents, bodies.pose.shape[1]) if bodies.exists[w, b]]
    for b in sorted(objects, key=lambda b: bodies.pose[w, b, 2]):
        pose, half = bodies.pose[w, b], bodies.half_size[w, b]
        o = b - game.agents
        lift = max(0.0, float(pose[2] - half[2]))
        shadow = oriented(pose, rectangle(half[0], half[1])) + np.array([0.03 + 0.15 * lift, -0.04 - 0.2 * lift])
        painter.polygon(shadow, colour(INK, 0.4), SHADOW_SOFTNESS)
        rim = TEAM[int(record.lock_owner[w, o] >= game.hiders)] if bodies.locked[w, o] else INK
        width = 0.045 if bodies.locked[w, o] else 0.012
        painter.polygon(oriented(pose, rectangle(half[0] + width, half[1] + width)), colour(rim))
        if o < game.boxes_max:
            painter.polygon(oriented(pose, rectangle(half[0], half[1])), colour(BOX))
            painter.polygon(oriented(pose, rectangle(half[0] - 0.04, half[1] - 0.04)), colour(WHITE, 0.22))
        else:
            _draw_slope(painter, pose)
        if bodies.locked[w, o]:
            _draw_padlock(painter, (float(pose[0]), float(pose[1])), rim)


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


def _draw_padlock(painter: Painter, centre: tuple[float, float], paint: str) -> None:
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


def _draw_sightings(painter: Painter, bodies: Bodies, record: Record, game: Game, w: int) -> bool:
    """Draw a line from each seeker to each hider that it sees; return whether there is any."""
    seen = False
    for s in range(game.hiders, game.agents):
        for h in range(game.hiders):
            if record.sees_agent[w, s, h]:
                seen = True
                start, end = (painter.inside(bodies.pose[w, a], AGENT_RADIUS) for a in (s, h))
                painter.line(start, end, 0.02, colour(SEEKER, 0.6))
    return seen


def _draw_agents(painter: Painter, bodies: Bodies, record: Record, game: Game, w: int) -> None:
    """Draw agents, the lowest first; one that has left the picture stands at its border."""
    preparing = record.step[w] < game.preparation_steps
    for a in sorted(range(game.agents), key=lambda a: bodies.pose[w, a, 2]):
        pose = bodies.pose[w, a].astype(np.float64)
        pose[:2] = painter.inside(pose, AGENT_RADIUS)
        seeker = a >= game.hiders
        caught = not seeker and not preparing and bool(record.sees_agent[w, game.hiders : game.agents, a].any())
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
