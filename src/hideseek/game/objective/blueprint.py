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
from hideseek.sim.kernel import inline_kernel, kernel
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
FAR = np.float32(100.0)
"""Where corners are that do not exist [m]: they weigh nothing."""
LARGEST_DISTANCE = np.float32(12.0)
"""Distances count as no more when they are weighed [m]; the floor's diagonal is 8.5."""
SHARE = np.float32(SHARPNESS / 32.0)
HALF, THIRD, QUARTER, FIFTH, SIXTH = (np.float32(1.0 / n) for n in range(2, 7))


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
    _find_corners(bodies, counts, extras, w)
    extras.site_distance[w] = _distance_to_corners(extras, w)
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
    """Return one of the four corners of a rectangle, (x, y) from its middle."""
    return half_x if corner % 2 == 0 else -half_x, half_y if corner < 2 else -half_y


@kernel
def _site_point(extras, w, site, corner):
    """Return (x, y, z) of a site's corner."""
    x, y = _point_of(corner, BOX_HALF_SIZE, BOX_HALF_SIZE)
    return extras.site_position[w, site, 0] + x, extras.site_position[w, site, 1] + y, BOX_HALF_SIZE


@kernel
def _find_corners(bodies, counts, extras, w):
    """Work out where the boxes' corners are; those of boxes that do not exist are far away."""
    for box in range(counts.box):
        body = counts.agent + box
        yaw = bodies.pose[w, body, 3]
        cosine, sine = math.cos(yaw), -math.sin(yaw)
        for corner in range(CORNERS):
            x, y = _point_of(corner, bodies.half_size[w, body, 0], bodies.half_size[w, body, 1])
            x, y = rotate(np.float64(x), np.float64(y), cosine, sine)
            exists = bodies.exists[w, body]
            extras.box_corner[w, CORNERS * box + corner, 0] = x + bodies.pose[w, body, 0] if exists else FAR
            extras.box_corner[w, CORNERS * box + corner, 1] = y + bodies.pose[w, body, 1] if exists else FAR
            extras.box_corner[w, CORNERS * box + corner, 2] = bodies.pose[w, body, 2]


@kernel
def _distance_to_corners(extras, w):
    """Return the mean over all corners of sites of the smoothed distance to the closest corner of a box [m]."""
    total = 0.0
    for site in range(extras.site_count[w]):
        for corner in range(CORNERS):
            x, y, z = _site_point(extras, w, site, corner)
            total += _smooth_distance(extras.box_corner[w], np.float32(x), np.float32(y), np.float32(z))
    return total / (CORNERS * extras.site_count[w])


@kernel
def _smooth_distance(corners, x, y, z):
    """Return the smooth minimum of the distances from (x, y, z) to corners [corner, 3] [m].

    In single precision and without branches, for the compiler to vectorise: there are 512 distances in a step.
    """
    weights = weighted = np.float32(0.0)
    for k in range(corners.shape[0]):
        dx, dy, dz = corners[k, 0] - x, corners[k, 1] - y, corners[k, 2] - z
        distance = np.sqrt(dx * dx + dy * dy + dz * dz)
        weight = _exponential(min(distance, LARGEST_DISTANCE))
        weights += weight
        weighted += weight * distance
    return weighted / weights


@inline_kernel
def _exponential(distance):
    """Return exp(-SHARPNESS distance): the Taylor series of its 32nd root, of degree 6, squared five times."""
    u = SHARE * distance
    one = np.float32(1.0)
    root = one - u * (one - u * HALF * (one - u * THIRD * (one - u * QUARTER * (one - u * FIFTH * (one - u * SIXTH)))))
    for _ in range(5):
        root = root * root
    return root


@kernel
def _is_complete(objective, bodies, counts, extras, w):
    """Whether every site's middle has a box's middle close by, and each of its corners a box's corner."""
    for site in range(extras.site_count[w]):
        if not _has_box(objective, bodies, counts, extras, w, site):
            return False
        for corner in range(CORNERS):
            if not _has_corner(objective, extras, w, site, corner):
                return False
    return True


@kernel
def _has_box(objective, bodies, counts, extras, w, site):
    """Whether a box's middle is close to a site's."""
    for body in range(counts.agent, counts.agent + counts.box):
        squared = 0.0
        for k in range(3):
            squared += (bodies.pose[w, body, k] - extras.site_position[w, site, k]) ** 2
        if bodies.exists[w, body] and squared <= objective.site_tolerance**2:
            return True
    return False


@kernel
def _has_corner(objective, extras, w, site, corner):
    """Whether a box's corner is close to a site's."""
    x, y, z = _site_point(extras, w, site, corner)
    for k in range(extras.box_corner.shape[1]):
        dx, dy = extras.box_corner[w, k, 0] - x, extras.box_corner[w, k, 1] - y
        if dx * dx + dy * dy + (extras.box_corner[w, k, 2] - z) ** 2 <= objective.site_tolerance**2:
            return True
    return False
