"""Cache folders: which one is used, what is said about it, and files in them that are broken or cannot be written."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hideseek import caches
from hideseek.caches import CacheFiles, cache_folders, kernel_folder, network_folder

VARIABLES = ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "JAX_COMPILATION_CACHE_DIR")


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a temporary folder below `tmp_path`, and nothing chosen; what was found is forgotten."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    caches._folder_for.cache_clear()
    caches._base_folder.cache_clear()


def private(places: Path) -> Path:
    """Return the folder of last resort."""
    return places / "tmp" / f"hideseek-{os.getuid()}"


def block(folder: Path) -> None:
    """Put a file where a folder would be: nobody, not even root, can write below it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("")


def test_usual_folder_is_below_the_home_and_nothing_is_said(places: Path, capsys):
    """For its owner alone."""
    base = places / "home" / ".cache" / "hideseek"
    assert cache_folders() == {"kernels": base / "numba", "networks": base / "jax"}
    assert stat.S_IMODE(base.stat().st_mode) == 0o700
    assert capsys.readouterr().err == ""


def test_folder_that_is_chosen_comes_first(places: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """One for all caches, one for each; a relative path is ignored, as the standard asks."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "xdg"))
    assert kernel_folder() == places / "xdg" / "hideseek" / "numba"
    forget()
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places / "numba"))
    assert kernel_folder() == places / "numba"
    assert network_folder() == places / "home" / ".cache" / "hideseek" / "jax"
    assert network_folder(str(places / "jax")) == places / "jax"
    assert capsys.readouterr().err == ""


def test_chosen_folder_that_cannot_be_written_is_named(places: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """And our own is used."""
    block(places / "file")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places / "file" / "numba"))
    assert kernel_folder() == places / "home" / ".cache" / "hideseek" / "numba"
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"hideseek: {places}/file/numba cannot be written: ")
    assert line.endswith(": it was chosen as a cache and is not used")


@pytest.mark.parametrize("home", ["missing", "unwritable", "unknown"])
def test_without_a_home_a_private_folder_is_used(places: Path, monkeypatch: pytest.MonkeyPatch, capsys, home: str):
    """Said in one line, once, with the folder and the remedy; no folder `~` appears."""
    monkeypatch.chdir(places)
    if home == "unknown":
        monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    else:
        block(places / "file")
        monkeypatch.setenv("HOME", str(places / "file" / "home") if home == "missing" else str(places / "file"))
    assert cache_folders() == {"kernels": private(places) / "numba", "networks": private(places) / "jax"}
    assert stat.S_IMODE(private(places).stat().st_mode) == 0o700
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"hideseek: compiled code is kept in {private(places)} (")
    assert ("no home folder" if home == "unknown" else str(places / "file")) in line
    assert "XDG_CACHE_HOME" in line
    assert not (places / "~").exists()


@pytest.mark.parametrize("trap", ["open", "link", "file"])
def test_shared_temporary_folder_is_no_place_for_machine_code_of_others(places: Path, capsys, trap: str):
    """Others could have put code there; then none is kept."""
    block(places / "home" / ".cache")
    if trap == "open":
        private(places).mkdir()
        private(places).chmod(0o777)
    elif trap == "link":
        (places / "elsewhere").mkdir(mode=0o700)
        private(places).symlink_to(places / "elsewhere")
    else:
        block(private(places))
    assert cache_folders() == {"kernels": None, "networks": None}
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("hideseek: compiled code is not kept (")
    assert str(private(places)) in line
    assert "XDG_CACHE_HOME" in line


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives folders away")
def test_folder_of_another_user_is_not_used(places: Path, capsys):
    """Not even below the home, as after `sudo` with the home of somebody else."""
    base = places / "home" / ".cache" / "hideseek"
    base.mkdir(parents=True)
    os.chown(base, 12345, 12345)
    assert kernel_folder() == private(places) / "numba"
    assert f"{base} belongs to another user" in capsys.readouterr().err


def test_full_disk_is_noticed_before_it_is_used(places: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """An empty file can be made there, and takes nothing."""
    usual = places / "home" / ".cache" / "hideseek"
    make = tempfile.TemporaryFile

    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            return

        def write(self, _: bytes) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Full() if dir == usual else make(dir=dir))
    assert kernel_folder() == private(places) / "numba"
    assert f"{usual} cannot be written: No space left on device" in capsys.readouterr().err


def test_files_come_back_and_broken_ones_are_dropped(tmp_path: Path):
    """Cut short, changed, or of another origin: as good as none, and replaced by the next."""
    files, path = CacheFiles(tmp_path / "new"), tmp_path / "new" / "code"
    assert files.read("code") is None
    files.write("code", b"machine code", b"source")
    whole = path.read_bytes()
    assert files.read("code", b"source") == b"machine code"
    assert files.read("code", b"other source") is None
    changed = bytes([whole[0] ^ 1]) + whole[1:]
    for broken in (b"", whole[:10], whole[:-1], whole + b"\0", bytes(len(whole)), changed):
        path.write_bytes(broken)
        assert files.read("code", b"source") is None
        assert not path.exists()
    files.write("code", b"machine code", b"source")
    assert files.read("code", b"source") == b"machine code"
    assert [file.name for file in path.parent.iterdir()] == ["code"]


def test_disk_that_fills_up_is_told_once_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    """The line names the folder and the remedy."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = tmp_path / "new"
    files = CacheFiles(folder)
    monkeypatch.setattr(os, "replace", refuse)
    files.write("one", b"code")
    files.write("two", b"code")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"hideseek: {folder} cannot be written (No space left on device)")
    assert "XDG_CACHE_HOME" in line
    assert not list(folder.iterdir())
