"""Who acts for a team: a policy with its memory, or chance.

Only policies need JAX, which is imported where one is used.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int8

from hideseek.checks import check_instance, check_integer, shown
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import MOVEMENT_BUCKETS
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.settings import standard_settings

if TYPE_CHECKING:
    from jax import Array

    from hideseek.policy.policy import Policy

Observation = Mapping[str, np.ndarray]
"""What `HideAndSeek` returns, of some agents: arrays [world, agent, ...]."""
LARGEST_KEY_SEED = 2**32 - 1
"""Of a larger seed JAX would drop the upper bits without a word."""


class TeamActions(NamedTuple):
    """What some agents of every world do in one step, as the environment takes it."""

    movement: Int8[np.ndarray, "world agent 3"]
    grab: Int8[np.ndarray, "world agent"]
    lock: Int8[np.ndarray, "world agent"]


@runtime_checkable
class Player(Protocol):
    """Acts for some agents of every world of a batch, from the start of an episode to its end."""

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """Forget everything: new episodes begin in all worlds. The same seed draws the same chances."""
        ...

    def act(self, observation: Observation) -> TeamActions:
        """Return the actions of the agents whose observations [world, agent, ...] these are."""
        ...


@runtime_checkable
class Onlooker(Protocol):
    """A player that looks at the worlds themselves, not only at what its agents observe."""

    def look_at(self, env: HideAndSeek) -> None:
        """Be told which worlds it plays in, before `start`; their episodes begin afterwards."""
        ...


class RandomPlayer:
    """Draws every choice uniformly."""

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`.

        Raises:
            ValueError: if an argument is negative or not an integer.
        """
        _check_start(world_count, agent_count, seed)
        self._shape = (world_count, agent_count)
        self._generator = np.random.default_rng(seed)

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        movement = self._generator.integers(0, MOVEMENT_BUCKETS, (*self._shape, 3), np.int8)
        grab, lock = self._generator.integers(0, 2, (2, *self._shape), np.int8)
        return TeamActions(movement, grab, lock)


class PolicyPlayer:
    """Draws every choice from a policy, which remembers the episode so far."""

    def __init__(self, policy: "Policy", action_repeat: int = 1) -> None:
        """Take a policy, and for how many steps it carries out each choice.

        Raises:
            TypeError: if `policy` is no Policy.
            ValueError: if `action_repeat` is not a positive integer.
            MissingExtraError: if the libraries are not installed that policies need.
        """
        from hideseek.policy.policy import Policy

        check_instance("policy", policy, Policy, "a Policy")
        check_integer("action_repeat", action_repeat, 1)
        self._policy, self._repeat = policy, action_repeat

    @standard_settings()
    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`.

        Raises:
            ValueError: if an argument is negative or not an integer.
        """
        _check_start(world_count, agent_count, seed)
        self._memory = self._policy.initial_memory(world_count, agent_count)
        self._key = _random_key(seed)
        self._steps = 0

    @standard_settings()
    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        import jax

        from hideseek.policy.policy import act

        if self._steps % self._repeat == 0:
            self._key, key = jax.random.split(self._key)
            actions, self._memory = act(self._policy, observation, self._memory, key)
            self._actions = TeamActions(*(np.asarray(part) for part in actions))
        self._steps += 1
        return self._actions


@standard_settings()
def untrained_policy(sizes: FeatureSizes, network: NetworkConfig, seed: int) -> "Policy":
    """Return a policy as it is before training: fresh weights, nothing known about observations.

    Args:
        sizes: of the game's observations.
        network: sizes of its layers.
        seed: of the weights, an integer from 0 to 2**32 - 1.

    Raises:
        TypeError: if `sizes` or `network` is something else.
        ValueError: if `seed` or one of the sizes is out of range.
        MissingExtraError: if the libraries are not installed that policies need.
    """
    from hideseek.policy.normaliser import make_normaliser
    from hideseek.policy.policy import Actor, Policy

    check_integer("seed", seed, 0, LARGEST_KEY_SEED)
    return Policy(Actor(sizes, network, _random_key(seed)), make_normaliser(sizes, network))


class PopulationPlayer:
    """Several players that share the worlds of a batch: of n players, number i has the worlds i, i + n, i + 2 n, ..."""

    def __init__(self, players: Sequence[Player]) -> None:
        if not players:
            raise ValueError("players is empty, expected at least one player")
        for player in players:
            check_instance("player", player, Player, "a Player")
        self._players = list(players)

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`; there are at least as many worlds as players."""
        count = len(self._players)
        check_integer("world_count", world_count, count)
        for i, player in enumerate(self._players):
            player.start(len(range(i, world_count, count)), agent_count, seed)

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        count = len(self._players)
        parts = [
            player.act({name: x[i::count] for name, x in observation.items()}) for i, player in enumerate(self._players)
        ]
        worlds = sum(len(part.grab) for part in parts)
        actions = TeamActions(*(np.empty((worlds, *x.shape[1:]), x.dtype) for x in parts[0]))
        for i, part in enumerate(parts):
            for whole, chosen in zip(actions, part, strict=True):
                whole[i::count] = chosen
        return actions


def _random_key(seed: int) -> "Array":
    import jax

    return jax.random.key(seed)


def _check_start(world_count: int, agent_count: int, seed: int) -> None:
    check_integer("world_count", world_count, 1)
    check_integer("agent_count", agent_count, 0)
    check_integer("seed", seed, 0, LARGEST_KEY_SEED)


def start_player(player: Player, env: HideAndSeek, team: slice, seed: int) -> None:
    """Let a player begin in all worlds of `env`, whose episodes begin afterwards.

    Args:
        player: to begin; an `Onlooker` is told which worlds it plays in.
        env: the worlds.
        team: its agents.
        seed: of its chances.
    """
    if isinstance(player, Onlooker):
        player.look_at(env)
    player.start(env.world_count, team.stop - team.start, seed)


def check_players(hiders: object, seekers: object) -> None:
    """Check who is to play against whom.

    Raises:
        TypeError: if one is no player.
        ValueError: if both are one object, which would mix up two episodes' memories.
    """
    for name, player in (("hiders", hiders), ("seekers", seekers)):
        if isinstance(player, type) or not isinstance(player, Player):
            raise TypeError(f"{name} is {shown(player)}, expected a Player, an object with methods start and act")
    if hiders is seekers:
        raise ValueError(f"seekers is {shown(seekers)}, the same object as hiders, expected another one")
