"""What the faces and balls of a world are."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.state import Record
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, Bodies
from hideseek.view.oblique.solids import (
    COLUMN,
    COLUMN_SIDES,
    CUBOID,
    WEDGE,
    Balls,
    Faces,
    cross,
    join,
    make_faces,
    place,
    rgb,
)
from hideseek.view.palette import (
    BOX,
    CYLINDER,
    CYLINDER_SIDE,
    INK,
    RAMP_HIGH,
    RAMP_LOW,
    RAMP_SIDE,
    SEEKER,
    TEAM,
    WALL_SIDE,
    WALL_TOP,
    WHITE,
)
from hideseek.view.worlds import is_preparing, lock_team, sightings

WALL_HEIGHT = 0.5
"""Walls are drawn up to here: inner walls whole, outer ones cut, so that they do not hide the floor [m]."""
EDGE, LOCKED_EDGE = 0.010, 0.045
"""Widths of the lines along edges of objects [m]."""
LINK_PIECES, LINK_RISE, LINK_WIDTH = 12, 0.14, 0.06
SIGHT_WIDTH = 0.03
EYE_OFFSETS = ((-0.058, -0.088, 0.075), (0.058, -0.088, 0.075))
"""Centres of the eyes in the agent's frame [m]."""
EYE_RADIUS, PUPIL_COSINE = 0.052, 0.80
GAZE = (0.0, -0.80, 0.60)
"""Where the pupils are, from the eyes' centres."""


class Parts(NamedTuple):
    """A world's faces and balls."""

    faces: Faces
    """Those of boxes, ramps and cylinders, then those of walls, then links and lines of sight."""
    first_wall: int
    first_link: int
    balls: Balls
    """Agents: body, arms and eyes of each."""


def build_parts(bodies: Bodies, record: Record, game: Game, w: int, margin: float, eye: np.ndarray) -> Parts:
    """Return what world `w` is made of.

    Args:
        bodies: the worlds' bodies.
        record: the rules' memory of the same worlds.
        game: the game that is played in them.
        w: index of the world.
        margin: how far from the floor an agent is shown at most; one that is farther away stands there [m].
        eye: where the camera is [3].
    """
    poses = bodies.pose[w].astype(np.float64)
    limit = margin - AGENT_RADIUS
    poses[: game.agents, :2] = np.clip(poses[: game.agents, :2], -limit, FLOOR_SIZE + limit)
    boxes = _objects(bodies, record, game, w, poses, game.agents, game.agents + game.boxes_max)
    ramps = _objects(bodies, record, game, w, poses, game.agents + game.boxes_max, len(poses))
    cylinders, walls = _cylinders(bodies, w), _walls(bodies, w)
    links = _links(bodies, record, game, w, poses, eye)
    first_wall = len(boxes.corner) + len(ramps.corner) + len(cylinders.corner)
    balls = _agents(poses[: game.agents], game, asleep=is_preparing(record, game, w))
    return Parts(join([boxes, ramps, cylinders, walls, links]), first_wall, first_wall + len(walls.corner), balls)


def _objects(bodies: Bodies, record: Record, game: Game, w: int, poses: np.ndarray, begin: int, end: int) -> Faces:
    """Return the faces of the boxes, or of the ramps, which are the bodies `begin` to below `end`."""
    ramps = begin != game.agents
    shape = WEDGE if ramps else CUBOID
    chosen = np.arange(begin, end)[bodies.exists[w, begin:end]]
    corner, sides, triangle = place(shape, poses[chosen], bodies.half_size[w, chosen])
    paint = np.empty((len(chosen), len(shape), 2, 3))
    paint[:] = rgb(RAMP_SIDE if ramps else BOX)
    if ramps:
        paint[:, 0] = rgb(RAMP_LOW), rgb(RAMP_HIGH)
    rim, width = np.empty((len(chosen), len(shape), 3)), np.empty((len(chosen), len(shape)))
    for k, o in enumerate(chosen - game.agents):
        rim[k] = rgb(TEAM[lock_team(record, game, w, o)] if bodies.locked[w, o] else INK)
        width[k] = LOCKED_EDGE if bodies.locked[w, o] else EDGE
    arrows = np.zeros((len(chosen), len(shape)), np.bool_)
    arrows[:, 0] = ramps
    return make_faces(
        corner, sides, triangle, paint.reshape(-1, 2, 3), rim.reshape(-1, 3), width.reshape(-1), arrows.reshape(-1)
    )


def _cylinders(bodies: Bodies, w: int) -> Faces:
    size = bodies.cylinder_size[w].astype(np.float64)
    exists = size[:, 0] > 0.0
    centre, half = bodies.cylinder_centre[w, exists].astype(np.float64), size[exists][:, [0, 0, 1]]
    corner, sides, triangle = place(COLUMN, np.pad(centre, ((0, 0), (0, 1))), half)
    paint = np.empty((len(centre), len(COLUMN), 2, 3))
    paint[:] = rgb(CYLINDER_SIDE)
    paint[:, :COLUMN_SIDES] = rgb(CYLINDER)
    return make_faces(corner, sides, triangle, paint.reshape(-1, 2, 3), rgb(CYLINDER), 0.0)


def _walls(bodies: Bodies, w: int) -> Faces:
    count = int(bodies.wall_count[w])
    centre, half = (values[w, :count].astype(np.float64) for values in (bodies.wall_centre, bodies.wall_half))
    half[:, 2] = centre[:, 2] = 0.5 * np.minimum(centre[:, 2] + half[:, 2], WALL_HEIGHT)
    corner, sides, triangle = place(CUBOID, np.pad(centre, ((0, 0), (0, 1))), half)
    paint = np.empty((count, len(CUBOID), 2, 3))
    paint[:] = rgb(WALL_SIDE)
    paint[:, 0] = rgb(WALL_TOP)
    return make_faces(corner, sides, triangle, paint.reshape(-1, 2, 3), rgb(WALL_TOP), 0.0)


def _links(bodies: Bodies, record: Record, game: Game, w: int, poses: np.ndarray, eye: np.ndarray) -> Faces:
    """Return a chain from each agent to the top of what it holds, and lines from seekers to the hiders they see."""
    chains = [np.empty((0, 3))]
    for a in range(game.agents):
        o = int(bodies.weld_object[w, a])
        if o >= 0:
            chains.append(
                _arch(poses[a, :3], AGENT_RADIUS, poses[game.agents + o, :3], bodies.half_size[w, game.agents + o, 2])
            )
    chain = np.concatenate(chains).reshape(-1, 2, 3)
    sights = np.array([poses[[s, h], :3] for s, h in sightings(record, game, w)]).reshape(-1, 2, 3)
    return join(
        [
            _ribbons(chain, LINK_WIDTH, WHITE, INK, 0.015, eye),
            _ribbons(sights, SIGHT_WIDTH, SEEKER, SEEKER, 0.0, eye),
        ]
    )


def _arch(start: np.ndarray, start_height: float, end: np.ndarray, end_height: float) -> np.ndarray:
    """Return both ends of each piece of an arch from the top of one body to the top of another [2 pieces, 3]."""
    share = np.linspace(0.0, 1.0, LINK_PIECES + 1)[:, None]
    up = np.array([0.0, 0.0, 1.0])
    points = start + start_height * up + share * (end + end_height * up - start - start_height * up)
    points += 4.0 * LINK_RISE * share * (1.0 - share) * up
    return np.stack([points[:-1], points[1:]], axis=1).reshape(-1, 3)


def _ribbons(
    ends: Float64[np.ndarray, "ribbon 2 3"], width: float, paint: str, rim: str, rim_width: float, eye: np.ndarray
) -> Faces:
    """Return flat strips between pairs of points that turn their broad side to the eye."""
    along = ends[:, 1] - ends[:, 0]
    across = cross(along, ends.mean(axis=1) - eye)
    across *= width / np.maximum(np.linalg.norm(across, axis=1), 1e-9)[:, None]
    sides = np.stack([along, across], axis=1)
    return make_faces(ends[:, 0] - 0.5 * across, sides, False, rgb(paint), rgb(rim), rim_width, flat=True)


def _agents(poses: Float64[np.ndarray, "agent 4"], game: Game, asleep: bool) -> Balls:
    """Return the balls of all agents; seekers have closed eyes where they are `asleep`."""
    spheres = [((0.0, 0.0, 0.0), AGENT_RADIUS), *((arm, ARM_RADIUS) for arm in ARM_OFFSETS)]
    spheres += [(eye, EYE_RADIUS) for eye in EYE_OFFSETS]
    count, eyes = len(spheres), len(EYE_OFFSETS)
    offsets, radii = np.array([offset for offset, _ in spheres]), np.array([radius for _, radius in spheres])
    centre, axis = np.empty((len(poses), count, 3)), np.empty((len(poses), count, 3))
    paint, spot = np.empty((len(poses), count, 3)), np.empty((len(poses), count, 3))
    cosine, slit = np.full((len(poses), count), 2.0), np.zeros((len(poses), count), np.bool_)
    for a, pose in enumerate(poses):
        c, s = math.cos(pose[3]), math.sin(pose[3])
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        centre[a], axis[a] = pose[:3] + offsets @ turn.T, turn @ np.array(GAZE)
        seeker = a >= game.hiders
        paint[a] = spot[a] = rgb(TEAM[seeker])
        if seeker and asleep:
            spot[a, -eyes:], slit[a, -eyes:] = rgb(WHITE), True
        else:
            paint[a, -eyes:], spot[a, -eyes:], cosine[a, -eyes:] = rgb(WHITE), rgb(INK), PUPIL_COSINE
    return Balls(
        centre=centre.reshape(-1, 3),
        radius=np.tile(radii, len(poses)),
        paint=paint.reshape(-1, 3),
        spot=spot.reshape(-1, 3),
        axis=axis.reshape(-1, 3),
        spot_cosine=cosine.reshape(-1),
        slit=slit.reshape(-1),
    )
