"""The trunk of the policy and of the value function: entities -> attention -> dense -> memory."""

from typing import TypeVar

import numpy as np

from hideseek.checks import extra_needed
from hideseek.policy.config import Attention, FeatureSizes, NetworkConfig, Precision
from hideseek.policy.entities import (
    EntityAttention,
    EntityEmbedding,
    EntityMasks,
    EntityPooling,
    Features,
    ObserverAttention,
)
from hideseek.policy.layers import LSTM, Dense, LayerNorm, Memory, xavier

with extra_needed("train"):
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Bool, Float, PRNGKeyArray

Tree = TypeVar("Tree")
AnyAttention = EntityAttention | ObserverAttention | EntityPooling
ATTENTIONS: dict[Attention, type[AnyAttention]] = {
    "entities": EntityAttention,
    "self": ObserverAttention,
    "none": EntityPooling,
}


class Encoder(eqx.Module):
    """From observations of any number of entities to one vector per step."""

    embedding: EntityEmbedding
    attention: AnyAttention
    norm: LayerNorm

    def __init__(self, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray):
        key_embedding, key_attention = jax.random.split(key)
        self.embedding = EntityEmbedding(sizes, config, key_embedding)
        self.attention = ATTENTIONS[config.attention](config, key_attention)
        self.norm = LayerNorm(2 * config.embedding)

    def __call__(self, features: Features, masks: EntityMasks) -> Float[Array, "step 2*embedding"]:
        """Return one vector for each step."""
        # Before the first product: in its gradient, zero times an infinity or NaN of a hidden entity would be NaN.
        seen = {name: jnp.where(mask[..., None], features[name], 0.0) for name, mask in masks.items()}
        observer, others = self.embedding({**features, **seen})
        entities = jnp.concatenate([observer[:, None, :], others], -2)
        used = [masks[name] for name in self.embedding.order]
        mask = jnp.concatenate([jnp.ones((len(observer), 1), bool), *used], -1)
        return self.norm(jnp.concatenate([observer, self.attention(entities, mask)], -1))


class Tower(eqx.Module):
    """Recurrent entity-attention network (Baker et al. 2019, appendix B)."""

    encoder: Encoder | None
    """None where the other tower's is used."""
    dense: Dense
    norm_dense: LayerNorm
    lstm: LSTM
    norm_memory: LayerNorm
    precision: Precision = eqx.field(static=True)
    entropy_input: bool = eqx.field(static=True)

    def __init__(
        self, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray, with_encoder: bool = True, view: int = 0
    ):
        key_encoder, key_dense, key_lstm = jax.random.split(key, 3)
        self.encoder = Encoder(sizes, config, key_encoder) if with_encoder else None
        self.dense = Dense(xavier(key_dense, 2 * config.embedding + config.entropy_input + view, config.dense))
        self.norm_dense = LayerNorm(config.dense)
        self.lstm = LSTM(config.dense, config.memory, key_lstm)
        self.norm_memory = LayerNorm(config.memory)
        self.precision, self.entropy_input = config.precision, config.entropy_input

    def __call__(
        self,
        features: Features,
        masks: EntityMasks,
        memory: Memory,
        first: Bool[Array | np.ndarray, "row time"],
        encoder: Encoder | None = None,
        entropy_level: Float[Array | np.ndarray, " row"] | None = None,
        view: Float[Array | np.ndarray, "row time number"] | None = None,
    ) -> tuple[Float[Array, "row time memory"], Memory]:
        """Return the output for each step of each row, and the memory after the last step.

        `encoder` serves a tower that has none of its own. `entropy_level` is where each row's bonus for entropy is
        between the lowest, 0, and the highest, 1; None is the lowest, as are all for a network without this input.
        `view` is what a critic is told beside its features.
        """
        encoder = self.encoder or encoder
        if encoder is None:
            raise TypeError("encoder is None, expected one for a tower that has none of its own")
        tower, encoder, features = _in_precision((self, encoder, features), self.precision)
        # One axis for rows and time: XLA's products on processors are up to 15 times slower with an axis of length one.
        features, masks = jax.tree.map(lambda x: x.reshape(first.size, *x.shape[2:]), (features, masks))
        x = encoder(features, masks)
        if self.entropy_input:
            level = jnp.zeros(len(first)) if entropy_level is None else jnp.asarray(entropy_level)
            x = jnp.concatenate([x, jnp.repeat(level.astype(x.dtype), first.shape[1])[:, None]], -1)
        if view is not None:
            x = jnp.concatenate([x, jnp.asarray(view).reshape(len(x), -1).astype(x.dtype)], -1)
        x = tower.norm_dense(jax.nn.relu(tower.dense(x))).reshape(*first.shape, -1)
        x, memory = tower.lstm(x, memory, first)
        return tower.norm_memory(x).astype(jnp.float32), memory

    @property
    def memory_size(self) -> int:
        """Units of the LSTM."""
        return self.lstm.hidden_kernel.shape[0]


def _in_precision(tree: Tree, precision: Precision) -> Tree:
    """Return a tree with its numbers, but not its masks, in another precision; gradients come back in their own."""
    if precision == "float32":
        return tree
    return jax.tree.map(lambda x: x.astype(precision) if eqx.is_inexact_array(x) else x, tree)
