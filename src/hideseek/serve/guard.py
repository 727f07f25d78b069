"""Keeps strangers out: every request passes here before anything else looks at it.

The server listens on this machine alone. That does not stop a web page which the same person has open: it can send
requests to any address, and a name of its own may resolve to 127.0.0.1 (DNS rebinding). Browsers say in `Host` which
name they were told and in `Origin` which page is asking; both have to be this server's.
"""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024
"""Most bytes of a request's body."""
HOSTS = ("127.0.0.1", "localhost", "[::1]")
FORBIDDEN, TOO_LARGE, POLICY_VIOLATION = 403, 413, 1008


class Guard:
    """Lets through what is addressed to this server, by its own pages or by no page, and is small."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Take the application to guard, and the port that the server listens on."""
        self._app = app
        self._hosts = frozenset(f"{host}:{port}" for host in HOSTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or 413, or hand the request on; a web socket is refused before it is accepted, which is a 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        reason = self._foreign(Headers(scope=scope))
        if scope["type"] == "websocket":
            if reason is None:
                await self._app(scope, receive, send)
                return
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": reason})
        elif reason is not None:
            await error_response(FORBIDDEN, reason)(scope, receive, send)
        elif (body := await _small_body(scope, receive)) is None:
            reason = f"The body is larger than {LARGEST_BODY} bytes."
            await error_response(TOO_LARGE, reason)(scope, receive, send)
        else:
            await self._app(scope, _after(body, receive), send)

    def _foreign(self, headers: Headers) -> str | None:
        """Return why a request is none of ours, None where it is."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "The request is addressed to another host."
        own = {f"http://{host}" for host in self._hosts}
        if not own.issuperset(origin.lower() for origin in headers.getlist("origin")):
            return "The request comes from a page of another origin."
        return None


async def _small_body(scope: Scope, receive: Receive) -> bytes | None:
    """Read a request's body; return None as soon as it is too large, whatever the headers promise."""
    promised = Headers(scope=scope).get("content-length", "0")
    if not promised.isdecimal() or int(promised[:9]) > LARGEST_BODY:
        return None
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return body


def _after(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out a body that was read already, then what `receive` does."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def error_response(status: int, reason: str) -> JSONResponse:
    """Return an error as all routes tell it: JSON with one sentence."""
    return JSONResponse({"error": reason}, status)
