"""Replays as files: written whole, and read with every check (docs/replays.md)."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from hideseek.checks import check_instance, check_path, printable, shown
from hideseek.files import parse_json, read_bounded, write_whole
from hideseek.game.config import Game
from hideseek.view.replay.container import LARGEST, pack, unpack
from hideseek.view.replay.content import Replay
from hideseek.view.replay.quantise import STORED, quantise, restored, stored_names, stored_shapes
from hideseek.view.replay.seal import READ, VersionError, seal, unseal

SUFFIX = ".replay"
METADATA = ("game", "hiders", "seekers", "about", "statistics")


class ReplayError(ValueError):
    """A replay cannot be read; the message says why, in one sentence."""


def write_replay(path: Path | str, replay: Replay) -> None:
    """Write a replay: whole or not at all, folders above it are made. Equal replays make equal files.

    Raises:
        TypeError: if `path` is no path or `replay` no Replay.
        ValueError: if the replay is larger than can be read again.
        OSError: if the file cannot be written.
    """
    path, content = check_path("path", path), encode_replay(replay)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def read_replay(path: Path | str) -> Replay:
    """Read a replay from a file.

    Raises:
        TypeError: if `path` is no path.
        ReplayError: if there is no such file, or it is no replay, is damaged, or is of another version.
    """
    return decode_replay(read_content(path), str(path))


def read_content(path: Path | str) -> bytes:
    """Read the bytes of a replay's file, without looking at them.

    Raises:
        TypeError: if `path` is no path.
        ReplayError: if there is no such file, it cannot be read, or is larger than any replay.
    """
    path = check_path("path", path)
    try:
        content = read_bounded(path, LARGEST)
    except OSError as error:
        raise ReplayError(f"{printable(str(path))} cannot be read: {error.strerror}") from error
    if len(content) > LARGEST:
        raise ReplayError(f"{printable(str(path))} has more than {LARGEST} bytes, the most that a replay has")
    return content


def encode_replay(replay: Replay) -> bytes:
    """Return a replay as the bytes of its file.

    Raises:
        TypeError: if `replay` is no Replay.
        ValueError: if it is larger than can be read again.
    """
    check_instance("replay", replay, Replay, "a Replay")
    metadata = {
        "game": json.dumps(replay.game.options),
        "hiders": replay.hiders,
        "seekers": replay.seekers,
        "about": json.dumps(replay.about),
        "statistics": json.dumps(replay.statistic_names),
    }
    return seal(pack(quantise(replay), metadata))


def decode_replay(content: bytes, name: str) -> Replay:
    """Return the replay that the bytes of a file hold.

    Args:
        content: the bytes.
        name: what errors call them.

    Raises:
        ReplayError: if they are no replay, damaged, or of another version.
    """
    name = printable(name)
    try:
        stored, metadata = unpack(unseal(content))
    except VersionError as error:
        raise ReplayError(f"{name} is {error}; this program reads versions {READ}") from error
    except ValueError as error:
        raise ReplayError(f"{name} is no replay, or damaged: {error}") from error
    try:
        return _replay(stored, metadata)
    except (TypeError, ValueError) as error:
        raise ReplayError(f"{name} is a damaged replay: {error}") from error


def _replay(stored: dict[str, np.ndarray], metadata: dict[str, str]) -> Replay:
    """Return the replay of a file's arrays and metadata; raise TypeError or ValueError where they are none."""
    _check_names("metadata", metadata, METADATA)
    game = _game(parse_json(metadata["game"]))
    names = parse_json(metadata["statistics"])
    if not isinstance(names, list):
        raise ValueError(f"statistics is {shown(names)}, expected a list of names")
    _check_stored(stored, game, len(names))
    return Replay(
        game=game,
        hiders=metadata["hiders"],
        seekers=metadata["seekers"],
        about=parse_json(metadata["about"]),
        statistic_names=tuple(names),
        **restored(stored, game),
    )


def _game(content: Any) -> Game:
    """Return the game that a file describes, every field of it given."""
    if not isinstance(content, dict):
        raise ValueError(f"game is {shown(content)}, expected an object")
    return Game.from_options(content)


def _check_stored(stored: dict[str, np.ndarray], game: Game, statistics: int) -> None:
    """Raise ValueError unless these are the arrays of a file, each of its type and shape."""
    _check_names("the file", stored, stored_names(game))
    shapes = stored_shapes(game, len(stored["wall_count"]) if stored["wall_count"].ndim else 0, statistics)
    for name in stored_names(game):
        array, expected = stored[name], np.dtype(STORED[name])
        if array.shape != shapes[name] or array.dtype != expected:
            raise ValueError(
                f"{name} has shape {array.shape} and type {array.dtype}, expected {shapes[name]} and {expected}"
            )


def _check_names(what: str, found: dict[str, Any], expected: tuple[str, ...]) -> None:
    if missing := [name for name in expected if name not in found]:
        raise ValueError(f"{what} lacks {', '.join(missing)}")
    if unknown := [name for name in found if name not in expected]:
        raise ValueError(f"{what} has the unknown {shown(unknown)}")
