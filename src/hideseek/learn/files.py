"""Files of a run: written whole or not at all, and read with every check. Imports nothing heavy.

Every JSON object says its schema, and has a checksum of everything else in it. Files of the first schema have none.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from hideseek import files
from hideseek.checks import check_path, shown
from hideseek.files import parse_json, read_bounded

SCHEMA = 2
"""Version of everything in a run folder; raised where older folders would be read wrongly, or newer ones by older
versions.

Options and arrays that one version has and another has not are found without it, and named.
"""
FIRST_SCHEMA = 1
"""Of run folders whose JSON objects and arrays have no checksums; they are read as they are."""
CHECKSUM = "sha256"
LARGEST_JSON = 64 * 2**20
"""Bytes of a JSON file that are read at most."""


class RunError(Exception):
    """A run folder cannot be used as asked; the message says why."""


class WriteError(RunError):
    """A file of a run cannot be written, say because the disk is full; the message names it."""


def save_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON object, with its schema and its checksum."""
    content = {"schema": SCHEMA, **content}
    write_whole(path, (json.dumps({**content, CHECKSUM: _checksum(content)}, indent=2) + "\n").encode())


def load_json(path: Path) -> dict[str, Any]:
    """Read a JSON object that `save_json` wrote, without its checksum.

    Raises:
        RunError: The file is missing, is no such object, or has another content than was written.
    """
    path = check_path("path", path)
    try:
        content = parse_json(read_bounded(path, LARGEST_JSON))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: expected an object")
    checksum = content.pop(CHECKSUM, None)
    is_sealed = checksum is not None or content.get("schema") == SCHEMA
    if is_sealed and checksum != _checksum(content):
        raise RunError(f"{path} is damaged: its checksum is that of another content")
    return content


def check_schema(path: Path, content: dict[str, Any]) -> None:
    """Raise RunError unless a file's content is of a schema that this version reads."""
    schema = content.get("schema")
    if isinstance(schema, bool) or schema not in (FIRST_SCHEMA, SCHEMA):
        found = shown(schema)
        raise RunError(f"{path} has schema {found}, this version reads {FIRST_SCHEMA} and {SCHEMA}")


def _checksum(content: dict[str, Any]) -> str:
    """Return the checksum of what JSON says, however it is written."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


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
