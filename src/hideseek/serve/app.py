"""The routes of the server: the page, replays, new episodes, games."""

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.from_thread
import anyio.to_thread
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hideseek.checks import check_integer, shown
from hideseek.learn.files import RunError
from hideseek.serve.access import Access
from hideseek.serve.guard import Guard, error_response
from hideseek.serve.library import Library
from hideseek.serve.messages import MessageError
from hideseek.serve.pages import HEADERS, read_page
from hideseek.serve.session import Channel, Clock, RealClock, Session
from hideseek.serve.sockets import Games
from hideseek.serve.waiting import while_awaited
from hideseek.view.replay.file import ReplayError

if TYPE_CHECKING:
    from hideseek.serve.policies import Policies

MOST_EPISODES = 8
"""Of one request."""
BAD_REQUEST, NOT_FOUND, CONFLICT, CLIENT_GONE = 400, 404, 409, 499


def create_app(
    title: str, library: Library, policies: "Policies | None", access: Access, clock: Clock | None = None
) -> ASGIApp:
    """Return the whole application, guards included.

    Args:
        title: what the page shows above everything.
        library: the replays.
        policies: what simulates and plays; None where there are replays alone.
        access: who may use it: other requests are refused.
        clock: sets the pace of games, the machine's own by default.
    """
    files = read_page()
    routes = Routes(title, library, policies, clock or RealClock())

    async def send_file(request: Request) -> Response:
        file = files[request.url.path]
        return Response(file.content, headers={"Content-Type": file.media_type})

    app = Starlette(
        routes=[
            *(Route(address, send_file) for address in files),
            Route("/api/library", routes.send_library),
            Route("/api/replays/{file:path}", routes.send_replay),
            Route("/api/simulate", routes.simulate, methods=["POST"]),
            WebSocketRoute("/api/play", Games(routes.play).connect),
        ],
        exception_handlers={HTTPException: _answer_error},
    )
    return _with_headers(Guard(app, access), HEADERS)


class Routes:
    """What the server answers under `/api/`."""

    def __init__(self, title: str, library: Library, policies: "Policies | None", clock: Clock) -> None:
        self._title, self._library, self._policies, self._clock = title, library, policies, clock
        self._simulating = anyio.Lock()

    async def send_library(self, _: Request) -> Response:
        """Answer with what there is to choose from."""
        content = await anyio.to_thread.run_sync(self._list)
        return JSONResponse(content)

    async def send_replay(self, request: Request) -> Response:
        """Answer with the bytes of a replay."""
        file = request.path_params["file"]
        try:
            content = await anyio.to_thread.run_sync(self._library.content, file)
        except (KeyError, ReplayError):
            raise HTTPException(NOT_FOUND, f"there is no replay {shown(file)}") from None
        return Response(content, media_type="application/octet-stream")

    async def simulate(self, request: Request) -> Response:
        """Answer with a replay of new episodes; requests wait for one another, as long as somebody waits for them."""
        from hideseek.serve.episodes import simulate
        from hideseek.view.replay.file import encode_replay

        policies = self._policies
        if policies is None:
            raise HTTPException(NOT_FOUND, "there is no policy here that could play")
        iteration, seed, episodes = _simulation(await request.body())

        async def answer() -> Response:
            known = await anyio.to_thread.run_sync(policies.iterations)
            if iteration is not None and iteration not in known:
                raise HTTPException(NOT_FOUND, f"there is no checkpoint of iteration {iteration}")
            async with self._simulating:
                arguments = policies, iteration, seed, episodes, anyio.from_thread.check_cancelled
                replay = await anyio.to_thread.run_sync(simulate, *arguments)
            return Response(encode_replay(replay), media_type="application/octet-stream")

        try:
            return await while_awaited(request, answer) or Response(status_code=CLIENT_GONE)
        except RunError as error:
            raise HTTPException(CONFLICT, str(error)) from error

    async def play(self, channel: Channel) -> None:
        """Play one game; see `Games`."""
        if self._policies is None:
            raise MessageError("there is no policy here to play with")
        from hideseek.serve.episodes import take_seat

        await Session(channel, partial(take_seat, self._policies), self._library.keep, self._clock).run()

    def _list(self) -> dict[str, Any]:
        try:
            iterations = [] if self._policies is None else self._policies.iterations()
            can_play = self._policies is not None
        except (RunError, OSError):  # the run is being overwritten, or gone
            iterations, can_play = [], False
        return {
            "title": self._title,
            "replays": [asdict(entry) for entry in self._library.entries()],
            "checkpoints": [{"iteration": iteration} for iteration in iterations],
            "can_simulate": can_play,
            "can_play": can_play,
        }


def _simulation(body: bytes) -> tuple[int | None, int, int]:
    """Return the iteration, seed and number of episodes that a request asks for."""
    try:
        content = json.loads(body)
        if not isinstance(content, dict):
            raise ValueError(f"the body is {shown(content)}, expected an object")
        asked = {"checkpoint": None, "seed": None, "episodes": 1, **content}
        if asked["checkpoint"] is not None:
            check_integer("checkpoint", asked["checkpoint"], 0, plain=True)
        check_integer("seed", asked["seed"], 0, plain=True)
        check_integer("episodes", asked["episodes"], 1, MOST_EPISODES, plain=True)
    except (ValueError, RecursionError) as error:
        raise HTTPException(BAD_REQUEST, f"the request cannot be used: {error}") from error
    return asked["checkpoint"], asked["seed"], asked["episodes"]


async def _answer_error(_: Request, error: Exception) -> Response:
    """Answer with an error as JSON."""
    assert isinstance(error, HTTPException)
    return error_response(error.status_code, error.detail)


def _with_headers(app: ASGIApp, headers: dict[str, str]) -> ASGIApp:
    """Return an application that adds headers to all answers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped
