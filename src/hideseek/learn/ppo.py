"""One gradient step of proximal policy optimisation (Schulman et al. 2017) on recurrent actors and critics."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Float32, PRNGKeyArray

from hideseek.checks import check_array, check_instance
from hideseek.learn.config import TrainConfig
from hideseek.learn.surrogate import clipped_surrogate
from hideseek.policy.checks import check_key, check_memory, check_observation
from hideseek.policy.config import FeatureSizes
from hideseek.policy.distribution import ACTION_HEADS, Actions
from hideseek.policy.entities import Features
from hideseek.policy.layers import Memory
from hideseek.policy.normaliser import Moments, ObservationNormaliser
from hideseek.policy.policy import Networks, Observation, Policy, as_rows, critic_masks, policy_masks


class Memories(NamedTuple):
    """State of both towers' LSTMs, [row, unit]."""

    actor: Memory
    critic: Memory

    @classmethod
    def zeros(cls, *shape: int) -> "Memories":
        """Return the state at the start of an episode; the last of `shape` is the number of units."""
        return cls(Memory.zeros(*shape), Memory.zeros(*shape))


class Learner(NamedTuple):
    """Everything that training changes."""

    networks: Networks
    optimiser: optax.OptState
    observations: ObservationNormaliser
    values: Moments

    @classmethod
    def initialise(cls, sizes: FeatureSizes, config: TrainConfig, key: PRNGKeyArray) -> "Learner":
        """Return an untrained learner.

        Raises:
            TypeError: An argument is of a wrong class.
            ValueError: A size is not a positive integer.
        """
        check_instance("config", config, TrainConfig, "a TrainConfig")
        networks = Networks.initialise(sizes, config.network, key)
        state = make_optimiser(config).init(eqx.filter(networks, eqx.is_array))
        return cls(networks, state, ObservationNormaliser(sizes), Moments(1))

    @property
    def policy(self) -> Policy:
        """What is needed to act."""
        return Policy(self.networks.actor, self.observations)


class Decision(NamedTuple):
    """What was chosen for one step and what was thought of it, per row."""

    actions: Actions
    log_probability: Float[Array, " row"]
    value: Float[Array, " row"]


class Batch(NamedTuple):
    """Chunks of experience."""

    observation: Observation
    """Raw, each [chunk, step, ...]."""
    memories: Memories
    """As they were before each chunk's first step."""
    first: Bool[np.ndarray, "chunk step"]
    """Whether an episode begins with the step."""
    actions: Actions
    log_probability: Float32[np.ndarray, "chunk step"]
    """Of the actions, by the policy that chose them."""
    advantage: Float32[np.ndarray, "chunk step"]
    target: Float32[np.ndarray, "chunk step"]
    """Of the value function, in units of the value normaliser."""
    trains_policy: Bool[np.ndarray, "chunk step"]
    trains_value: Bool[np.ndarray, "chunk step"]


def make_optimiser(config: TrainConfig) -> optax.GradientTransformation:
    """Return Adam with clipped gradients and an L2 penalty on kernels."""
    check_instance("config", config, TrainConfig, "a TrainConfig")
    return optax.chain(
        optax.clip_by_global_norm(config.gradient_clip),
        optax.add_decayed_weights(config.weight_decay, mask=lambda tree: jax.tree.map(lambda x: x.ndim >= 2, tree)),
        optax.adam(config.learning_rate, eps=config.adam_epsilon),
    )


@eqx.filter_jit
def decide(
    learner: Learner,
    observation: Observation,
    memories: Memories,
    first: Bool[np.ndarray, " world"],
    key: PRNGKeyArray,
    step: np.ndarray,
) -> tuple[Decision, Memories]:
    """Choose and value one step of every agent of every world.

    Args:
        learner: Networks and normalisers.
        observation: The environment's, each [world, agent, ...].
        memories: After the step before; rows are the agents of world 0, of world 1, and so on.
        first: Whether an episode begins.
        key: Randomness of the whole run.
        step: Its part for this step.

    Raises:
        TypeError: An argument is of a wrong class, or an array of another kind.
        ValueError: An array's shape is not that of the learner's game.
    """
    check_instance("learner", learner, Learner, "a Learner")
    check_observation(observation, learner.observations.sizes, ("world", "agent"))
    worlds, agents = observation["self"].shape[:2]
    _check_memories(learner, memories, worlds * agents)
    check_array("first", first, (worlds,), "b")
    check_key("key", key)
    check_array("step", step, (), "i")
    rows = as_rows(observation)
    features = learner.observations(rows)
    begins = jnp.repeat(first, observation["self"].shape[1])[:, None]
    distribution, actor_memory = learner.networks.actor(features, policy_masks(rows), memories.actor, begins)
    value, critic_memory = learner.networks.critic(features, critic_masks(rows), memories.critic, begins)
    actions = distribution.sample(jax.random.fold_in(key, step))
    value = learner.values.mean + learner.values.deviation * value
    decision = Decision(actions, distribution.log_probability(actions), value)
    return jax.tree.map(lambda x: x[:, 0], decision), Memories(actor_memory, critic_memory)


@eqx.filter_jit
def update(learner: Learner, batch: Batch, config: TrainConfig) -> tuple[Learner, dict[str, Float[Array, ""]]]:
    """Take one gradient step; return the new learner and what to log.

    Raises:
        TypeError: An argument is of a wrong class, or an array of another kind.
        ValueError: An array's shape is not that of the learner's game, or not that of the others.
    """
    check_instance("learner", learner, Learner, "a Learner")
    check_instance("config", config, TrainConfig, "a TrainConfig")
    _check_batch(learner, batch)
    features = learner.observations(batch.observation)
    gradient, metrics = eqx.filter_grad(_loss, has_aux=True)(learner.networks, features, batch, config)
    parameters = eqx.filter(learner.networks, eqx.is_array)
    changes, optimiser = make_optimiser(config).update(gradient, learner.optimiser, parameters)
    networks = eqx.apply_updates(learner.networks, changes)
    metrics["loss/gradient_norm"] = jnp.sqrt(sum(jnp.vdot(x, x) for x in jax.tree.leaves(gradient)))
    return learner._replace(networks=networks, optimiser=optimiser), metrics


@eqx.filter_jit
def observe(learner: Learner, observation: Observation, config: TrainConfig) -> Learner:
    """Update the normaliser of observations, each [..., feature].

    Raises:
        TypeError: An argument is of a wrong class, or an array of another kind.
        ValueError: An array's shape is not that of the learner's game.
    """
    check_instance("learner", learner, Learner, "a Learner")
    check_instance("config", config, TrainConfig, "a TrainConfig")
    check_observation(observation, learner.observations.sizes, leading=None)
    return learner._replace(observations=learner.observations.updated(observation, config.normaliser_decay))


@eqx.filter_jit
def normalise_targets(
    learner: Learner, target: Float[np.ndarray, "*batch"], trains_value: Bool[np.ndarray, "*batch"], config: TrainConfig
) -> tuple[Learner, Float[Array | np.ndarray, "*batch"]]:
    """Update the normaliser of values with the returns `target`; return them in its units.

    Raises:
        TypeError: An argument is of a wrong class, or an array of another kind.
        ValueError: `trains_value` has another shape than `target`.
    """
    check_instance("learner", learner, Learner, "a Learner")
    check_instance("config", config, TrainConfig, "a TrainConfig")
    check_array("target", target, target.shape, "f")
    check_array("trains_value", trains_value, target.shape, "b")
    values = learner.values.updated(target[..., None], trains_value, config.normaliser_decay)
    return learner._replace(values=values), (target - values.mean) / values.deviation


def _check_memories(learner: Learner, memories: Memories, rows: int) -> None:
    check_instance("memories", memories, Memories, "Memories")
    check_memory("actor of memories", memories.actor, (rows, learner.networks.actor.tower.memory_size))
    check_memory("critic of memories", memories.critic, (rows, learner.networks.critic.tower.memory_size))


def _check_batch(learner: Learner, batch: Batch) -> None:
    check_instance("batch", batch, Batch, "a Batch")
    check_observation(batch.observation, learner.observations.sizes, ("chunk", "step"))
    shape = batch.observation["self"].shape[:2]
    _check_memories(learner, batch.memories, shape[0])
    for name in ("first", "trains_policy", "trains_value"):
        check_array(f"{name} of batch", getattr(batch, name), shape, "b")
    for name in ("log_probability", "advantage", "target"):
        check_array(f"{name} of batch", getattr(batch, name), shape, "f")
    for name, more in (("movement", (3,)), ("grab", ()), ("lock", ())):
        check_array(f"{name} of batch", getattr(batch.actions, name), (*shape, *more), "i")


def _loss(
    networks: Networks, features: Features, batch: Batch, config: TrainConfig
) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
    """Return the clipped surrogate loss with entropy bonus and value error, and its parts."""
    observation, memories = batch.observation, batch.memories
    distribution, _ = networks.actor(features, policy_masks(observation), memories.actor, batch.first)
    value, _ = networks.critic(features, critic_masks(observation), memories.critic, batch.first)

    # Masked before exp and square: whatever a left out sample holds, its gradient is 0, never 0 times infinity.
    log_ratio = distribution.log_probability(batch.actions) - batch.log_probability
    log_ratio = jnp.where(batch.trains_policy, log_ratio, 0.0)
    error = jnp.where(batch.trains_value, value - batch.target, 0.0)
    ratio = jnp.exp(log_ratio)
    policy_loss = -_mean_where(clipped_surrogate(log_ratio, batch.advantage, config.clip), batch.trains_policy)
    value_loss = _mean_where(jnp.square(error), batch.trains_value)
    entropies = [_mean_where(x, batch.trains_policy) for x in jnp.moveaxis(distribution.head_entropies(), -1, 0)]
    entropy = jnp.stack(entropies).sum()

    loss = policy_loss + config.value_weight * value_loss - config.entropy_weight * entropy
    return loss, {
        "loss/total": loss,
        "loss/policy": policy_loss,
        "loss/value": value_loss,
        "policy/entropy": entropy,
        **{f"policy/entropy_{head}": x for head, x in zip(ACTION_HEADS, entropies, strict=True)},
        "policy/kl": _mean_where(ratio - 1.0 - log_ratio, batch.trains_policy),
        "policy/clip_fraction": _mean_where(jnp.abs(ratio - 1.0) > config.clip, batch.trains_policy),
    }


def _mean_where(x: Float[Array, "*batch"], mask: Bool[np.ndarray, "*batch"]) -> Float[Array, ""]:
    return jnp.where(mask, x, 0.0).sum() / jnp.maximum(mask.sum(), 1)
