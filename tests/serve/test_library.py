"""The replays a page can choose from."""

import errno
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from hideseek.serve.library import Entry, Library
from hideseek.view.replay.file import ReplayError, decode_replay, encode_replay, write_replay
from tests.view.replay.episodes import tiny


def test_files_are_listed_in_their_order(tmp_path: Path):
    """By their names; what is asked for are their bytes."""
    paths = [tmp_path / "b.replay", tmp_path / "a.replay"]
    for path in paths:
        write_replay(path, tiny())
    library = Library(paths)
    assert library.entries() == [Entry("b", "b.replay", None, 2), Entry("a", "a.replay", None, 2)]
    assert library.content("a.replay") == paths[1].read_bytes()


@pytest.mark.parametrize("file", ["c.replay", "", ".", "..", "../a.replay", "/etc/passwd", "a", "a.replay/"])
def test_nothing_else_is_handed_out(tmp_path: Path, file: str):
    """A name is looked up, never put together to a path."""
    (tmp_path / "below").mkdir()
    for path in (tmp_path / "a.replay", tmp_path / "below" / "b.replay"):
        write_replay(path, tiny())
    with pytest.raises(KeyError):
        Library([tmp_path / "below" / "b.replay"]).content(file)


def test_a_file_that_is_no_replay_is_an_error_at_once(tmp_path: Path):
    """As is one that is not there."""
    (tmp_path / "damaged.replay").write_bytes(b"no")
    for name in ("damaged.replay", "missing.replay"):
        with pytest.raises(ReplayError, match=name):
            Library([tmp_path / name])


def test_names_have_to_differ(tmp_path: Path):
    """Requests could not tell the files apart."""
    paths = [tmp_path / folder / "a.replay" for folder in ("one", "two")]
    for path in paths:
        write_replay(path, tiny())
    with pytest.raises(ValueError, match=r"files has two replays named a\.replay, expected"):
        Library(paths)


def test_a_folder_is_looked_through_again_and_again(tmp_path: Path):
    """A run writes replays while it is watched; they are known by their iterations."""
    folder = tmp_path / "replays"
    library = Library(folder=folder)
    assert library.entries() == []
    for iteration in (200, 100):
        write_replay(folder / f"{iteration:08d}.replay", replace(tiny(), about={"iteration": iteration}))
    assert [entry.name for entry in library.entries()] == ["iteration 100", "iteration 200"]
    assert library.entries()[0] == Entry("iteration 100", "00000100.replay", 100, 2)
    (folder / "00000100.replay").unlink()
    assert [entry.iteration for entry in library.entries()] == [200]
    with pytest.raises(KeyError):
        library.content("00000100.replay")


def test_a_damaged_replay_of_a_folder_is_left_out_and_named_once(tmp_path: Path, capsys):
    """Until it is another."""
    path = tmp_path / "00000100.replay"
    path.write_bytes(encode_replay(tiny())[:-10])
    library = Library(folder=tmp_path)
    assert library.entries() == library.entries() == []
    with pytest.raises(KeyError):
        library.content(path.name)
    error = capsys.readouterr().err
    assert error.startswith(f"hideseek: {path} is no replay, or damaged")
    assert error.count("\n") == 1
    write_replay(path, tiny())
    os.utime(path, ns=(1, 1))
    assert len(library.entries()) == 1


def test_played_episodes_get_names_of_their_own(tmp_path: Path, monkeypatch):
    """In the folder of the run; without a run in a folder here."""
    library = Library(folder=tmp_path / "replays")
    assert [library.keep(tiny()) for _ in range(2)] == ["played-0001.replay", "played-0002.replay"]
    assert [entry.name for entry in library.entries()] == ["played-0001", "played-0002"]
    assert library.content("played-0002.replay") == encode_replay(tiny())
    assert [path.name for path in sorted((tmp_path / "replays").iterdir())] == [
        "played-0001.replay",
        "played-0002.replay",
    ]
    monkeypatch.chdir(tmp_path)
    here = Library()
    assert here.keep(tiny()) == "played-0001.replay"
    assert (tmp_path / "played" / "played-0001.replay").exists()
    assert [entry.file for entry in here.entries()] == ["played-0001.replay"]


def test_new_episodes_are_at_the_top(tmp_path: Path):
    """They are in no file."""
    write_replay(tmp_path / "a.replay", tiny())
    library = Library([tmp_path / "a.replay"])
    library.show("zoo:quadrant, seed 0", replace(tiny(), about={"iteration": 5}))
    assert library.entries()[0] == Entry("zoo:quadrant, seed 0", "new-1.replay", 5, 2)
    assert decode_replay(library.content("new-1.replay"), "it").about == {"iteration": 5}
    assert [path.name for path in tmp_path.iterdir()] == ["a.replay"]


@pytest.mark.parametrize("iteration", [True, "5", 5.0, None, [5]])
def test_an_iteration_that_is_none_is_none(tmp_path: Path, iteration: object):
    """Whoever wrote the replay may have put anything there."""
    write_replay(tmp_path / "00000005.replay", replace(tiny(), about={"iteration": iteration}))
    assert Library([tmp_path / "00000005.replay"]).entries()[0].iteration is None


def make_odd_files(folder: Path) -> int:
    """Put beside a run's replays what has their ending and is none; return how many."""
    os.mkfifo(folder / "pipe.replay")
    (folder / "folder.replay").mkdir()
    (folder / "nowhere.replay").symlink_to(folder / "missing")
    (folder / "loop.replay").symlink_to(folder / "loop.replay")
    (folder / "endless.replay").symlink_to("/dev/zero")
    (folder / "empty.replay").touch()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.replay"))
    return 7


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_odd_files_of_a_folder_are_left_out_and_named_once(tmp_path: Path, capsys, monkeypatch):
    """Nobody waits for them; the others stay."""
    monkeypatch.chdir(tmp_path)  # names of sockets may not be long
    write_replay(tmp_path / "a.replay", tiny())
    odd = make_odd_files(tmp_path)
    library = Library(folder=tmp_path)
    for _ in range(2):
        assert [entry.file for entry in library.entries()] == ["a.replay"]
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == odd
    assert all(line.startswith(f"hideseek: {tmp_path}") for line in lines)
    for name in ("pipe.replay", "folder.replay", "endless.replay"):
        with pytest.raises(KeyError):
            library.content(name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_a_replay_that_becomes_something_else_is_not_waited_for(tmp_path: Path, monkeypatch):
    """Between the look at the list and the reading, too."""
    path = tmp_path / "a.replay"
    write_replay(path, tiny())
    library = Library(folder=tmp_path)
    entries = library.entries()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(library, "entries", lambda: entries)
    with pytest.raises(ReplayError, match=r"a\.replay cannot be read: it is no regular file"):
        library.content("a.replay")


def test_a_name_that_the_system_cannot_decode_is_shown_with_escapes(tmp_path: Path):
    """And can be asked for by what is shown."""
    path = tmp_path / os.fsdecode(b"r\xffn.replay")
    write_replay(tmp_path / "a.replay", tiny())
    try:
        (tmp_path / "a.replay").rename(path)
    except OSError:
        pytest.skip("this file system takes no such names")
    for library in (Library(folder=tmp_path), Library([path])):
        assert library.entries() == [Entry("r\\udcffn", "r\\udcffn.replay", None, 2)]
        assert library.content("r\\udcffn.replay") == path.read_bytes()


def test_an_unreadable_file_is_named_once_and_listed_when_it_can_be_read(tmp_path: Path, capsys, monkeypatch):
    """As root can read everything, the system is made to refuse here."""
    path = tmp_path / "a.replay"
    write_replay(path, tiny())
    library = Library(folder=tmp_path)
    refusing = True

    def open_or_refuse(name: str, flags: int, mode: int = 0o777) -> int:
        if refusing:
            raise PermissionError(errno.EACCES, "Permission denied", name)
        return really_open(name, flags, mode)

    really_open = os.open
    monkeypatch.setattr(os, "open", open_or_refuse)
    assert library.entries() == library.entries() == []
    assert capsys.readouterr().err == f"hideseek: {path} cannot be read: Permission denied\n"
    refusing = False
    before = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == before:  # clocks of file systems are coarse
        path.chmod(0o600)
        path.chmod(0o644)
    assert [entry.file for entry in library.entries()] == ["a.replay"]


def test_a_file_that_vanishes_takes_nothing_with_it(tmp_path: Path, capsys):
    """It is named once, where it was asked for by name."""
    paths = [tmp_path / "a.replay", tmp_path / "b.replay"]
    for path in paths:
        write_replay(path, tiny())
    library = Library(paths)
    paths[0].unlink()
    for _ in range(2):
        assert [entry.file for entry in library.entries()] == ["b.replay"]
    assert capsys.readouterr().err == f"hideseek: {paths[0]} cannot be read: No such file or directory\n"
    with pytest.raises(KeyError):
        library.content("a.replay")
    write_replay(paths[0], tiny())
    assert [entry.file for entry in library.entries()] == ["a.replay", "b.replay"]


@pytest.mark.parametrize("kind", ["file", "missing"])
def test_a_folder_that_is_none_is_empty(tmp_path: Path, kind: str):
    """Nothing is made of it before there is something to keep."""
    if kind == "file":
        (tmp_path / "replays").touch()
    assert Library(folder=tmp_path / "replays").entries() == []
