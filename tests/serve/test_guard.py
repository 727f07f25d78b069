"""Who gets in: requests to this server's own names, from its own pages or none, with small bodies."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from hideseek.serve.access import Access
from hideseek.serve.guard import LARGEST_BODY, Guard

PORT = 8421
SECRET = "a-token-of-this-test"
HERE = f"127.0.0.1:{PORT}"
OWN_HOSTS = [
    HERE, f"localhost:{PORT}", f"[::1]:{PORT}", f"LocalHost:{PORT}",
    "localhost:9000", "127.0.0.1:9000", "[::1]:9000", "localhost", "127.0.0.1", "127.0.0.1:80",  # through a tunnel
]  # fmt: skip
FOREIGN_HOSTS = [
    "evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", f"user@{HERE}", f"0.0.0.0:{PORT}",
    "127.0.0.1:84210", "127.0.0.1:0", f"localhost.:{PORT}", f"192.168.0.7:{PORT}", f"127.0.0.2:{PORT}", "",
]  # fmt: skip
FOREIGN_ORIGINS = [
    "http://evil.example", f"http://evil.example:{PORT}", f"https://{HERE}", "http://localhost:3000",
    "http://127.0.0.1:9999", "http://localhost",
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
    return TestClient(Guard(app, Access()), base_url=f"http://{HERE}")


@pytest.fixture
def public_client() -> TestClient:
    """Return a client of a server that other machines can reach."""
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), WebSocketRoute("/socket", greet)])
    access = Access(frozenset({"localhost", "lab"}), frozenset({"page.example.org"}), any_address=True, token=SECRET)
    return TestClient(Guard(app, access), base_url=f"http://localhost:{PORT}")


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
    assert answer.json()["error"].startswith("The request is addressed to another host; ")


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


def test_a_page_of_another_port_is_another_page(client: TestClient):
    """Through a tunnel the port is another one, in both headers; other servers of this machine are strangers."""
    tunnel = {"host": "localhost:9000", "origin": "http://localhost:9000"}
    assert client.post("/", headers=tunnel).status_code == 200
    assert client.post("/", headers=tunnel | {"origin": "http://localhost:8421"}).status_code == 403
    assert client.post("/", headers=tunnel | {"host": HERE}).status_code == 403
    with client.websocket_connect(f"ws://{HERE}/socket", headers=tunnel) as socket:
        assert socket.receive_text() == "hello"
    address, other = f"ws://{HERE}/socket", tunnel | {"origin": "http://localhost:3000"}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(address, headers=other):
        pytest.fail("the handshake was accepted")


@pytest.mark.parametrize(
    "host", ["localhost:9000", "lab:8421", "192.168.0.7:8421", "[fe80::1]:8421", "page.example.org"]
)
def test_where_others_reach_the_server_they_need_its_token(public_client: TestClient, host: str):
    """By whatever name they call it; who comes without it learns nothing but that."""
    refused = public_client.get("/", headers={"host": host})
    assert refused.status_code == 403
    assert "no valid token" in refused.json()["error"]
    assert "set-cookie" not in refused.headers
    assert SECRET not in refused.text
    assert public_client.get("/?token=", headers={"host": host}).status_code == 403
    assert public_client.get(f"/?token={SECRET}x", headers={"host": host}).status_code == 403
    assert public_client.get(f"/?token={SECRET}", headers={"host": host}).json() == {"size": 0}


def test_a_token_opens_no_door_for_other_pages_and_names(public_client: TestClient):
    """Nor does a cookie."""
    public_client.cookies.set(f"hideseek-{PORT}", SECRET)
    assert public_client.get(f"/?token={SECRET}", headers={"host": "evil.example"}).status_code == 403
    for origin in ("http://evil.example", "http://localhost:3000", "null"):
        assert public_client.post(f"/?token={SECRET}", headers={"origin": origin}).status_code == 403


def test_the_cookie_stands_for_the_token_afterwards(public_client: TestClient):
    """It is for this server alone: not for scripts, not for requests that other sites cause, not for other ports."""
    first = public_client.get(f"/?token={SECRET}")
    cookie = f"hideseek-{PORT}={SECRET}"
    assert first.headers["set-cookie"] == f"{cookie}; HttpOnly; SameSite=Strict; Path=/"
    assert "set-cookie" not in public_client.get("/").headers
    public_client.cookies.clear()
    assert public_client.get("/", headers={"cookie": cookie}).status_code == 200
    assert public_client.get("/", headers={"cookie": cookie, "host": "localhost:9000"}).status_code == 403
    assert public_client.get("/", headers={"cookie": f"hideseek-{PORT}=other"}).status_code == 403


def test_sockets_need_the_token_too(public_client: TestClient):
    """From the cookie, or in the address where a program asks."""
    address = f"ws://localhost:{PORT}/socket"
    for headers in ({}, {"cookie": f"hideseek-{PORT}=other"}, {"cookie": f"hideseek-9000={SECRET}"}):
        with pytest.raises(WebSocketDisconnect), public_client.websocket_connect(address, headers=headers):
            pytest.fail("the handshake was accepted")
    with public_client.websocket_connect(address, headers={"cookie": f"hideseek-{PORT}={SECRET}"}) as socket:
        assert socket.receive_text() == "hello"
    with public_client.websocket_connect(f"{address}?token={SECRET}") as socket:
        assert socket.receive_text() == "hello"


def test_a_forwarded_page_may_be_encrypted(public_client: TestClient):
    """The proxy takes the encryption off; its name is the only one for which that is so."""
    forwarded = {"host": "page.example.org", "origin": "https://page.example.org"}
    assert public_client.post(f"/?token={SECRET}", headers=forwarded).status_code == 200
    other = {"host": "lab", "origin": "https://lab"}
    assert public_client.post(f"/?token={SECRET}", headers=other).status_code == 403


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
