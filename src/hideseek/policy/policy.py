"""The policy, which acts on what its agent sees, and the critic, which judges with knowledge of everything."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from hideseek.checks import check_flag, check_instance, check_integer, extra_needed
from hideseek.game.entities import ENTITIES
from hideseek.policy.checks import check_key, check_memory, check_network, check_observation
from hideseek.policy.config import CRITIC_VIEW, CRITIC_VIEW_WIDTH, FeatureSizes, NetworkConfig
from hideseek.policy.distribution import ACTION_LOGITS, ActionDistribution, Actions
from hideseek.policy.entities import EntityMasks, Features
from hideseek.policy.layers import Dense, Memory, unit_columns, xavier
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.settings import standard_settings
from hideseek.policy.tower import Encoder, Tower

with extra_needed("train"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Float, PRNGKeyArray

Observation = Mapping[str, Array | np.ndarray]
"""What the environment returns, with any leading axes."""


class Actor(eqx.Module):
    """Policy network: a tower and the action heads."""

    tower: Tower
    head: Dense

    def __init__(self, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray):
        check_network(sizes, config, key)
        key_tower, key_head = jax.random.split(key)
        self.tower = Tower(sizes, config, key_tower)
        self.head = Dense(unit_columns(key_head, config.memory, ACTION_LOGITS, 0.01))

    def __call__(
        self,
        features: Features,
        masks: EntityMasks,
        memory: Memory,
        first: Bool[Array | np.ndarray, "row time"],
        entropy_level: Float[Array | np.ndarray, " row"] | None = None,
    ) -> tuple[ActionDistribution, Memory]:
        """Return the distribution of each row's action at each step, and the memory after the last.

        `entropy_level` is as for the tower.
        """
        output, memory = self.tower(features, masks, memory, first, entropy_level=entropy_level)
        return ActionDistribution.from_logits(self.head(output)), memory


class Critic(eqx.Module):
    """Value network: a tower of its own and one or several heads, in units of the value targets' deviation."""

    tower: Tower
    head: Dense
    has_view: bool = eqx.field(static=True)
    is_masked: bool = eqx.field(static=True)
    """Whether it sees no more than the policy."""

    def __init__(self, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray):
        check_network(sizes, config, key)
        key_tower, key_head = jax.random.split(key)
        self.has_view, self.is_masked = config.critic_view, config.masked_critic
        view = CRITIC_VIEW_WIDTH if config.critic_view else 0
        self.tower = Tower(sizes, config, key_tower, with_encoder=not config.share_encoder, view=view)
        self.head = Dense(xavier(key_head, config.memory, config.value_heads))

    def __call__(
        self,
        features: Features,
        masks: EntityMasks,
        memory: Memory,
        first: Bool[Array | np.ndarray, "row time"],
        encoder: Encoder | None = None,
        entropy_level: Float[Array | np.ndarray, " row"] | None = None,
        view: Float[Array | np.ndarray, "row time number"] | None = None,
    ) -> tuple[Float[Array, "row time"], Memory]:
        """Return the normalised value of each step, the mean over the heads, and the memory after the last.

        `encoder` is the policy's, for a critic that has none of its own; `entropy_level` and `view` are as for the
        tower.
        """
        estimates, memory = self.estimates(features, masks, memory, first, encoder, entropy_level, view)
        return estimates.mean(-1), memory

    def estimates(
        self,
        features: Features,
        masks: EntityMasks,
        memory: Memory,
        first: Bool[Array | np.ndarray, "row time"],
        encoder: Encoder | None = None,
        entropy_level: Float[Array | np.ndarray, " row"] | None = None,
        view: Float[Array | np.ndarray, "row time number"] | None = None,
    ) -> tuple[Float[Array, "row time head"], Memory]:
        """Return the normalised value of each step by each head, and the memory after the last."""
        output, memory = self.tower(features, masks, memory, first, encoder, entropy_level, view)
        return self.head(output), memory


class Memories(NamedTuple):
    """State of both towers' LSTMs, [row, unit]."""

    actor: Memory
    critic: Memory

    @classmethod
    def zeros(cls, *shape: int) -> "Memories":
        """Return the state at the start of an episode; the last of `shape` is the number of units."""
        return cls(Memory.zeros(*shape), Memory.zeros(*shape))


class Networks(NamedTuple):
    """Everything that gradients train."""

    actor: Actor
    critic: Critic

    @classmethod
    @standard_settings()
    def initialise(cls, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray) -> "Networks":
        """Draw fresh weights.

        Raises:
            TypeError: if `sizes`, `config` or `key` is something else.
            ValueError: if a size is not a positive integer.
        """
        check_network(sizes, config, key)
        key_actor, key_critic = jax.random.split(key)
        return cls(Actor(sizes, config, key_actor), Critic(sizes, config, key_critic))

    def __call__(
        self,
        features: Features,
        observation: Observation,
        memories: Memories,
        first: Bool[Array | np.ndarray, "row time"],
        entropy_level: Float[Array | np.ndarray, " row"] | None = None,
    ) -> tuple[ActionDistribution, Float[Array, "row time head"], Memories]:
        """Return the distribution of each row's action and the normalised values at each step, and the memories.

        Args:
            features: Normalised observations, each [row, time, ...].
            observation: The same as they came, for the masks.
            memories: Before the first step.
            first: Whether an episode begins with the step.
            entropy_level: Where each row's bonus for entropy is between the lowest, 0, and the highest, 1; None is the
                lowest.

        Returns:
            The distribution, the values by each head of the critic, the memories after the last step.
        """
        distribution, actor = self.actor(features, policy_masks(observation), memories.actor, first, entropy_level)
        view = observation[CRITIC_VIEW] if self.critic.has_view else None
        masks = policy_masks(observation) if self.critic.is_masked else critic_masks(observation)
        estimates, critic = self.critic.estimates(
            features, masks, memories.critic, first, self.actor.tower.encoder, entropy_level, view
        )
        return distribution, estimates, Memories(actor, critic)


class Policy(eqx.Module):
    """Everything that is needed to act: the network and the normaliser of its inputs."""

    actor: Actor
    normaliser: ObservationNormaliser

    @standard_settings()
    def initial_memory(self, world_count: int, agent_count: int) -> Memory:
        """Return the memory of `agent_count` agents in each world at the start of an episode.

        Raises:
            ValueError: if a number is negative or not an integer.
        """
        check_integer("world_count", world_count, 0)
        check_integer("agent_count", agent_count, 0)
        return Memory.zeros(world_count, agent_count, self.actor.tower.memory_size)


@standard_settings()
def act(
    policy: Policy, observation: Observation, memory: Memory, key: PRNGKeyArray, most_likely: bool = False
) -> tuple[Actions, Memory]:
    """Choose an action for every agent of every world.

    Args:
        policy: The policy of all agents.
        observation: The environment's observations, each [world, agent, ...].
        memory: State [world, agent, unit] after the step before; `reset_where(done[:, None])` where an episode ended.
        key: Randomness of the draw.
        most_likely: Take the most probable choice instead of drawing one.

    Returns:
        The actions [world, agent, ...], and the memory for the next step.

    Raises:
        TypeError: if an argument is something else, or an array of another kind.
        ValueError: if an array's shape is not that of the policy's game.
    """
    check_instance("policy", policy, Policy, "a Policy")
    check_observation(observation, policy.normaliser.sizes, ("world", "agent"))
    check_memory("memory", memory, (*observation["self"].shape[:2], policy.actor.tower.memory_size))
    check_key("key", key)
    check_flag("most_likely", most_likely)
    return _act(policy, dict(observation), memory, key, most_likely)


# Not `eqx.filter_jit`, which on processors waits for the result: here the caller may do something else meanwhile.
@partial(jax.jit, static_argnames="most_likely")
def _act(
    policy: Policy, observation: Observation, memory: Memory, key: PRNGKeyArray, most_likely: bool
) -> tuple[Actions, Memory]:
    distribution, memory = respond(policy, observation, memory)
    return distribution.most_likely() if most_likely else distribution.sample(key), memory


def respond(policy: Policy, observation: Observation, memory: Memory) -> tuple[ActionDistribution, Memory]:
    """Return the distribution of the action of every agent of every world [world, agent, ...], and the next memory.

    What `act` does before it chooses; to be traced by JAX.
    """
    lead = worlds, agents = observation["self"].shape[:2]
    rows = as_rows(observation)
    distribution, new_memory = policy.actor(
        policy.normaliser(rows),
        policy_masks(rows),
        Memory(*(x.reshape(worlds * agents, -1) for x in memory)),
        jnp.zeros((worlds * agents, 1), bool),
    )
    distribution = ActionDistribution(*(x.reshape(*lead, *x.shape[2:]) for x in distribution))
    return distribution, Memory(*(x.reshape(*lead, -1) for x in new_memory))


def as_rows(observation: Observation) -> dict[str, Array]:
    """Reshape [world, agent, ...] to [world * agent, 1, ...]: rows of sequences that are one step long."""
    return {name: jnp.asarray(x).reshape(x.shape[0] * x.shape[1], 1, *x.shape[2:]) for name, x in observation.items()}


def policy_masks(observation: Observation) -> EntityMasks:
    """Return what an agent may act on: entities that it sees and that exist."""
    existing = critic_masks(observation)
    return {kind.name: existing[kind.name] & observation[kind.sees] for kind in ENTITIES if kind.name in existing}


def critic_masks(observation: Observation) -> EntityMasks:
    """Return what the critic may use: every entity that exists, seen or not."""
    return {
        kind.name: jnp.asarray(observation[kind.exists])
        if kind.exists in observation
        else jnp.ones(observation[kind.sees].shape, bool)
        for kind in ENTITIES
        if kind.name in observation
    }


def parameter_count(module: object) -> int:
    """Return how many numbers a module holds."""
    return sum(x.size for x in jax.tree.leaves(eqx.filter(module, eqx.is_array)))
