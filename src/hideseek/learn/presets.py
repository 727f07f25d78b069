"""Named starting points of training: sizes for any game, and recipes, which carry options of one game too."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hideseek.checks import check_instance
from hideseek.game.config import Game, make_game
from hideseek.learn.config import PRESETS, TrainConfig
from hideseek.learn.curriculum.config import StartsConfig
from hideseek.policy.config import NetworkConfig

DEFAULT = "laptop"


@dataclass(frozen=True)
class TrainPreset:
    """A starting point of training; every option of it can be changed."""

    title: str
    """One line on what it is for, or what it leads to."""
    config: TrainConfig
    """Options of training."""
    game_name: str | None = None
    """The one game that it is for; None where it is for all."""
    game_options: Mapping[str, Any] = field(default_factory=dict)
    """How that game differs from the preset game of its name."""

    def fits(self, game_name: str) -> bool:
        """Return whether it is for this game."""
        return self.game_name in (None, game_name)

    def make_game(self, game_name: str) -> Game:
        """Return the game to train in; raise ValueError where the preset is for another one."""
        check_instance("game_name", game_name, str, "the name of a game")
        if not self.fits(game_name):
            raise ValueError(f"game_name is {game_name!r}, expected {self.game_name!r}, the game of this preset")
        return make_game(game_name, **self.game_options)


_CHASING = TrainConfig(
    network=NetworkConfig(
        lidar_filters=4, entity_sees_lidar=False, embedding=64, attention="self", dense=64, memory=64,
        relative_positions=True, share_encoder=True,
    ),
    world_count=128,
    window=40,
    action_repeat=2,
    minibatch_chunks=256,
    part_chunks=64,
    epochs=2,
    learning_rate=1e-3,
    gamma=0.99,
    past_share=0.2,
    snapshot_interval=10,
    checkpoint_interval=20,
    replay_interval=50,
)  # fmt: skip
_DOORS = replace(
    _CHASING,
    network=replace(_CHASING.network, lidar_filters=8, lidar_points=True),
    groups=2,
    epochs=1,
    gamma=0.995,
    gae_lambda=0.9,
    entropy_weight=0.001,
)
_QUADRANT = replace(
    _DOORS,
    network=replace(_DOORS.network, critic_view=True),
    starts=StartsConfig(share=0.75, rule="bins", scenarios=("doors",)),
    mirrored=True,
    opponent_choice="losses",
    entropy_weight=0.002,
)
TRAIN_PRESETS: dict[str, TrainPreset] = {
    "paper": TrainPreset("the published network and numbers; for several accelerators", PRESETS["paper"]),
    "medium": TrainPreset("smaller sizes, for one accelerator or a machine of many cores", PRESETS["medium"]),
    "laptop": TrainPreset("for two processor cores (the default)", PRESETS["laptop"]),
    "chasing": TrainPreset(
        "quadrant: seekers chase, hiders hide behind boxes; 40 minutes on one core (zoo:chasing)", _CHASING, "quadrant"
    ),
    "doors": TrainPreset(
        "quadrant, easier: hiders close the door of their room and lock it; 45 minutes on one core (zoo:doors)",
        _DOORS,
        "quadrant",
        {"hiders_in_quadrant": True, "door_dropout": 1.0, "practice": 0.6},
    ),
    "quadrant": TrainPreset(
        "quadrant, with --start-from zoo:doors: hiders close doors in the game itself (zoo:quadrant)",
        _QUADRANT,
        "quadrant",
    ),
}
"""Recipes have all their numbers here, so that they stay what they are when the sizes change: the policies of the zoo
that have their names were trained with them (docs/results/quadrant.md)."""
