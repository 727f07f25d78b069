"""The full state of a world as one vector, for critics and mixers that are trained with more than actors may see."""

import numpy as np
from jaxtyping import Float32

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import Game
from hideseek.game.features import POSE_AND_VELOCITY
from hideseek.game.observe import observation_spec


def state_fields(game: Game) -> dict[str, tuple[int, ...]]:
    """Return the shape of each part of the state, in the order in which they follow one another.

    * `agents` [agent, 11]: all agents, as in their own observation (10 fields with `original_quirks`);
    * `boxes`, `ramps` [.., 9 or 12]: pose and velocity, and sizes where boxes have them; spare boxes are zero;
    * `box_exists` [box];
    * `locks` [agent, object]: who has locked what is locked;
    * `grabs` [agent, object]: who holds what;
    * `sees_agents` [agent, agent] and `sees_objects` [agent, object]: viewer, then target;
    * `lidar` [agent, 30];
    * `food` [food, 4], `sites` [site, 15]: where the game has them, as agents observe them;
    * `walls` [wall, 4]: x, y and half the size along x and y [m]; spare walls are zero;
    * `time` [1]: the share of the episode that is over.
    """
    spec, counts = observation_spec(game), game.counts
    features = POSE_AND_VELOCITY + (3 if game.observes_size else 0)
    return {
        "agents": spec["self"][0],
        "boxes": (counts.box, features),
        "ramps": (counts.ramp, features),
        "box_exists": (counts.box,),
        "locks": (counts.agent, counts.object),
        "grabs": (counts.agent, counts.object),
        "sees_agents": (counts.agent, counts.agent),
        "sees_objects": (counts.agent, counts.object),
        "lidar": spec["lidar"][0],
        **{name: spec[name][0][1:] for name in game.objective.entities},
        "walls": (counts.wall, 4),
        "time": (1,),
    }


def global_state(env: HideAndSeek, w: int) -> Float32[np.ndarray, " size"]:
    """Return the state of world `w`: the parts of `state_fields`, flattened, one after the other.

    Raises:
        RuntimeError: before the first reset.
    """
    game, bodies, record = env.game, env.bodies, env.record
    counts = game.counts
    observation = {name: value[w] for name, value in env.observe().items()}
    fields = state_fields(game)
    agent = np.arange(game.agents)[:, None]
    walls = np.concatenate([bodies.wall_centre[w, :, :2], bodies.wall_half[w, :, :2]], axis=1)
    parts = {
        "agents": observation["self"],
        "boxes": observation["boxes"][0, : counts.box, : fields["boxes"][1]],
        "ramps": observation["ramps"][0, : counts.ramp, : fields["ramps"][1]],
        "box_exists": observation["box_exists"][0, : counts.box],
        "locks": bodies.locked[w] & (record.lock_owner[w] == agent),
        "grabs": bodies.weld_object[w][:, None] == np.arange(bodies.locked.shape[1]),
        "sees_agents": record.sees_agent[w],
        "sees_objects": record.sees_object[w],
        "lidar": observation["lidar"],
        **{name: observation[name][0] for name in game.objective.entities},
        "walls": walls,
        "time": record.step[w : w + 1] / game.horizon,
    }
    return np.concatenate([parts[name].ravel() for name in fields], dtype=np.float32)
