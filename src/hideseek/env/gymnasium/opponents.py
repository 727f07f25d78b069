"""Who plays the team that Gymnasium's central controller does not."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Int8, Integer

from hideseek.checks import shown
from hideseek.env.actor_observation import seen_by
from hideseek.env.adapters import ACTION_CHOICES, as_actions
from hideseek.env.batch import HideAndSeek
from hideseek.game.random_stream import GOLDEN, mix
from hideseek.sim.kernel import entry_kernel

Opponent = str | Callable[[dict[str, np.ndarray]], Integer[np.ndarray, "world choice"]]
"""One of `NAMED_OPPONENTS`, or a function from what its team sees to its actions.

It is given observations [world, member, ...] and returns integers [world, 5 per member]: what a policy of a
`HideAndSeekVectorEnv` of that team is given and returns.
"""
NAMED_OPPONENTS = ("random", "still")
SALT = np.uint64(0x5851F42D4C957F2D)
"""Sets the stream of random actions apart from that of layouts."""
STILL = (5, 5, 5, 0, 0)


def check_opponent(opponent: Opponent) -> None:
    """Raise ValueError unless there is such an opponent."""
    if not callable(opponent) and not (isinstance(opponent, str) and opponent in NAMED_OPPONENTS):
        raise ValueError(f"opponent is {shown(opponent)}, expected one of {NAMED_OPPONENTS} or a function")


def act_as(
    opponent: Opponent, env: HideAndSeek, observation: dict[str, np.ndarray], team: slice
) -> Int8[np.ndarray, "world member 5"]:
    """Return the actions of an opponent's team in all worlds, which `observation` shows as they are.

    Random actions are uniform, and depend on the world's seed, episode and step alone, not on the batch.

    Raises:
        TypeError: if a function returned no integers.
        ValueError: if it returned actions of another shape or outside their space.
    """
    shape = (env.world_count, team.stop - team.start, len(ACTION_CHOICES))
    if callable(opponent):
        flat = (env.world_count, shape[1] * shape[2])
        return as_actions("what the opponent returned", opponent(seen_by(observation, team)), flat)
    if opponent == "still":
        return np.broadcast_to(np.array(STILL, np.int8), shape)
    actions = np.empty(shape, np.int8)
    _draw_actions(env.record, np.array(ACTION_CHOICES, np.uint64), actions)
    return actions


@entry_kernel
def _draw_actions(record, choices, actions):
    """Draw uniform actions [world, member, choice] from a stream of each world's own state."""
    for w in range(actions.shape[0]):
        episode = mix(mix(record.random_key[w] ^ SALT) + record.random_counter[w])
        moment = mix(episode + np.uint64(record.step[w]))
        draw = np.uint64(0)
        for member in range(actions.shape[1]):
            for part in range(actions.shape[2]):
                draw += np.uint64(1)
                word = mix(moment + draw * GOLDEN) >> np.uint64(32)
                actions[w, member, part] = np.int8((word * choices[part]) >> np.uint64(32))
