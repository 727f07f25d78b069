"""The trunk that the policy and the value function each have one of: entities -> attention -> dense -> memory."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from hideseek.policy.config import Attention, FeatureSizes, NetworkConfig
from hideseek.policy.entities import EntityAttention, EntityEmbedding, EntityMasks, Features, ObserverAttention
from hideseek.policy.layers import LSTM, Dense, LayerNorm, Memory, xavier

ATTENTIONS: dict[Attention, type[EntityAttention | ObserverAttention]] = {
    "entities": EntityAttention,
    "self": ObserverAttention,
}


class Tower(eqx.Module):
    """Recurrent entity-attention network (Baker et al. 2019, appendix B)."""

    embedding: EntityEmbedding
    attention: EntityAttention | ObserverAttention
    norm_entities: LayerNorm
    dense: Dense
    norm_dense: LayerNorm
    lstm: LSTM
    norm_memory: LayerNorm

    def __init__(self, sizes: FeatureSizes, config: NetworkConfig, key: PRNGKeyArray):
        keys = jax.random.split(key, 4)
        self.embedding = EntityEmbedding(sizes, config, keys[0])
        self.attention = ATTENTIONS[config.attention](config, keys[1])
        self.norm_entities = LayerNorm(2 * config.embedding)
        self.dense = Dense(xavier(keys[2], 2 * config.embedding, config.dense))
        self.norm_dense = LayerNorm(config.dense)
        self.lstm = LSTM(config.dense, config.memory, keys[3])
        self.norm_memory = LayerNorm(config.memory)

    def __call__(
        self, features: Features, masks: EntityMasks, memory: Memory, first: Bool[Array | np.ndarray, "row time"]
    ) -> tuple[Float[Array, "row time memory"], Memory]:
        """Return the output for each step of each row, and the memory after the last step."""
        # One axis for rows and time: XLA's products on processors are up to 15 times slower with an axis of length one.
        features, masks = jax.tree.map(lambda x: x.reshape(first.size, *x.shape[2:]), (features, masks))
        # Before the first product: in its gradient, zero times an infinity or NaN of a hidden entity would be NaN.
        seen = {name: jnp.where(mask[..., None], features[name], 0.0) for name, mask in masks._asdict().items()}
        observer, others = self.embedding({**features, **seen})
        entities = jnp.concatenate([observer[:, None, :], others], -2)
        mask = jnp.concatenate([jnp.ones((len(observer), 1), bool), *masks], -1)
        x = self.norm_entities(jnp.concatenate([observer, self.attention(entities, mask)], -1))
        x = self.norm_dense(jax.nn.relu(self.dense(x))).reshape(*first.shape, -1)
        x, memory = self.lstm(x, memory, first)
        return self.norm_memory(x), memory

    @property
    def memory_size(self) -> int:
        """Units of the LSTM."""
        return self.lstm.hidden_kernel.shape[0]
