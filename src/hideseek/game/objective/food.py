"""Food: hiders eat while no seeker sees one of them (Baker et al. 2019, the released environment's `n_food`)."""

import math

import numpy as np

from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.layout.hooks import food_zone
from hideseek.game.objective.hide_and_seek import write_hide_and_seek_rewards
from hideseek.game.objective.hooks import begin_objective, judge_step, sense_entities, write_entities, write_metrics
from hideseek.game.objective.options import FoodObjective
from hideseek.game.objective.sites import sees_place
from hideseek.game.random_stream import uniform_in
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel
from hideseek.sim.rays import rotate

PLACE_TRIES = 10
"""Places that are drawn before one is taken although something stands there."""
HALF_SIZE = 0.05
"""Of a food, which is not a body: nothing collides with it [m]."""
BORDER = 0.2
"""No food is closer to the floor's edge [m]."""


@version_of(begin_objective, FoodObjective)
@kernel
def begin_food(objective, layout, params, bodies, record, counts, extras, w):
    """Put the foods into world `w`, whole."""
    zone = food_zone(layout)
    for k in range(4):
        extras.food_zone[w, k] = zone[k]
    for food in range(objective.food):
        _place(objective, bodies, record, counts, extras, w, food)
        extras.food_health[w, food] = objective.food_health
        extras.food_wait[w, food] = 0
    extras.eaten[w] = 0.0


@version_of(judge_step, FoodObjective)
@kernel
def judge_food(objective, params, bodies, record, counts, extras, reward, w):
    """Write the rewards of hide-and-seek, then let hiders eat, and add what that is worth.

    Hiders eat by what was observed before the step, after preparation: what is close and in their sight, unless a
    seeker saw one of them. Those who bite into the last of a food share it.
    """
    hidden = write_hide_and_seek_rewards(objective, params, bodies, record, counts, reward, w)
    for agent in range(params.agents):
        reward[w, agent] *= objective.hiding_reward
    if record.step[w] <= params.preparation_steps:
        return hidden, False
    may_eat = objective.eat_when_seen or not extras.hiders_seen[w]
    for food in range(objective.food):
        if extras.food_health[w, food] <= 0.0:
            _wait(objective, bodies, record, counts, extras, w, food)
        elif may_eat:
            _eat(objective, params, bodies, extras, reward, w, food)
    return hidden, False


@version_of(sense_entities, FoodObjective)
@kernel
def sense_food(objective, params, bodies, record, counts, extras, w):
    """Note who sees which food, as agents see each other, and whether hiders are seen."""
    for viewer in range(params.agents):
        for food in range(objective.food):
            extras.sees_food[w, viewer, food] = sees_place(bodies, counts, extras.food_position, w, viewer, food)
    extras.hiders_seen[w] = False
    for seeker in range(params.hiders, params.agents):
        for hider in range(params.hiders):
            extras.hiders_seen[w] = extras.hiders_seen[w] or record.sees_agent[w, seeker, hider]


@version_of(write_entities, FoodObjective)
@kernel
def write_food(objective, params, record, extras, observation, w):
    """Write place and health of the foods, and who sees them."""
    for viewer in range(params.agents):
        for food in range(objective.food):
            for k in range(3):
                observation.food[w, viewer, food, k] = extras.food_position[w, food, k]
            observation.food[w, viewer, food, 3] = extras.food_health[w, food]
            observation.sees_food[w, viewer, food] = extras.sees_food[w, viewer, food]


@version_of(write_metrics, FoodObjective)
@kernel
def write_food_metrics(objective, extras, metrics, w):
    """Write how many bites hiders took."""
    metrics[w, 0] = extras.eaten[w]


@kernel
def _eat(objective, params, bodies, extras, reward, w, food):
    """Let all hiders bite that may: each takes one of what is left, or its share."""
    biters = 0
    for hider in range(params.hiders):
        biters += 1 if _can_bite(objective, params, bodies, extras, w, hider, food) else 0
    if biters == 0:
        return
    bites = min(extras.food_health[w, food], np.float32(biters))
    for hider in range(params.hiders):
        if objective.food_shared:
            reward[w, hider] += objective.food_reward * bites / params.hiders
        elif _can_bite(objective, params, bodies, extras, w, hider, food):
            reward[w, hider] += objective.food_reward * bites / biters
    extras.food_health[w, food] -= bites
    extras.food_wait[w, food] = 0
    extras.eaten[w] += bites


@kernel
def _can_bite(objective, params, bodies, extras, w, hider, food):
    """Whether a hider is close to a food that it saw.

    With `original_quirks` the distance counts from the corner of the agent's bounding box.
    """
    squared = 0.0
    for k in range(3):
        corner = bodies.half_size[w, hider, k] if params.original_quirks else np.float32(0.0)
        squared += (bodies.pose[w, hider, k] - corner - extras.food_position[w, food, k]) ** 2
    return extras.sees_food[w, hider, food] and squared < objective.food_radius**2


@kernel
def _wait(objective, bodies, record, counts, extras, w, food):
    """Count a step since a food was eaten up; when it is time it is whole again, elsewhere if it moves."""
    extras.food_wait[w, food] += 1
    if extras.food_wait[w, food] >= objective.food_respawn:
        extras.food_health[w, food] = objective.food_health
        if objective.food_moves:
            _place(objective, bodies, record, counts, extras, w, food)


@kernel
def _place(objective, bodies, record, counts, extras, w, food):
    """Draw a place for a food, again while something stands there: in the square, or near the first food."""
    near_first = food > 0 and objective.food_cluster > 0.0
    share = 0.5 * objective.food_square
    place = extras.food_position
    for _ in range(PLACE_TRIES):
        for axis in range(2):
            low, high = extras.food_zone[w, axis], extras.food_zone[w, axis + 2]
            middle, half = 0.5 * (low + high), share * (high - low)
            if near_first:
                middle, half = extras.food_position[w, 0, axis], objective.food_cluster
            at = uniform_in(record, w, middle - half, middle + half)
            place[w, food, axis] = min(max(at, BORDER), FLOOR_SIZE - BORDER)
        place[w, food, 2] = HALF_SIZE
        if _is_free(bodies, w, place[w, food, 0], place[w, food, 1]):
            return


@kernel
def _is_free(bodies, w, x, y):
    """Whether neither a wall nor a body stands where a food is to be."""
    for k in range(bodies.wall_count[w]):
        dx, dy = abs(x - bodies.wall_centre[w, k, 0]), abs(y - bodies.wall_centre[w, k, 1])
        if dx < bodies.wall_half[w, k, 0] + HALF_SIZE and dy < bodies.wall_half[w, k, 1] + HALF_SIZE:
            return False
    for body in range(bodies.exists.shape[1]):
        if bodies.exists[w, body]:
            yaw = bodies.pose[w, body, 3]
            dx, dy = rotate(x - bodies.pose[w, body, 0], y - bodies.pose[w, body, 1], math.cos(yaw), math.sin(yaw))
            if (
                abs(dx) < bodies.half_size[w, body, 0] + HALF_SIZE
                and abs(dy) < bodies.half_size[w, body, 1] + HALF_SIZE
            ):
                return False
    return True
