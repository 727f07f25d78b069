"""Everything that a training run can be told, as one frozen dataclass; presets are instances of it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from hideseek.checks import check_choice, check_flag, check_instance, check_integer, check_number
from hideseek.learn.curriculum.config import NO_STARTS, StartsConfig
from hideseek.policy.config import NETWORKS, NetworkConfig

OpponentChoice = Literal["uniform", "losses"]
SMALLEST_KL_TARGET = 1e-6
"""What is smaller is lost in the rounding of probabilities [nat]."""


@dataclass(frozen=True)
class TrainConfig:
    """PPO with self-play (Baker et al. 2019, appendix B); the preset `paper` has the paper's values."""

    network: NetworkConfig = NETWORKS["paper"]
    """Layer sizes of the policy and of the value network."""

    world_count: int = 5000
    """Worlds that are simulated at a time: the paper's 5,000 with four agents and `window` 160 fill 320,000 chunks."""
    groups: int = 1
    """Groups of worlds that take turns: while one is simulated, the networks decide for another. Divides
    `world_count`."""
    window: int = 160
    """Steps that are simulated between updates; advantages are estimated over them."""
    chunk_length: int = 10
    """Steps through which gradients flow back in time; divides `window`. The stored memory starts each chunk."""
    action_repeat: int = 1
    """Environment steps that a decision lasts. Divides preparation and horizon; everything here counts decisions."""
    stagger_episodes: bool = True
    """Start the worlds at different times of the episode, so that every buffer holds all of its phases."""
    mirrored: bool = False
    """Reflect the room for the learner in half of the worlds (quadrant) or in three of four (random walls)."""

    minibatch_chunks: int = 64_000
    """Chunks in a gradient step."""
    part_chunks: int = 8_000
    """Chunks, at most, whose gradient is worked out at a time: what fits into an accelerator's memory, or into a cache.
    The parts of a minibatch are shared by all devices."""
    epochs: int = 4
    """How often each sample is used."""
    learning_rate: float = 3e-4
    """Step size of Adam."""
    adam_epsilon: float = 1e-5
    """Added to the denominator of Adam."""
    gradient_clip: float = 5.0
    """Largest global norm of a gradient."""
    weight_decay: float = 1e-6
    """L2 penalty on kernels; biases and layer norms have none."""

    gamma: float = 0.998
    """Discount per step."""
    gae_lambda: float = 0.95
    """Decay per step of the advantage estimator."""
    clip: float = 0.2
    """How far the ratio of new to old probability may leave 1 before it stops paying."""
    entropy_weight: float = 0.01
    """Bonus for the entropy of the actions [1/nat]."""
    value_weight: float = 0.5
    """Weight of the squared error of normalised values."""
    entropy_blocks: tuple[float, ...] = ()
    """Bonuses for entropy, the lowest first, of as many interleaved blocks of worlds, instead of `entropy_weight` in
    all of them. The network is told which one counts (its `entropy_input`); play and evaluation use the lowest."""
    zero_sum_value: bool = False
    """Whether all agents of a world have one value, with a plus for hiders and a minus for seekers: the mean over their
    viewpoints. For games in which one team wins what the other loses."""
    train_idle_seekers: bool = False
    """Whether the policy loss counts the seekers during preparation, whose actions have no effect."""
    normaliser_decay: float = 1.0 - 1e-5
    """Of the moving averages of observations and value targets, per iteration."""

    noise_scale: bool = False
    """Whether the gradient noise scale is measured, between the parts of each minibatch."""
    kl_target: float = 0.0
    """How far an iteration shall move the policy, as Kullback-Leibler divergence [nat]: the learning rate follows it.
    Where it is 0, the rate stays `learning_rate`."""
    skip_below: float = 0.0
    """Chunks whose largest |advantage| is below this share of a moving maximum are left out of the updates; none is
    where it is 0."""

    past_share: float = 0.05
    """Share of the worlds in which one team acts with a past policy; its samples train nothing."""
    opponent_choice: OpponentChoice = "uniform"
    """How a past policy is drawn: all alike (the paper's), or with a preference for those that the current policy would
    lose to (`losses`)."""
    starts: StartsConfig = NO_STARTS
    """Where episodes begin: all as the game has it (the paper's), or some in states that follow what is learned."""
    pool_size: int = 32
    """Past policies that are kept at most, spread evenly over the run."""
    snapshot_interval: int = 20
    """Iterations from one copy of the policy that joins the pool to the next."""
    checkpoint_interval: int = 50
    """Iterations between checkpoints."""
    replay_interval: int = 0
    """Iterations from one episode that is kept as a replay to the next; none is where it is 0."""

    def __post_init__(self) -> None:
        for name in (
            "world_count",
            "window",
            "action_repeat",
            "chunk_length",
            "groups",
            "minibatch_chunks",
            "part_chunks",
            "epochs",
            "pool_size",
        ):
            check_integer(name, getattr(self, name), 1, plain=True)
        for name in ("snapshot_interval", "checkpoint_interval"):
            check_integer(name, getattr(self, name), 1, plain=True)
        check_integer("replay_interval", self.replay_interval, 0, plain=True)
        for name in ("gamma", "gae_lambda", "past_share", "normaliser_decay"):
            check_number(name, getattr(self, name), least=0.0, most=1.0)
        for name in ("learning_rate", "adam_epsilon", "gradient_clip", "clip"):
            check_number(name, getattr(self, name), least=1e-12)
        for name in ("weight_decay", "entropy_weight", "value_weight"):
            check_number(name, getattr(self, name), least=0.0)
        for name in ("kl_target", "skip_below"):
            check_number(name, getattr(self, name), least=0.0, most=1.0)
        if 0.0 < self.kl_target < SMALLEST_KL_TARGET:
            raise ValueError(f"kl_target is {self.kl_target}, expected 0 or at least {SMALLEST_KL_TARGET}")
        if self.noise_scale and self.part_chunks >= self.minibatch_chunks:
            raise ValueError(
                f"part_chunks is {self.part_chunks}, expected less than minibatch_chunks, {self.minibatch_chunks}: the"
                " noise scale is measured between two parts at least"
            )
        for name in ("stagger_episodes", "mirrored", "train_idle_seekers", "zero_sum_value", "noise_scale"):
            check_flag(name, getattr(self, name))
        check_choice("opponent_choice", self.opponent_choice, get_args(OpponentChoice))
        check_instance("network", self.network, NetworkConfig, "a NetworkConfig")
        check_instance("starts", self.starts, StartsConfig, "a StartsConfig")
        if self.window % self.chunk_length:
            raise ValueError(f"window is {self.window}, expected a multiple of chunk_length, {self.chunk_length}")

        if self.world_count % self.groups:
            raise ValueError(f"groups is {self.groups}, expected a divisor of world_count, {self.world_count}")
        self._check_entropy_blocks()
        if self.past_worlds > self.world_count // self.groups:
            raise ValueError(
                f"past_share is {self.past_share}, expected at most {1 / self.groups:.3g}: the past policy plays in the"
                f" first of {self.groups} groups"
            )
        if self.starts.visited and self.network.value_heads < 2:
            raise ValueError(
                f"network.value_heads is {self.network.value_heads}, expected 2 at least: visited of starts is"
                f" {self.starts.visited}"
            )
        if self.starts.visited and self.starts.visited_count < self.world_count:
            raise ValueError(
                f"visited_count of starts is {self.starts.visited_count}, expected at least {self.world_count},"
                " the number of worlds"
            )
        if self.past_share + self.starts.share > 1.0:
            raise ValueError(
                f"past_share is {self.past_share}, expected at most {1.0 - self.starts.share:.3g}: the share of starts"
                f" is {self.starts.share}"
            )

    def _check_entropy_blocks(self) -> None:
        blocks = self.entropy_blocks
        check_instance("entropy_blocks", blocks, tuple, "a tuple of numbers")
        for bonus in blocks:
            check_number("a bonus of entropy_blocks", bonus, least=0.0)
        if len(blocks) == 1 or any(high <= low for low, high in pairwise(blocks)):
            raise ValueError(f"entropy_blocks is {blocks}, expected none, or two or more numbers in ascending order")
        if blocks and (self.world_count // self.groups) % len(blocks):
            raise ValueError(
                f"entropy_blocks has {len(blocks)} numbers, expected a divisor of the"
                f" {self.world_count // self.groups} worlds of a group"
            )
        if self.network.entropy_input != bool(blocks):
            raise ValueError(
                f"entropy_input of the network is {self.network.entropy_input} and entropy_blocks is {blocks},"
                " expected both or neither"
            )

    @property
    def past_worlds(self) -> int:
        """Worlds in which one team acts with a past policy."""
        return round(self.past_share * self.world_count)

    def part_count(self, chunks: int) -> int:
        """Return the smallest number of equal parts of a minibatch of `chunks` that are within `part_chunks`."""
        check_integer("chunks", chunks, 1)
        return next(n for n in range(1, chunks + 1) if chunks % n == 0 and chunks // n <= self.part_chunks)

    def chunk_count(self, agents: int) -> int:
        """Return the chunks in a buffer, at least one minibatch; raise ValueError where they are fewer."""
        check_integer("agents", agents, 1)
        count = self.world_count * agents * self.window // self.chunk_length
        if count < self.minibatch_chunks:
            raise ValueError(
                f"minibatch_chunks is {self.minibatch_chunks}, expected at most the {count} chunks of a buffer"
                f" ({self.world_count} worlds x {agents} agents x {self.window // self.chunk_length})"
            )
        return count


PRESETS: dict[str, TrainConfig] = {
    "paper": TrainConfig(groups=2, replay_interval=50),
    "medium": TrainConfig(
        network=NETWORKS["medium"], world_count=1024, groups=2, window=80, minibatch_chunks=8192, replay_interval=50
    ),
    "laptop": TrainConfig(
        network=NETWORKS["laptop"],
        world_count=128,
        groups=2,
        window=40,
        action_repeat=2,
        minibatch_chunks=256,
        part_chunks=64,
        epochs=1,
        learning_rate=1e-3,
        gamma=0.99,
        gae_lambda=0.9,
        entropy_weight=0.002,
        past_share=0.2,
        opponent_choice="losses",
        snapshot_interval=10,
        checkpoint_interval=20,
        replay_interval=50,
    ),
}
"""`paper`: the published numbers. `medium`: for one accelerator, or a machine of many cores. `laptop`: the quadrant
game in minutes on two processor cores.

`medium` is `paper` with smaller sizes. A gradient step takes 6 GB (quadrant) or 12 GB (random walls) in `float32`, as
XLA plans it for processors. A window is an episode of the quadrant game: of what comes later, the advantage of its
first step would count 1.4 % (gamma times lambda, to the power of 80). Baker et al. found that minibatches of 8,000 and
16,000 chunks never reach ramp defence in the full game, and that 32,000 do: who has the memory takes four times the
`world_count` and `minibatch_chunks`.

In a short run one team soon plays against nothing but the other's latest habits and loses what it could do against
others; a larger share of past opponents keeps both sides sound.
"""
