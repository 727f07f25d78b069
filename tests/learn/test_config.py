"""Options of training."""

from dataclasses import replace

import pytest

from hideseek.game.config import PRESETS as GAMES
from hideseek.learn.config import PRESETS, TrainConfig
from hideseek.policy.config import NETWORKS
from tests.games import HIDE_AND_SEEK


def test_paper_preset_has_the_published_numbers():
    """A buffer of 320,000 chunks of 10 steps with four agents, minibatches of 64,000, every sample used four times."""
    config = PRESETS["paper"]
    assert config.chunk_count(agents=4) == 320_000
    assert (config.minibatch_chunks, config.chunk_length, config.window, config.epochs) == (64_000, 10, 160, 4)
    assert (config.learning_rate, config.clip, config.entropy_weight, config.adam_epsilon) == (3e-4, 0.2, 0.01, 1e-5)
    assert (config.gamma, config.gae_lambda, config.gradient_clip, config.weight_decay) == (0.998, 0.95, 5.0, 1e-6)
    assert (config.value_weight, config.past_share, config.normaliser_decay) == (0.5, 0.05, 1.0 - 1e-5)


def test_medium_preset_differs_from_the_paper_s_in_sizes_alone():
    """Its optimiser and its self-play are the paper's."""
    paper, medium = PRESETS["paper"], PRESETS["medium"]
    sizes = ("network", "world_count", "window", "minibatch_chunks")
    assert replace(medium, **{name: getattr(paper, name) for name in sizes}) == paper
    assert all(getattr(medium, name) != getattr(paper, name) for name in sizes)


@pytest.mark.parametrize(
    ("name", "game"), [(name, game) for name in PRESETS for game in GAMES if name != "paper" or game in HIDE_AND_SEEK]
)
def test_presets_suit_every_game(name: str, game: str):
    """A buffer is whole minibatches, so that no sample is left out; the network is the one of the same name.

    The paper's has hide-and-seek's four agents.
    """
    config = PRESETS[name]
    assert config.chunk_count(GAMES[game].agents) % config.minibatch_chunks == 0
    assert config.network == NETWORKS[name]


def test_a_buffer_holds_at_least_a_minibatch():
    """Too few worlds for one minibatch are refused, with the numbers."""
    with pytest.raises(ValueError, match="at most the 16 chunks"):
        TrainConfig(world_count=4, window=20, minibatch_chunks=17).chunk_count(agents=2)
