"""The loss of proximal policy optimisation (Schulman et al. 2017) on chunks of experience, and its gradient."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from hideseek.checks import extra_needed
from hideseek.learn.config import TrainConfig
from hideseek.learn.devices import AXIS
from hideseek.learn.entropy import sums_by_block
from hideseek.learn.gradient_noise import noise_estimates, square_norm
from hideseek.learn.surrogate import clipped_surrogate
from hideseek.learn.update_state import NOISE_METRICS
from hideseek.policy.distribution import ACTION_HEADS, ActionDistribution, Actions
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.policy import Memories, Networks, Observation

with extra_needed("train"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    from jax.sharding import Mesh, PartitionSpec
    from jaxtyping import Array, Bool, Float, Float32

Metrics = dict[str, Float[Array, ""]]
Squares = tuple[Float[Array, ""], ...]
"""Squared norms of the gradients of policy and critic; empty where the noise is not measured."""


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
    trains_head: Bool[np.ndarray, "chunk head"] | None = None
    """Which heads of the critic are trained, where it has several."""
    entropy_level: Float32[np.ndarray, " chunk"] | None = None
    """Where the bonus for entropy is between the lowest, 0, and the highest, 1, where worlds have different ones."""

    @property
    def value_mask(self) -> Bool[Array, "*part chunk step head"]:
        """Which heads of the critic each sample trains."""
        mask = jnp.asarray(self.trains_value)[..., None]
        return mask if self.trains_head is None else mask & jnp.asarray(self.trains_head)[..., None, :]


class Counts(NamedTuple):
    """How many samples of a whole minibatch the parts of the loss are means over."""

    policy: Float[Array, ""]
    value: Float[Array, ""]
    """A sample counts once for each head of the critic that it trains."""
    blocks: Float[Array, " block"]
    """As `policy`, for each block of worlds that has a bonus for entropy of its own."""

    @classmethod
    def of(cls, batch: Batch, config: TrainConfig) -> "Counts":
        """Return the counts of a minibatch, at least one."""
        trains_policy, blocks = jnp.asarray(batch.trains_policy), jnp.zeros(0)
        policy, value = (mask.sum(dtype=jnp.float32) for mask in (trains_policy, batch.value_mask))
        if batch.entropy_level is not None:
            counted = trains_policy.astype(jnp.float32)
            blocks = sums_by_block(counted, batch.entropy_level, len(config.entropy_blocks))
        return jax.tree.map(lambda count: jnp.maximum(count, 1.0), cls(policy, value, blocks))


def gradient_of_parts(
    networks: Networks, observations: ObservationNormaliser, parts: Batch, config: TrainConfig, mesh: Mesh
) -> tuple[Networks, Metrics]:
    """Return the gradient of the loss over a minibatch, and what to log.

    Each device works on its share of the parts, one after the other: what a small part needs stays in the processor's
    cache, or fits into an accelerator's memory. With another number of devices the result differs by rounding.
    With `config.noise_scale` the parts also tell how much of the gradients of policy and critic is noise.

    Args:
        networks: What is trained.
        observations: Normaliser of observations.
        parts: The minibatch, arrays [part, chunk, ...].
        config: Weights of the loss.
        mesh: The devices; their number divides that of the parts.
    """
    counts = Counts.of(parts, config)

    def on_device(
        networks: Networks, observations: ObservationNormaliser, counts: Counts, parts: Batch
    ) -> tuple[Networks, Metrics, Squares]:
        def add_part(total: Networks, part: Batch) -> tuple[Networks, tuple[Metrics, Squares]]:
            gradient, metrics = eqx.filter_grad(loss, has_aux=True)(networks, observations, part, counts, config)
            squares = _squares(gradient) if config.noise_scale else ()
            return jax.tree.map(jnp.add, total, gradient), (metrics, squares)

        zero = jax.tree.map(jnp.zeros_like, eqx.filter(networks, eqx.is_inexact_array))
        gradient, (metrics, squares) = jax.lax.scan(add_part, zero, parts)
        return jax.lax.psum((gradient, *jax.tree.map(lambda x: x.sum(0), (metrics, squares))), AXIS)

    gradient, metrics, squares = _divide(on_device, mesh)(networks, observations, counts, parts)
    if config.noise_scale:
        metrics |= _noise_metrics(squares, _squares(gradient), len(parts.first), counts)
    return gradient, metrics


def kl_of_parts(
    networks: Networks, observations: ObservationNormaliser, parts: Batch, config: TrainConfig, mesh: Mesh
) -> Float[Array, ""]:
    """Return the `policy/kl` of a minibatch, without its gradient; arguments are those of `gradient_of_parts`."""

    def on_device(
        networks: Networks, observations: ObservationNormaliser, counts: Counts, parts: Batch
    ) -> Float[Array, ""]:
        def of_part(part: Batch) -> Float[Array, ""]:
            return loss(networks, observations, part, counts, config)[1]["policy/kl"]

        return jax.lax.psum(jax.lax.map(of_part, parts).sum(), AXIS)

    return _divide(on_device, mesh)(networks, observations, Counts.of(parts, config), parts)


def _divide(on_device: Callable[..., Any], mesh: Mesh) -> Callable[..., Any]:
    """Return a function of networks, normaliser, counts and parts that gives each device its share of the parts."""
    everywhere, share = PartitionSpec(), PartitionSpec(AXIS)
    specs = (everywhere, everywhere, everywhere, share)
    return jax.shard_map(on_device, mesh=mesh, in_specs=specs, out_specs=everywhere, check_vma=False)


def _squares(gradient: Networks) -> Squares:
    """Return the squared norms of the gradients of policy and critic."""
    return square_norm(gradient.actor), square_norm(gradient.critic)


def _noise_metrics(parts: Squares, whole: Squares, number: int, counts: Counts) -> Metrics:
    """Return what the sums over the parts, and the whole, tell of the gradients of policy and critic.

    A part's gradient counts its samples as those of the whole minibatch: it is the `number`-th part of a mean.
    """
    metrics = {}
    for end, part, all_parts, samples in zip(
        NOISE_METRICS.values(), parts, whole, (counts.policy, counts.value), strict=True
    ):
        square, variance = noise_estimates(number * part, all_parts, number, samples)
        metrics |= {f"gradient/square{end}": square, f"gradient/variance{end}": variance}
    return metrics


def loss(
    networks: Networks, observations: ObservationNormaliser, batch: Batch, counts: Counts, config: TrainConfig
) -> tuple[Float[Array, ""], Metrics]:
    """Return a batch's share of the loss of its minibatch: clipped surrogate, entropy bonus and value error.

    Args:
        networks: What is trained.
        observations: Normaliser of observations.
        batch: The chunks, a part of a minibatch or all of it.
        counts: Samples of the whole minibatch.
        config: Weights of the loss.

    Returns:
        The loss, and its parts to log. Over the parts of a minibatch, each adds up to the mean over all its samples.
    """
    features = observations(batch.observation)
    distribution, value, _ = networks(features, batch.observation, batch.memories, batch.first, batch.entropy_level)

    # Masked before exp and square: whatever a left out sample holds, its gradient is 0, never 0 times infinity.
    log_ratio = distribution.log_probability(batch.actions) - batch.log_probability
    log_ratio = jnp.where(batch.trains_policy, log_ratio, 0.0)
    error = jnp.where(batch.value_mask, value - jnp.asarray(batch.target)[..., None], 0.0)

    def policy_mean(x: Array) -> Array:
        return jnp.where(batch.trains_policy, x, 0.0).sum() / counts.policy

    policy_loss = -policy_mean(clipped_surrogate(log_ratio, batch.advantage, config.clip))
    value_loss = jnp.square(error).sum() / counts.value
    bonus, entropies = _entropy_bonus(distribution, batch, counts, config)
    ratio = jnp.exp(log_ratio)
    disagreement = {}
    if batch.trains_head is not None:
        deviation = jnp.where(batch.value_mask, value.std(-1, keepdims=True), 0.0)
        disagreement["value/disagreement"] = deviation.sum() / counts.value

    total = policy_loss + config.value_weight * value_loss - bonus
    return total, {
        "loss/total": total,
        "loss/policy": policy_loss,
        "loss/value": value_loss,
        **entropies,
        "policy/kl": policy_mean(ratio - 1.0 - log_ratio),
        "policy/clip_fraction": policy_mean(jnp.abs(ratio - 1.0) > config.clip),
        **disagreement,
    }


def _entropy_bonus(
    distribution: ActionDistribution, batch: Batch, counts: Counts, config: TrainConfig
) -> tuple[Float[Array, ""], Metrics]:
    """Return the bonus for the entropy of the actions, and the entropies to log: of each choice, of each block."""
    samples = distribution.head_entropies()
    heads = [jnp.where(batch.trains_policy, x, 0.0).sum() / counts.policy for x in jnp.moveaxis(samples, -1, 0)]
    entropy = jnp.stack(heads).sum()
    metrics = {
        "policy/entropy": entropy,
        **{f"policy/entropy_{head}": x for head, x in zip(ACTION_HEADS, heads, strict=True)},
    }
    if batch.entropy_level is None:
        return config.entropy_weight * entropy, metrics
    counted = jnp.where(batch.trains_policy, samples.sum(-1), 0.0)
    sums = sums_by_block(counted, batch.entropy_level, len(config.entropy_blocks))
    metrics |= {f"policy/entropy_block{i}": x for i, x in enumerate(sums / counts.blocks)}
    return jnp.asarray(config.entropy_blocks) @ sums / counts.policy, metrics
