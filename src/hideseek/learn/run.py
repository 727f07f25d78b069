"""Start or resume a training run: what `hideseek train` does."""

import ctypes
import math
import sys
from collections.abc import Callable
from pathlib import Path

from hideseek.checks import check_fits_memory, check_flag, check_instance, check_integer, check_path, extra_needed
from hideseek.env.batch import HideAndSeek, bytes_per_world
from hideseek.env.mirrored import MirroredWorlds
from hideseek.env.repeat import RepeatedSteps
from hideseek.env.symmetry import symmetries_of
from hideseek.env.wrapper import Wrapper
from hideseek.game.config import Game, make_game
from hideseek.game.observe import observation_spec
from hideseek.learn.buffer import Buffer
from hideseek.learn.checkpoint import check_run_folder, create_run_folder, learner_template
from hideseek.learn.config import PRESETS, TrainConfig
from hideseek.learn.critic_view import CriticView, check_game_has_doors
from hideseek.learn.description import RunDescription
from hideseek.learn.devices import use_all_processors
from hideseek.learn.lock import locked
from hideseek.learn.network_cache import keep_compiled
from hideseek.learn.progress import latest
from hideseek.learn.start import Parent, load_start
from hideseek.learn.trainer import Trainer, check_limits
from hideseek.learn.wandb_run import import_wandb

with extra_needed("train"):
    import equinox as eqx
    import jax


def train(
    game_name: str,
    *,
    out: Path | None = None,
    game: Game | None = None,
    config: TrainConfig | None = None,
    seed: int | None = None,
    time_limit: float | None = None,
    iterations: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    start_from: Path | Callable[[], Parent] | None = None,
    thread_count: int | None = None,
    wandb: str | None = None,
) -> Path:
    """Train a policy for a game; return the run's folder.

    Args:
        game_name: A preset of `hideseek.game.config`.
        out: The run's folder, `runs/GAME` by default.
        game: A changed version of the preset.
        config: Options of training, the laptop preset by default. A resumed run has its own; one given with `resume`
            has to be the same.
        seed: Of everything random, from 0 to 2**32 - 1; 0 by default.
        time_limit: Seconds to train in this call, not negative; compiling does not count.
        iterations: Iterations of the whole run.
        resume: Go on with the run in the folder.
        overwrite: Delete the run in the folder first.
        start_from: Folder of another run, whose networks and normalisers the new one starts with, or what loads them.
        thread_count: Threads of the simulator, all cores by default.
        wandb: Project at Weights & Biases that gets the metrics, too.

    Raises:
        ImportError: `wandb` is given and the extra is not installed.
        TypeError: An argument is of a wrong class.
        ValueError: An argument cannot be used.
        RunError: The folder cannot be used as asked, or another process is training there; nothing in it was changed.
    """
    check_instance("game_name", game_name, str, "a string")
    check_limits(time_limit, iterations)
    _check_options(seed, resume, overwrite, start_from, thread_count)
    if wandb is not None:
        check_instance("wandb", wandb, str, "the name of a project")
        import_wandb()
    folder = Path("runs") / game_name if out is None else check_path("out", out)
    if resume:
        description = _resumed(folder, game_name, game, config, seed)
    else:
        description = RunDescription(
            game_name,
            make_game(game_name) if game is None else game,
            PRESETS["laptop"] if config is None else config,
            0 if seed is None else int(seed),
        )
    description.config.chunk_count(description.game.agents)
    if description.config.mirrored:
        symmetries_of(description.game)
    if description.config.network.critic_view:
        check_game_has_doors(description.game)
    if not resume:
        check_run_folder(folder, overwrite)
    keep_freed_memory()
    use_all_processors()
    keep_compiled()
    _check_memory(description)
    learner = None
    if start_from is not None:
        learner, description = load_start(start_from, description)
    with locked(folder):
        print("Compiling the network", flush=True)
        envs = make_environments(description, thread_count)
        if not resume:
            create_run_folder(folder, description, overwrite)
        Trainer(folder, description, envs, resume, learner).learn(time_limit, iterations, wandb)
    return folder


def _check_options(
    seed: int | None, resume: bool, overwrite: bool, start_from: object, thread_count: int | None
) -> None:
    """Raise TypeError or ValueError, as `train` says, where these cannot be used, or not together."""
    check_flag("resume", resume)
    check_flag("overwrite", overwrite)
    if thread_count is not None:
        check_integer("thread_count", thread_count, 1)
    if seed is not None:
        check_integer("seed", seed, 0, 2**32 - 1)
    if resume and overwrite:
        raise ValueError("resume and overwrite are both given, expected at most one")
    if resume and start_from is not None:
        raise ValueError("resume and start_from are both given, expected at most one")


def _check_memory(description: RunDescription) -> None:
    """Raise ValueError where the worlds, the window of experience or the networks do not fit into memory."""
    game, config = description.game, description.config
    check_fits_memory("world_count", config.world_count, config.world_count * bytes_per_world(game))
    learner = jax.tree.leaves(eqx.filter(learner_template(description), lambda leaf: hasattr(leaf, "dtype")))
    size = sum(math.prod(leaf.shape) * 4 for leaf in learner)
    check_fits_memory("network", config.network, size)
    rows = config.world_count * game.agents
    per_step = Buffer.bytes_per_row_and_step(observation_spec(game), config)
    check_fits_memory(f"window of {config.world_count} worlds", config.window, config.window * rows * per_step)


def make_environments(description: RunDescription, thread_count: int | None = None) -> list[Wrapper]:
    """Return an environment for each group of a run's worlds; they differ in their worlds, not in the seed.

    Raises:
        ValueError: Play is to be mirrored, and the game has no symmetry; or the critic is to be told of doors, and the
            game has none that are known.
    """
    config = description.config
    size = config.world_count // config.groups
    envs = [
        HideAndSeek(description.game, size, description.seed, thread_count, first_world=group * size)
        for group in range(config.groups)
    ]
    return [wrap(env, config, config.mirrored) for env in envs]


def wrap(env: HideAndSeek, config: TrainConfig, mirrored: bool = False) -> Wrapper:
    """Return an environment as the networks of a run know it: its decisions, and what its critic is told.

    Raises:
        ValueError: As `make_environments`.
    """
    wrapped: Wrapper = RepeatedSteps(env, config.action_repeat)
    if mirrored:
        wrapped = MirroredWorlds(wrapped)
    return CriticView(wrapped) if config.network.critic_view else wrapped


def _resumed(
    folder: Path, game_name: str, game: Game | None, config: TrainConfig | None, seed: int | None
) -> RunDescription:
    """Return the description of the run in `folder`; raise RunError where it is not what was asked for."""
    saved = RunDescription.load(folder)
    latest(folder)
    wanted = RunDescription(
        game_name,
        game if game is not None else saved.game if saved.game_name == game_name else make_game(game_name),
        saved.config if config is None else config,
        saved.seed if seed is None else int(seed),
        start=saved.start,
        start_episodes=saved.start_episodes,
    )
    saved.require_equal(folder, wanted)
    return saved


def keep_freed_memory() -> None:
    """Tell glibc to keep the memory that an update frees for the next one, instead of handing it back.

    Each update works on some hundred megabytes; getting them anew, page by page, costs up to a third of its time on
    processors. Does nothing where there is no glibc.
    """
    if sys.platform != "linux":
        return
    trim_threshold, mmap_max = -1, -4  # M_TRIM_THRESHOLD, M_MMAP_MAX of malloc.h
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(mmap_max, 0)
