"""What agents observe and do, as spaces of Gymnasium; positions and velocities have no bounds, all else has."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from hideseek.checks import extra_needed
from hideseek.env.actor_observation import actor_fields
from hideseek.env.adapters import ACTION_CHOICES
from hideseek.env.global_state import state_fields
from hideseek.game.config import MOVEMENT_BUCKETS, Game
from hideseek.game.entities import entity_rows, own_features
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.observe import observation_spec

with extra_needed("gymnasium"):
    from gymnasium import spaces

Bounds = tuple[float, float]
SHARE: Bounds = (0.0, 1.0)
DISTANCE: Bounds = (0.0, np.inf)


def action_space(members: int = 1) -> spaces.MultiDiscrete:
    """Return the space of the actions of `members` agents: force along x and y, torque, grab, lock; agent by agent."""
    return spaces.MultiDiscrete(np.array(ACTION_CHOICES * members))


def observation_space(game: Game, members: int | None = None) -> spaces.Dict:
    """Return the space of `hideseek.env.actor_observation`: of one agent, or of `members` agents, stacked."""
    lead = () if members is None else (members,)
    return _dict(game, {name: ((*lead, *shape), kind) for name, (shape, kind) in actor_fields(game).items()})


def flat_observation_space(game: Game, members: int = 1) -> spaces.Box:
    """Return the space of the same as one vector (`flatten`): of one agent, or of `members` one after the other."""
    agent = _join(space for _, space in sorted(observation_space(game).spaces.items()))
    return spaces.Box(np.tile(agent.low, members), np.tile(agent.high, members), dtype=np.float32)


def batch_action_space(game: Game, world_count: int) -> spaces.Tuple:
    """Return the space of what `HideAndSeek.step` takes: movement [world, agent, 3], grab and lock [world, agent]."""
    agents = (world_count, game.agents)
    choices = (np.full((*agents, 3), MOVEMENT_BUCKETS), np.full(agents, 2), np.full(agents, 2))
    return spaces.Tuple([spaces.MultiDiscrete(counts, dtype=np.int8) for counts in choices])


def batch_observation_space(game: Game, world_count: int) -> spaces.Dict:
    """Return the space of what `HideAndSeek` observes in all worlds, with what is out of sight; masks are booleans."""
    fields = {name: ((world_count, *shape), kind) for name, (shape, kind) in observation_spec(game).items()}
    return _dict(game, fields)


def state_space(game: Game) -> spaces.Box:
    """Return the space of the full state of a world as one vector (`hideseek.env.global_state`)."""
    bounds = {name: [SHARE] for name in state_fields(game)} | _bounds(game)
    bounds |= {"agents": bounds["self"], "walls": [(0.0, FLOOR_SIZE)]}
    # Of boxes and ramps the state has pose and size; who has locked them is told apart from that.
    bounds |= {name: bounds[name][: state_fields(game)[name][1]] for name in ("boxes", "ramps")}
    return _join(_box(bounds[name], shape, np.float32) for name, shape in state_fields(game).items())


def _dict(game: Game, fields: dict[str, tuple[tuple[int, ...], type]]) -> spaces.Dict:
    """Return the space of observations, of each of which shape and dtype are given."""
    bounds = {name: [SHARE] for name in fields} | _bounds(game)
    return spaces.Dict({name: _box(bounds[name], shape, kind) for name, (shape, kind) in fields.items()})


def _bounds(game: Game) -> dict[str, list[Bounds]]:
    """Return the bounds of the numbers of each observation that is not a mask."""
    features = {"self": own_features(game)} | {name: rows.features for name, rows in entity_rows(game).items()}
    bounds = {name: [(x.low, x.high) for x in told for _ in range(x.width)] for name, told in features.items()}
    return bounds | {"lidar": [DISTANCE]}


def _join(boxes: Iterable[Any]) -> spaces.Box:
    """Return boxes as one, a vector of float32."""
    low, high = zip(*((box.low.ravel(), box.high.ravel()) for box in boxes), strict=True)
    return spaces.Box(np.concatenate(low).astype(np.float32), np.concatenate(high).astype(np.float32), dtype=np.float32)


def _box(bounds: list[Bounds], shape: tuple[int, ...], kind: type) -> spaces.Box:
    """Return a box with `bounds` along its last axis; a single pair holds for all of it."""
    low, high = (np.broadcast_to(np.array(side, kind), shape) for side in zip(*bounds, strict=True))
    return spaces.Box(low, high, dtype=kind)
