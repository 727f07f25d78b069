"""The files of the page: an exact list, read once, and what the page may do in a browser."""

from dataclasses import dataclass

from hideseek.view.page.files import INDEX, MEDIA_TYPES, static_files

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""All answers have these. The page runs this server's scripts and no others, nothing that stands inside of a page
included; it asks nobody but this server, and no other page may frame it or embed what the server answers."""


@dataclass(frozen=True)
class PageFile:
    """A file as it is served."""

    content: bytes
    media_type: str


def read_page() -> dict[str, PageFile]:
    """Return all files of the page by their addresses."""
    files = {
        f"/static/{name}": PageFile(path.read_bytes(), f"{MEDIA_TYPES[path.suffix]}; charset=utf-8")
        for name, path in static_files().items()
    }
    return {"/": PageFile(INDEX.read_bytes(), "text/html; charset=utf-8"), **files}
