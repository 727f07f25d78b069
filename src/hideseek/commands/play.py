"""`hideseek play`."""

from functools import partial
from pathlib import Path
from typing import Literal

from hideseek.commands.options import PORT, call_with_options


def main(arguments: list[str]) -> None:
    """Play one of the agents yourself, in the browser, with a trained policy as the others."""
    call_with_options(_play, "play", arguments)


def _play(
    run: Path,
    /,
    *,
    team: Literal["hiders", "seekers"] = "hiders",
    port: int = PORT,
    browser: bool = True,
) -> None:
    """Play one of the agents yourself, in the browser, with a trained policy as the others.

    Args:
        run: the folder of a training run, or `zoo:NAME` for a policy that comes with the package (`hideseek list`).
        team: the team that the page proposes.
        port: where the page is served, on this machine alone; another one where it is taken.
        browser: whether to open the page in the browser.
    """
    from hideseek.serve.app import create_app
    from hideseek.serve.open import open_policies
    from hideseek.serve.run import check_port, serve

    check_port(port)
    library, policies = open_policies(str(run), "hideseek", episodes=1, seed=0)
    serve(partial(create_app, str(run), library, policies), port, browser, fragment=f"#play={team}")
