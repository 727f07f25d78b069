"""Running mean and deviation of observations and of value targets."""

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hideseek.checks import check_flag
from hideseek.policy.checks import check_sizes
from hideseek.policy.config import FeatureSizes
from hideseek.policy.entities import ENTITY_TYPES, Features

CLIP = 5.0
"""Normalised observations are clipped to this many deviations."""
DEVIATION_FLOOR = 0.1


class Moments(eqx.Module):
    """Exponential moving averages of a quantity and of its square, per feature, with the weight seen so far.

    Dividing by the weight removes the bias towards the zeros of the start; while updates are few the result is the
    plain average over them.
    """

    total: Float[Array, " feature"]
    square: Float[Array, " feature"]
    weight: Float[Array, ""]

    def __init__(self, size: int):
        self.total = jnp.zeros(size)
        self.square = jnp.zeros(size)
        self.weight = jnp.zeros(())

    def updated(
        self,
        x: Float[Array | np.ndarray, "*batch feature"],
        share: Float[Array | np.ndarray, " *batch"] | None,
        decay: float,
    ) -> "Moments":
        """Return the averages after one more batch; `share` weighs its rows, None counts all alike."""
        if x.size == 0:
            return self
        rows = x.reshape(-1, x.shape[-1])
        weights = jnp.ones(len(rows)) if share is None else share.reshape(-1).astype(x.dtype)
        # Zero times an infinity or NaN would be NaN.
        rows = jnp.where(weights[:, None] > 0, rows, 0.0)
        weights = weights / jnp.maximum(weights.sum(), 1e-6)
        means = (weights @ rows, weights @ jnp.square(rows), weights.sum())
        rate = 1.0 - decay
        old = (self.total, self.square, self.weight)
        # The rate shrinks with the batch's own weight, so that a batch of nothing changes nothing.
        new = [a * (1.0 - rate * means[2]) + rate * b for a, b in zip(old, means, strict=True)]
        return eqx.tree_at(lambda m: (m.total, m.square, m.weight), self, new)

    @property
    def mean(self) -> Float[Array, " feature"]:
        """Mean so far, 0 before the first batch."""
        return self.total / jnp.maximum(self.weight, 1e-12)

    @property
    def deviation(self) -> Float[Array, " feature"]:
        """Standard deviation so far, at least 0.1; 1 before the first batch."""
        variance = self.square / jnp.maximum(self.weight, 1e-12) - jnp.square(self.mean)
        deviation = jnp.sqrt(jnp.maximum(variance, DEVIATION_FLOOR**2))
        return jnp.where(self.weight > 0, deviation, 1.0)


class ObservationNormaliser(eqx.Module):
    """Z-score of every observation that is not a mask, pooled over agents, entities, time and worlds.

    With `relative`, the positions of entities count from the observer.
    """

    moments: dict[str, Moments]
    sizes: FeatureSizes = eqx.field(static=True)
    relative: bool = eqx.field(static=True)

    def __init__(self, sizes: FeatureSizes, relative: bool = False):
        check_sizes(sizes)
        check_flag("relative", relative)
        self.sizes, self.relative = sizes, relative
        # The rays of the lidar are alike: one mean and deviation serves all.
        self.moments = {name: Moments(1 if name == "lidar" else size) for name, size in sizes._asdict().items()}

    def __call__(self, observation: Mapping[str, Array | np.ndarray]) -> Features:
        """Return the observations in deviations from their mean, clipped to +-5."""
        seen = self._as_seen(observation)
        return {name: jnp.clip((seen[name] - m.mean) / m.deviation, -CLIP, CLIP) for name, m in self.moments.items()}

    def updated(self, observation: Mapping[str, Array | np.ndarray], decay: float) -> "ObservationNormaliser":
        """Return the normaliser after one more batch of observations.

        What agents do not see counts, as the critic sees it; boxes that do not exist do not.
        """
        counted = {"boxes": observation["box_exists"]}
        seen = self._as_seen(observation)
        moments = {
            name: m.updated(seen[name][..., None] if name == "lidar" else seen[name], counted.get(name), decay)
            for name, m in self.moments.items()
        }
        return eqx.tree_at(lambda n: n.moments, self, moments)

    def _as_seen(self, observation: Mapping[str, Array | np.ndarray]) -> Mapping[str, Array | np.ndarray]:
        """Return the observations with the positions as they count."""
        if not self.relative:
            return observation
        # The first three features of all bodies are x, y and z.
        own = jnp.asarray(observation["self"])[..., None, :3]
        entities = {name: jnp.asarray(observation[name]) for name in ENTITY_TYPES}
        return {**observation, **{name: x.at[..., :3].add(-own) for name, x in entities.items()}}
