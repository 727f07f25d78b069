"""The server as a process: its port, real connections, a clean end."""

import asyncio
import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from hideseek.serve.library import Library
from hideseek.serve.listen import listen
from hideseek.serve.policies import Policies
from hideseek.serve.run import make_server
from hideseek.signals import NUMBERS
from hideseek.view.replay.file import decode_replay, write_replay
from tests.search import examples
from tests.serve.conftest import GAME, Hurry, served
from tests.view.replay.episodes import tiny
from tests.waiting import SECONDS

START = json.dumps({"type": "start", "team": "seekers", "agent": 0, "seed": 2})
ACTION = json.dumps({"type": "action", "movement": [0.3, -0.3, 0.1], "grab": False, "lock": True})


@pytest.fixture(scope="module")
def port(policies: Policies, tmp_path_factory) -> Iterator[int]:
    """Serve the run in a thread, with a clock that never waits; return the port."""
    library = Library(folder=tmp_path_factory.mktemp("server") / "replays")
    with served(library, policies, Hurry()) as number:
        yield number


def get(port: int, address: str, **headers: str) -> tuple[int, bytes]:
    """Return the status and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


async def game(port: int) -> list[dict]:
    """Play a whole game over a real connection; return what was heard."""
    heard = []
    async with connect(f"ws://127.0.0.1:{port}/api/play") as channel:
        await channel.send(START)
        async for text in channel:
            heard.append(json.loads(text))
            with contextlib.suppress(websockets.ConnectionClosed):  # the game is over before its last picture is here
                await channel.send(ACTION)
    return heard


async def last_words(port: int, *messages: str | bytes) -> list[str]:
    """Send messages and return what is heard until the server closes the connection."""
    async with connect(f"ws://127.0.0.1:{port}/api/play") as channel:
        with contextlib.suppress(websockets.ConnectionClosed):
            for message in messages:
                await channel.send(message)
        return await rest(channel)


async def rest(channel: ClientConnection) -> list[str]:
    """Return what is heard until the connection is closed, for whatever reason."""
    heard = []
    with contextlib.suppress(websockets.ConnectionClosed):
        while True:
            heard.append(str(await channel.recv()))
    return heard


def within_time(what):
    """Run something that has to end by itself."""
    return asyncio.run(asyncio.wait_for(what, SECONDS))


def test_games_are_played_at_the_same_time(port: int):
    """Each has its own world; all replays are in the list."""

    async def several() -> list[list[dict]]:
        return await asyncio.gather(*(game(port) for _ in range(3)))

    games = within_time(several())
    files = [heard[-1]["replay"] for heard in games]
    assert len(set(files)) == 3
    listed = [entry["file"] for entry in json.loads(get(port, "/api/library")[1])["replays"]]
    assert set(files) <= set(listed)
    for heard in games:
        replay = decode_replay(get(port, f"/api/replays/{heard[-1]['replay']}")[1], "answer")
        assert replay.reward[0, :, 2].sum() == pytest.approx(heard[-1]["you"])
        assert [message["type"] for message in heard] == ["layout", *["frame"] * (GAME.horizon + 1), "end"]


def test_a_tunnel_may_begin_at_another_port(port: int):
    """Host and origin then have that port, in pages and in games."""
    there = {"Host": "localhost:9000", "Origin": "http://localhost:9000"}
    assert get(port, "/", **there)[0] == 200

    async def greet() -> str:
        uri, address = "ws://localhost:9000/api/play", {"host": "127.0.0.1", "port": port}
        async with connect(uri, origin=Origin(there["Origin"]), **address) as channel:
            await channel.send(START)
            return json.loads(await channel.recv())["type"]

    assert within_time(greet()) == "layout"


def test_who_disconnects_leaves_nothing_behind(port: int, caplog, capfd):
    """Neither the connections of games under way nor their places are kept, and nobody's terminal hears of it."""

    async def leave() -> None:
        for words in ([], [START], [START, ACTION], ["no message"], [START, "no message"]):
            async with connect(f"ws://127.0.0.1:{port}/api/play") as channel:
                for word in words:
                    await channel.send(word)
            channel.transport.abort()

    within_time(leave())
    within_time(leave())
    assert within_time(game(port))[-1]["type"] == "end"
    assert caplog.messages == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "localhost:9000", "Origin": "http://localhost:8421"},
    ],
)
def test_strangers_get_no_connection(port: int, headers: dict[str, str]):
    """Neither pages nor sockets."""
    assert get(port, "/", **headers)[0] == 403

    async def shake_hands() -> None:
        address = {"host": "127.0.0.1", "port": port}
        uri = f"ws://{headers.get('Host', f'127.0.0.1:{port}')}/api/play"
        async with connect(uri, origin=headers.get("Origin"), **address):
            pytest.fail("the handshake was accepted")

    with pytest.raises(websockets.InvalidStatus) as refused:
        within_time(shake_hands())
    assert refused.value.response.status_code == 403


def test_a_message_of_any_size_is_survived(port: int):
    """Those that are far too long are not even put together."""
    assert "longer than 4096 bytes" in within_time(last_words(port, "x" * 5000))[0]
    assert within_time(last_words(port, "x" * 1_000_000)) == []
    assert get(port, "/api/library")[0] == 200


@examples(30)
@given(
    st.lists(st.binary(max_size=200) | st.text(max_size=200) | st.just(START) | st.just(ACTION), min_size=1, max_size=4)
)
def test_whatever_is_said_the_server_stays(port: int, messages: list[str | bytes]):
    """Every connection ends with a result or one error, unless nothing was wrong so far and the person left."""

    async def talk() -> list[str]:
        async with connect(f"ws://127.0.0.1:{port}/api/play") as channel:
            with contextlib.suppress(websockets.ConnectionClosed):
                for message in [*messages, "the end"]:
                    await channel.send(message)
            return await rest(channel)

    heard = [json.loads(text)["type"] for text in within_time(talk())]
    assert heard[-1] in ("end", "error")
    assert heard.count("error") <= 1


def test_the_server_still_plays_after_all_of_that(port: int):
    """Nothing holds a place."""
    assert within_time(game(port))[-1]["type"] == "end"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_ends_the_command_cleanly(tmp_path: Path, number: int):
    """The page's address is told; exit code 0, no traceback; replays need no network."""
    with watching(tmp_path) as process:
        ready = line(process)
        found = re.fullmatch(r"Ready: http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends\)\n", ready)
        assert found, ready
        assert json.loads(get(int(found[1]), "/api/library")[1])["replays"][0]["file"] == "a.replay"
        process.send_signal(number)
        assert rest_of(process) == "Stopped.\nFalse\n"
    assert process.returncode == 0


def test_other_machines_need_what_is_printed(tmp_path: Path):
    """The address with its token opens the page; without it nothing does, whatever name the server is called by."""
    with watching(tmp_path, "--host", "0.0.0.0", "--allow-host", "a.example", "--allow-host", "b.example") as process:
        ready = line(process)
        found = re.fullmatch(r"Ready: http://127\.0\.0\.1:(\d+)/\?token=([\w-]{32}) \(Ctrl-C ends\)\n", ready)
        assert found, ready
        assert line(process).startswith("From other machines: ")
        port, token = int(found[1]), found[2]
        assert get(port, "/api/library")[0] == 403
        for host in (f"127.0.0.1:{port}", "localhost:9000", "10.1.2.3:9000", "a.example", "b.example:80"):
            assert get(port, "/api/library", Host=host)[0] == 403
            assert get(port, f"/api/library?token={token}", Host=host)[0] == 200
        assert get(port, f"/api/library?token={token}", Host="evil.example")[0] == 403
        process.send_signal(signal.SIGINT)
        assert rest_of(process) == "Stopped.\nFalse\n"


def test_what_the_end_cuts_off_is_no_news(monkeypatch, caplog):
    """Answers and games that would have taken longer; errors are still told."""
    monkeypatch.setattr("hideseek.serve.run.GRACE_SECONDS", 0)
    begun = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/wrong":
            raise KeyError("a defect")
        begun.set()
        await anyio.sleep_forever()

    with listen(port=0) as listener:
        server = make_server(app)
        thread = threading.Thread(target=server.run, args=(list(listener.sockets),))
        thread.start()
        assert get(listener.port, "/wrong")[0] == 500
        with socket.create_connection(("127.0.0.1", listener.port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert begun.wait(SECONDS)
            server.should_exit = True
            thread.join()
    assert len(caplog.records) == 1
    assert "a defect" in caplog.text


@contextlib.contextmanager
def watching(folder: Path, *options: str) -> Iterator[subprocess.Popen]:
    """Run `hideseek watch` with a replay on a free port; say at the end whether the network was loaded for it."""
    path = folder / "a.replay"
    write_replay(path, tiny())
    code = "import sys; from hideseek.cli import main; main(sys.argv[1:]); print('jax' in sys.modules)"
    command = [sys.executable, "-c", code, "watch", str(path), "--no-browser", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline()


def rest_of(process: subprocess.Popen) -> str:
    """Return what a process prints until it ends by itself."""
    assert process.stdout is not None
    printed = process.stdout.read()
    process.wait()
    return printed
