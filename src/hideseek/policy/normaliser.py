"""Running mean and deviation of observations and of value targets."""

from collections.abc import Mapping

import numpy as np

from hideseek.checks import check_flag, extra_needed
from hideseek.game.entities import ENTITIES
from hideseek.policy.checks import check_sizes
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.entities import Features, feature_widths

with extra_needed("train"):
    import equinox as eqx
    import jax.numpy as jnp
    from jaxtyping import Array, Float

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

    With `relative`, the positions of entities count from the observer. With `observer_frame`, how far ahead of it and
    to its left they are follows their features. With `lidar_points`, the x and then the y of where the rays end follow
    their distances.
    """

    moments: dict[str, Moments]
    sizes: FeatureSizes = eqx.field(static=True)
    relative: bool = eqx.field(static=True)
    observer_frame: bool = eqx.field(static=True)
    lidar_points: bool = eqx.field(static=True)

    def __init__(
        self, sizes: FeatureSizes, relative: bool = False, lidar_points: bool = False, observer_frame: bool = False
    ):
        check_sizes(sizes)
        check_flag("relative", relative)
        check_flag("lidar_points", lidar_points)
        check_flag("observer_frame", observer_frame)
        self.sizes, self.relative, self.lidar_points = sizes, relative, lidar_points
        self.observer_frame = observer_frame
        # The rays of the lidar are alike: one mean and deviation serves all.
        widths = feature_widths(sizes, observer_frame, lidar_points)
        self.moments = {name: Moments(width) for name, width in widths.inputs.items()}

    def __call__(self, observation: Mapping[str, Array | np.ndarray]) -> Features:
        """Return the observations in deviations from their mean, clipped to +-5."""
        seen = self._as_seen(observation)
        features = {}
        for name, m in self.moments.items():
            rays = self.sizes.lidar if name == "lidar" else 1
            mean, deviation = jnp.repeat(m.mean, rays), jnp.repeat(m.deviation, rays)
            features[name] = jnp.clip((seen[name] - mean) / deviation, -CLIP, CLIP)
        return features

    def updated(self, observation: Mapping[str, Array | np.ndarray], decay: float) -> "ObservationNormaliser":
        """Return the normaliser after one more batch of observations.

        What agents do not see counts, as the critic sees it; what does not exist does not.
        """
        counted = {kind.name: observation[kind.exists] for kind in ENTITIES if kind.exists in observation}
        seen = self._as_seen(observation)
        rays = seen["lidar"].reshape(*seen["lidar"].shape[:-1], -1, self.sizes.lidar)
        seen = {**seen, "lidar": rays.swapaxes(-1, -2)}
        moments = {name: m.updated(seen[name], counted.get(name), decay) for name, m in self.moments.items()}
        return eqx.tree_at(lambda n: n.moments, self, moments)

    def _as_seen(self, observation: Mapping[str, Array | np.ndarray]) -> Mapping[str, Array | np.ndarray]:
        """Return the observations with the positions as they count, and what the rays of the lidar tell."""
        # The first three features of all entities are x, y and z.
        own = jnp.asarray(observation["self"])[..., None, :3]
        changed = {}
        entities = {name: jnp.asarray(observation[name]) for name in self.sizes.entities}
        offset = {name: entities[name][..., :3] - own for name in entities}
        if self.relative:
            entities = {name: entities[name].at[..., :3].set(offset[name]) for name in entities}
        if self.observer_frame:
            cos, sin = (jnp.asarray(observation["self"])[..., None, 3 + i] for i in (0, 1))
            for name in entities:
                x, y = offset[name][..., 0], offset[name][..., 1]
                frame = jnp.stack([x * sin - y * cos, x * cos + y * sin], -1)  # an agent looks along its local -y
                entities[name] = jnp.concatenate([entities[name], frame], -1)
        changed = dict(entities)
        if self.lidar_points:
            distance = observation["lidar"]
            angle = jnp.arange(self.sizes.lidar) * (2.0 * jnp.pi / self.sizes.lidar)
            x, y = own[..., 0] + distance * jnp.cos(angle), own[..., 1] + distance * jnp.sin(angle)
            changed["lidar"] = jnp.concatenate([distance, x, y], -1)
        return {**observation, **changed}


def make_normaliser(sizes: FeatureSizes, network: NetworkConfig) -> ObservationNormaliser:
    """Return a normaliser that has seen nothing yet, of the observations as a network wants them."""
    return ObservationNormaliser(sizes, network.relative_positions, network.lidar_points, network.observer_frame)
