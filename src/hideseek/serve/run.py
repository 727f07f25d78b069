"""The server as a process: what it prints, the browser, and a clean end."""

import asyncio
import logging
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from hideseek.serve.access import Access
from hideseek.serve.guard import TOKEN
from hideseek.serve.listen import Listener
from hideseek.signals import handling

LARGEST_SOCKET_MESSAGE = 64 * 1024
"""Longer messages on web sockets are refused before they are put together [byte]."""
GRACE_SECONDS = 2
"""How long connections may take to close after Ctrl-C."""


def serve(
    make_app: Callable[[Access], ASGIApp], listener: Listener, access: Access, open_browser: bool, fragment: str = ""
) -> None:
    """Serve an application until Ctrl-C.

    Args:
        make_app: makes it, from who may use it.
        listener: where it is reached.
        access: who may use it.
        open_browser: whether to show the page in the user's browser.
        fragment: of the page's address.

    Raises:
        ValueError: The application cannot be made.
    """
    token = "" if access.token is None else f"?{TOKEN}={access.token}"
    address = f"http://{listener.name}:{listener.port}/{token}{fragment}"
    server = make_server(make_app(access))
    print(f"Ready: {address} (Ctrl-C ends)", flush=True)
    if listener.is_public:
        here = f"this machine's name ({socket.gethostname()}) or address in place of {listener.name}"
        print(f"From other machines: {here}; other names need --allow-host.", flush=True)
    if open_browser:
        # The listener takes the browser in before the server runs. Some browsers, on terminals, return only when
        # they are closed.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    # uvicorn closes everything, then raises what it has caught; by itself it does not handle SIGHUP.
    with handling(server.handle_exit), suppress(KeyboardInterrupt):
        server.run(sockets=list(listener.sockets))
    with suppress(OSError):  # the terminal may be gone
        print("Stopped.", flush=True)


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Return a server for an application, which is given sockets that listen when it is run."""
    logging.getLogger("uvicorn.error").addFilter(_is_worth_telling)
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


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Tell whether a message of uvicorn is about something else than work that the end of the server cuts off."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError) and "graceful shutdown" not in record.msg
