"""What defines a run: the game, every option of training, the seed. Saved as `config.json` in its folder."""

import warnings
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from hideseek.checks import check_instance, check_integer, check_name, check_path, printable, shown
from hideseek.game.config import Game, check_game
from hideseek.game.version import VERSION
from hideseek.learn.config import TrainConfig
from hideseek.learn.curriculum.config import StartsConfig
from hideseek.learn.files import RunError, check_schema, load_json, save_json
from hideseek.policy.config import NetworkConfig

FILE = "config.json"
ADDED_OPTIONS = (
    "groups",
    "opponent_choice",
    "starts",
    "part_chunks",
    "action_repeat",
    "replay_interval",
    "noise_scale",
    "kl_target",
    "skip_below",
    "relative_positions",
    "observer_frame",
    "lidar_points",
    "share_encoder",
    "precision",
    "value_heads",
    "entropy_input",
    "critic_view",
    "masked_critic",
    "entropy_blocks",
    "zero_sum_value",
    "mirrored",
)
"""Options that older folders lack; their defaults are what was done before there was a choice."""


@dataclass(frozen=True)
class RunDescription:
    """Two runs with equal descriptions compute the same."""

    game_name: str
    game: Game
    config: TrainConfig
    seed: int
    environment_version: int = VERSION
    """Of the rules that the run was trained in (`game/version.py`)."""
    start: str = ""
    """The run that its networks are from, and the iteration; empty where they started untrained."""
    start_episodes: int | None = 0
    """Episodes that it took to get there, all runs before it together; None where that was not written down."""

    def __post_init__(self) -> None:
        check_name("game_name", self.game_name)
        check_game(self.game)
        check_instance("config", self.config, TrainConfig, "a TrainConfig")
        check_integer("seed", self.seed, 0, 2**32 - 1, plain=True)
        check_integer("environment_version", self.environment_version, 1, plain=True)
        check_instance("start", self.start, str, "a string")
        reward = getattr(self.game.objective, "reward", None)
        if self.config.zero_sum_value and reward != "joint_zero_sum":
            raise ValueError(
                f"zero_sum_value is True, expected False in a game whose reward is {reward!r}:"
                " only with 'joint_zero_sum' does one team win what the other loses"
            )
        if self.start_episodes is not None:
            check_integer("start_episodes", self.start_episodes, 0, 2**63 - 1, plain=True)

    @property
    def network(self) -> NetworkConfig:
        """Layer sizes."""
        return self.config.network

    @property
    def played_game(self) -> Game:
        """The game that its policies play: without worlds of practice."""
        return self.game.changed(practice=0.0) if "practice" in self.game.options else self.game

    def save(self, folder: Path) -> None:
        """Write the description into a run folder."""
        save_json(check_path("folder", folder) / FILE, self._as_dict())

    @classmethod
    def load(cls, folder: Path) -> "RunDescription":
        """Read the description of a run folder; raise RunError where there is none or it is of another version."""
        folder = check_path("folder", folder)
        if folder.exists() and not folder.is_dir():
            raise RunError(f"{folder} is a file, expected the folder of a run")
        if not folder.is_dir():
            raise RunError(f"there is no run folder {folder}")
        if not (folder / FILE).is_file():
            raise RunError(f"{folder} is not a run folder: it has no {FILE}")
        content = load_json(folder / FILE)
        check_schema(folder / FILE, content)
        try:
            game = content["game"]
            check_instance("game", game, dict, "an object")
            config = _train_config(_options(TrainConfig, "config", content["config"]))
            start = content.get("start", "")
            return cls(
                content["game_name"],
                Game.from_options(game),
                config,
                content["seed"],
                # Folders from before the version was written are of the first.
                content.get("environment_version", 1),
                start,
                # Nor did those that started from another run always say how many episodes that one had.
                content.get("start_episodes", None if start else 0),
            )
        except KeyError as error:
            raise RunError(f"{folder / FILE} is damaged or of another version: it has no {error.args[0]}") from error
        except (TypeError, ValueError) as error:
            raise RunError(f"{folder / FILE} is damaged or of another version: {error}") from error

    def _as_dict(self) -> dict[str, Any]:
        """Return the description as JSON can hold it."""
        return {**asdict(self), "game": self.game.options}

    def warn_of_other_rules(self, folder: Path) -> None:
        """Warn if the run in `folder` was trained in another version of the environment than it will play in now."""
        if self.environment_version != VERSION:
            trained = f"{folder} was trained in version {self.environment_version} of the environment"
            warnings.warn(f"{trained}, this is version {VERSION}", stacklevel=3)

    def require_equal(self, folder: Path, wanted: "RunDescription") -> None:
        """Raise RunError, naming what differs, unless `wanted` is this description, which is that of `folder`.

        Options that one of the games has not are those of another layout or objective, which differs itself.
        """
        here, there = _flat(wanted._as_dict()), _flat(self._as_dict())
        differences = [f"{name} is {there[name]!r} there, {here[name]!r} was asked for"
                       for name in there if name in here and there[name] != here[name]]  # fmt: skip
        if differences:
            raise RunError(f"{folder} is of a different run: {'; '.join(differences)}")


def _train_config(options: dict[str, Any]) -> TrainConfig:
    """Return the options of training with their parts as what they are, not as JSON has them."""
    parts: dict[str, Any] = {
        "network": NetworkConfig(**_options(NetworkConfig, "config.network", options["network"])),
        "entropy_blocks": tuple(options.get("entropy_blocks", ())),
    }
    if "starts" in options:
        starts = _options(StartsConfig, "config.starts", options["starts"])
        parts["starts"] = StartsConfig(**{**starts, "scenarios": tuple(starts["scenarios"])})
    return TrainConfig(**{**options, **parts})


def _options(kind: type, name: str, content: Any) -> dict[str, Any]:
    """Return the options of a dataclass; raise ValueError unless all of them are there, and no others.

    A default in place of a missing one would not be what the run was trained with, but for `ADDED_OPTIONS`.
    """
    if not isinstance(content, dict):
        raise ValueError(f"{name} is {shown(content)}, expected an object")
    known = [field.name for field in fields(kind)]
    if unknown := [option for option in content if option not in known]:
        raise ValueError(f"{name} has the unknown {printable(', '.join(unknown))}")
    if missing := [option for option in known if option not in content and option not in ADDED_OPTIONS]:
        raise ValueError(f"{name} lacks {', '.join(missing)}")
    return content


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested dicts as one, its names joined by dots."""
    flat = {}
    for name, value in tree.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat
