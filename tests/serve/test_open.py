"""What `hideseek watch` and `hideseek play` serve, without a server being run."""

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from hideseek.cli import main
from hideseek.commands.watch import PAGE_EPISODES
from hideseek.evaluate.filters import best_episodes
from hideseek.evaluate.recording import play_recorded
from hideseek.serve import run
from hideseek.serve.access import Access
from hideseek.serve.episodes import CHOSEN_FROM
from hideseek.serve.listen import Listener
from hideseek.view.replay.content import Replay
from hideseek.view.replay.file import decode_replay, encode_replay, write_replay
from hideseek.zoo.sources import open_source
from tests.needs import import_mujoco
from tests.serve.conftest import GAME, ITERATION, PAST
from tests.view.replay.episodes import tiny


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
    main(["watch", str(run_folder), "--episodes", "3", "--seed", "5", "--port", "0"])
    assert capsys.readouterr().out == "Compiling the simulator and the network (a minute the first time)\n"
    library = served.library()
    first = library["replays"][0]
    assert first["name"] == f"{run_folder}, iteration {ITERATION}, seed 5"
    replay = decode_replay(served.client.get(f"/api/replays/{first['file']}").content, "answer")
    assert (replay.episodes, replay.about["seed"], replay.game) == (3, 5, GAME)
    assert library["title"] == str(run_folder)
    assert library["checkpoints"] == [{"iteration": PAST}, {"iteration": ITERATION}]
    assert library["can_play"]
    assert (served.open_browser, served.fragment) == (True, "")


def test_a_person_is_asked_to_play(run_folder: Path, served: Served):
    """The team that was asked for is proposed."""
    main(["play", str(run_folder), "--team", "seekers", "--no-browser", "--port", "0"])
    assert served.library()["can_play"]
    assert (served.open_browser, served.fragment) == (False, "#play=seekers")


def test_replay_files_are_watched(tmp_path: Path, served: Served, capsys):
    """Nothing is compiled for them, nothing can be simulated."""
    paths = [tmp_path / "b.replay", tmp_path / "a.replay"]
    for path in paths:
        write_replay(path, tiny())
    main(["watch", *map(str, paths), "--port", "0"])
    assert [entry["name"] for entry in served.library()["replays"]] == ["b", "a"]
    assert not served.library()["can_simulate"]
    assert served.client.get("/api/replays/a.replay").content == encode_replay(tiny())
    assert capsys.readouterr().out == ""


def test_episodes_on_mujoco_are_watched(run_folder: Path, served: Served, capsys, monkeypatch):
    """Where it is not installed, one line says how to install it."""
    import_mujoco()
    main(["watch", str(run_folder), "--engine", "mujoco", "--port", "0"])
    assert served.library()["replays"][0]["episodes"] == 4
    monkeypatch.setitem(sys.modules, "mujoco", None)
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        main(["watch", str(run_folder), "--engine", "mujoco"])
    assert stop.value.code == 2
    assert "pip install 'hideseek[mujoco]'" in capsys.readouterr().err


def first_replay(served: Served) -> Replay:
    """Return what the page shows first."""
    first = served.library()["replays"][0]
    return decode_replay(served.client.get(f"/api/replays/{first['file']}").content, "answer")


def test_a_policy_of_the_zoo_shows_what_it_can(served: Served, monkeypatch):
    """Several episodes, those first that its card's filter ranks first among many."""
    source = replace(open_source("zoo:doors"), game=GAME)
    monkeypatch.setattr("hideseek.serve.policies.open_source", lambda *_: source)
    main(["watch", "zoo:doors", "--seed", "2", "--port", "0"])
    replay = first_replay(served)
    assert replay.episodes == PAGE_EPISODES > 1
    assert (replay.about["filter"], replay.about["of"]) == (source.telling, CHOSEN_FROM)
    found = replay.about["found"]
    assert found == sorted(found, reverse=True)
    result, recorder = play_recorded(GAME, *source.players(), CHOSEN_FROM, seed=2)
    best = best_episodes(result, source.telling, PAGE_EPISODES)
    np.testing.assert_array_equal(replay.movement, recorder.replay("", "", {}).movement[best])


@pytest.mark.parametrize("name", ["quadrant", "scripted:chase"])
def test_games_without_a_policy_are_watched(served: Served, monkeypatch, name: str):
    """Random or scripted players, with nothing on the disk."""
    monkeypatch.setattr("hideseek.zoo.sources.make_game", lambda _: GAME)
    main(["watch", name, "--port", "0"])
    assert first_replay(served).hiders == open_source(name).title
    assert served.library()["title"] == name
    assert served.library()["can_play"]


def test_who_may_come_is_what_the_options_say(tmp_path: Path, served: Served):
    """This machine alone by default; a name can be given several times."""
    path = tmp_path / "a.replay"
    write_replay(path, tiny())
    main(["watch", str(path), "--port", "0"])
    assert not served.is_public
    assert served.access == Access()
    names = ["--allow-host", "a.example", "--allow-host", "b.example"]
    main(["watch", str(path), "--port", "0", "--host", "0.0.0.0", *names])
    assert served.is_public
    assert served.access.token
    assert served.access.forwarded == {"a.example", "b.example"}


@pytest.mark.parametrize("command", ["watch", "play"])
def test_what_cannot_be_listened_on_is_refused_before_anything_is_computed(command: str, run_folder: Path, capsys):
    """One line that names the option; nothing was compiled."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        for options, message in (
            (["--port", str(number)], f"port is {number}, which is in use, expected a free one"),
            (["--port", "65536"], "port is 65536, expected an integer from 0 to 65535"),
            (["--port", "0", "--host", "a..b"], "host is 'a..b', which does not resolve, expected"),
            (["--port", "0", "--allow-host", "http://a"], "is 'http://a', expected a name alone"),
        ):
            with pytest.raises(SystemExit) as stop:
                main([command, str(run_folder), *options])
            assert stop.value.code == 2
            printed = capsys.readouterr()
            assert message in printed.err
            assert printed.err.count("\n") == 1
            assert printed.out == ""
