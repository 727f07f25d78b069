"""What an agent may know when it acts: itself, its lidar, and of the others those that it has in sight.

`HideAndSeek` shows every entity and leaves masking to the policy, so that a critic may ignore the masks. Other learners
would feed all of it to their actors; here what is out of sight is blank.
"""

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import Game
from hideseek.game.entities import ENTITIES
from hideseek.game.observe import observation_spec

MASKS = {kind.name: kind.sees for kind in ENTITIES}
"""Which mask tells what of the field is in sight."""
NOT_SEEN = tuple(kind.exists for kind in ENTITIES)
"""How many boxes there are is nothing that an agent can see."""


def actor_fields(game: Game) -> dict[str, tuple[tuple[int, ...], type]]:
    """Return the shape (without world and agent) and dtype of each field that an agent sees.

    Masks are int8, since few learners take booleans. What the game has none of, ramps for instance, is left out.
    """
    fields = {}
    for name, (shape, kind) in observation_spec(game).items():
        if name not in NOT_SEEN and 0 not in shape:
            fields[name] = (shape[1:], np.int8 if kind == np.bool_ else kind)
    return fields


def seen_by(observation: dict[str, np.ndarray], agents: slice) -> dict[str, np.ndarray]:
    """Return the `actor_fields` of some agents: new arrays [world, agent, ...], zero where an entity is out of sight.

    Args:
        observation: of all worlds, as `HideAndSeek` gives it.
        agents: which agents.
    """
    seen = {}
    for name, values in observation.items():
        if name in NOT_SEEN or values.size == 0:
            continue
        rows = values[:, agents]
        if name in MASKS:
            seen[name] = np.where(observation[MASKS[name]][:, agents, :, None], rows, np.float32(0.0))
        else:
            seen[name] = rows.astype(np.int8) if rows.dtype == np.bool_ else rows.copy()
    return seen


def flatten(seen: dict[str, np.ndarray]) -> Float32[np.ndarray, "world agent size"]:
    """Return what `seen_by` gave as one vector per agent: its fields in alphabetical order.

    That is Gymnasium's order: the vector is `gymnasium.spaces.flatten` of what the agent sees.
    """
    parts = [values.reshape(*values.shape[:2], -1) for _, values in sorted(seen.items())]
    return np.concatenate(parts, axis=-1, dtype=np.float32)
