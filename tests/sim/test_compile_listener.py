"""What is said when the simulator is compiled, in one process and in those after it."""

import atexit
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from numba.core.event import Event, EventStatus

from hideseek.caches import CacheFiles
from hideseek.sim import compile_listener
from hideseek.sim.compile_listener import CompileListener

ONCE = "hideseek: compiling the simulator, about a minute, this once\n"


class Process:
    """A process that compiles: a listener of its own, and what is to be done at its end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._listener, self._at_exit = CompileListener(), []
        monkeypatch.setattr(atexit, "register", self._at_exit.append)

    def compile(self, module: str, inside: Callable[[], None] = lambda: None) -> None:
        """Compile a function of a module; `inside` is what happens meanwhile."""
        data = {"dispatcher": SimpleNamespace(py_func=SimpleNamespace(__module__=module))}
        self._listener.on_start(Event("numba:compile", EventStatus.START, data))
        try:
            inside()
        finally:
            self._listener.on_end(Event("numba:compile", EventStatus.END, data))

    def end(self) -> None:
        """Do what the process does when it ends."""
        for call in self._at_exit:
            call()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CacheFiles:
    """Where kernels are kept."""
    files = CacheFiles(tmp_path)
    monkeypatch.setattr(compile_listener, "kernel_files", lambda: files)
    return files


@pytest.mark.usefixtures("files")
def test_it_is_said_once_for_all_processes(monkeypatch: pytest.MonkeyPatch, capsys):
    """At the first kernel of the simulator; a later process that needs a few more says nothing."""
    first = Process(monkeypatch)
    first.compile("hideseek.view.canvas")
    assert capsys.readouterr().err == ""
    first.compile("hideseek.game.play", lambda: first.compile("hideseek.sim.step"))
    first.compile("hideseek.sim.rays")
    assert capsys.readouterr().err == ONCE
    first.end()
    later = Process(monkeypatch)
    later.compile("hideseek.sim.rays")
    later.end()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("files")
def test_it_is_said_again_after_an_interruption(monkeypatch: pytest.MonkeyPatch, capsys):
    """Most is still to be compiled then."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    first = Process(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        first.compile("hideseek.game.play", interrupt)
    first.end()
    Process(monkeypatch).compile("hideseek.game.play")
    assert capsys.readouterr().err == 2 * ONCE


def test_nothing_is_promised_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, capsys):
    """The next process compiles it all again."""
    monkeypatch.setattr(compile_listener, "kernel_files", lambda: None)
    process = Process(monkeypatch)
    process.compile("hideseek.game.play")
    process.end()
    assert capsys.readouterr().err == "hideseek: compiling the simulator, about a minute\n"
