"""Replays and the page that shows them as one file, which needs neither a server nor a network."""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path

from hideseek.checks import check_output_file, check_path, printable
from hideseek.files import write_whole
from hideseek.view.page.files import INDEX, static_files
from hideseek.view.replay.file import decode_replay, read_content

MODULE = ".js"
START = "main.js"
PREFIX = "page/"
"""Before the names of modules in the page's import map."""
IMPORT = re.compile(r"""(\bfrom\s*|\bimport\s*)(["'])(\.\.?/[^"']+)\2""")
STYLE = re.compile(r'\s*<link rel="stylesheet" href="static/([^"]+)" />')
MAIN = re.compile(r'\s*<script type="module" src="static/[^"]+"></script>')
"""What the page has for a server, and a file replaces by what is asked for."""
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:;"
    " base-uri 'none'; form-action 'none'"
)
"""What the browser lets the file do: nothing but run what is in it. It can send nothing anywhere."""


def export_page(replays: Sequence[Path | str], path: Path | str, title: str = "hideseek") -> Path:
    """Write the page with some replays in it; return its path.

    Args:
        replays: replay files, in the order in which the page lists them.
        path: the file to write, .html.
        title: what the page is called.

    Raises:
        TypeError: if a path is none.
        ValueError: if there is no replay, one cannot be read (`ReplayError`), or `path` does not end in .html.
        OSError: if the file cannot be written.
    """
    files = [check_path(f"replays[{k}]", replay) for k, replay in enumerate(replays)]
    if not files:
        raise ValueError("replays is empty, expected at least one replay file")
    path = check_output_file("path", path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"path is {path}, expected a file name that ends in .html")
    entries = [_entry(file) for file in files]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, build_page(entries, title).encode())
    return path


def build_page(entries: Sequence[dict[str, str]], title: str) -> str:
    """Return the text of a page.

    Args:
        entries: for each replay its `name`, a `note` and its `data`: the file in base64.
        title: what the page is called.
    """
    files = static_files()
    page = INDEX.read_text(encoding="utf-8")
    styles = "".join(files[name].read_text(encoding="utf-8") for name in STYLE.findall(page))
    parts = [
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />',
        f"<style>\n{styles}</style>",
        _script("importmap", json.dumps({"imports": _modules(files)})),
        _script(
            "application/json", json.dumps({"title": printable(title), "replays": list(entries)}), ' id="embedded"'
        ),
        f'<script type="module">import "{PREFIX}{START}";</script>',
    ]
    page = MAIN.sub("", STYLE.sub("", page))
    return page.replace("</head>", "\n".join(parts) + "\n</head>", 1)


def _entry(file: Path) -> dict[str, str]:
    """Return a replay as the page has it; raise ReplayError where it cannot be read."""
    content = read_content(file)
    episodes = decode_replay(content, str(file)).episodes
    note = f"{episodes} episode{'s' * (episodes > 1)}"
    return {"name": printable(file.stem), "note": note, "data": base64.b64encode(content).decode()}


def _script(kind: str, content: str, more: str = "") -> str:
    """Return a script element that holds JSON; `<` is escaped, so that nothing in it can end the element."""
    escaped = content.replace("<", "\\u003c")
    return f'<script type="{kind}"{more}>{escaped}</script>'


def _modules(files: dict[str, Path]) -> dict[str, str]:
    """Return every module as a data address by the name that others import it by."""
    modules = {name: path for name, path in files.items() if path.suffix == MODULE}
    return {PREFIX + name: _address(name, path.read_text(encoding="utf-8")) for name, path in modules.items()}


def _address(name: str, source: str) -> str:
    """Return a module as a data address. What it imports goes by names, for data addresses have no folder."""
    folder = name.rpartition("/")[0]

    def named(match: re.Match[str]) -> str:
        start, quote, target = match.groups()
        return f"{start}{quote}{PREFIX}{_resolve(folder, target)}{quote}"

    return "data:text/javascript;base64," + base64.b64encode(IMPORT.sub(named, source).encode()).decode()


def _resolve(folder: str, target: str) -> str:
    """Return the name of the module that `target` means in a module of `folder`."""
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
