"""`hideseek train`."""

from dataclasses import dataclass, field
from pathlib import Path

from hideseek.checks import check_integer
from hideseek.commands.options import HELP, RUNS, parse_duration, with_extra


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
    _train(arguments[0], arguments[1:])


def _train(game_name: str, arguments: list[str]) -> None:
    """Parse in two stages: the preset, or the run to resume, first, since they are the other options' defaults."""
    import tyro

    from hideseek.game.config import PRESETS, Game
    from hideseek.learn.config import PRESETS as LEARNERS
    from hideseek.learn.config import TrainConfig
    from hideseek.learn.description import RunDescription
    from hideseek.learn.run import train
    from hideseek.learn.wandb_run import import_wandb

    @dataclass(frozen=True)
    class Base:
        preset: str | None = None
        """Where the learner's options start from: `laptop` (the default) or `paper`."""
        out: Path = RUNS / game_name
        """The run's folder."""
        resume: bool = False
        """Go on with the run in that folder."""

    @dataclass(frozen=True)
    class Arguments(Base):
        overwrite: bool = False
        """Delete the run in that folder first."""
        start_from: Path | None = None
        """Folder of another run: start with what it has learnt, in this game and with these options."""
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
        game: Game = field(default_factory=Game)
        learner: TrainConfig = field(default_factory=TrainConfig)

    prog = f"hideseek train {game_name}"
    base, _ = tyro.cli(
        Base, prog=prog, args=[a for a in arguments if a not in HELP], return_unknown_args=True, add_help=False
    )
    if base.preset is not None and base.preset not in LEARNERS:
        raise ValueError(f"unknown preset {base.preset!r}; known presets: {', '.join(LEARNERS)}")
    start = RunDescription(game_name, PRESETS[game_name], LEARNERS[base.preset or "laptop"], seed=0)
    if base.resume:
        saved = RunDescription.load(base.out)
        start = saved if base.preset is None else RunDescription(game_name, saved.game, start.config, saved.seed)
    default = Arguments(game=start.game, learner=start.config, seed=start.seed)
    options = tyro.cli(Arguments, prog=prog, description="Train a policy for a game.", args=arguments, default=default)
    if options.threads is not None:
        check_integer("threads", options.threads, 1)
    if options.wandb is not None:
        with_extra(import_wandb)
    train(
        game_name,
        out=options.out,
        game=options.game,
        config=options.learner,
        seed=options.seed,
        time_limit=None if options.time_limit is None else parse_duration(options.time_limit),
        iterations=options.iterations,
        resume=options.resume,
        overwrite=options.overwrite,
        start_from=options.start_from,
        thread_count=options.threads,
        wandb=options.wandb,
    )
