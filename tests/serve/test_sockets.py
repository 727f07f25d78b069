"""Web sockets whose other end has gone: nothing is sent to them any more, and nothing is raised."""

import json
from collections import deque
from collections.abc import Awaitable, Callable

import anyio
import pytest
from starlette.types import Message
from starlette.websockets import WebSocket

from hideseek.serve.messages import MessageError
from hideseek.serve.session import Channel, DisconnectedError
from hideseek.serve.sockets import Games

GONE: Message = {"type": "websocket.disconnect", "code": 1006}


class Client:
    """The other end as a server presents it: it takes in a number of messages and then is gone.

    Servers refuse everything after that in one of two ways: as a failed connection, or as a mistake of the
    application, where they have told it already.
    """

    def __init__(self, says: list[Message], takes: int, refusal: Exception | None = None) -> None:
        self._says, self._takes = deque([{"type": "websocket.connect"}, *says]), takes
        self._refusal = refusal or OSError("the connection is closed")
        self.heard: list[Message] = []
        self._told = False

    async def receive(self) -> Message:
        """Return what the client says, at last that it has gone."""
        if self._says:
            return self._says.popleft()
        self._told = True
        return GONE

    async def send(self, message: Message) -> None:
        """Take a message in."""
        if self._told:
            raise RuntimeError(f"Unexpected ASGI message {message['type']!r}, after sending 'websocket.close'")
        if len(self.heard) > self._takes:
            raise self._refusal
        self.heard.append(message)

    def connect(self, play: Callable[[Channel], Awaitable[None]]) -> Games:
        """Play one game with this client."""
        games, scope = Games(play), {"type": "websocket", "headers": []}
        anyio.run(games.connect, WebSocket(scope, self.receive, self.send))
        assert games.running == 0
        return games


async def refuse(channel: Channel) -> None:
    """Find something that cannot be used."""
    await channel.receive()
    raise MessageError("the message is no JSON")


async def fail(channel: Channel) -> None:
    """Have no disk to write to."""
    raise OSError("the disk is full")


async def talk(channel: Channel) -> None:
    """Send more than anybody takes in."""
    while True:
        await channel.send({"type": "frame"})


async def insist(channel: Channel) -> None:
    """Hear that the other end has gone, and go on all the same."""
    with pytest.raises(DisconnectedError):
        await channel.receive()
    await channel.send({"type": "frame"})


async def end(channel: Channel) -> None:
    """Play to the end."""
    await channel.send({"type": "end"})


TEXT: Message = {"type": "websocket.receive", "text": "no message"}


@pytest.mark.parametrize("refusal", [OSError("the connection is closed"), RuntimeError("sent after the end")])
@pytest.mark.parametrize("takes", [0, 1, 2])
@pytest.mark.parametrize(("play", "says"), [(refuse, [TEXT]), (fail, []), (talk, []), (insist, []), (end, [])])
def test_a_client_that_goes_is_let_go(
    play: Callable[[Channel], Awaitable[None]], says: list[Message], takes: int, refusal: Exception
):
    """Before the error is told, before the connection is closed, or in the middle of the game."""
    client = Client(says, takes, refusal)
    client.connect(play)
    kinds = [message["type"] for message in client.heard]
    assert kinds[0] == "websocket.accept"
    assert kinds.count("websocket.close") <= 1
    assert "websocket.close" not in kinds[:-1]


def test_who_stays_is_told_why_it_ends_and_the_connection_is_closed_once():
    """With the code of an error, or of none."""
    client = Client([TEXT], takes=9)
    client.connect(refuse)
    error, closed = client.heard[1:]
    assert json.loads(error["text"]) == {"type": "error", "message": "the message is no JSON"}
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)
    client = Client([], takes=9)
    client.connect(end)
    assert [message["type"] for message in client.heard[1:]] == ["websocket.send", "websocket.close"]
    assert client.heard[2]["code"] == 1000


def test_errors_are_text_whatever_the_files_are_called(capsys):
    """A name that the system cannot decode can be sent and printed."""

    async def play(channel: Channel) -> None:
        raise OSError("r\udcffn/a.replay cannot be written")

    client = Client([], takes=9)
    client.connect(play)
    assert json.loads(client.heard[1]["text"])["message"] == "r\\udcffn/a.replay cannot be written"
    client.heard[1]["text"].encode()
    assert capsys.readouterr().err == "hideseek: r\\udcffn/a.replay cannot be written\n"
