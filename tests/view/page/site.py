"""A small site for the page's tests: it answers as the project's server does."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from hideseek.view.page.files import FOLDER, INDEX, MEDIA_TYPES


@dataclass
class Site:
    """What the site offers; tests change it before they open the page."""

    replays: dict[str, bytes] = field(default_factory=dict)
    """Replay files by name."""
    simulated: bytes = b""
    """The answer to a request for new episodes; empty: refused."""
    can_play: bool = False
    requests: list[dict] = field(default_factory=list)
    """The requests for new episodes that came."""
    address: str = ""

    def library(self) -> dict:
        """Return the answer to `/api/library`."""
        replays = [
            {"name": name.removesuffix(".replay"), "file": name, "iteration": None, "episodes": 1}
            for name in self.replays
        ]
        checkpoints = [{"iteration": 10}, {"iteration": 20}] if self.simulated else []
        play, simulate = self.can_play, bool(self.simulated)
        return {
            "title": "A test",
            "replays": replays,
            "checkpoints": checkpoints,
            "can_simulate": simulate,
            "can_play": play,
        }


class SiteServer:
    """Serves a `Site` on a free port, in a thread, while it is open."""

    def __init__(self, site: Site) -> None:
        handler = type("Handler", (_Handler,), {"site": site})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        site.address = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *details: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = unquote(self.path)
        name = path.rpartition("/")[2]
        if path == "/":
            self._answer(INDEX.read_bytes(), "text/html")
        elif path.startswith("/static/"):
            file = FOLDER / path.removeprefix("/static/")
            self._answer(file.read_bytes(), MEDIA_TYPES[file.suffix])
        elif path == "/api/library":
            self._answer(json.dumps(self.site.library()).encode(), "application/json")
        elif path.startswith("/api/replays/") and name in self.site.replays:
            self._answer(self.site.replays[name], "application/octet-stream")
        else:
            self._refuse("there is no such replay", 404)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.site.requests.append(request)
        if request["seed"] == 13:
            self._refuse("seed is 13, expected a luckier one", 400)
        else:
            self._answer(self.site.simulated, "application/octet-stream")

    def _refuse(self, sentence: str, code: int) -> None:
        self._answer(json.dumps({"error": sentence}).encode(), "application/json", code)

    def _answer(self, content: bytes, kind: str, code: int = 200) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
