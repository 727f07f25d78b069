"""What agents observe: entities with all their features, and masks that say which of them are in sight.

Nothing hidden is blanked out: the policy applies the masks, a critic may ignore them (Baker et al. 2019, appendix B).
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32

from hideseek.checks import check_integer
from hideseek.game.config import LIDAR_RAYS, Game, GameParams
from hideseek.game.entities import ENTITIES, entity_rows, own_features
from hideseek.game.features import POSE_AND_VELOCITY, width_of
from hideseek.game.state import Record
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.state import Bodies, Counts

PREPARATION_DELAY = 1e-5
"""Added by the original to the length of preparation, so that its progress reaches 1 a step late."""


class Observation(NamedTuple):
    """Observations of all worlds; what a game has none of is empty (`game/entities.py`).

    Positions [m], velocities [m/s, rad/s], in the world's axes; flags are 0 or 1. Entities that only fill the room of
    another game's observation are zeros.
    """

    self: Float32[np.ndarray, "world agent own"]
    """x, y, z, cos yaw, sin yaw, vx, vy, vz, wz, hider flag, progress of preparation: 11 fields.

    With `original_quirks` the raw yaw instead of its cosine and sine: 10 fields.
    """
    agents: Float32[np.ndarray, "world agent other own"]
    """The same of the others: agents i - 1, i - 2, ... modulo their number."""
    boxes: Float32[np.ndarray, "world agent box feature"]
    """x, y, z, cos yaw, sin yaw, vx, vy, vz, wz, full size x, y, z if observed, locked by you, your team, anybody."""
    ramps: Float32[np.ndarray, "world agent ramp feature"]
    """Like boxes; zeros for the size if boxes have it, locks if ramps can be locked."""
    lidar: Float32[np.ndarray, "world agent 30"]
    """Distances, filled by `sense_lidar`."""
    sees_agents: Bool[np.ndarray, "world agent other"]
    """In the order of `agents`."""
    sees_boxes: Bool[np.ndarray, "world agent box"]
    sees_ramps: Bool[np.ndarray, "world agent ramp"]
    box_exists: Bool[np.ndarray, "world agent box"]
    food: Float32[np.ndarray, "world agent food feature"]
    """x, y, z, health."""
    sites: Float32[np.ndarray, "world agent site feature"]
    """x, y, z of the middle, then of four corners."""
    sees_food: Bool[np.ndarray, "world agent food"]
    sees_sites: Bool[np.ndarray, "world agent site"]
    agent_exists: Bool[np.ndarray, "world agent other"]
    ramp_exists: Bool[np.ndarray, "world agent ramp"]
    food_exists: Bool[np.ndarray, "world agent food"]
    site_exists: Bool[np.ndarray, "world agent site"]


def observation_spec(game: Game) -> dict[str, tuple[tuple[int, ...], type]]:
    """Return shape (without the world) and dtype of each observation of a game, a field of `Observation` each.

    Raises:
        TypeError: if `game` is no Game.
    """
    entities, agents = entity_rows(game), game.agents
    spec: dict[str, tuple[tuple[int, ...], type]] = {"self": ((agents, width_of(own_features(game))), np.float32)}
    spec |= {name: ((agents, rows.room, rows.width), np.float32) for name, rows in entities.items()}
    spec["lidar"] = ((agents, LIDAR_RAYS), np.float32)
    kinds = [kind for kind in ENTITIES if kind.name in entities]
    spec |= {kind.sees: ((agents, entities[kind.name].room), np.bool_) for kind in kinds}
    return spec | {
        kind.exists: ((agents, entities[kind.name].room), np.bool_) for kind in kinds if entities[kind.name].may_lack
    }


def allocate_observation(world_count: int, game: Game) -> Observation:
    """Return zeroed arrays for `world_count` worlds of `game`; what the game does not have is empty.

    Raises:
        TypeError: if `game` is no Game.
        ValueError: if `world_count` is not a positive integer.
    """
    check_integer("world_count", world_count, 1)
    spec = observation_spec(game)
    empty = {"self": 3, "lidar": 3} | {kind.name: 4 for kind in ENTITIES}
    arrays = {}
    for name in Observation._fields:
        shape, dtype = spec.get(name, ((0,) * (empty.get(name, 3) - 1), np.float32 if name in empty else np.bool_))
        arrays[name] = np.zeros((world_count, *shape), dtype)
    return Observation(**arrays)


@entry_kernel
def write_observations(
    params: GameParams, bodies: Bodies, record: Record, counts: Counts, observation: Observation, w: int
) -> None:
    """Write everything but the lidar into world `w` of `observation`.

    Expects `record.step` to count the step just made, and `sense_vision` to have been called since. With
    `original_quirks` positions are corners of bounding boxes, yaw is raw, and the order of fields is the original's.
    """
    progress = preparation_progress(params, record.step[w])
    for agent in range(params.agents):
        _write_agent(params, bodies, observation, w, agent, progress)
    for viewer in range(params.agents):
        _copy_others(params, record, observation, w, viewer)
    for item in range(bodies.locked.shape[1]):
        if item < counts.box:
            _write_object(params, bodies, record, observation.boxes, w, item, item, True)
        else:
            _write_object(params, bodies, record, observation.ramps, w, item, item - counts.box, params.lock_ramps)
    for viewer in range(params.agents):
        for box in range(counts.box):
            observation.sees_boxes[w, viewer, box] = record.sees_object[w, viewer, box]
            observation.box_exists[w, viewer, box] = bodies.exists[w, params.agents + box]
        for ramp in range(counts.ramp):
            observation.sees_ramps[w, viewer, ramp] = record.sees_object[w, viewer, counts.box + ramp]
        # Empty unless there is room for more than the game has.
        for other in range(min(params.agents - 1, observation.agent_exists.shape[2])):
            observation.agent_exists[w, viewer, other] = True
        for ramp in range(min(counts.ramp, observation.ramp_exists.shape[2])):
            observation.ramp_exists[w, viewer, ramp] = True


@kernel
def preparation_progress(params: GameParams, step: int) -> float:
    """Return the share of preparation that is over: from 0 at the start to 1 at its end and ever after.

    In a game without preparation it is 1, or 0 where that is observed as another game, as the original's tests are.
    """
    if params.preparation_steps == 0 and params.is_observed_as_another:
        return 0.0
    if params.original_quirks:
        return min(1.0, step / (params.preparation_steps + PREPARATION_DELAY))
    return 1.0 if step >= params.preparation_steps else step / params.preparation_steps


@kernel
def _write_agent(params, bodies, observation, w, agent, progress):
    """Write an agent's own features."""
    own = observation.self
    yaw = bodies.pose[w, agent, 3]
    if params.original_quirks:
        own[w, agent, 3] = yaw
        next_field = 4
    else:
        own[w, agent, 3], own[w, agent, 4] = math.cos(yaw), math.sin(yaw)
        next_field = 5
    for k in range(3):
        corner = bodies.half_size[w, agent, k] if params.original_quirks else np.float32(0.0)
        own[w, agent, k] = bodies.pose[w, agent, k] - corner
    for k in range(4):
        own[w, agent, next_field + k] = bodies.velocity[w, agent, k]
    own[w, agent, next_field + 4] = 1.0 if agent < params.hiders else 0.0
    own[w, agent, next_field + 5] = progress


@kernel
def _copy_others(params, record, observation, w, viewer):
    """Fill in what a viewer observes of the other agents."""
    for k in range(params.agents - 1):
        other = viewer - 1 - k if k < viewer else viewer - 1 - k + params.agents
        observation.sees_agents[w, viewer, k] = record.sees_agent[w, viewer, other]
        for field in range(observation.self.shape[2]):
            observation.agents[w, viewer, k, field] = observation.self[w, other, field]


@kernel
def _write_object(params, bodies, record, rows, w, item, column, lockable):
    """Write object `item` into `rows[w, :, column]`: zeros if it does not exist."""
    body = params.agents + item
    if not bodies.exists[w, body]:
        rows[w, :, column, :] = 0.0
        return
    _write_pose_and_velocity(params, bodies, rows, w, body, column)
    next_field = POSE_AND_VELOCITY
    if params.observes_size:
        for k in range(3):
            is_box = item < params.boxes_max
            rows[w, 0, column, next_field + k] = 2.0 * bodies.half_size[w, body, k] if is_box else 0.0
        next_field += 3
    for viewer in range(1, params.agents):
        for field in range(next_field):
            rows[w, viewer, column, field] = rows[w, 0, column, field]
    if lockable:
        locked, owner = bodies.locked[w, item], record.lock_owner[w, item]
        for viewer in range(params.agents):
            same_team = (viewer < params.hiders) == (owner < params.hiders)
            rows[w, viewer, column, next_field] = locked and owner == viewer
            rows[w, viewer, column, next_field + 1] = locked and same_team
            rows[w, viewer, column, next_field + 2] = locked


@kernel
def _write_pose_and_velocity(params, bodies, rows, w, body, column):
    """Write the first nine fields of an object into the first viewer's row."""
    for k in range(3):
        corner = bodies.half_size[w, body, k] if params.original_quirks else np.float32(0.0)
        rows[w, 0, column, k] = bodies.pose[w, body, k] - corner
    rows[w, 0, column, 3] = math.cos(bodies.pose[w, body, 3])
    rows[w, 0, column, 4] = math.sin(bodies.pose[w, body, 3])
    for k in range(4):
        rows[w, 0, column, 5 + k] = bodies.velocity[w, body, k]
