"""Options of training."""

import pytest

from hideseek.learn.config import PRESETS, TrainConfig


def test_paper_preset_has_the_published_numbers():
    """A buffer of 320,000 chunks of 10 steps with four agents, minibatches of 64,000, every sample used four times."""
    config = PRESETS["paper"]
    assert config.chunk_count(agents=4) == 320_000
    assert (config.minibatch_chunks, config.chunk_length, config.window, config.epochs) == (64_000, 10, 160, 4)
    assert (config.learning_rate, config.clip, config.entropy_weight, config.adam_epsilon) == (3e-4, 0.2, 0.01, 1e-5)
    assert (config.gamma, config.gae_lambda, config.gradient_clip, config.weight_decay) == (0.998, 0.95, 5.0, 1e-6)
    assert (config.value_weight, config.past_share) == (0.5, 0.05)


def test_a_buffer_holds_at_least_a_minibatch():
    """Too few worlds for one minibatch are refused, with the numbers."""
    with pytest.raises(ValueError, match="at most the 16 chunks"):
        TrainConfig(world_count=4, window=20, minibatch_chunks=17).chunk_count(agents=2)
