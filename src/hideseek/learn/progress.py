"""How far a run has come, and where its last checkpoint is. Imports nothing heavy."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hideseek.checks import check_integer, check_number, check_path, shown
from hideseek.learn.files import RunError, check_schema, load_json
from hideseek.learn.update_state import UpdateState

CHECKPOINTS = "checkpoints"
FILE = "progress.json"
LONGEST = 1e12
"""Seconds of training."""


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
    """Time spent in training, over all calls; compiling does not count."""
    update: UpdateState = field(default_factory=UpdateState)
    """What the updates keep."""

    def __post_init__(self) -> None:
        for name in ("iteration", "step", "episodes"):
            check_integer(name, getattr(self, name), 0, 2**63 - 1, plain=True)
        check_number("seconds", self.seconds, least=0.0, most=LONGEST)


def read_progress(folder: Path) -> Progress:
    """Return how far the run in `folder` was at its last checkpoint; raise RunError where there is none."""
    return load_progress(latest(folder))[0]


def load_progress(checkpoint: Path) -> tuple[Progress, list[int], dict[str, Any]]:
    """Return how far the run was at a checkpoint, the members of its opponent pool, and the state of their ratings.

    Raises:
        RunError: The checkpoint's file is missing, damaged or of another version.
    """
    path = checkpoint / FILE
    content = load_json(path)
    check_schema(path, content)
    try:
        # Folders from before there was such a state are of runs whose updates kept nothing.
        update = UpdateState.load(content["update"]) if "update" in content else UpdateState()
        progress = Progress(content["iteration"], content["step"], content["episodes"], content["seconds"], update)
        # Folders from before ratings were kept can be looked at, not resumed.
        return progress, _members(content["pool"]), content.get("ratings", {})
    except KeyError as error:
        raise RunError(f"{path} is damaged: it has no {error}") from error
    except ValueError as error:
        raise RunError(f"{path} is damaged: {error}") from error


def latest(folder: Path) -> Path:
    """Return the last checkpoint's folder; raise RunError where there is none."""
    found = finished_checkpoints(folder)
    if not found:
        raise RunError(f"{folder} has no checkpoint")
    return found[-1]


def finished_checkpoints(folder: Path) -> list[Path]:
    """Return the folders of the checkpoints of a run that were written to the end, in order."""
    folder = check_path("folder", folder)
    return sorted(path for path in (folder / CHECKPOINTS).glob("*") if re.fullmatch(r"[0-9]{8,}", path.name))


def _members(content: Any) -> list[int]:
    if not isinstance(content, list):
        raise ValueError(f"pool is {shown(content)}, expected a list")
    for member in content:
        check_integer("member of pool", member, 0, plain=True)
    return content
