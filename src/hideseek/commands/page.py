"""What the commands that serve a page have in common."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

import tyro

if TYPE_CHECKING:
    from hideseek.serve.library import Library
    from hideseek.serve.policies import Policies

Names = Annotated[tuple[str, ...], tyro.conf.UseAppendAction]
"""An option that can be given several times."""


class Reach(NamedTuple):
    """Where a page is served."""

    host: str | None
    """To listen on, this machine's loopback addresses for None."""
    port: int | None
    """To listen on; for None the default one, or any where that is taken."""
    allow_host: tuple[str, ...]
    """Further names that the page may be reached at."""
    browser: bool
    """Whether to open it."""


def serve_page(
    title: str, open_library: "Callable[[], tuple[Library, Policies | None]]", reach: Reach, fragment: str = ""
) -> None:
    """Serve the page until Ctrl-C; whether it can be reached is settled before anything is computed.

    Args:
        title: what the page shows above everything.
        open_library: returns what there is to watch, and what plays.
        reach: where the page is served.
        fragment: of the page's address.

    Raises:
        ValueError: The host, the port or a name cannot be used, or as `open_library`.
    """
    from hideseek.serve.app import create_app
    from hideseek.serve.listen import DEFAULT_PORT, listen
    from hideseek.serve.run import serve

    with listen(reach.host, reach.port) as listener:
        if reach.port is None and listener.port != DEFAULT_PORT:
            print(f"Port {DEFAULT_PORT} is in use: took {listener.port}.", flush=True)
        access = listener.access(reach.allow_host)
        serve(partial(create_app, title, *open_library()), listener, access, reach.browser, fragment)
