"""From what an agent observes of any number of entities to one vector that does not depend on their order."""

import numpy as np

from hideseek.checks import extra_needed
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.layers import CircularConvolution, Dense, LayerNorm, product, scaled_normal, xavier

with extra_needed("train"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Float, PRNGKeyArray

Features = dict[str, Float[Array, "..."]]
"""Normalised observations: `self` [*batch, feature], `lidar` [*batch, ray] ([*batch, 3 * ray] with `lidar_points`), the
entities [*batch, entity, feature]."""


EntityMasks = dict[str, Bool[Array, "*batch entity"]]
"""Which entities of each kind a tower may use."""


class EntityEmbedding(eqx.Module):
    """Embed the observer and each entity; the weights are shared within a type.

    An entity's features are concatenated with the observer's own. The observer's share of the product is computed once,
    not once per entity.
    """

    lidar: CircularConvolution
    observer: Dense
    types: dict[str, Dense]
    order: tuple[str, ...] = eqx.field(static=True)
    """The kinds of entity, as they follow one another."""
    entity_sees_lidar: bool = eqx.field(static=True)

    def __init__(self, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray):
        keys = jax.random.split(key, 2 + len(sizes.entities))
        widths = feature_widths(sizes, config.observer_frame, config.lidar_points)
        observer_size = sizes.self + sizes.lidar * config.lidar_filters
        context_size = observer_size if config.entity_sees_lidar else sizes.self
        self.lidar = CircularConvolution(config.lidar_kernel, config.lidar_filters, keys[0], widths.lidar)
        self.observer = Dense(xavier(keys[1], observer_size, config.embedding))
        self.types = {
            name: Dense(xavier(keys[2 + i], getattr(widths, name) + context_size, config.embedding))
            for i, name in enumerate(sizes.entities)
        }
        self.order = sizes.entities
        self.entity_sees_lidar = config.entity_sees_lidar

    def __call__(
        self, features: Features
    ) -> tuple[Float[Array, "*batch embedding"], Float[Array, "*batch entity embedding"]]:
        """Return the embedding of the observer, and of the entities, kind after kind in their order."""
        lidar = jax.nn.relu(self.lidar(features["lidar"]))
        observer = jnp.concatenate([features["self"], lidar], -1)
        context = observer if self.entity_sees_lidar else features["self"]
        embeddings = [self._embed(self.types[name], features[name], context) for name in self.order]
        return jax.nn.relu(self.observer(observer)), jnp.concatenate(embeddings, -2)

    @staticmethod
    def _embed(layer: Dense, entities: Array, context: Array) -> Array:
        size = entities.shape[-1]
        shared = product(context, layer.kernel[size:]) + layer.bias
        return jax.nn.relu(product(entities, layer.kernel[:size]) + shared[..., None, :])


class EntityAttention(eqx.Module):
    """Every entity attends to every other, then the average of all: the paper's (Baker et al. 2019, appendix B).

    Residual, with layer norm before and after.
    """

    norm_before: LayerNorm
    query_key_value: Dense
    output: Dense
    norm_after: LayerNorm
    heads: int = eqx.field(static=True)

    def __init__(self, config: NetworkConfig, key: PRNGKeyArray):
        key_in, key_out = jax.random.split(key)
        self.norm_before = LayerNorm(config.embedding)
        self.query_key_value = Dense(scaled_normal(key_in, config.embedding, 3 * config.embedding))
        self.output = Dense(scaled_normal(key_out, config.embedding, config.embedding))
        self.norm_after = LayerNorm(config.embedding)
        self.heads = config.attention_heads

    def __call__(
        self, entities: Float[Array, "*batch entity embedding"], mask: Bool[Array, "*batch entity"]
    ) -> Float[Array, "*batch embedding"]:
        """Return the average of the unmasked entities after each has attended to the unmasked ones."""
        query, key, value = jnp.split(self.query_key_value(self.norm_before(entities)), 3, -1)
        query, key, value = (x.reshape(*x.shape[:-1], self.heads, -1) for x in (query, key, value))
        logits = jnp.einsum("...qhd,...khd->...hqk", query, key) * query.shape[-1] ** -0.5
        weights = masked_softmax(logits, mask[..., None, None, :], -1)
        attended = jnp.einsum("...hqk,...khd->...qhd", weights, value)
        return masked_mean(self.norm_after(entities + self.output(attended.reshape(entities.shape))), mask)


class ObserverAttention(eqx.Module):
    """The observer alone attends, and the embeddings themselves are keys and values: cheap, for small presets.

    Residual, with a layer norm after.
    """

    query: Dense
    output: Dense
    norm_after: LayerNorm
    heads: int = eqx.field(static=True)

    def __init__(self, config: NetworkConfig, key: PRNGKeyArray):
        key_in, key_out = jax.random.split(key)
        self.query = Dense(scaled_normal(key_in, config.embedding, config.embedding))
        self.output = Dense(scaled_normal(key_out, config.embedding, config.embedding))
        self.norm_after = LayerNorm(config.embedding)
        self.heads = config.attention_heads

    def __call__(
        self, entities: Float[Array, "*batch entity embedding"], mask: Bool[Array, "*batch entity"]
    ) -> Float[Array, "*batch embedding"]:
        """Return the first entity, the observer, after it has attended to the unmasked ones."""
        head_size = entities.shape[-1] // self.heads
        observer = entities[..., 0, :]
        # Sums within heads as products with a matrix of ones and zeros: faster on processors than einsum.
        head_of = jnp.asarray(np.repeat(np.eye(self.heads), head_size, axis=0), entities.dtype)
        logits = product(self.query(observer)[..., None, :] * entities, head_of) * head_size**-0.5
        weights = masked_softmax(logits, mask[..., None], -2)
        attended = (product(weights, head_of.T) * entities).sum(-2)
        return self.norm_after(observer + self.output(attended))


class EntityPooling(eqx.Module):
    """No attention: the average of the unmasked entities, which the paper compares with."""

    def __init__(self, config: NetworkConfig, key: PRNGKeyArray):
        """Take what the others take; there is nothing to draw."""

    def __call__(
        self, entities: Float[Array, "*batch entity embedding"], mask: Bool[Array, "*batch entity"]
    ) -> Float[Array, "*batch embedding"]:
        """Return the average of the unmasked entities."""
        return masked_mean(entities, mask)


def masked_softmax(logits: Float[Array, "*batch"], mask: Bool[Array, "*batch"], axis: int) -> Float[Array, "*batch"]:
    """Return weights that add up to 1 along an axis, none for what is masked; worked out in float32."""
    return jax.nn.softmax(jnp.where(mask, logits.astype(jnp.float32), -1e9), axis).astype(logits.dtype)


def masked_mean(
    entities: Float[Array, "*batch entity embedding"], mask: Bool[Array, "*batch entity"]
) -> Float[Array, "*batch embedding"]:
    """Average the unmasked entities."""
    weight = mask[..., None].astype(entities.dtype)
    return (entities * weight).sum(-2) / (weight.sum(-2) + 1e-5)


def feature_widths(sizes: FeatureSizes, observer_frame: bool, lidar_points: bool) -> FeatureSizes:
    """Return how many numbers the network gets for the observer, for each entity of a type, and for each ray."""
    more = 2 if observer_frame else 0
    entities = {name: getattr(sizes, name) + more for name in sizes.entities}
    return sizes._replace(lidar=3 if lidar_points else 1, **entities)
