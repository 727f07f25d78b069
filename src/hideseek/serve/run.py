"""The server as a process: a port on this machine alone, the browser, and a clean end."""

import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from hideseek.checks import check_integer
from hideseek.signals import handling

ADDRESS = "127.0.0.1"
LARGEST_SOCKET_MESSAGE = 64 * 1024
"""Longer messages on web sockets are refused before they are put together [byte]."""
GRACE_SECONDS = 2
"""How long connections may take to close after Ctrl-C."""


def check_port(port: int) -> None:
    """Raise ValueError unless a user may listen on a port."""
    check_integer("port", port, 1024, 65535)


def serve(make_app: Callable[[int], ASGIApp], port: int, open_browser: bool, fragment: str = "") -> None:
    """Serve an application until Ctrl-C.

    Args:
        make_app: makes it, from the port that it is reached at.
        port: to listen on; any other that is free where this one is taken.
        open_browser: whether to show the page in the user's browser.
        fragment: of the page's address.

    Raises:
        ValueError: `port` is out of range, or the application cannot be made.
        OSError: There is no free port.
    """
    check_port(port)
    with listen(port) as listener:
        actual = listener.getsockname()[1]
        if actual != port:
            print(f"Port {port} is in use: took {actual}.")
        address = f"http://{ADDRESS}:{actual}/{fragment}"
        server = make_server(make_app(actual))
        print(f"Ready: {address} (Ctrl-C ends)", flush=True)
        if open_browser:
            # The listener takes the browser in before the server runs. Some browsers, on terminals, return only when
            # they are closed.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        with handling(server.handle_exit), suppress(KeyboardInterrupt):  # uvicorn itself does not handle SIGHUP
            server.run(sockets=[listener])
        with suppress(OSError):  # the terminal may be gone
            print("Stopped.", flush=True)


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Return a server for an application, which is given a socket that listens when it is run."""
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws_max_size=LARGEST_SOCKET_MESSAGE,
    )
    return uvicorn.Server(config)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine, or on any free one where that is taken.

    Raises:
        OSError: There is no free port.
    """
    for candidate in (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere this would take the port away from another process
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, candidate))
            listener.listen()
        except OSError:
            listener.close()
            if candidate == 0:
                raise
        else:
            return listener
    raise AssertionError("unreachable")
