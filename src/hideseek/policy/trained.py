"""A policy with all that is needed to use it: its game, for how long it carries out each choice, where it is from."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from hideseek.checks import check_array, check_flag, check_instance, check_integer, extra_needed
from hideseek.env.adapters import NO_ACTION
from hideseek.game.config import Game
from hideseek.game.observe import observation_spec
from hideseek.game.random_stream import LARGEST_SEED
from hideseek.policy.checks import check_memory, check_observation
from hideseek.policy.config import FeatureSizes
from hideseek.policy.distribution import ActionDistribution, Actions
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Observation, Policy, respond

with extra_needed("train"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Int32, UInt64

MULTIPLIER, INCREMENT = np.uint64(6364136223846793005), np.uint64(1442695040888963407)
"""Of a linear congruential generator (Knuth), which gives the seed of a world's next episode."""


class PolicyMemory(NamedTuple):
    """What a policy knows of the episodes under way, all of it by world."""

    network: Memory
    """State of the network [world, agent, unit]."""
    actions: Actions
    """What was chosen last [world, agent, ...], carried out until the next choice."""
    step: Int32[np.ndarray, " world"]
    """Steps since the episode's beginning."""
    seed: UInt64[np.ndarray, " world"]
    """Of the choices of the episode."""

    def reset_where(
        self, begins: Bool[np.ndarray, " world"], seed: UInt64[np.ndarray, " world"] | None = None
    ) -> "PolicyMemory":
        """Return the memory with everything forgotten in the worlds where a new episode begins.

        Args:
            begins: where that is: the `done` of `HideAndSeek.step`.
            seed: of the choices of the new episodes; by default seeds that follow from those of the last ones.

        Raises:
            TypeError: if an argument is no array of its kind.
            ValueError: if its shape is another.
        """
        check_array("begins", begins, self.step.shape, "b")
        if seed is None:
            seed = self.seed * MULTIPLIER + INCREMENT
        check_array("seed", seed, self.step.shape, "i")
        if not begins.any():
            return self
        network = self.network.reset_where(begins[:, None])
        return PolicyMemory(network, self.actions, np.where(begins, 0, self.step), np.where(begins, seed, self.seed))


@dataclass(frozen=True)
class TrainedPolicy:
    """A policy that plays all agents of a game, or one team; `hideseek.load_policy` returns one.

    It changes nothing in itself: what it remembers is handed to `act` and comes back.
    """

    name: str
    """Where it is from: `zoo:NAME`, or the path of a run or file."""
    game: Game
    """What it was trained in; it plays others with the same features per agent and entity, too."""
    action_repeat: int
    """For how many steps it carries out each choice; `act` sees to that."""
    policy: Policy
    """The network and the normaliser of its inputs."""

    def initial_memory(self, world_count: int, agent_count: int | None = None, seed: int = 0) -> PolicyMemory:
        """Return the memory at the beginning of episodes.

        Args:
            world_count: number of worlds.
            agent_count: agents of each world that it plays, all of `game` by default.
            seed: of the choices that are drawn; world i is the same in a batch of any size.

        Raises:
            ValueError: if an argument is negative or no integer.
        """
        agents = self.game.agents if agent_count is None else agent_count
        network = self.policy.initial_memory(world_count, agents)
        check_integer("seed", seed, 0, LARGEST_SEED)
        nothing = np.broadcast_to(np.array(NO_ACTION, np.int8), (world_count, agents, len(NO_ACTION)))
        seeds = np.random.SeedSequence(seed).generate_state(world_count, np.uint64)
        actions = Actions(nothing[..., :3], nothing[..., 3], nothing[..., 4])
        return PolicyMemory(network, actions, np.zeros(world_count, np.int32), seeds)

    def act(
        self, observation: Observation, memory: PolicyMemory, most_likely: bool = False
    ) -> tuple[Actions, PolicyMemory]:
        """Choose an action for every agent, or carry on with the one before. Call it once per step.

        Args:
            observation: what `HideAndSeek` returned, each [world, agent, ...], or the agents of one team of it.
            memory: from `initial_memory` or the step before; `memory.reset_where(done)` where an episode ended.
            most_likely: take the most probable choice instead of drawing one.

        Returns:
            The actions, for `HideAndSeek.step(*actions)`, and the memory for the next step.

        Raises:
            TypeError: if an argument is something else, or an array of another kind.
            ValueError: if an array's shape is not that of the policy's game.
        """
        check_instance("memory", memory, PolicyMemory, "what initial_memory or act returned")
        check_observation(observation, self.policy.normaliser.sizes, ("world", "agent"))
        shape = (*observation["self"].shape[:2], self.policy.actor.tower.memory_size)
        check_memory("network of memory", memory.network, shape)
        check_flag("most_likely", most_likely)
        chooses = memory.step % self.action_repeat == 0
        after = memory._replace(step=memory.step + np.int32(1))
        if not chooses.any():
            return memory.actions, after
        words = memory.seed.view(np.uint32).reshape(-1, 2)
        chosen, network = _choose(self.policy, dict(observation), memory.network, words, memory.step, most_likely)
        actions = Actions(*(np.asarray(x) for x in chosen))
        if not chooses.all():
            actions, network = (
                type(new)(*(_where(chooses, x, y) for x, y in zip(new, old, strict=True)))
                for new, old in ((actions, memory.actions), (network, memory.network))
            )
        return actions, after._replace(actions=actions, network=network)

    def check_plays(self, game: Game) -> None:
        """Raise ValueError unless agents of `game` observe what the policy was trained on."""
        found, expected = FeatureSizes.of(observation_spec(game)), self.policy.normaliser.sizes
        if found != expected:
            raise ValueError(f"{self.name} cannot play this game: it is observed as {found}, expected {expected}")


@partial(jax.jit, static_argnames="most_likely")
def _choose(
    policy: Policy, observation: Observation, memory: Memory, words: Array, step: Array, most_likely: bool
) -> tuple[Actions, Memory]:
    """Choose actions; the draws depend on each world's seed, as two `words` [world, 2], and its step alone."""
    distribution, memory = respond(policy, observation, memory)
    if most_likely:
        return distribution.most_likely(), memory

    def draw(distribution: ActionDistribution, words: Array, step: Array) -> Actions:
        key = jax.random.wrap_key_data(words, impl="threefry2x32")
        return distribution.sample(jax.random.fold_in(key, step))

    return jax.vmap(draw)(distribution, words, step), memory


def _where(chooses: Bool[np.ndarray, " world"], new: np.ndarray | Array, old: np.ndarray | Array) -> np.ndarray | Array:
    """Choose by the world, whatever axes follow, and keep the kind of array."""
    choose = np.where if isinstance(new, np.ndarray) else jnp.where
    return choose(chooses.reshape(-1, *[1] * (new.ndim - 1)), new, old)
