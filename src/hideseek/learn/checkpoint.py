"""Run folders and checkpoints: everything that is needed to go on exactly, or to let a trained policy play."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np

from hideseek.game.observe import observation_spec
from hideseek.learn.description import FILE, RunDescription, check_schema
from hideseek.learn.description import SCHEMA as SCHEMA
from hideseek.learn.ppo import Learner
from hideseek.learn.storage import RunError as RunError
from hideseek.learn.storage import load_arrays, load_json, load_tree, save_arrays, save_json, save_tree
from hideseek.policy.config import FeatureSizes
from hideseek.policy.policy import Policy

CHECKPOINTS = "checkpoints"
LEARNER, ROLLOUT, PROGRESS = "learner.safetensors", "rollout.safetensors", "progress.json"


@dataclass
class Progress:
    """How far a run has come."""

    iteration: int = 0
    """Updates made, each of a whole window."""
    step: int = 0
    """Environment steps of every world."""
    episodes: int = 0
    """Episodes that ended, in all worlds together."""
    seconds: float = 0.0
    """Time spent in training, over all calls."""


@dataclass(frozen=True)
class Checkpoint:
    """All that changes during a run."""

    learner: Learner
    rollout: dict[str, np.ndarray]
    """State of the environment and of the rollout."""
    progress: Progress
    pool: list[int]
    """Members of the opponent pool."""


def check_run_folder(folder: Path, overwrite: bool) -> None:
    """Check that a new run can be made in `folder`.

    Raises:
        RunError: It exists and is not to be overwritten, or is something else than a run.
    """
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file, expected a folder for the run")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / FILE).is_file():
            raise RunError(f"{folder} exists and is not a run folder: it has no {FILE}; choose another one")
        if not overwrite:
            raise RunError(f"{folder} exists; resume that run, or overwrite it, or choose another folder")


def create_run_folder(folder: Path, description: RunDescription, overwrite: bool) -> None:
    """Make a folder for a new run, in place of the one that is there if it is to be overwritten.

    Raises:
        RunError: The folder cannot be used (`check_run_folder`); nothing was changed.
    """
    check_run_folder(folder, overwrite)
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    description.save(folder)


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint into a run folder, then delete the ones before it."""
    iteration = checkpoint.progress.iteration
    parent = folder / CHECKPOINTS
    parent.mkdir(exist_ok=True)
    temporary, final = parent / "unfinished", parent / f"{iteration:08d}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    save_tree(temporary / LEARNER, checkpoint.learner)
    save_arrays(temporary / ROLLOUT, checkpoint.rollout)
    content = {"schema": SCHEMA, **asdict(checkpoint.progress), "pool": checkpoint.pool}
    save_json(temporary / PROGRESS, content)
    if final.exists():
        shutil.rmtree(final)
    temporary.rename(final)
    for older in _finished(folder):
        if older != final:
            shutil.rmtree(older)


def load_checkpoint(folder: Path, description: RunDescription) -> Checkpoint:
    """Read the last checkpoint of a run; raise RunError where there is none or it is damaged."""
    path = latest(folder)
    content = load_json(path / PROGRESS)
    check_schema(path / PROGRESS, content)
    return Checkpoint(
        load_learner(path, description), load_arrays(path / ROLLOUT), _progress(path, content), list(content["pool"])
    )


def read_progress(folder: Path) -> Progress:
    """Return how far the run in `folder` was at its last checkpoint; raise RunError where there is none."""
    path = latest(folder)
    content = load_json(path / PROGRESS)
    check_schema(path / PROGRESS, content)
    return _progress(path, content)


def load_policy(run_folder: Path | str) -> tuple[Policy, RunDescription]:
    """Return the last policy of a run, and the description of the run with its game.

    Raises:
        RunError: There is no such run, it is damaged, or it is of another version.
    """
    folder = Path(run_folder)
    if not folder.is_dir():
        raise RunError(f"there is no run folder {folder}")
    description = RunDescription.load(folder)
    return load_learner(latest(folder), description).policy, description


def load_learner(path: Path, description: RunDescription) -> Learner:
    """Return the learner of a checkpoint; raise RunError where it does not fit the description."""
    sizes = FeatureSizes.of(observation_spec(description.game))
    template = eqx.filter_eval_shape(Learner.initialise, sizes, description.config, jax.random.key(0))
    return load_tree(path / LEARNER, template)


def latest(folder: Path) -> Path:
    """Return the last checkpoint's folder; raise RunError where there is none."""
    finished = _finished(folder)
    if not finished:
        raise RunError(f"{folder} has no checkpoint")
    return finished[-1]


def _finished(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / CHECKPOINTS).glob("*") if path.name.isdigit())


def _progress(path: Path, content: dict[str, Any]) -> Progress:
    try:
        return Progress(content["iteration"], content["step"], content["episodes"], content["seconds"])
    except KeyError as error:
        raise RunError(f"{path / PROGRESS} is damaged: it has no {error}") from error
