"""The server as a process: its port, real connections, a clean end."""

import asyncio
import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect

from hideseek.serve.library import Library
from hideseek.serve.policies import Policies
from hideseek.serve.run import check_port, listen
from hideseek.signals import NUMBERS
from hideseek.view.replay.file import decode_replay, write_replay
from tests.refusal import assert_refused
from tests.serve.conftest import GAME, Hurry, served
from tests.view.replay.episodes import tiny

START = json.dumps({"type": "start", "team": "seekers", "agent": 0, "seed": 2})
ACTION = json.dumps({"type": "action", "movement": [0.3, -0.3, 0.1], "grab": False, "lock": True})
SECONDS = 60
"""After which something is wrong."""


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


def test_who_disconnects_leaves_nothing_behind(port: int):
    """Neither the connections of games under way nor their places are kept."""

    async def leave() -> None:
        for words in ([], [START], [START, ACTION]):
            async with connect(f"ws://127.0.0.1:{port}/api/play") as channel:
                for word in words:
                    await channel.send(word)
            channel.transport.abort()

    within_time(leave())
    within_time(leave())
    assert within_time(game(port))[-1]["type"] == "end"


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "http://127.0.0.1:1"}]
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


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_a_port_that_is_taken_is_replaced():
    """By any free one, on this machine alone."""
    with listen(0) as first:
        taken = first.getsockname()[1]
        with listen(taken) as second:
            assert second.getsockname()[0] == "127.0.0.1"
            assert second.getsockname()[1] != taken
    with listen(taken) as third:
        assert third.getsockname()[1] == taken


@pytest.mark.parametrize("port", [0, 80, 65536, -1, True, 8421.0])
def test_ports_that_no_user_has_are_refused(port: object):
    """As all numbers out of range are."""
    assert_refused(lambda: check_port(port), ValueError, f"port is {port}, expected an integer from 1024 to 65535")


@pytest.mark.parametrize("number_of_signal", NUMBERS)
def test_a_signal_ends_the_command_cleanly(tmp_path: Path, number_of_signal: int):
    """A taken port and the page's address are told; exit code 0, no traceback; replays need no network."""
    path = tmp_path / "a.replay"
    write_replay(path, tiny())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        code = "import sys; from hideseek.cli import main; main(sys.argv[1:]); print('jax' in sys.modules)"
        command = [sys.executable, "-c", code, "watch", str(path), "--no-browser", "--port", str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(f"Port {number} is in use: took ")
            ready = process.stdout.readline()
            found = re.fullmatch(r"Ready: http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends\)\n", ready)
            assert found, ready
            assert json.loads(get(int(found[1]), "/api/library")[1])["replays"][0]["file"] == "a.replay"
            process.send_signal(number_of_signal)
            assert process.stdout.read() == "Stopped.\nFalse\n"
    assert process.returncode == 0
