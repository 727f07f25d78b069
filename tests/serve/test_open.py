"""What `hideseek watch` and `hideseek play` serve, without a server being run."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from hideseek.cli import main
from hideseek.serve import run
from hideseek.serve.access import Access
from hideseek.serve.listen import Listener
from hideseek.view.replay.file import decode_replay, encode_replay, write_replay
from tests.needs import import_mujoco
from tests.serve.conftest import GAME, ITERATION, PAST
from tests.view.replay.episodes import tiny

PORT = 8421


class Served:
    """What would have been served."""

    def __call__(
        self,
        make_app: Callable[[Access], ASGIApp],
        listener: Listener,
        access: Access,
        open_browser: bool,
        fragment: str = "",
    ) -> None:
        """Take the place of `hideseek.serve.run.serve`."""
        self.client = TestClient(make_app(access), base_url=f"http://127.0.0.1:{listener.port}")
        self.port, self.is_public, self.access = listener.port, listener.is_public, access
        self.open_browser, self.fragment = open_browser, fragment

    def library(self) -> dict:
        """Return what the page is offered."""
        return self.client.get("/api/library").json()


@pytest.fixture
def served(monkeypatch) -> Served:
    """Return what the next command serves."""
    served = Served()
    monkeypatch.setattr(run, "serve", served)
    return served


def test_a_run_is_watched_with_new_episodes_first(run_folder: Path, served: Served, capsys):
    """As many as were asked for, of the seed; then it offers its policies, past ones too."""
    main(["watch", str(run_folder), "--episodes", "3", "--seed", "5"])
    assert capsys.readouterr().out == "Compiling the simulator and the network (a minute the first time)\n"
    library = served.library()
    first = library["replays"][0]
    assert first["name"] == f"{run_folder}, iteration {ITERATION}, seed 5"
    replay = decode_replay(served.client.get(f"/api/replays/{first['file']}").content, "answer")
    assert (replay.episodes, replay.about["seed"], replay.game) == (3, 5, GAME)
    assert library["title"] == str(run_folder)
    assert library["checkpoints"] == [{"iteration": PAST}, {"iteration": ITERATION}]
    assert library["can_play"]
    assert (served.port, served.open_browser, served.fragment) == (PORT, True, "")


def test_a_person_is_asked_to_play(run_folder: Path, served: Served):
    """The team that was asked for is proposed."""
    main(["play", str(run_folder), "--team", "seekers", "--no-browser", "--port", "9000"])
    assert served.library()["can_play"]
    assert (served.port, served.open_browser, served.fragment) == (9000, False, "#play=seekers")


def test_replay_files_are_watched(tmp_path: Path, served: Served, capsys):
    """Nothing is compiled for them, nothing can be simulated."""
    paths = [tmp_path / "b.replay", tmp_path / "a.replay"]
    for path in paths:
        write_replay(path, tiny())
    main(["watch", *map(str, paths)])
    assert [entry["name"] for entry in served.library()["replays"]] == ["b", "a"]
    assert not served.library()["can_simulate"]
    assert served.client.get("/api/replays/a.replay").content == encode_replay(tiny())
    assert capsys.readouterr().out == ""


def test_episodes_on_mujoco_are_watched(run_folder: Path, served: Served, capsys, monkeypatch):
    """Where it is not installed, one line says how to install it."""
    import_mujoco()
    main(["watch", str(run_folder), "--engine", "mujoco"])
    assert served.library()["replays"][0]["episodes"] == 1
    monkeypatch.setitem(sys.modules, "mujoco", None)
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        main(["watch", str(run_folder), "--engine", "mujoco"])
    assert stop.value.code == 2
    assert "pip install 'hideseek[mujoco]'" in capsys.readouterr().err
