"""Run folders and checkpoints: everything that is needed to go on exactly, or to let a trained policy play."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hideseek.checks import check_flag, check_instance, check_output_folder, check_path, extra_needed
from hideseek.files import sync_folder
from hideseek.game.observe import observation_spec
from hideseek.learn.description import FILE, RunDescription
from hideseek.learn.devices import check_devices
from hideseek.learn.files import RunError, WriteError, save_json
from hideseek.learn.lock import FILE as LOCK
from hideseek.learn.pool import FOLDER as POOL
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner
from hideseek.learn.progress import CHECKPOINTS, Progress, finished_checkpoints, latest, load_progress
from hideseek.learn.progress import FILE as PROGRESS
from hideseek.learn.storage import load_arrays, load_tree, save_arrays, save_tree
from hideseek.policy.config import FeatureSizes
from hideseek.policy.policy import Policy
from hideseek.policy.settings import standard_settings

with extra_needed("train"):
    import equinox as eqx
    import jax

LEARNER, ROLLOUT = "learner.safetensors", "rollout.safetensors"


@dataclass(frozen=True)
class Checkpoint:
    """All that changes during a run."""

    learner: Learner
    rollout: dict[str, np.ndarray]
    """State of the environment and of the rollout."""
    progress: Progress
    pool: list[int]
    """Members of the opponent pool."""
    ratings: dict[str, Any]
    """State of the pool's ratings."""


def check_run_folder(folder: Path, overwrite: bool) -> None:
    """Check that a new run can be made in `folder`.

    Raises:
        RunError: It exists and is not to be overwritten, or is something else than a run, or cannot be written.
    """
    folder = check_path("folder", folder)
    check_flag("overwrite", overwrite)
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file, expected a folder for the run")
    try:
        check_output_folder("run folder", folder)
    except ValueError as error:
        raise RunError(str(error)) from error
    if folder.is_dir() and any(path.name != LOCK for path in folder.iterdir()):
        if not (folder / FILE).is_file():
            raise RunError(f"{folder} exists and is not a run folder: it has no {FILE}; choose another one")
        if not overwrite:
            can_resume = bool(finished_checkpoints(folder))
            way = "resume it (--resume), " if can_resume else "it has no checkpoint to resume from; "
            raise RunError(f"{folder} exists; {way}overwrite it (--overwrite), or choose another folder (--out)")


def create_run_folder(folder: Path, description: RunDescription, overwrite: bool) -> None:
    """Make a folder for a new run, in place of the one that is there if it is to be overwritten.

    Raises:
        RunError: The folder cannot be used (`check_run_folder`); nothing was changed.
    """
    check_instance("description", description, RunDescription, "a RunDescription")
    check_run_folder(folder, overwrite)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        # The description goes last, with the new one in its place: until then this is still a run folder.
        if path.name in (LOCK, FILE):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    description.save(folder)


def save_checkpoint(folder: Path, checkpoint: Checkpoint, description: RunDescription) -> None:
    """Write a checkpoint into a run folder, then delete the ones before it.

    A run has one state at each iteration: a checkpoint of this iteration that is there already is left as it is. A
    folder with a number for a name is a whole checkpoint, whenever the process or the machine stops.

    Raises:
        WriteError: It cannot be written; the one before it is kept.
    """
    folder = check_path("folder", folder)
    check_instance("checkpoint", checkpoint, Checkpoint, "a Checkpoint")
    check_instance("description", description, RunDescription, "a RunDescription")
    parent = folder / CHECKPOINTS
    unfinished, final = parent / "unfinished", parent / f"{checkpoint.progress.iteration:08d}"
    try:
        parent.mkdir(exist_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        if not final.exists():
            unfinished.mkdir()
            _write(unfinished, checkpoint, description)
            unfinished.rename(final)
            sync_folder(parent)
        for older in finished_checkpoints(folder):
            if older != final:
                older.rename(unfinished)
                shutil.rmtree(unfinished)
    except OSError as error:
        raise WriteError(f"{parent} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(path: Path, checkpoint: Checkpoint, description: RunDescription) -> None:
    description.save(path)
    save_tree(path / LEARNER, checkpoint.learner)
    save_arrays(path / ROLLOUT, checkpoint.rollout)
    content = {**asdict(checkpoint.progress), "pool": checkpoint.pool, "ratings": checkpoint.ratings}
    save_json(path / PROGRESS, content)


def load_checkpoint(folder: Path, description: RunDescription) -> Checkpoint:
    """Read the last checkpoint of a run; raise RunError where there is none, it is damaged, or of another run."""
    path = latest_of(folder, description)
    progress, pool, ratings = load_progress(path)
    return Checkpoint(load_learner(path, description), load_arrays(path / ROLLOUT), progress, pool, ratings)


def load_policy(run_folder: Path | str, iteration: int | None = None) -> tuple[Policy, RunDescription]:
    """Return a policy of a run, and the description of the run with its game.

    Warns if the run was trained in another version of the environment.

    Args:
        run_folder: The run's folder.
        iteration: One of `policy_iterations`, the last by default.

    Raises:
        RunError: There is no such run or policy, it is damaged, or its files are of another version.
    """
    folder = check_path("run_folder", run_folder)
    description = RunDescription.load(folder)
    description.warn_of_other_rules(folder)
    path = latest_of(folder, description)
    progress, members, _ = load_progress(path)
    if iteration is None or iteration == progress.iteration:
        return load_learner(path, description).policy, description
    if iteration not in members:
        raise RunError(f"{folder} has no policy of iteration {iteration}")
    pool = OpponentPool(folder / POOL, description.config.pool_size)
    return pool.load(iteration, learner_template(description).policy), description


def policy_iterations(run_folder: Path | str) -> list[int]:
    """Return the iterations of which a run has the policy, in order: those of its pool and the last.

    Raises:
        RunError: There is no checkpoint, or it is damaged.
    """
    progress, members, _ = load_progress(latest(check_path("run_folder", run_folder)))
    return sorted({*members, progress.iteration})


def load_learner(path: Path, description: RunDescription) -> Learner:
    """Return the learner of a checkpoint; raise RunError where it does not fit the description."""
    check_instance("description", description, RunDescription, "a RunDescription")
    return load_tree(path / LEARNER, learner_template(description))


@standard_settings()
def learner_template(description: RunDescription) -> Learner:
    """Return the structure of a run's learner, without its numbers; raise RunError where JAX has no device."""
    check_devices()
    sizes = FeatureSizes.of(observation_spec(description.game))
    return eqx.filter_eval_shape(Learner.initialise, sizes, description.config, jax.random.key(0))


def latest_of(folder: Path, description: RunDescription) -> Path:
    """Return the last checkpoint's folder; raise RunError where there is none, or it says it is of another run."""
    path = latest(folder)
    if (path / FILE).is_file():  # checkpoints of the first runs do not say what they are of
        RunDescription.load(path).require_equal(path, description)
    return path
