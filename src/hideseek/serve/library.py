"""The replays that a page can choose from: those of files, of a run that may be training, and of this session."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from hideseek.checks import check_path, printable
from hideseek.terminal import complain
from hideseek.view.replay.content import Replay
from hideseek.view.replay.file import SUFFIX, ReplayError, encode_replay, read_content, read_replay, write_replay

PLAYED = "played"
"""How the names of episodes begin in which a person played, and the folder for them where there is no run."""


@dataclass(frozen=True)
class Entry:
    """A replay that can be asked for."""

    name: str
    """For people."""
    file: str
    """For requests; different for all entries of a library."""
    iteration: int | None
    """Of training, where the replay knows it."""
    episodes: int


class Library:
    """Replays by name. Files of a run are looked for anew whenever the list is asked for."""

    def __init__(self, files: Sequence[Path] = (), folder: Path | None = None) -> None:
        """Take replays that have to be there, or a run's folder of replays.

        Args:
            files: replays.
            folder: whose replays are shown, whenever they are written. Episodes that a person plays are kept there, or
                in the current folder's `played` without one.

        Raises:
            ReplayError: One of the files is no replay, or cannot be read.
            ValueError: Two of the files have the same name.
        """
        self._folder = Path(PLAYED) if folder is None else check_path("folder", folder)
        self._shows_folder = folder is not None
        self._lock = Lock()
        self._memory: dict[str, tuple[Entry, bytes]] = {}
        self._paths: dict[str, Path] = {}
        self._known: dict[Path, tuple[tuple[int, ...] | None, Entry | None]] = {}
        for path in (check_path(f"files[{k}]", file) for k, file in enumerate(files)):
            name = printable(path.name)
            if name in self._paths:
                raise ValueError(f"files has two replays named {name}, expected different names")
            self._paths[name] = path
            self._known[path] = _stamp(path), _entry(name, read_replay(path))

    def entries(self) -> list[Entry]:
        """Return all replays; whatever cannot be read as one is left out, and named on the terminal once."""
        with self._lock:
            if self._shows_folder:
                self._paths = {printable(path.name): path for path in sorted(self._folder.glob(f"*{SUFFIX}"))}
            stored = [self._look_at(name, path) for name, path in self._paths.items()]
            return [*(entry for entry, _ in self._memory.values()), *(entry for entry in stored if entry is not None)]

    def content(self, file: str) -> bytes:
        """Return the bytes of the replay with this file name.

        Raises:
            KeyError: There is none in the list.
            ReplayError: The file cannot be read any more.
        """
        if file not in [entry.file for entry in self.entries()]:
            raise KeyError(file)
        with self._lock:
            return self._memory[file][1] if file in self._memory else read_content(self._paths[file])

    def show(self, name: str, replay: Replay) -> None:
        """Put a replay that is in no file at the top of the list."""
        with self._lock:
            file = f"new-{len(self._memory) + 1}{SUFFIX}"
            self._memory[file] = Entry(name, file, _iteration(replay), replay.episodes), encode_replay(replay)

    def keep(self, replay: Replay) -> str:
        """Write an episode that a person played into a file of its own; return its name in the list.

        Raises:
            OSError: The file cannot be written.
        """
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            number = 1
            while (path := self._folder / f"{PLAYED}-{number:04d}{SUFFIX}").exists():
                number += 1
            write_replay(path, replay)
            self._paths[path.name] = path
            return path.name

    def _look_at(self, name: str, path: Path) -> Entry | None:
        """Return what the list says of a file, None where it is no replay; read it only where it has changed."""
        stamp = _stamp(path)
        if path not in self._known or self._known[path][0] != stamp:
            self._known[path] = stamp, None
            try:
                self._known[path] = stamp, _entry(name, read_replay(path))
            except ReplayError as error:
                complain(error)
        return self._known[path][1]


def _entry(file: str, replay: Replay) -> Entry:
    """Return what the list says of a file; those of training have the iteration, with leading zeros, for a name."""
    stem, iteration = file.removesuffix(SUFFIX), _iteration(replay)
    name = stem if iteration is None or not stem.isdigit() else f"iteration {iteration}"
    return Entry(name, file, iteration, replay.episodes)


def _iteration(replay: Replay) -> int | None:
    """Return the iteration that a replay says it is of, None where it says nothing that could be one."""
    iteration = replay.about.get("iteration")
    return iteration if isinstance(iteration, int) and not isinstance(iteration, bool) else None


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file does, or who may read it; None where it has gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
