"""`hideseek train`."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from hideseek.checks import check_integer
from hideseek.commands.options import HELP, RUNS, flag, naming_flags, parse_duration

if TYPE_CHECKING:
    from hideseek.game.config import Game
    from hideseek.learn.description import RunDescription
    from hideseek.learn.presets import TrainPreset

Kind = TypeVar("Kind", bound=Any)
"""A dataclass."""


def main(arguments: list[str]) -> None:
    """Train a policy for a game by self-play."""
    from hideseek.game.config import PRESETS

    games = ", ".join(PRESETS)
    if not arguments or arguments[0] in HELP:
        print(f"usage: hideseek train GAME [OPTIONS]\n\nGAME is one of {games}.\n")
        print("hideseek train GAME --help tells the options of training and of the game.")
        return
    if arguments[0] not in PRESETS:
        raise ValueError(f"unknown game {arguments[0]!r}; known games: {games}")
    with naming_flags(dict(_flags(PRESETS[arguments[0]]))):
        _train(arguments[0], arguments[1:])


def _flags(game: "Game") -> Iterator[tuple[str, str]]:
    """Yield the names that errors may have for the options, with the options themselves."""
    from hideseek.learn.config import TrainConfig
    from hideseek.policy.config import NetworkConfig

    yield "thread_count", "--threads"
    for name in ("resume", "overwrite", "start_from", "time_limit", "iterations", "seed", "threads", "wandb", "out"):
        yield name, flag(name)
    for name in game.options:
        yield name, flag(name, "game.")
        yield f"game.{name}", flag(name, "game.")
    for kind, prefix, saved in (
        (TrainConfig, "learner.", "config."),
        (NetworkConfig, "learner.network.", "config.network."),
    ):
        for part in fields(kind):
            yield part.name, flag(part.name, prefix)
            yield saved + part.name, flag(part.name, prefix)


def _train(game_name: str, arguments: list[str]) -> None:
    """Parse in two stages: the preset, or the run to resume, first, since they are the other options' defaults."""
    import tyro

    from hideseek.game.config import PRESETS, Rules
    from hideseek.learn.config import TrainConfig
    from hideseek.learn.presets import DEFAULT, TRAIN_PRESETS
    from hideseek.learn.run import train
    from hideseek.learn.wandb_run import import_wandb
    from hideseek.policy.config import NetworkConfig
    from hideseek.zoo.policies import start_from

    preset_game = PRESETS[game_name]

    @dataclass(frozen=True)
    class UncheckedGame(Rules, type(preset_game.layout), type(preset_game.objective)):
        """The rules, and what layout and objective have of their own."""

        def __post_init__(self) -> None:
            """Leave the checks to `Game`: of errors from within, tyro would print a box that names no option."""

    @dataclass(frozen=True)
    class UncheckedNetwork(NetworkConfig):
        """Layer sizes of the policy and of the value tower."""

        def __post_init__(self) -> None:
            """Leave the checks to `NetworkConfig`."""

    @dataclass(frozen=True)
    class UncheckedConfig(TrainConfig):
        """PPO with self-play."""

        network: UncheckedNetwork = field(default_factory=UncheckedNetwork)
        """Layer sizes of the policy and of the value network."""

        def __post_init__(self) -> None:
            """Leave the checks to `TrainConfig`."""

    titles = "; ".join(f"`{name}`: {preset.title}" for name, preset in TRAIN_PRESETS.items() if preset.fits(game_name))

    @dataclass(frozen=True)
    class Base:
        preset: Annotated[str | None, tyro.conf.arg(help=f"Where all other options start from. {titles}.")] = None
        out: Path = RUNS / game_name
        """The run's folder."""
        resume: bool = False
        """Go on with the run in that folder."""
        overwrite: bool = False
        """Delete the run in that folder first."""
        start_from: str | None = None
        """Folder of another run, or zoo:NAME: start with what it has learnt, in this game. The network is its own, and
        the options of training are unless a preset is named."""

    @dataclass(frozen=True)
    class Arguments(Base):
        time_limit: str | None = None
        """How long to train, compiling not counted: 90s, 5m, 1.5h. Without a limit, until Ctrl-C."""
        iterations: int | None = None
        """How many iterations the whole run has. Without a number, as many as time allows."""
        seed: int = 0
        """Of everything random."""
        threads: int | None = None
        """Threads of the simulator, all cores by default."""
        wandb: str | None = None
        """Project at Weights & Biases that gets the metrics, too (needs the extra `wandb`). Without one, none does."""
        game: UncheckedGame = field(default_factory=UncheckedGame)
        learner: UncheckedConfig = field(default_factory=UncheckedConfig)

    prog = f"hideseek train {game_name}"
    base, _ = tyro.cli(
        Base, prog=prog, args=[a for a in arguments if a not in HELP], return_unknown_args=True, add_help=False
    )
    for other, given in (("--overwrite", base.overwrite), ("--start-from", base.start_from is not None)):
        if base.resume and given:
            raise ValueError(f"--resume and {other} are both given, expected at most one")
    preset = TRAIN_PRESETS[DEFAULT] if base.preset is None else _find_preset(base.preset, game_name)
    start = _defaults(game_name, preset, base.preset is not None, base.out if base.resume else None, base.start_from)
    learner = _as(UncheckedConfig, start.config, network=_as(UncheckedNetwork, start.network))
    default = Arguments(
        game=UncheckedGame(**{part.name: start.game.options[part.name] for part in fields(UncheckedGame)}),
        learner=learner,
        seed=start.seed,
    )
    options = tyro.cli(Arguments, prog=prog, description="Train a policy for a game.", args=arguments, default=default)
    if options.threads is not None:
        check_integer("threads", options.threads, 1)
    if options.wandb is not None:
        import_wandb()
    train(
        game_name,
        out=options.out,
        game=start.game.changed(**vars(options.game)),
        config=_as(TrainConfig, options.learner, network=_as(NetworkConfig, options.learner.network)),
        seed=options.seed,
        time_limit=None if options.time_limit is None else parse_duration(options.time_limit),
        iterations=options.iterations,
        resume=options.resume,
        overwrite=options.overwrite,
        start_from=None if options.start_from is None else start_from(options.start_from),
        thread_count=options.threads,
        wandb=options.wandb,
    )


def _as(kind: type[Kind], options: object, **changes: object) -> Kind:
    """Return a dataclass with the fields of another one, some of them changed."""
    return kind(**{part.name: getattr(options, part.name) for part in fields(kind)} | changes)


def _find_preset(name: str, game_name: str) -> "TrainPreset":
    """Return a preset for a game; raise ValueError where there is none of this name."""
    from hideseek.learn.presets import TRAIN_PRESETS

    fitting = ", ".join(other for other, preset in TRAIN_PRESETS.items() if preset.fits(game_name))
    if name not in TRAIN_PRESETS:
        raise ValueError(f"unknown preset {name!r}; known presets: {fitting}")
    preset = TRAIN_PRESETS[name]
    if not preset.fits(game_name):
        raise ValueError(f"--preset {name} is for {preset.game_name}; presets for {game_name}: {fitting}")
    return preset


def _defaults(
    game_name: str, preset: "TrainPreset", is_named: bool, resumed: Path | None, start_from: str | None
) -> "RunDescription":
    """Return what all options start from: the preset, or the run that goes on, or the one that is started from.

    Args:
        game_name: the game.
        preset: the preset.
        is_named: whether the user has named it: then its options of training count, and not the run's.
        resumed: folder of a run that goes on, if one does.
        start_from: a run or policy of the zoo that is started from, if one is. Its network counts in any case.
    """
    from hideseek.learn.description import RunDescription
    from hideseek.zoo.policies import start_description

    start = RunDescription(game_name, preset.make_game(game_name), preset.config, seed=0)
    if start_from is not None:
        config = start_description(start_from).config
        return replace(start, config=replace(start.config, network=config.network) if is_named else config)
    if resumed is None:
        return start
    saved = RunDescription.load(resumed)
    if not is_named:
        return saved
    game = start.game if preset.game_options else saved.game
    return RunDescription(game_name, game, start.config, saved.seed)
