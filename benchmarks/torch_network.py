"""The learner's networks and gradient step written straightforwardly in PyTorch, from the layers that PyTorch has.

A yardstick, with the weights of the original: `TorchLearner` computes the same loss and the same gradient. Needs
PyTorch, which is imported here and nowhere else.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (what everybody calls it)

from hideseek.game.entities import ENTITIES
from hideseek.learn.config import TrainConfig
from hideseek.learn.loss import Batch
from hideseek.learn.ppo import Learner
from hideseek.policy import layers
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.distribution import ACTION_LOGITS, MOVEMENT_LOGITS
from hideseek.policy.entities import EntityAttention, ObserverAttention
from hideseek.policy.normaliser import CLIP
from hideseek.policy.policy import Actor, Critic

Tensors = dict[str, Tensor]


class TorchAttention(nn.Module):
    """Both kinds of attention of `hideseek.policy.entities`."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        size, self.heads, self.everybody = config.embedding, config.attention_heads, config.attention == "entities"
        self.norm_before = nn.LayerNorm(size, eps=1e-6) if self.everybody else None
        self.project = nn.Linear(size, 3 * size if self.everybody else size)
        self.output = nn.Linear(size, size)
        self.norm_after = nn.LayerNorm(size, eps=1e-6)

    def forward(self, entities: Tensor, mask: Tensor) -> Tensor:
        """Return one vector [step, embedding] of the entities [step, entity, embedding] that `mask` leaves."""
        if self.norm_before is None:
            observer = entities[:, :1]
            attended = self._attend(self.project(observer), entities, entities, mask)
            return self.norm_after(observer + self.output(attended))[:, 0]
        query, key, value = self.project(self.norm_before(entities)).chunk(3, -1)
        attended = self.norm_after(entities + self.output(self._attend(query, key, value, mask)))
        weight = mask[..., None].float()
        return (attended * weight).sum(1) / (weight.sum(1) + 1e-5)

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        split = [x.unflatten(-1, (self.heads, -1)).transpose(1, 2) for x in (query, key, value)]
        return F.scaled_dot_product_attention(*split, attn_mask=mask[:, None, None]).transpose(1, 2).flatten(2)


class TorchTower(nn.Module):
    """A tower of `hideseek.policy.tower` with its head."""

    def __init__(self, sizes: FeatureSizes, config: NetworkConfig, outputs: int) -> None:
        super().__init__()
        size, observer = config.embedding, sizes.self + sizes.lidar * config.lidar_filters
        context = observer if config.entity_sees_lidar else sizes.self
        self.entity_sees_lidar = config.entity_sees_lidar
        kernel = config.lidar_kernel
        self.lidar = nn.Conv1d(1, config.lidar_filters, kernel, padding=kernel // 2, padding_mode="circular")
        self.observer = nn.Linear(observer, size)
        self.types = nn.ModuleDict({name: nn.Linear(getattr(sizes, name) + context, size) for name in sizes.entities})
        self.attention = TorchAttention(config)
        self.norm_entities = nn.LayerNorm(2 * size, eps=1e-6)
        self.dense = nn.Linear(2 * size, config.dense)
        self.norm_dense = nn.LayerNorm(config.dense, eps=1e-6)
        # Not `LSTM`, which cannot begin afresh in the middle of a sequence.
        self.lstm = nn.LSTMCell(config.dense, config.memory)
        self.norm_memory = nn.LayerNorm(config.memory, eps=1e-6)
        self.head = nn.Linear(config.memory, outputs)

    def forward(self, features: Tensors, masks: Tensors, memory: tuple[Tensor, Tensor], first: Tensor) -> Tensor:
        """Return the outputs [chunk, step, output]."""
        chunks, steps = first.shape
        embedded = self._encode(
            {name: x.flatten(0, 1) for name, x in features.items()},
            {name: x.flatten(0, 1) for name, x in masks.items()},
        )
        inputs = self.norm_dense(F.relu(self.dense(embedded))).unflatten(0, (chunks, steps))
        outputs = []
        for step in range(steps):
            keep = (~first[:, step, None]).float()
            memory = self.lstm(inputs[:, step], (memory[0] * keep, memory[1] * keep))
            outputs.append(memory[0])
        return self.head(self.norm_memory(torch.stack(outputs, 1)))

    def _encode(self, features: Tensors, masks: Tensors) -> Tensor:
        lidar = F.relu(self.lidar(features["lidar"][:, None])).transpose(1, 2).flatten(1)
        observer = torch.cat([features["self"], lidar], -1)
        context = observer if self.entity_sees_lidar else features["self"]
        entities = [F.relu(self.observer(observer))[:, None]]
        for name, layer in self.types.items():
            of_type = features[name].where(masks[name][..., None], 0.0)
            around = context[:, None].expand(-1, of_type.shape[1], -1)
            entities.append(F.relu(layer(torch.cat([of_type, around], -1))))
        mask = torch.cat([torch.ones(len(observer), 1, dtype=torch.bool), *(masks[name] for name in self.types)], -1)
        attended = self.attention(torch.cat(entities, 1), mask)
        return self.norm_entities(torch.cat([entities[0][:, 0], attended], -1))

    def load(self, ours: Actor | Critic) -> None:
        """Copy the original's weights."""
        tower, encoder = ours.tower, ours.tower.encoder
        assert encoder is not None
        _load(self.lidar, encoder.embedding.lidar.kernel.T[:, None], encoder.embedding.lidar.bias)
        _load_dense(self.observer, encoder.embedding.observer)
        for name, layer in self.types.items():
            _load_dense(layer, encoder.embedding.types[name])
        self._load_attention(encoder.attention)
        _load_norm(self.norm_entities, encoder.norm)
        _load_dense(self.dense, tower.dense)
        _load_norm(self.norm_dense, tower.norm_dense)
        self._load_lstm(tower.lstm)
        _load_norm(self.norm_memory, tower.norm_memory)
        _load_dense(self.head, ours.head)

    def _load_attention(self, ours: EntityAttention | ObserverAttention) -> None:
        if isinstance(ours, EntityAttention):
            assert self.attention.norm_before is not None
            _load_norm(self.attention.norm_before, ours.norm_before)
            _load_dense(self.attention.project, ours.query_key_value)
        else:
            _load_dense(self.attention.project, ours.query)
        _load_dense(self.attention.output, ours.output)
        _load_norm(self.attention.norm_after, ours.norm_after)

    def _load_lstm(self, ours: layers.LSTM) -> None:
        """Copy the gates in PyTorch's order: write, forget, candidate, read; the second bias stays at zero, untrained.

        The original's forget gate adds 1; here it is in the bias.
        """

        def gates(x: Any) -> np.ndarray:
            write, candidate, forget, read = np.split(np.asarray(x), 4, -1)
            return np.concatenate([write, forget, candidate, read], -1)

        units = ours.hidden_kernel.shape[0]
        bias = gates(ours.bias)
        bias[units : 2 * units] += 1.0
        for name, value in {
            "weight_ih": gates(ours.input_kernel).T,
            "weight_hh": gates(ours.hidden_kernel).T,
            "bias_ih": bias,
            "bias_hh": np.zeros_like(bias),
        }.items():
            _copy(getattr(self.lstm, name), value)
        self.lstm.bias_hh.requires_grad_(False)


class TorchLearner:
    """Policy and value network, Adam, and the loss of `hideseek.learn.loss`."""

    def __init__(self, learner: Learner, config: TrainConfig) -> None:
        """Copy the weights and the normaliser of a learner whose optimiser has not begun.

        Raises:
            ValueError: if the critic shares the policy's encoder or has several heads, the precision is not float32, or
                observations are not taken as they are.
        """
        network, sizes = config.network, learner.observations.sizes
        changed_inputs = (
            network.relative_positions or network.observer_frame or network.lidar_points or network.entropy_input
        )
        if network.share_encoder or changed_inputs or network.precision != "float32" or network.value_heads > 1:
            raise ValueError(
                f"network is {network}, expected two encoders, one value and the paper's inputs in float32"
            )
        self.config = config
        self.actor, self.critic = TorchTower(sizes, network, ACTION_LOGITS), TorchTower(sizes, network, 1)
        self.actor.load(learner.networks.actor)
        self.critic.load(learner.networks.critic)
        self.moments = {
            name: (_tensor(m.mean), _tensor(m.deviation)) for name, m in learner.observations.moments.items()
        }
        kernels = [x for x in self.parameters if x.ndim >= 2]
        others = [x for x in self.parameters if x.ndim < 2]
        groups = [{"params": kernels, "weight_decay": config.weight_decay}, {"params": others}]
        self.optimiser = torch.optim.Adam(groups, lr=config.learning_rate, eps=config.adam_epsilon)

    @property
    def parameters(self) -> list[nn.Parameter]:
        """What is trained."""
        return [x for tower in (self.actor, self.critic) for x in tower.parameters() if x.requires_grad]

    @property
    def parameter_count(self) -> int:
        """How many numbers are trained."""
        return sum(x.numel() for x in self.parameters)

    def outputs(self, batch: Batch) -> tuple[np.ndarray, ...]:
        """Return what `networks` returns as arrays."""
        with torch.no_grad():
            return tuple(x.numpy() for x in self.networks(batch))

    def step(self, batch: Batch) -> dict[str, float]:
        """Take one gradient step; return what the original's `update` reports, by the same names."""
        self.optimiser.zero_grad()
        total, metrics = self.loss(batch)
        total.backward()
        metrics["loss/gradient_norm"] = nn.utils.clip_grad_norm_(self.parameters, self.config.gradient_clip)
        self.optimiser.step()
        return {name: float(x.detach()) for name, x in metrics.items()}

    def loss(self, batch: Batch) -> tuple[Tensor, Tensors]:
        """Return the loss of a minibatch and its parts."""
        movement, switches, value = self.networks(batch)
        chosen = _tensor(batch.actions.movement).long()
        turned = torch.stack([_tensor(batch.actions.grab), _tensor(batch.actions.lock)], -1).long()
        chances = movement.gather(-1, chosen[..., None])[..., 0].sum(-1)
        chances = chances + switches.gather(-1, turned[..., None])[..., 0].sum(-1)
        entropy = -(movement.exp() * movement).sum((-2, -1)) - (switches.exp() * switches).sum((-2, -1))
        trains_policy, trains_value = _tensor(batch.trains_policy), _tensor(batch.trains_value)
        ratio = (chances - _tensor(batch.log_probability))[trains_policy].exp()
        advantage, clip = _tensor(batch.advantage)[trains_policy], self.config.clip
        policy_loss = -torch.minimum(ratio * advantage, ratio.clamp(1.0 - clip, 1.0 + clip) * advantage).mean()
        value_loss = F.mse_loss(value[trains_value], _tensor(batch.target)[trains_value])
        bonus = entropy[trains_policy].mean()
        total = policy_loss + self.config.value_weight * value_loss - self.config.entropy_weight * bonus
        return total, {
            "loss/total": total,
            "loss/policy": policy_loss,
            "loss/value": value_loss,
            "policy/entropy": bonus,
        }

    def networks(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return log-probabilities [chunk, step, 3, bucket] and [chunk, step, 2, 2], and values [chunk, step]."""
        observation = {name: _tensor(x) for name, x in batch.observation.items()}
        features = {
            name: ((observation[name] - mean) / deviation).clamp(-CLIP, CLIP)
            for name, (mean, deviation) in self.moments.items()
        }
        first, exists = _tensor(batch.first), observation["box_exists"]
        seen = {kind.name: observation[kind.sees] for kind in ENTITIES if kind.name in observation}
        everything = {name: torch.ones_like(x) for name, x in seen.items()}
        actor, critic = (tuple(_tensor(x) for x in memory) for memory in batch.memories)
        logits = self.actor(features, {**seen, "boxes": seen["boxes"] & exists}, actor, first)
        value = self.critic(features, {**everything, "boxes": exists}, critic, first)[..., 0]
        movement = logits[..., :MOVEMENT_LOGITS].unflatten(-1, (3, -1)).log_softmax(-1)
        return movement, logits[..., MOVEMENT_LOGITS:].unflatten(-1, (2, 2)).log_softmax(-1), value


def _tensor(x: Any) -> Tensor:
    """Return an array as a tensor; NumPy's share their memory with it."""
    return torch.from_numpy(x if isinstance(x, np.ndarray) else np.array(x))


def _copy(parameter: Tensor, value: Any) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.array(value)))


def _load(layer: nn.Module, weight: Any, bias: Any) -> None:
    _copy(layer.get_parameter("weight"), weight)
    _copy(layer.get_parameter("bias"), bias)


def _load_dense(layer: nn.Module, ours: layers.Dense) -> None:
    _load(layer, ours.kernel.T, ours.bias)


def _load_norm(layer: nn.Module, ours: layers.LayerNorm) -> None:
    _load(layer, ours.scale, ours.bias)
