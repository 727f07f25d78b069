"""What benchmarks of training runs look at."""

from dataclasses import replace
from pathlib import Path

import pytest

from hideseek.game.config import make_game
from hideseek.learn.run import train
from tests.learn.toy import TINY_NETWORK, tiny_config


@pytest.fixture(scope="session")
def quadrant_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of the quadrant game after one iteration, whose critic is told of doors."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    game = make_game("quadrant", practice=1.0, door_dropout=1.0)
    network = replace(TINY_NETWORK, critic_view=True)
    config = tiny_config(network=network, world_count=32, window=40, chunk_length=10, action_repeat=2)
    return train("quadrant", out=folder, game=game, config=config, seed=0, iterations=1)
