"""Construction from a blueprint: boxes onto marked sites (Baker et al. 2019, section 6.2)."""

import math

import numpy as np

from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.objective.hooks import begin_objective, judge_step, sense_entities, write_entities, write_metrics
from hideseek.game.objective.options import BlueprintObjective
from hideseek.game.objective.sites import sees_place
from hideseek.game.random_stream import integer, uniform_in
from hideseek.game.sizes import BOX_HALF_SIZE
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel
from hideseek.sim.rays import rotate

AGENT = 0
"""Whoever has to do it."""
PLACE_TRIES = 20
"""Places that are drawn for a site before one is taken that others overlap."""
GAP = 0.2
"""Between sites, and between a site and the walls around the floor, there is at least this much room [m]."""
SHARPNESS = 1.5
"""Of the smooth minimum [1/m]: how much more the closest counts."""
CORNERS = 4
MIDDLE = -1
"""Counts as a corner before the first."""


@version_of(begin_objective, BlueprintObjective)
@kernel
def begin_blueprint(objective, layout, params, bodies, record, counts, extras, w):
    """Draw how many sites there are, and where."""
    extras.site_count[w] = integer(record, w, objective.sites_min, objective.sites_max + 1)
    for site in range(objective.sites_max):
        for k in range(3):
            extras.site_position[w, site, k] = 0.0
    for site in range(extras.site_count[w]):
        _place(objective, record, extras, w, site)
    extras.completed[w] = False
    extras.site_distance[w] = 0.0


@version_of(judge_step, BlueprintObjective)
@kernel
def judge_blueprint(objective, params, bodies, record, counts, extras, reward, w):
    """Reward boxes that come closer to the sites, and the end of the work, which ends the episode."""
    extras.site_distance[w] = _distance_to_corners(bodies, counts, extras, w)
    extras.completed[w] = _is_complete(objective, bodies, counts, extras, w)
    reward[w, AGENT] = objective.distance_reward * extras.site_distance[w]
    if extras.completed[w]:
        reward[w, AGENT] += objective.completion_reward * extras.site_count[w]
    return True, extras.completed[w]


@version_of(sense_entities, BlueprintObjective)
@kernel
def sense_sites(objective, params, bodies, record, counts, extras, w):
    """Note which sites are in sight: the middle counts, which a box on it hides."""
    for viewer in range(params.agents):
        for site in range(objective.sites_max):
            exists = site < extras.site_count[w]
            extras.sees_site[w, viewer, site] = exists and sees_place(
                bodies, counts, extras.site_position, w, viewer, site
            )


@version_of(write_entities, BlueprintObjective)
@kernel
def write_sites(objective, params, record, extras, observation, w):
    """Write middles and corners of the sites, zeros for those that do not exist, and who sees them."""
    for viewer in range(params.agents):
        for site in range(objective.sites_max):
            exists = site < extras.site_count[w]
            for k in range(3):
                observation.sites[w, viewer, site, k] = extras.site_position[w, site, k]
            for corner in range(CORNERS):
                point = _site_point(extras, w, site, corner)
                for k in range(3):
                    observation.sites[w, viewer, site, 3 * (1 + corner) + k] = point[k] if exists else 0.0
            observation.sees_sites[w, viewer, site] = extras.sees_site[w, viewer, site]
            observation.site_exists[w, viewer, site] = exists


@version_of(write_metrics, BlueprintObjective)
@kernel
def write_blueprint_metrics(objective, extras, metrics, w):
    """Write whether all was built, and how far boxes were from that."""
    metrics[w, 0] = 1.0 if extras.completed[w] else 0.0
    metrics[w, 1] = extras.site_distance[w]


@kernel
def _place(objective, record, extras, w, site):
    """Draw a place for a site, again while it overlaps one before it."""
    margin = max(0.5 * (1.0 - objective.site_square) * FLOOR_SIZE, BOX_HALF_SIZE + GAP)
    for _ in range(PLACE_TRIES):
        for axis in range(2):
            extras.site_position[w, site, axis] = uniform_in(record, w, margin, FLOOR_SIZE - margin)
        extras.site_position[w, site, 2] = BOX_HALF_SIZE
        if not _overlaps(extras, w, site):
            return


@kernel
def _overlaps(extras, w, site):
    """Whether a site is too close to one before it for boxes to fit onto both."""
    room = 2.0 * BOX_HALF_SIZE + GAP
    for other in range(site):
        dx = abs(extras.site_position[w, site, 0] - extras.site_position[w, other, 0])
        dy = abs(extras.site_position[w, site, 1] - extras.site_position[w, other, 1])
        if dx < room and dy < room:
            return True
    return False


@kernel
def _point_of(corner, half_x, half_y):
    """Return one of the four corners of a rectangle, or its middle, (x, y) from there."""
    if corner == MIDDLE:
        return 0.0 * half_x, 0.0 * half_y
    return half_x if corner % 2 == 0 else -half_x, half_y if corner < 2 else -half_y


@kernel
def _site_point(extras, w, site, corner):
    """Return (x, y, z) of a site's corner or middle."""
    x, y = _point_of(corner, BOX_HALF_SIZE, BOX_HALF_SIZE)
    return extras.site_position[w, site, 0] + x, extras.site_position[w, site, 1] + y, BOX_HALF_SIZE


@kernel
def _squared_distance(bodies, w, body, corner, x, y, z):
    """Return the square of the distance from (x, y, z) to a box's corner, or middle, at half its height [m²]."""
    dx, dy = _point_of(corner, bodies.half_size[w, body, 0], bodies.half_size[w, body, 1])
    yaw = bodies.pose[w, body, 3]
    dx, dy = rotate(np.float64(dx), np.float64(dy), math.cos(yaw), -math.sin(yaw))
    dx, dy = dx + bodies.pose[w, body, 0] - x, dy + bodies.pose[w, body, 1] - y
    return dx * dx + dy * dy + (bodies.pose[w, body, 2] - z) ** 2


@kernel
def _distance_to_corners(bodies, counts, extras, w):
    """Return the mean over all corners of sites of the smoothed distance to the closest corner of a box [m]."""
    total = 0.0
    for site in range(extras.site_count[w]):
        for corner in range(CORNERS):
            x, y, z = _site_point(extras, w, site, corner)
            weights, weighted = 0.0, 0.0
            for body in range(counts.agent, counts.agent + counts.box):
                if bodies.exists[w, body]:
                    for k in range(CORNERS):
                        distance = math.sqrt(_squared_distance(bodies, w, body, k, x, y, z))
                        weight = math.exp(-SHARPNESS * distance)
                        weights += weight
                        weighted += weight * distance
            total += weighted / weights
    return total / (CORNERS * extras.site_count[w])


@kernel
def _is_complete(objective, bodies, counts, extras, w):
    """Whether every site's middle has a box's middle close by, and each of its corners a box's corner."""
    for site in range(extras.site_count[w]):
        for corner in range(MIDDLE, CORNERS):
            if not _is_met(objective, bodies, counts, extras, w, site, corner):
                return False
    return True


@kernel
def _is_met(objective, bodies, counts, extras, w, site, corner):
    """Whether a corner of a site, or its middle, has its like of a box close by."""
    x, y, z = _site_point(extras, w, site, corner)
    first, end = (MIDDLE, 0) if corner == MIDDLE else (0, CORNERS)
    for body in range(counts.agent, counts.agent + counts.box):
        for k in range(first, end):
            near = _squared_distance(bodies, w, body, k, x, y, z) <= objective.site_tolerance**2
            if near and bodies.exists[w, body]:
                return True
    return False
