"""Replays that cannot be shown: one sentence in the page, and the next replay is shown as if nothing had been."""

import gzip
import json
from collections.abc import Callable

import pytest

from hideseek.view.replay.file import encode_replay
from tests.view.page.conftest import Visit, make_replay
from tests.view.page.site import Site

HOSTILE_NAME = "<img src=x onerror=alert(1)>"
GOOD = encode_replay(make_replay())


def changed(change: Callable[[dict, bytearray], None]) -> bytes:
    """Return a replay whose header or arrays are others; its checksum is right."""
    data = gzip.decompress(GOOD)
    length = int.from_bytes(data[:8], "little")
    header, arrays = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
    change(header, arrays)
    text = json.dumps(header).encode()
    return gzip.compress(len(text).to_bytes(8, "little") + text + bytes(arrays))


def metadata(**entries: str) -> bytes:
    return changed(lambda header, _: header["__metadata__"].update(entries))


def array(name: str, **entries: object) -> bytes:
    return changed(lambda header, _: header[name].update(entries))


def value(name: str, content: bytes) -> bytes:
    """Return a replay whose array `name` begins with other bytes."""

    def change(header: dict, arrays: bytearray) -> None:
        start = header[name]["data_offsets"][0]
        arrays[start : start + len(content)] = content

    return changed(change)


FLIPPED = bytes([*GOOD[:200], GOOD[200] ^ 0x55, *GOOD[201:]])
CASES = {
    "empty": (b"", "not gzip"),
    "text": (b"once upon a time", "not gzip"),
    "truncated": (GOOD[: len(GOOD) // 2], "cut off or its bytes have changed"),
    "flipped": (FLIPPED, "cut off or its bytes have changed"),
    "foreign gzip": (gzip.compress(b"once upon a time, a long time ago"), "not a hideseek replay"),
    "nothing in it": (gzip.compress(b""), "not a hideseek replay"),
    "too large": (gzip.compress(bytes(65 * 2**20), 1), "more than 64 MB"),
    "foreign format": (metadata(format="a film"), "of another format"),
    "newer": (metadata(version="2"), "format version 2; this page reads version 1"),
    "game": (metadata(game="{}"), "hiders of its game is not valid"),
    "game no JSON": (metadata(game="{"), "game cannot be read"),
    "names": (metadata(statistics='"many"'), "list of statistics"),
    "type": (array("yaw", dtype="F32"), "yaw is missing or of another type"),
    "missing": (changed(lambda header, _: header.pop("lidar")), "lidar is missing"),
    "shape": (array("position", shape=[2, 3]), "position has the shape [2,3]"),
    "outside": (array("position", data_offsets=[10**9, 10**9 + 1764]), "position lies outside the file"),
    "not a number": (value("wall_centre", b"\x00\x00\xc0\x7f"), "wall_centre has a value that is out of range"),
    "too many walls": (value("wall_count", b"\x63"), "wall_count has a value that is out of range"),
    "holds nothing that is": (value("grabbed", b"\x09"), "grabbed has a value that is out of range"),
}


@pytest.fixture(scope="module")
def site_with_damage(site: Site) -> Site:
    """Return the site with all damaged replays after the good one, and one with a hostile name."""
    site.replays.update({f"{name}.replay": content for name, (content, _) in CASES.items()})
    site.replays["named.replay"] = encode_replay(make_replay(hiders=HOSTILE_NAME))
    return site


@pytest.fixture(scope="module")
def library(site_with_damage: Site, new_visit: Callable[..., Visit]) -> Visit:
    """Return a window that lists them."""
    visit = new_visit()
    visit.open()
    return visit


@pytest.mark.parametrize("name", list(CASES))
def test_damaged_replay(library: Visit, name: str):
    """It is refused in words that fit, in place of the scene."""
    library.page.evaluate("document.getElementById('message').textContent = ''")
    library.page.locator("#library button").nth(1 + list(CASES).index(name)).click()
    library.wait("document.getElementById('message').textContent !== ''")
    message = library.text("#message")
    assert CASES[name][1] in message
    assert message.endswith(".")
    assert message.count(".") == 1
    assert library.page.evaluate("document.body.dataset.state") == "failed"
    assert library.page.locator("#play").is_disabled()
    assert library.problems == []


def test_good_replay_after_a_damaged_one(library: Visit):
    """It is shown as if nothing had been."""
    library.page.locator("#library button").nth(1).click()
    library.wait("document.body.dataset.state === 'failed'")
    library.page.locator("#library button").first.click()
    library.wait("document.body.dataset.state === 'ready'")
    assert library.page.locator("#message").is_hidden()
    assert library.page.locator("#play").is_enabled()
    assert library.read("scene")["walls"] == 2


def test_names_are_text(library: Visit):
    """Whatever a replay calls its players is shown as it is, and never becomes part of the page."""
    library.page.locator("#library button").last.click()
    library.wait("document.getElementById('subtitle').textContent.startsWith('<img')")
    assert library.text("#subtitle") == f"{HOSTILE_NAME} hide, random seek"
    assert library.page.locator("img").count() == 0
    assert library.problems == []
