"""Web sockets: one game per connection, and not more games at a time than the machine can play."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect

from hideseek.checks import printable
from hideseek.learn.files import RunError
from hideseek.serve.messages import MessageError
from hideseek.serve.session import SEND_SECONDS, Channel, DisconnectedError
from hideseek.terminal import LONGEST_MESSAGE, complain

MOST_GAMES = 4
"""At a time."""
NORMAL, POLICY_VIOLATION = 1000, 1008
ENDED = (WebSocketDisconnect, RuntimeError)
"""Raised by what is sent after the end of a connection; where a server has ended it, it takes that for a mistake."""


class SocketChannel:
    """The `Channel` of a web socket that is open."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._gone = False

    async def receive(self) -> str:
        """See `Channel`."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            self._gone = True
            raise DisconnectedError
        if message.get("text") is None:
            raise MessageError("the message is no text")
        return message["text"]

    async def send(self, content: dict[str, Any]) -> None:
        """See `Channel`."""
        if self._gone:  # the server takes nothing more for this connection
            raise DisconnectedError
        try:
            await self._socket.send_json(content)
        except ENDED as error:
            self._gone = True
            raise DisconnectedError from error

    async def close(self, code: int) -> None:
        """Close the connection, if the other end has not."""
        if not self._gone:
            self._gone = True
            with suppress(*ENDED):
                await self._socket.close(code)


class Games:
    """Lets games be played, each over a web socket of its own."""

    def __init__(self, play: Callable[[Channel], Awaitable[None]]) -> None:
        """Take what plays one game.

        It raises MessageError, DisconnectedError, RunError or OSError where a game ends early.
        """
        self._play = play
        self.running = 0
        """Games at the moment."""

    async def connect(self, socket: WebSocket) -> None:
        """Play one game; whatever goes wrong closes this connection, with one message, and no other."""
        await socket.accept()
        channel, code = SocketChannel(socket), NORMAL
        try:
            await self._play_if_free(channel)
        except DisconnectedError:
            return
        except (MessageError, RunError, OSError) as error:
            if not isinstance(error, MessageError):
                complain(error)
            code = POLICY_VIOLATION
            with suppress(DisconnectedError), anyio.move_on_after(SEND_SECONDS):
                await channel.send({"type": "error", "message": printable(str(error), LONGEST_MESSAGE)})
        with anyio.move_on_after(SEND_SECONDS):
            await channel.close(code)

    async def _play_if_free(self, channel: Channel) -> None:
        if self.running >= MOST_GAMES:
            raise MessageError(f"{MOST_GAMES} games are being played already, which is the most")
        self.running += 1
        try:
            await self._play(channel)
        finally:
            self.running -= 1
