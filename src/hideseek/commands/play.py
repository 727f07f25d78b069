"""`hideseek play`."""

from functools import partial
from typing import Literal

from hideseek.checks import printable
from hideseek.commands.options import PORT, call_with_options
from hideseek.commands.sources import SourceName


def main(arguments: list[str]) -> None:
    """Play one of the agents yourself, in the browser, with a trained policy as the others."""
    call_with_options(_play, "play", arguments)


def _play(
    source: SourceName,
    /,
    *,
    team: Literal["hiders", "seekers"] = "hiders",
    port: int = PORT,
    browser: bool = True,
) -> None:
    """Play one of the agents yourself, in the browser, with a trained policy as the others.

    Args:
        source: who plays all other agents: a run's folder, `zoo:NAME` (a policy that comes with the package),
            `scripted:NAME` (a fixed plan), or a game's name for random players (`hideseek list`).
        team: the team that the page proposes.
        port: where the page is served, on this machine alone; another one where it is taken.
        browser: whether to open the page in the browser.
    """
    from hideseek.serve.app import create_app
    from hideseek.serve.open import open_policies
    from hideseek.serve.run import check_port, serve

    check_port(port)
    library, policies = open_policies(source, "hideseek", episodes=1, seed=0)
    serve(partial(create_app, printable(source), library, policies), port, browser, fragment=f"#play={team}")
