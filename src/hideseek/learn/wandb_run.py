"""Metrics for Weights & Biases (wandb.ai), which needs the extra `wandb`."""

from pathlib import Path
from types import ModuleType

from hideseek.checks import check_instance, import_extra, printable
from hideseek.learn.description import FILE as DESCRIPTION
from hideseek.learn.files import RunError, load_json, save_json

FILE = "wandb.json"
"""Holds the name under which Weights & Biases knows the run, so that a resumed one goes on in the same place."""


def import_wandb() -> ModuleType:
    """Return the module `wandb`.

    Raises:
        ImportError: It is not installed; the message says how to install it.
    """
    return import_extra("wandb", "Weights & Biases", "wandb")


class WandbRun:
    """A run folder's counterpart at Weights & Biases, with the run's whole description as its configuration."""

    def __init__(self, folder: Path, project: str) -> None:
        """Begin, or go on with, the run of a run folder in a project.

        Raises:
            ImportError: The extra is not installed.
            TypeError: `project` is no string.
            RunError: The folder is damaged, or Weights & Biases refuses, for example for want of a login.
        """
        check_instance("project", project, str, "the name of a project")
        wandb = import_wandb()
        path = folder / FILE
        known = load_json(path).get("id") if path.exists() else None
        config = load_json(folder / DESCRIPTION)
        try:
            self._run = wandb.init(
                project=project, name=printable(folder.name), dir=str(folder), config=config, id=known, resume="allow"
            )
        except wandb.Error as error:
            raise RunError(f"Weights & Biases cannot be used: {' '.join(str(error).split())}") from error
        save_json(path, {"id": self._run.id})

    def write(self, metrics: dict[str, float]) -> None:
        """Send the metrics of an iteration; what was sent already, before a run was resumed, stays as it is."""
        self._run.log(metrics, step=int(metrics["iteration"]))

    def close(self) -> None:
        """Wait until all is sent."""
        self._run.finish()
