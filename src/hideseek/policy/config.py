"""The size of a network is data: one frozen dataclass, presets are instances of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from hideseek.checks import check_choice, check_flag, check_instance, check_integer
from hideseek.game.entities import ENTITIES

Attention = Literal["entities", "self", "none"]
Precision = Literal["float32", "bfloat16"]
CRITIC_VIEW = "critic_view"
"""Name of the observation that only the critic gets, where there is one."""
CRITIC_VIEW_WIDTH = 25
"""Numbers in it, per agent."""
ObservationSpec = Mapping[str, tuple[tuple[int, ...], Any]]
"""Shape, without the world, and dtype of each observation."""


class FeatureSizes(NamedTuple):
    """Observed numbers per agent, per entity of each type, and lidar rays: what the first layers' shapes depend on."""

    self: int
    agents: int
    boxes: int
    ramps: int
    lidar: int
    food: int = 0
    """0 where a game has none; what every game has comes before."""
    sites: int = 0

    @property
    def entities(self) -> tuple[str, ...]:
        """Kinds of entity that there are, in the order in which networks take them."""
        return tuple(kind.name for kind in ENTITIES if getattr(self, kind.name))

    @property
    def inputs(self) -> dict[str, int]:
        """The size of each observation that is not a mask."""
        return {name: size for name, size in self._asdict().items() if size}

    @classmethod
    def of(cls, observation_spec: ObservationSpec) -> "FeatureSizes":
        """Return the sizes of an environment's `observation_spec`.

        Raises:
            TypeError: if it is no mapping.
            ValueError: if it lacks a field.
        """
        check_instance("observation_spec", observation_spec, Mapping, "a mapping from names to shapes and types")
        required = [name for name in cls._fields if name not in cls._field_defaults]
        if missing := [name for name in required if name not in observation_spec]:
            raise ValueError(f"observation_spec lacks {', '.join(missing)}, expected {', '.join(required)}")
        return cls(**{name: observation_spec[name][0][-1] for name in cls._fields if name in observation_spec})


@dataclass(frozen=True)
class NetworkConfig:
    """Layer sizes of the policy and of the value tower (Baker et al. 2019, appendix B)."""

    lidar_filters: int = 9
    """Filters of the circular convolution over the lidar."""
    lidar_kernel: int = 3
    """Neighbouring rays that a filter sees; odd."""
    entity_sees_lidar: bool = True
    """Whether each entity's embedding is computed from the observer's lidar too, or from its own features alone."""
    embedding: int = 128
    """Width of an entity's embedding."""
    attention: Attention = "entities"
    """Who attends: every entity to every entity, then averaged (the paper's), or the observer alone, which is cheap, or
    nobody: embeddings are averaged as they are."""
    attention_heads: int = 4
    """Heads of the attention; divides `embedding`."""
    dense: int = 256
    """Width of the layer between the entities and the memory."""
    memory: int = 256
    """Units of the LSTM."""
    relative_positions: bool = False
    """Whether entities' positions count from the observer, or from the floor's corner (the paper's)."""
    observer_frame: bool = False
    """Whether the network is also told how far ahead of the observer, and to its left, entities are (the paper's is
    not): forces act along the world's axes, but what an agent sees depends on where it looks."""
    lidar_points: bool = False
    """Whether the network is told where each ray of the lidar ends, beside its length (the paper's)."""
    share_encoder: bool = False
    """Whether the critic uses the policy's embedding and attention, which is cheaper, or has its own (the paper's)."""
    value_heads: int = 1
    """Outputs of the critic, whose mean is the value; several are trained on different samples, and their disagreement
    tells where the critic is unsure (the paper has one)."""
    entropy_input: bool = False
    """Whether the network is told which bonus for entropy it is trained with (the paper's is not); goes with
    `entropy_blocks` of the training."""
    masked_critic: bool = False
    """Whether the critic sees no more than the policy does, or all entities that there are (the paper's)."""
    critic_view: bool = False
    """Whether the critic, in training, is told where the doors are and what stands in them (the paper's is not); what
    the policy sees stays as it is. For the quadrant game."""
    precision: Precision = "float32"
    """Of the towers' products, on accelerators that are faster with less; parameters and memories are float32."""

    def __post_init__(self) -> None:
        for name in ("lidar_filters", "lidar_kernel", "embedding", "attention_heads", "dense", "memory", "value_heads"):
            check_integer(name, getattr(self, name), 1, plain=True)
        check_flag("entity_sees_lidar", self.entity_sees_lidar)
        check_flag("relative_positions", self.relative_positions)
        check_flag("observer_frame", self.observer_frame)
        check_flag("lidar_points", self.lidar_points)
        check_flag("share_encoder", self.share_encoder)
        check_flag("entropy_input", self.entropy_input)
        check_flag("masked_critic", self.masked_critic)
        check_flag("critic_view", self.critic_view)
        check_choice("attention", self.attention, get_args(Attention))
        check_choice("precision", self.precision, get_args(Precision))
        if self.lidar_kernel % 2 == 0:
            raise ValueError(f"lidar_kernel is {self.lidar_kernel}, expected an odd number")
        if self.embedding % self.attention_heads:
            raise ValueError(
                f"attention_heads is {self.attention_heads}, expected a divisor of embedding, {self.embedding}"
            )


NETWORKS: dict[str, NetworkConfig] = {
    "paper": NetworkConfig(),
    "medium": NetworkConfig(embedding=64, dense=128, memory=128),
    "laptop": NetworkConfig(
        lidar_filters=4,
        entity_sees_lidar=False,
        embedding=64,
        attention="self",
        dense=64,
        memory=64,
        relative_positions=True,
        observer_frame=True,
        share_encoder=True,
    ),
}
"""`paper`: the released full-game network, 1.6 M parameters. `medium`: the same at half the width, 0.5 M. `laptop`: for
two processor cores."""
