"""What the benchmark of training runs: presets, games and batch sizes."""

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from hideseek.game.config import PRESETS as GAMES
from hideseek.learn.config import PRESETS, TrainConfig
from hideseek.learn.description import RunDescription
from hideseek.policy.config import NetworkConfig

SEED = 0
PLAIN_NETWORK = NetworkConfig(embedding=64, dense=64, memory=64)
"""The paper's network at the widths of the `laptop` preset: what one would write down first."""


class Case(NamedTuple):
    """A training run."""

    game_name: str
    config: TrainConfig
    compare_plain: bool = False
    """Whether a gradient step of `plain(config)` is timed beside its own."""

    @property
    def description(self) -> RunDescription:
        """The run, as `hideseek train` describes it."""
        return RunDescription(self.game_name, GAMES[self.game_name], self.config, SEED)

    @property
    def minibatch_count(self) -> int:
        """Minibatches of an epoch."""
        return self.config.chunk_count(GAMES[self.game_name].agents) // self.config.minibatch_chunks


def scaled(preset: str, world_count: int) -> TrainConfig:
    """Return a preset with fewer or more worlds; minibatches and their parts shrink and grow by the same factor.

    Raises:
        ValueError: if minibatches would not be of whole chunks.
    """
    config = PRESETS[preset]
    factor = Fraction(world_count, config.world_count)
    chunks = factor * config.minibatch_chunks
    if chunks.denominator != 1:
        raise ValueError(f"world_count is {world_count}, expected one for which {float(chunks)} chunks are whole")
    part_chunks = max(1, int(factor * config.part_chunks))
    return replace(config, world_count=world_count, minibatch_chunks=int(chunks), part_chunks=part_chunks)


def plain(config: TrainConfig) -> TrainConfig:
    """Return the same training written straightforwardly: the paper's attention, a minibatch in one part."""
    return replace(config, network=PLAIN_NETWORK, part_chunks=config.minibatch_chunks)


def with_paper_inputs(config: TrainConfig) -> TrainConfig:
    """Return the same training with two encoders and positions as they are: what the yardstick in PyTorch can do."""
    network = replace(config.network, share_encoder=False, relative_positions=False, observer_frame=False)
    return replace(config, network=network)


def in_groups(config: TrainConfig, bfloat16: bool) -> TrainConfig:
    """Return the same training for an accelerator: two groups of worlds that take turns."""
    precision = "bfloat16" if bfloat16 else "float32"
    return replace(config, groups=2, network=replace(config.network, precision=precision))


CASES: dict[str, Case] = {
    "laptop-32": Case("quadrant", replace(PRESETS["laptop"], world_count=32)),
    "laptop-128": Case("quadrant", PRESETS["laptop"], compare_plain=True),
    "laptop-128-paper-inputs": Case("quadrant", with_paper_inputs(PRESETS["laptop"]), compare_plain=True),
    "laptop-512": Case("quadrant", replace(PRESETS["laptop"], world_count=512)),
    "medium-32": Case("random-walls", scaled("medium", 32)),
    "paper-10": Case("random-walls", scaled("paper", 10)),
}
"""By preset and number of worlds. `laptop` in other numbers of worlds keeps its minibatches and has fewer or more of
them; the larger presets are shrunk until two cores finish an iteration in seconds."""
ACCELERATOR_CASES: dict[str, Case] = {
    f"{preset}-{worlds}{'-bf16' if bfloat16 else ''}": Case(game_name, in_groups(scaled(preset, worlds), bfloat16))
    for preset, worlds, game_name in (
        ("laptop", 1024, "quadrant"),
        ("medium", 1024, "random-walls"),
        ("paper", 1000, "random-walls"),
    )
    for bfloat16 in (False, True)
}
"""In addition where there is an accelerator; the numbers of worlds after those of the presets."""
