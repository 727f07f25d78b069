"""Keeps strangers out: every request passes here before anything else looks at it.

That the server listens on this machine alone does not stop a web page which the same person has open: it can send
requests to any address, and a name of its own may resolve to 127.0.0.1 (DNS rebinding). Browsers say in `Host` which
name they were told and in `Origin` which page is asking; both have to be this server's. Where other machines can reach
the server, a token has to come along too.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hideseek.checks import printable
from hideseek.serve.access import Access, parse_host, parse_origin
from hideseek.terminal import LONGEST_MESSAGE

LARGEST_BODY = 64 * 1024
"""Most bytes of a request's body."""
TOKEN = "token"
"""In the page's address."""
FORBIDDEN, TOO_LARGE, POLICY_VIOLATION = 403, 413, 1008


class Guard:
    """Lets through what is addressed to this server, by its own pages or by no page, with its token, and is small."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        """Take the application to guard, and who may use it."""
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or 413, or hand the request on; a web socket is refused before it is accepted, which is a 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        reason = self._foreign(Headers(scope=scope)) or self._locked(scope)
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
            await self._app(scope, _after(body, receive), self._handing_out_cookie(scope, send))

    def _foreign(self, headers: Headers) -> str | None:
        """Return why a request is none of ours, None where it is."""
        hosts = headers.getlist("host")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        if host is None or not self._access.knows(host.name):
            return "The request is addressed to another host; names are let in with hideseek's option --allow-host."
        origins = map(parse_origin, headers.getlist("origin"))
        if not all(self._access.admits_page(origin, host) for origin in origins):
            return "The request comes from a page of another origin."
        return None

    def _locked(self, scope: Scope) -> str | None:
        """Return what a request lacks that the token would give, None where it brings the token or needs none."""
        if self._access.token is None:
            return None
        connection = HTTPConnection(scope)
        brought = connection.query_params.get(TOKEN), connection.cookies.get(_cookie_name(scope))
        if any(self._access.admits_token(token) for token in brought):
            return None
        return "The request has no valid token: open the whole address that hideseek has printed."

    def _handing_out_cookie(self, scope: Scope, send: Send) -> Send:
        """Return a `send` that leaves the token with a browser that has it from the address."""
        if self._access.token is None or TOKEN not in HTTPConnection(scope).query_params:
            return send
        cookie = f"{_cookie_name(scope)}={self._access.token}; HttpOnly; SameSite=Strict; Path=/"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        return send_with_cookie


def _cookie_name(scope: Scope) -> str:
    """Return a name of its own for each port that browsers use: they keep cookies by hosts, whatever the port."""
    host = parse_host(Headers(scope=scope)["host"])
    return "hideseek" if host is None or host.port is None else f"hideseek-{host.port}"


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
    return JSONResponse({"error": printable(reason, LONGEST_MESSAGE)}, status)
