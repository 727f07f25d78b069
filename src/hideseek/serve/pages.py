"""The files of the page: an exact list, read once, each with its type and what it may do in a browser."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import hideseek.view
from hideseek.checks import check_path

FOLDER = Path(hideseek.view.__file__).parent / "page" / "static"
INDEX = "index.html"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Media types by suffix; other files of the folder are not served."""
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class PageFile:
    """A file as it is served."""

    content: bytes
    media_type: str


def read_page(folder: Path = FOLDER) -> dict[str, PageFile]:
    """Return the files below a folder by their paths in it, parts joined by `/`; `INDEX` has to be among them.

    Raises:
        ValueError: The folder has no index.
    """
    folder = check_path("folder", folder)
    files = {
        path.relative_to(folder).as_posix(): PageFile(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }
    if INDEX not in files:
        raise ValueError(f"folder is {folder}, expected one with a file {INDEX}")
    return files


def security_headers(index: PageFile) -> dict[str, str]:
    """Return the headers that all answers have.

    The page runs its own scripts alone: files of this server, and the scripts that stand in the index itself (the map
    of its modules), which are named by their hashes. It asks nobody but this server, and no other page may frame it.
    """
    scripts = INLINE_SCRIPT.findall(index.content.decode())
    hashes = "".join(f" 'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    policy = {
        "default-src": "'none'",
        "script-src": f"'self'{hashes}",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
