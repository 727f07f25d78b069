"""Who plays the team that Gymnasium's central controller does not."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int8, Integer, UInt64

from hideseek.checks import shown
from hideseek.env.adapters import ACTION_CHOICES, NO_ACTION, as_actions
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import Game
from hideseek.game.random_stream import GOLDEN, mix
from hideseek.sim.kernel import entry_kernel, kernel


@runtime_checkable
class RememberingPolicy(Protocol):
    """What `hideseek.load_policy` returns, as far as an opponent needs it."""

    def check_plays(self, game: Game) -> None:
        """Raise ValueError unless it can play `game`."""
        ...

    def initial_memory(self, world_count: int, agent_count: int) -> Any:
        """Return the memory at the beginning of episodes; it has a method `reset_where(begins, seed)`."""
        ...

    def act(self, observation: dict[str, np.ndarray], memory: Any) -> tuple[Sequence[Any], Any]:
        """Return movement, grab and lock of some agents of every world, and the memory after it."""
        ...


Opponent = str | Path | RememberingPolicy | Callable[[Any], Integer[np.ndarray, "world choice"]]
"""Who plays the other team: one of `NAMED_OPPONENTS`, a trained policy or its name, or a function.

A trained policy is what `hideseek.load_policy` returns, or what it takes: `zoo:NAME`, the folder of a run, a file. A
function is given what its team sees in all worlds and returns integers [world, 5 per member]: what a policy of a
`HideAndSeekVectorEnv` of that team is given and returns.
"""
NAMED_OPPONENTS = ("random", "still")
ZOO = "zoo:"
SALT = np.uint64(0x5851F42D4C957F2D)
"""Sets the stream of the opponent's actions apart from that of layouts."""
Act = Callable[[HideAndSeek, dict[str, np.ndarray], slice], Int8[np.ndarray, "world member 5"]]
"""Returns the actions of a team in all worlds, which the observations of all agents show as they are."""


def make_opponent(opponent: Opponent, game: Game, see: Callable[[dict[str, np.ndarray], slice], Any]) -> Act:
    """Return the function that acts for an opponent.

    Args:
        opponent: who it is.
        game: what is played.
        see: returns what some agents see of the observations of all: what a function is given.

    Raises:
        ValueError: if there is no such opponent, or it cannot play `game`.
        RunError: if the run or file cannot be read.
    """
    if isinstance(opponent, str) and opponent in NAMED_OPPONENTS:
        return {"random": _draw, "still": _stand_still}[opponent]
    if isinstance(opponent, Path) or (isinstance(opponent, str) and (opponent[:4] == ZOO or Path(opponent).exists())):
        # The policies are above this package; whoever names one asks for it as any user does.
        from hideseek import load_policy

        opponent = load_policy(opponent)
    if isinstance(opponent, RememberingPolicy) and not isinstance(opponent, type):
        return _Trained(opponent, game)
    if callable(opponent):
        return _Function(opponent, see)
    raise ValueError(
        f"opponent is {shown(opponent)}, expected one of {NAMED_OPPONENTS}, 'zoo:NAME', the path of a run,"
        " what hideseek.load_policy returns, or a function"
    )


def _stand_still(env: HideAndSeek, observation: dict[str, np.ndarray], team: slice) -> np.ndarray:
    """Return that nothing is done."""
    return np.broadcast_to(np.array(NO_ACTION, np.int8), (env.world_count, team.stop - team.start, len(NO_ACTION)))


def _draw(env: HideAndSeek, observation: dict[str, np.ndarray], team: slice) -> np.ndarray:
    """Return uniform actions; they depend on the world's seed, episode and step alone, not on the batch."""
    actions = np.empty((env.world_count, team.stop - team.start, len(ACTION_CHOICES)), np.int8)
    _draw_actions(env.record, np.array(ACTION_CHOICES, np.uint64), actions)
    return actions


class _Trained:
    """Acts by a trained policy, which forgets everything where an episode begins.

    What it draws depends on the world's seed, episode and step alone, not on the batch.
    """

    def __init__(self, policy: RememberingPolicy, game: Game) -> None:
        policy.check_plays(game)
        self._policy = policy
        self._memory: Any = None

    def __call__(self, env: HideAndSeek, observation: dict[str, np.ndarray], team: slice) -> np.ndarray:
        if self._memory is None:
            self._memory = self._policy.initial_memory(env.world_count, team.stop - team.start)
        episodes: UInt64[np.ndarray, " world"] = np.empty(env.world_count, np.uint64)
        _number_episodes(env.record, episodes)
        memory = self._memory.reset_where(env.record.step == 0, episodes)
        seen = {name: values[:, team] for name, values in observation.items()}
        (movement, grab, lock), self._memory = self._policy.act(seen, memory)
        return np.concatenate([movement, grab[..., None], lock[..., None]], axis=-1)


class _Function:
    """Acts by a function of the user's.

    Raises:
        TypeError: if it returned no integers.
        ValueError: if it returned actions of another shape or outside their space.
    """

    def __init__(self, function: Callable[[Any], Any], see: Callable[[dict[str, np.ndarray], slice], Any]) -> None:
        self._function, self._see = function, see

    def __call__(self, env: HideAndSeek, observation: dict[str, np.ndarray], team: slice) -> np.ndarray:
        shape = (env.world_count, (team.stop - team.start) * len(ACTION_CHOICES))
        return as_actions("what the opponent returned", self._function(self._see(observation, team)), shape)


@kernel
def _episode(record, w):
    """Return a number that tells the episode of world `w` from all others."""
    return mix(mix(record.random_key[w] ^ SALT) + record.random_counter[w])


@entry_kernel
def _number_episodes(record, episodes):
    """Write the number of each world's episode."""
    for w in range(len(episodes)):
        episodes[w] = _episode(record, w)


@entry_kernel
def _draw_actions(record, choices, actions):
    """Draw uniform actions [world, member, choice] from a stream of each world's own state."""
    for w in range(actions.shape[0]):
        moment = mix(_episode(record, w) + np.uint64(record.step[w]))
        draw = np.uint64(0)
        for member in range(actions.shape[1]):
            for part in range(actions.shape[2]):
                draw += np.uint64(1)
                word = mix(moment + draw * GOLDEN) >> np.uint64(32)
                actions[w, member, part] = np.int8((word * choices[part]) >> np.uint64(32))
