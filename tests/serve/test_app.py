"""Each route: what it answers, and what it refuses."""

import json
import os
from pathlib import Path

import anyio
import anyio.from_thread
import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect

from hideseek.checks import printable
from hideseek.evaluate.players import PolicyPlayer
from hideseek.evaluate.recording import play_recorded
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.replays import FOLDER
from hideseek.serve.access import Access
from hideseek.serve.app import create_app
from hideseek.serve.library import Library
from hideseek.serve.policies import Policies
from hideseek.serve.sockets import MOST_GAMES
from hideseek.view.page.files import INDEX, static_files
from hideseek.view.replay.file import decode_replay, encode_replay, read_replay, write_replay
from tests.serve.conftest import GAME, ITERATION, PAST, Hurry, make_run
from tests.view.replay.episodes import tiny

PORT = 8421
HERE = f"http://127.0.0.1:{PORT}"
SOCKET = f"ws://127.0.0.1:{PORT}/api/play"
START = {"type": "start", "team": "hiders", "agent": 0, "seed": 1}


@pytest.fixture
def client(run_folder: Path, policies: Policies, hurry: Hurry) -> TestClient:
    """Return a client of a server of the run, with new episodes at the top of its list."""
    library = Library(folder=run_folder / FOLDER)
    library.show("new", tiny())
    return TestClient(create_app("the run", library, policies, Access(), hurry), base_url=HERE)


@pytest.fixture
def files_client(tmp_path: Path) -> TestClient:
    """Return a client of a server of two files, and no policy."""
    paths = [tmp_path / "a.replay", tmp_path / "b c.replay"]
    for path in paths:
        write_replay(path, tiny())
    return TestClient(create_app("two files", Library(paths), None, Access()), base_url=HERE)


def test_the_page_and_all_its_files_are_served(files_client: TestClient):
    """With their types, not to be kept, and with a policy that runs this server's scripts alone."""
    answers = {"/": (INDEX, "text/html")}
    types = {".js": "text/javascript", ".css": "text/css"}
    answers |= {f"/static/{name}": (path, types[path.suffix]) for name, path in static_files().items()}
    assert len(answers) > 10
    for address, (path, media_type) in answers.items():
        answer = files_client.get(address)
        assert answer.status_code == 200
        assert answer.content == path.read_bytes()
        assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"} <= set(
            policy
        )


@pytest.mark.parametrize(
    "address",
    [
        "/static", "/static/", "/static/../files.py", "/static/%2e%2e/files.py", "/static/..%2ffiles.py",
        "/static/vendor", "/static/vendor/LICENSE", "/static//main.js", "/static/main.js%00", "/index.html",
        "/api", "/api/play", "/api/replays/", "/api/replays/c.replay", "/api/replays/%2e%2e%2fa.replay",
        "/api/replays/..%2f..%2fetc%2fpasswd",
    ],
)  # fmt: skip
def test_nothing_else_is_there(files_client: TestClient, address: str):
    """One sentence, as JSON, with the same headers."""
    answer = files_client.get(address, follow_redirects=False)
    assert answer.status_code == 404
    assert isinstance(answer.json()["error"], str)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("method", "address"), [("POST", "/"), ("DELETE", "/api/library"), ("GET", "/api/simulate")])
def test_other_methods_are_refused(files_client: TestClient, method: str, address: str):
    """As JSON, too."""
    answer = files_client.request(method, address)
    assert answer.status_code == 405
    assert "error" in answer.json()


def test_strangers_are_refused(files_client: TestClient):
    """The guard stands before all routes, and its answers have the headers of the others."""
    answer = files_client.get("/api/library", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"]


def test_replay_files_are_offered(files_client: TestClient):
    """Without a policy nothing can be simulated or played."""
    assert files_client.get("/api/library").json() == {
        "title": "two files",
        "replays": [
            {"name": "a", "file": "a.replay", "iteration": None, "episodes": 2},
            {"name": "b c", "file": "b c.replay", "iteration": None, "episodes": 2},
        ],
        "checkpoints": [],
        "can_simulate": False,
        "can_play": False,
    }
    answer = files_client.get("/api/replays/b%20c.replay")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content == encode_replay(tiny())
    answer = files_client.post("/api/simulate", json={"checkpoint": None, "seed": 0, "episodes": 1})
    assert answer.status_code == 404
    with files_client.websocket_connect(SOCKET) as socket:
        assert socket.receive_json() == {"type": "error", "message": "there is no policy here to play with"}


def test_a_run_offers_its_policies(client: TestClient):
    """The last one, and those of its past that were kept."""
    library = client.get("/api/library").json()
    assert library["title"] == "the run"
    assert library["checkpoints"] == [{"iteration": PAST}, {"iteration": ITERATION}]
    assert library["can_simulate"]
    assert library["can_play"]
    assert library["replays"][0] == {"name": "new", "file": "new-1.replay", "iteration": None, "episodes": 2}


def test_a_run_that_has_gone_offers_none(tmp_path: Path):
    """The page stays."""
    make_run(tmp_path / "run")
    policies = Policies(str(tmp_path / "run"))
    (tmp_path / "run").rename(tmp_path / "elsewhere")
    client = TestClient(create_app("gone", Library(), policies, Access()), base_url=HERE)
    library = client.get("/api/library").json()
    assert library["checkpoints"] == []
    assert not library["can_play"]
    answer = client.post("/api/simulate", json={"checkpoint": ITERATION, "seed": 0, "episodes": 1})
    assert answer.status_code == 409
    assert "there is no run folder" in answer.json()["error"]
    with client.websocket_connect(SOCKET) as socket:
        socket.send_json(START)
        assert "there is no run folder" in socket.receive_json()["message"]


@pytest.mark.parametrize(("name", "players"), [("scripted:door", "scripted:door"), ("quadrant", "random players in")])
def test_players_without_training_are_served(name: str, players: str, hurry: Hurry, tmp_path: Path, monkeypatch):
    """They have no checkpoints; new episodes and games are played by them as they are."""
    monkeypatch.setattr("hideseek.zoo.sources.make_game", lambda _: GAME)
    client = TestClient(create_app(name, Library(folder=tmp_path), Policies(name), Access(), hurry), base_url=HERE)
    library = client.get("/api/library").json()
    assert (library["checkpoints"], library["can_simulate"], library["can_play"]) == ([], True, True)
    answer = client.post("/api/simulate", json={"checkpoint": None, "seed": 3, "episodes": 2})
    replay = decode_replay(answer.content, "answer")
    assert replay.hiders.startswith(players)
    assert "iteration" not in replay.about
    assert client.post("/api/simulate", json={"checkpoint": 5, "seed": 3, "episodes": 2}).status_code == 404
    play_one(client)


def test_a_request_that_nobody_waits_for_is_dropped(client: TestClient, policies: Policies, monkeypatch):
    """In the middle of its episodes: the server plays the next one's."""
    steps = []
    check = anyio.from_thread.check_cancelled

    def count() -> None:
        steps.append(len(steps))
        if len(steps) == 3:
            anyio.from_thread.run_sync(gone.set)
            anyio.from_thread.run(anyio.wait_all_tasks_blocked)
        check()

    monkeypatch.setattr(anyio.from_thread, "check_cancelled", count)
    sent: list[Message] = []
    body = json.dumps({"checkpoint": None, "seed": 0, "episodes": 1}).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    gone = anyio.Event()

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", HERE.removeprefix("http://").encode())]
    scope = {
        "type": "http", "method": "POST", "path": "/api/simulate", "query_string": b"", "headers": headers,
    }  # fmt: skip
    anyio.run(client.app, scope, receive, send)
    assert len(steps) == 3 < GAME.horizon
    assert sent[0]["status"] == 499
    monkeypatch.setattr(anyio.from_thread, "check_cancelled", check)
    assert client.post("/api/simulate", content=body).status_code == 200


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_an_odd_file_of_a_run_does_not_take_the_list_away(tmp_path: Path, policies: Policies, capsys):
    """Nor does a title that is no text."""
    write_replay(tmp_path / "a.replay", tiny())
    os.mkfifo(tmp_path / "b.replay")
    (tmp_path / os.fsdecode(b"\xff.replay")).touch()
    app = create_app(printable("r\udcffn"), Library(folder=tmp_path), policies, Access())
    library = TestClient(app, base_url=HERE).get("/api/library").json()
    assert library["title"] == "r\\udcffn"
    assert [entry["file"] for entry in library["replays"]] == ["a.replay"]
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize(("checkpoint", "iteration"), [(None, ITERATION), (ITERATION, ITERATION), (PAST, PAST)])
def test_new_episodes_are_played(client: TestClient, run_folder: Path, checkpoint: int | None, iteration: int):
    """By the policy that was asked for, on the layouts of the seed."""
    answer = client.post("/api/simulate", json={"checkpoint": checkpoint, "seed": 3, "episodes": 2})
    assert answer.headers["content-type"] == "application/octet-stream"
    replay = decode_replay(answer.content, "answer")
    assert replay.episodes == 2
    assert replay.game == GAME
    assert replay.about["iteration"] == iteration
    assert replay.about["seed"] == 3
    policy, _ = load_policy(run_folder, iteration)
    _, recorder = play_recorded(GAME, PolicyPlayer(policy), PolicyPlayer(policy), 8, seed=3)
    expected = recorder.replay("", "", {})
    np.testing.assert_array_equal(replay.movement, expected.movement[:2])
    np.testing.assert_allclose(replay.position, expected.position[:2], atol=1e-3)


def test_a_seed_gives_the_same_episodes_however_many_are_asked_for(client: TestClient):
    """So that one of several can be asked for again."""
    one, three = (
        decode_replay(client.post("/api/simulate", json={"checkpoint": None, "seed": 3, "episodes": n}).content, "it")
        for n in (1, 3)
    )
    np.testing.assert_array_equal(one.position[0], three.position[0])


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 400, "cannot be used"),
        (b"\xff", 400, "cannot be used"),
        (b"[" * 10_000, 400, "cannot be used"),
        (b"[]", 400, r"the body is [], expected an object"),
        ({"checkpoint": None, "episodes": 1}, 400, "seed is None"),
        ({"checkpoint": None, "seed": -1, "episodes": 1}, 400, "seed is -1"),
        ({"checkpoint": None, "seed": 2**31, "episodes": 1}, 400, "seed is 2147483648"),
        ({"checkpoint": None, "seed": 1.5, "episodes": 1}, 400, "seed is 1.5"),
        ({"checkpoint": None, "seed": 0, "episodes": 0}, 400, "episodes is 0"),
        ({"checkpoint": None, "seed": 0, "episodes": 9}, 400, "episodes is 9"),
        ({"checkpoint": True, "seed": 0, "episodes": 1}, 400, "checkpoint is True"),
        ({"checkpoint": "../7", "seed": 0, "episodes": 1}, 400, "checkpoint is '../7'"),
        ({"checkpoint": 5, "seed": 0, "episodes": 1}, 404, "no checkpoint of iteration 5"),
        (b" " * 70_000, 413, "larger than"),
    ],
)
def test_requests_that_cannot_be_used_are_refused(client: TestClient, body: object, status: int, reason: str):
    """With what was wrong."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post("/api/simulate", content=content)
    assert answer.status_code == status
    assert reason in answer.json()["error"]


def test_a_game_is_played_and_its_replay_is_in_the_list(client: TestClient, run_folder: Path):
    """From the start to the result; the score is that of the replay."""
    with client.websocket_connect(SOCKET, headers={"origin": HERE}) as socket:
        socket.send_json(START)
        messages = [socket.receive_json() for _ in range(GAME.horizon + 3)]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 1000
    end = messages[-1]
    assert end["type"] == "end"
    assert end["replay"] in [entry["file"] for entry in client.get("/api/library").json()["replays"]]
    replay = decode_replay(client.get(f"/api/replays/{end['replay']}").content, "answer")
    assert replay.reward[0, :, 0].sum() == pytest.approx(end["you"])
    assert replay.reward[0, :, :2].sum() / 2 == pytest.approx(end["hiders"])
    assert replay.reward[0, :, 2:].sum() / 2 == pytest.approx(end["seekers"])
    assert replay.hiders.startswith("you and ")
    assert read_replay(run_folder / FOLDER / end["replay"]).about == replay.about


@pytest.mark.parametrize(
    ("message", "reason"),
    [("{}", "type is None"), (b"{}", "no text"), (json.dumps(START) + " " * 5000, "longer than 4096 bytes")],
)
def test_a_message_that_cannot_be_used_closes_its_connection_only(client: TestClient, message: object, reason: str):
    """With one error; the next game is played."""
    with client.websocket_connect(SOCKET) as socket:
        socket.send({"type": "websocket.receive", "bytes" if isinstance(message, bytes) else "text": message})
        error = socket.receive_json()
        assert error["type"] == "error"
        assert reason in error["message"]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 1008
    play_one(client)


def play_one(client: TestClient) -> None:
    """Play a whole game."""
    with client.websocket_connect(SOCKET) as socket:
        socket.send_json(START)
        assert [socket.receive_json() for _ in range(GAME.horizon + 3)][-1]["type"] == "end"


def test_no_more_games_at_a_time_than_the_machine_can_play(client: TestClient):
    """Who leaves makes room."""
    open_sockets = [client.websocket_connect(SOCKET) for _ in range(MOST_GAMES)]
    for socket in open_sockets:
        socket.__enter__()
    with client.websocket_connect(SOCKET) as socket:
        assert "4 games are being played already" in socket.receive_json()["message"]
    for socket in open_sockets:
        socket.__exit__(None, None, None)
    play_one(client)


def test_a_replay_that_cannot_be_kept_is_said(policies: Policies, hurry: Hurry, tmp_path: Path, capsys):
    """The disk is full, say: one message here, one line on the terminal, and the server goes on."""
    (tmp_path / "replays").write_text("in the way")
    client = TestClient(create_app("t", Library(folder=tmp_path / "replays"), policies, Access(), hurry), base_url=HERE)
    with client.websocket_connect(SOCKET) as socket:
        socket.send_json(START)
        last = [socket.receive_json() for _ in range(GAME.horizon + 3)][-1]
    assert last["type"] == "error"
    assert "replays" in last["message"]
    assert capsys.readouterr().err.count("\n") == 1
    assert client.get("/api/library").status_code == 200
