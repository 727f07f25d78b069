"""The files that the page is made of."""

from pathlib import Path

FOLDER = Path(__file__).parent / "static"
INDEX = FOLDER / "index.html"
"""The page itself. It asks for the other files below `static/`, relative to its own address."""
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


def static_files() -> dict[str, Path]:
    """Return the files that a server has to offer: by their address below `static/`, sorted."""
    files = (path for path in FOLDER.rglob("*") if path.suffix in MEDIA_TYPES)
    return {path.relative_to(FOLDER).as_posix(): path for path in sorted(files)}
