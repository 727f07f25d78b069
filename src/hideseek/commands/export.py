"""`hideseek export`."""

from pathlib import Path

from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path


def main(arguments: list[str]) -> None:
    """Write replays and the page that shows them as one file to send to others."""
    call_with_options(_export, "export", arguments)


def _export(paths: tuple[Path, ...], /, *, title: str = "hideseek") -> None:
    """Write replays and the page that shows them as one file to send to others.

    The file opens in any browser, from disk, and needs no network.

    Args:
        paths: replay files, in the order in which the page lists them, then the file to write, .html.
        title: what the page is called.
    """
    from hideseek.view.page.export import export_page

    if len(paths) < 2:
        given = ", ".join(map(str, paths)) or "empty"
        raise ValueError(f"paths is {given}, expected one or more replay files and then the page to write, .html")
    *replays, path = paths
    export_page(replays, path, title)
    episodes = "replay" if len(replays) == 1 else "replays"
    print(f"{printable_path(path)}: {len(replays)} {episodes}, {path.stat().st_size / 1e6:.1f} MB")
