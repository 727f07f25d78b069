"""JSON on disk: written whole or not at all, and read with every check. Imports nothing heavy."""

import json
import os
from pathlib import Path
from typing import Any

from hideseek.checks import check_path


class RunError(Exception):
    """A run folder cannot be used as asked; the message says why."""


def save_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON object."""
    write_whole(path, (json.dumps(content, indent=2) + "\n").encode())


def load_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; raise RunError where the file is missing or damaged."""
    path = check_path("path", path)
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: expected an object")
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file such that it has its old or its new content, whenever the machine stops."""
    path = check_path("path", path)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
