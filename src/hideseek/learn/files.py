"""Files of a run: written whole or not at all, and read with every check. Imports nothing heavy."""

import json
from pathlib import Path
from typing import Any

from hideseek import files
from hideseek.checks import check_path


class RunError(Exception):
    """A run folder cannot be used as asked; the message says why."""


class WriteError(RunError):
    """A file of a run cannot be written, say because the disk is full; the message names it."""


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
    """Write a file as `hideseek.files.write_whole` does; raise WriteError where that fails."""
    try:
        files.write_whole(path, content)
    except OSError as error:
        raise WriteError(str(error)) from error


def append(path: Path, content: bytes) -> None:
    """Write at the end of a file; raise WriteError where that fails, maybe with a part of `content` written."""
    path = check_path("path", path)
    try:
        with path.open("ab") as file:
            file.write(content)
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror}") from error
