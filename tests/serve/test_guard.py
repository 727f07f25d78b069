"""Who gets in: requests to this server's own names, from its own pages or none, with small bodies."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from hideseek.serve.guard import LARGEST_BODY, Guard

PORT = 8421
HERE = f"127.0.0.1:{PORT}"
OWN_HOSTS = [HERE, f"localhost:{PORT}", f"[::1]:{PORT}", f"LocalHost:{PORT}"]
FOREIGN_HOSTS = [
    "evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", f"user@{HERE}", f"0.0.0.0:{PORT}",
    "127.0.0.1", "127.0.0.1:80", "127.0.0.1:84210", f"localhost.:{PORT}", "",
]  # fmt: skip
FOREIGN_ORIGINS = [
    "http://evil.example", f"http://evil.example:{PORT}", f"https://{HERE}", "http://127.0.0.1:9999", "http://localhost",
    f"http://{HERE}.evil.example", "null", "", "file://",
]  # fmt: skip


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"size": len(await request.body())})


async def greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


@pytest.fixture
def client() -> TestClient:
    """Return a client of a small application behind the guard."""
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), WebSocketRoute("/socket", greet)])
    return TestClient(Guard(app, PORT), base_url=f"http://{HERE}")


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_own_names_are_let_in(client: TestClient, host: str):
    """With or without an origin, which is one of the own names then."""
    assert client.get("/", headers={"host": host}).json() == {"size": 0}
    assert client.get("/", headers={"host": host, "origin": f"http://{host}"}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_other_hosts_are_refused(client: TestClient, host: str):
    """A name that was made to resolve to this machine is not this server's."""
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert answer.json() == {"error": "The request is addressed to another host."}


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_other_origins_are_refused(client: TestClient, origin: str):
    """For requests of any kind."""
    for method in ("GET", "POST"):
        answer = client.request(method, "/", headers={"origin": origin})
        assert answer.status_code == 403
        assert answer.json() == {"error": "The request comes from a page of another origin."}


def test_two_hosts_are_refused(client: TestClient):
    """Nobody is to choose between them."""
    assert client.get("/", headers=[("host", HERE), ("host", "evil.example")]).status_code == 403
    assert client.get("/", headers=[("host", HERE), ("host", HERE)]).status_code == 403


def test_sockets_of_strangers_are_never_accepted(client: TestClient):
    """Browsers let any page open a web socket anywhere; what they say in the headers is all there is to go by."""
    address = f"ws://{HERE}/socket"
    for headers in ({"origin": "http://evil.example"}, {"host": f"evil.example:{PORT}"}, {"origin": "null"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(address, headers=headers):
            pytest.fail("the handshake was accepted")
    with client.websocket_connect(address, headers={"origin": f"http://{HERE}"}) as socket:
        assert socket.receive_text() == "hello"


def test_bodies_up_to_the_limit_are_handed_on(client: TestClient):
    """Whole, in one piece or in many."""
    assert client.post("/", content=bytes(LARGEST_BODY)).json() == {"size": LARGEST_BODY}
    assert client.post("/", content=pieces(LARGEST_BODY)).json() == {"size": LARGEST_BODY}


@pytest.mark.parametrize("promised", [None, "7", str(LARGEST_BODY + 1), "99999999999999999999", "-1", "many"])
def test_larger_bodies_are_refused(client: TestClient, promised: str | None):
    """Whatever the headers say of the length."""
    headers = {} if promised is None else {"content-length": promised}
    answer = client.post("/", content=pieces(LARGEST_BODY + 1), headers=headers)
    assert answer.status_code == 413
    assert "error" in answer.json()


def pieces(size: int) -> Iterator[bytes]:
    """Yield a body bit by bit."""
    for start in range(0, size, 1000):
        yield bytes(min(1000, size - start))
