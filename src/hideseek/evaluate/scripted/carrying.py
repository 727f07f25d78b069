"""How agents of a script come to hold a cube, a box or a ramp."""

import math

import numpy as np
from jaxtyping import Float64

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.rooms import FIRST, LAST, LEFT_X, UPPER_Y, Places, is_in_room
from hideseek.game.sizes import BOX_HALF_SIZE
from hideseek.sim.state import AGENT_RADIUS

GRASP = BOX_HALF_SIZE + AGENT_RADIUS - 0.02
"""From the middle of a cube to where the agent that takes it goes: it leans on it [m]."""
IN_HAND = BOX_HALF_SIZE + AGENT_RADIUS + 0.05
"""Who is this close to the middle of a cube takes it: with arms stretched out it would lose it [m]."""
CLEARANCE = AGENT_RADIUS + 0.03
"""An agent has room where walls are farther than this [m]."""
ELBOW_ROOM = 0.55
"""And other objects' middles farther than this [m]."""
NO_ROOM = 10.0
"""What a face without room costs, like a detour [m]."""
IN_THE_WAY = 0.42
"""A cube is in the way whose middle is nearer than this to it [m]."""
AROUND = 0.65
"""Then agents pass its middle this far to the side [m]."""


def nearest_grasp(
    env: HideAndSeek,
    position: Places,
    body: np.ndarray,
    is_inside: np.ndarray,
    cost: Float64[np.ndarray, "face world"] | None = None,
) -> Places:
    """Return the nearest place before one of the faces of a cube at which an agent has room.

    Args:
        env: the worlds.
        position: of the agent [world, 2] in m.
        body: the cube in each world [world].
        is_inside: whether the place has to be in the room, or else outside of it [world].
        cost: of the faces along the cube's +x, +y, -x and -y, like a detour [m]; all are alike by default.
    """
    worlds, game = np.arange(len(position)), env.game
    pose = env.bodies.pose.astype(np.float64)
    place, yaw = pose[worlds, body, :2], pose[worlds, body, 3]
    best, best_length = position.copy(), np.full(len(position), np.inf)
    for quarter in range(4):
        spot = place + GRASP * face_direction(yaw, quarter)
        has_room = _has_clearance(spot) & (is_in_room(spot) == is_inside)
        for other in range(game.agents, pose.shape[1]):
            apart = np.linalg.norm(spot - pose[:, other, :2], axis=1)
            has_room &= (apart > ELBOW_ROOM) | (body == other)
        length = np.linalg.norm(spot - position, axis=1) + np.where(has_room, 0.0, NO_ROOM)
        length += 0.0 if cost is None else cost[quarter]
        better = length < best_length
        best[better], best_length[better] = spot[better], length[better]
    return best


def face_direction(yaw: Float64[np.ndarray, " world"], quarter: int | np.ndarray) -> Places:
    """Return in which direction one of the faces of cubes looks, which are turned by `yaw` [rad].

    `quarter` is the same in all worlds, or one for each.
    """
    turned = yaw + quarter * 0.5 * math.pi
    return np.column_stack([np.cos(turned), np.sin(turned)])


def _has_clearance(spot: Places) -> np.ndarray:
    """Whether an agent at a place [world, 2] touches neither the outer walls nor those of the room."""
    x, y = spot[:, 0], spot[:, 1]
    clear = (x > FIRST + CLEARANCE) & (x < LAST - CLEARANCE) & (y > FIRST + CLEARANCE) & (y < LAST - CLEARANCE)
    off_left = (np.abs(x - LEFT_X) > CLEARANCE) | (y > UPPER_Y + CLEARANCE)
    off_upper = (np.abs(y - UPPER_Y) > CLEARANCE) | (x < LEFT_X - CLEARANCE)
    return clear & off_left & off_upper


def detour(position: Places, target: Places, place: Places) -> Places:
    """Return where to walk straight ahead next to get to a target around a cube that may be in between, at `place`."""
    way = target - position
    length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    along = way / length
    to_cube = place - position
    ahead = (to_cube * along).sum(1)
    left = np.column_stack([-along[:, 1], along[:, 0]])
    off = (to_cube * left).sum(1)
    blocked = (ahead > 0.0) & (ahead < length[:, 0]) & (np.abs(off) < IN_THE_WAY)
    side = np.where(off > 0.0, -1.0, 1.0)[:, None]
    return np.where(blocked[:, None], place + AROUND * side * left, target)


def where_to_hold(env: HideAndSeek, agent: int, goal: Places, yaw: Float64[np.ndarray, " world"]) -> Places:
    """Return where an agent that is turned by `yaw` [rad] stands when what it holds is at `goal` [world, 2].

    What is held swings while it is moved, so that an agent which followed its place would swing as well.
    """
    x, y = env.bodies.weld_pose[:, agent, :2].astype(np.float64).T
    cos, sin = np.cos(yaw), np.sin(yaw)
    return goal - np.column_stack([cos * x - sin * y, sin * x + cos * y])


def facing(yaw: Float64[np.ndarray, " world"]) -> Places:
    """Return the direction in which agents that are turned so look, and ramps climb: local -y."""
    return np.column_stack([np.sin(yaw), -np.cos(yaw)])


def angle_between(first: Places, second: Places) -> Float64[np.ndarray, " world"]:
    """Return the angle between directions, of length 1 each [rad]."""
    return np.arccos(np.clip((first * second).sum(1), -1.0, 1.0))
