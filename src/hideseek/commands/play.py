"""`hideseek play`."""

from typing import Literal

from hideseek.checks import printable
from hideseek.commands.options import call_with_options
from hideseek.commands.page import Names, Reach, serve_page
from hideseek.commands.sources import SourceName


def main(arguments: list[str]) -> None:
    """Play one of the agents yourself, in the browser, with a trained policy as the others."""
    call_with_options(_play, "play", arguments)


def _play(
    source: SourceName,
    /,
    *,
    team: Literal["hiders", "seekers"] = "hiders",
    host: str | None = None,
    port: int | None = None,
    allow_host: Names = (),
    browser: bool = True,
) -> None:
    """Play one of the agents yourself, in the browser, with a trained policy as the others.

    Args:
        source: who plays all other agents: a run's folder, `zoo:NAME` (a policy that comes with the package),
            `scripted:NAME` (a fixed plan), or a game's name for random players (`hideseek list`).
        team: the team that the page proposes.
        host: name or address of this machine to listen on, such as 0.0.0.0 for all of IPv4; by default the page is
            there for this machine alone (127.0.0.1 and ::1). Beyond it, the token in the printed address is needed.
        port: where the page is served, 0 for any free port; by default 8421, or a free one where that is taken.
        allow_host: a further name that the page is reached at, through a proxy or a forwarded domain; can be repeated.
        browser: whether to open the page in the browser.
    """
    from hideseek.serve.open import open_policies

    reach = Reach(host, port, allow_host, browser)
    serve_page(printable(source), lambda: open_policies(source, "hideseek", 1, seed=0), reach, f"#play={team}")
