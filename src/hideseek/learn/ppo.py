"""What training changes, and how: deciding, one gradient step, the normalisers."""

from typing import NamedTuple

import numpy as np

from hideseek.checks import check_array, check_instance, check_number, extra_needed
from hideseek.learn.config import TrainConfig
from hideseek.learn.devices import make_mesh, replicate, spread
from hideseek.learn.loss import Batch, Metrics, gradient_of_parts, kl_of_parts
from hideseek.policy.checks import check_key, check_memory, check_observation
from hideseek.policy.config import FeatureSizes
from hideseek.policy.distribution import Actions
from hideseek.policy.normaliser import Moments, ObservationNormaliser, make_normaliser
from hideseek.policy.policy import Memories, Networks, Observation, Policy, as_rows
from hideseek.policy.settings import standard_settings

with extra_needed("train"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    import optax
    from jax.sharding import Mesh
    from jaxtyping import Array, Bool, Float, PRNGKeyArray


class Learner(NamedTuple):
    """Everything that training changes."""

    networks: Networks
    optimiser: optax.OptState
    observations: ObservationNormaliser
    values: Moments

    @classmethod
    @standard_settings()
    def initialise(cls, sizes: FeatureSizes, config: TrainConfig, key: PRNGKeyArray) -> "Learner":
        """Return an untrained learner.

        Raises:
            TypeError: An argument is of a wrong class.
            ValueError: A size is not a positive integer.
        """
        check_instance("config", config, TrainConfig, "a TrainConfig")
        networks = Networks.initialise(sizes, config.network, key)
        state = make_optimiser(config).init(eqx.filter(networks, eqx.is_array))
        return cls(networks, state, make_normaliser(sizes, config.network), Moments(1))

    @property
    def policy(self) -> Policy:
        """What is needed to act."""
        return Policy(self.networks.actor, self.observations)


class Decision(NamedTuple):
    """What was chosen for one step and what was thought of it, per row."""

    actions: Actions
    log_probability: Float[Array, " row"]
    value: Float[Array, " row"]


class ValueSpread(NamedTuple):
    """What the heads of the critic think of some states, in units of the value normaliser."""

    mean: Float[Array, "state agent"]
    deviation: Float[Array, "state agent"]
    """Standard deviation over the heads: 0 where they agree, and where there is one."""


def make_optimiser(config: TrainConfig, learning_rate: Float[Array, ""] | None = None) -> optax.GradientTransformation:
    """Return Adam with clipped gradients and an L2 penalty on kernels.

    `learning_rate` stands in for the configuration's; the optimiser's state does not depend on it.
    """
    check_instance("config", config, TrainConfig, "a TrainConfig")
    return optax.chain(
        optax.clip_by_global_norm(config.gradient_clip),
        optax.add_decayed_weights(config.weight_decay, mask=lambda tree: jax.tree.map(lambda x: x.ndim >= 2, tree)),
        optax.adam(config.learning_rate if learning_rate is None else learning_rate, eps=config.adam_epsilon),
    )


@standard_settings()
def decide(
    learner: Learner,
    observation: Observation,
    memories: Memories,
    first: Bool[np.ndarray, " world"],
    key: PRNGKeyArray,
    step: np.ndarray,
    entropy_level: Float[np.ndarray, " world"] | None = None,
) -> tuple[Decision, Memories]:
    """Choose and value one step of every agent of every world; does not wait for the result.

    Args:
        learner: Networks and normalisers.
        observation: The environment's, each [world, agent, ...].
        memories: After the step before; rows are the agents of world 0, of world 1, and so on.
        first: Whether an episode begins.
        key: Randomness of the whole run.
        step: Its part for this step.
        entropy_level: Where each world's bonus for entropy is between the lowest, 0, and the highest, 1; None is the
            lowest.

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
    if entropy_level is not None:
        check_array("entropy_level", entropy_level, (worlds,), "f")
    acting = (learner.networks, learner.observations, learner.values)
    return _decide(*acting, dict(observation), memories, first, key, step, entropy_level)


# Not `eqx.filter_jit`, which waits for the result on processors.
@jax.jit
def _decide(
    networks: Networks,
    observations: ObservationNormaliser,
    values: Moments,
    observation: Observation,
    memories: Memories,
    first: Array,
    key: PRNGKeyArray,
    step: Array,
    entropy_level: Array | None,
) -> tuple[Decision, Memories]:
    rows, agents = as_rows(observation), observation["self"].shape[1]
    begins = jnp.repeat(first, agents)[:, None]
    level = None if entropy_level is None else jnp.repeat(entropy_level, agents)
    distribution, value, memories = networks(observations(rows), rows, memories, begins, level)
    actions = distribution.sample(jax.random.fold_in(key, step))
    value = values.mean + values.deviation * value.mean(-1)
    decision = Decision(actions, distribution.log_probability(actions), value)
    return jax.tree.map(lambda x: x[:, 0], decision), memories


@standard_settings()
def value_spread(learner: Learner, observation: Observation) -> ValueSpread:
    """Return what the heads of the critic think of states in which an episode would begin, with empty memories.

    Where they disagree, the critic has seen little, or its samples told different things: several heads are needed.

    Args:
        learner: Networks and normalisers.
        observation: The environment's in these states, each [state, agent, ...].

    Raises:
        TypeError: `learner` is no Learner, or an observation no array of its kind.
        ValueError: An observation's shape is not that of the learner's game.
    """
    check_instance("learner", learner, Learner, "a Learner")
    check_observation(observation, learner.observations.sizes, ("state", "agent"))
    return _value_spread(learner.networks, learner.observations, dict(observation))


@jax.jit
def _value_spread(networks: Networks, observations: ObservationNormaliser, observation: Observation) -> ValueSpread:
    shape, rows = observation["self"].shape[:2], as_rows(observation)
    memories = Memories.zeros(len(rows["self"]), networks.actor.tower.memory_size)
    _, values, _ = networks(observations(rows), rows, memories, jnp.ones((len(rows["self"]), 1), bool))
    return ValueSpread(values.mean(-1).reshape(shape), values.std(-1).reshape(shape))


@standard_settings()
def update(
    learner: Learner, batch: Batch, config: TrainConfig, learning_rate: float | None = None
) -> tuple[Learner, Metrics]:
    """Take one gradient step; return the new learner, which is on every device that took part, and what to log.

    `learning_rate` is the configuration's by default; another number compiles nothing anew.

    Raises:
        TypeError: An argument is of a wrong class, or an array of another kind.
        ValueError: An array's shape is not that of the learner's game, or not that of the others, or the learning rate
            is not above 0.
    """
    if learning_rate is not None:
        check_number("learning_rate", learning_rate, above=0.0)
    parts = _divided(learner, batch, config)
    return _update(*parts, None if learning_rate is None else jnp.float32(learning_rate))


@standard_settings()
def policy_change(learner: Learner, batch: Batch, config: TrainConfig) -> Float[Array, ""]:
    """Return how far the policy is from the one that acted [nat], estimated as `policy/kl` is.

    Raises:
        TypeError, ValueError: As those of `update`.
    """
    return _policy_change(*_divided(learner, batch, config))


def _divided(learner: Learner, batch: Batch, config: TrainConfig) -> tuple[Learner, Batch, TrainConfig, Mesh]:
    """Check a learner and a minibatch; return them on the devices, the minibatch in parts, and which devices."""
    check_instance("learner", learner, Learner, "a Learner")
    check_instance("config", config, TrainConfig, "a TrainConfig")
    _check_batch(learner, batch, config)
    count = config.part_count(len(batch.first))
    mesh = make_mesh(count)
    parts = jax.tree.map(lambda x: x.reshape(count, len(x) // count, *x.shape[1:]), batch)
    return replicate(learner, mesh), spread(parts, mesh), config, mesh


@eqx.filter_jit
def _policy_change(learner: Learner, parts: Batch, config: TrainConfig, mesh: Mesh) -> Float[Array, ""]:
    return kl_of_parts(learner.networks, learner.observations, parts, config, mesh)


@eqx.filter_jit
def _update(
    learner: Learner, parts: Batch, config: TrainConfig, mesh: Mesh, learning_rate: Float[Array, ""] | None
) -> tuple[Learner, Metrics]:
    gradient, metrics = gradient_of_parts(learner.networks, learner.observations, parts, config, mesh)
    parameters = eqx.filter(learner.networks, eqx.is_array)
    optimiser = make_optimiser(config, learning_rate)
    changes, state = optimiser.update(gradient, learner.optimiser, parameters)  # type: ignore[arg-type]
    networks = eqx.apply_updates(learner.networks, changes)
    metrics["loss/gradient_norm"] = jnp.sqrt(sum(jnp.vdot(x, x) for x in jax.tree.leaves(gradient)))
    return learner._replace(networks=networks, optimiser=state), metrics


@standard_settings()
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


@standard_settings()
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


def _check_batch(learner: Learner, batch: Batch, config: TrainConfig) -> None:
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
    if config.network.value_heads > 1:
        check_array("trains_head of batch", batch.trains_head, (shape[0], config.network.value_heads), "b")
    if config.entropy_blocks:
        check_array("entropy_level of batch", batch.entropy_level, shape[:1], "f")
