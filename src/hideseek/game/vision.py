"""Who sees what: a cone around the heading, then one ray to the target's middle (Baker et al. 2019, appendix A)."""

import math

from hideseek.game.config import GameParams
from hideseek.game.state import Record
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import is_hit_first, rotate, triple
from hideseek.sim.state import AGENT_RADIUS, Bodies, Counts

CONE_HALF_ANGLE = 3.0 / 8.0 * math.pi
CONE_COSINE = math.cos(CONE_HALF_ANGLE)
RAMP_MASS_OFFSET = 1.0 / 3.0
"""A ramp is looked at where its centre of mass is: this share of its half extents towards local -y and -z."""


@entry_kernel
def sense_vision(params: GameParams, bodies: Bodies, record: Record, counts: Counts, w: int) -> None:
    """Fill `record.sees_agent` and `record.sees_object` of world `w` from the poses as they are now.

    A target is seen if it is in the viewer's cone and a ray to its middle hits it first. Agents see themselves; what
    does not exist is never seen; sight has no range limit. Seekers see during preparation, too.
    """
    for viewer in range(counts.agent):
        eye = triple(bodies.pose, w, viewer)
        ahead_x, ahead_y = heading(bodies.pose[w, viewer, 3])
        for body in range(bodies.exists.shape[1]):
            seen = body == viewer
            if bodies.exists[w, body] and not seen:
                x, y = _cone_target(params, bodies, counts, w, body, eye)
                if is_in_cone(ahead_x, ahead_y, x, y):
                    target = _ray_target(bodies, counts, w, body)
                    seen = is_hit_first(bodies, counts, w, viewer, body, eye, target)
            if body < counts.agent:
                record.sees_agent[w, viewer, body] = seen
            else:
                record.sees_object[w, viewer, body - counts.agent] = seen


@kernel
def heading(yaw):
    """Return the direction in which an agent with this yaw looks, as (x, y)."""
    return math.sin(yaw), -math.cos(yaw)


@kernel
def is_in_cone(ahead_x, ahead_y, x, y):
    """Whether (x, y) from the eye lies in the cone around a direction."""
    return ahead_x * x + ahead_y * y >= CONE_COSINE * math.sqrt(x * x + y * y)


@kernel
def _cone_target(params, bodies, counts, w, body, eye):
    """Return what has to be within the cone, as (x, y) relative to the eye: the middle of `body`.

    With `original_quirks` it is measured between the lower left corners of the unrotated bounding boxes.
    """
    x, y = bodies.pose[w, body, 0] - eye[0], bodies.pose[w, body, 1] - eye[1]
    if params.original_quirks and body >= counts.agent:
        x, y = x - bodies.half_size[w, body, 0] + AGENT_RADIUS, y - bodies.half_size[w, body, 1] + AGENT_RADIUS
    return x, y


@kernel
def _ray_target(bodies, counts, w, body):
    """Return where the ray to `body` is aimed: its centre, or a ramp's centre of mass."""
    centre = triple(bodies.pose, w, body)
    if body < counts.agent + counts.box:
        return centre
    half = triple(bodies.half_size, w, body)
    yaw = bodies.pose[w, body, 3]
    dx, dy = rotate(0.0, -RAMP_MASS_OFFSET * half[1], math.cos(yaw), -math.sin(yaw))
    return centre[0] + dx, centre[1] + dy, centre[2] - RAMP_MASS_OFFSET * half[2]
