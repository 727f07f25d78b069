"""Replays that cannot be shown: one sentence in the page, and the next replay is shown as if nothing had been."""

import gzip
import json
from collections.abc import Callable

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.view.replay.file import encode_replay
from hideseek.view.replay.seal import SIGNATURE, seal, unseal
from tests.view.page.conftest import Visit, make_replay
from tests.view.page.site import Site
from tests.view.replay.episodes import TINY, record

HOSTILE_NAME = "<img src=x onerror=alert(1)>"
GOOD = encode_replay(make_replay())


def changed(change: Callable[[dict, bytearray], None], of: bytes = GOOD) -> bytes:
    """Return a replay whose header or arrays are others; its checksum is right."""
    data = gzip.decompress(unseal(of))
    length = int.from_bytes(data[:8], "little")
    header, arrays = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
    change(header, arrays)
    text = json.dumps(header).encode()
    return seal(gzip.compress(len(text).to_bytes(8, "little") + text + bytes(arrays)))


def metadata(**entries: str) -> bytes:
    return changed(lambda header, _: header["__metadata__"].update(entries))


def array(name: str, **entries: object) -> bytes:
    return changed(lambda header, _: header[name].update(entries))


def value(name: str, content: bytes, of: bytes = GOOD) -> bytes:
    """Return a replay whose array `name` begins with other bytes."""

    def change(header: dict, arrays: bytearray) -> None:
        start = header[name]["data_offsets"][0]
        arrays[start : start + len(content)] = content

    return changed(change, of)


SHELTER = encode_replay(record(make_game("shelter", **TINY)).replay)


def shelter(change: Callable[[dict, bytearray], None]) -> bytes:
    """Return a replay with a cylinder whose header or arrays are others."""
    return changed(change, SHELTER)


def cylinder(name: str, content: bytes) -> bytes:
    """Return a replay with a cylinder whose array `name` begins with other bytes."""
    return value(name, content, SHELTER)


def flipped(place: int) -> bytes:
    """Return a replay with one bit changed."""
    return bytes([*GOOD[:place], GOOD[place] ^ 1, *GOOD[place + 1 :]])


CASES = {
    "empty": (b"", "it begins with something else"),
    "text": (b"once upon a time", "it begins with something else"),
    "truncated": (GOOD[: len(GOOD) // 2], "cut off or its bytes have changed"),
    "no checksum": (GOOD[:20], "cut off or its bytes have changed"),
    "no version": (GOOD[:18], "cut off or its bytes have changed"),
    "flipped": (flipped(200), "cut off or its bytes have changed"),
    "flipped in the checksum": (flipped(30), "cut off or its bytes have changed"),
    "flipped in gzip's header": (flipped(60), "cut off or its bytes have changed"),
    "flipped in the last byte": (flipped(len(GOOD) - 1), "cut off or its bytes have changed"),
    "longer": (GOOD + b"x", "cut off or its bytes have changed"),
    "no gzip": (seal(b"once upon a time"), "gzip finds an error in it"),
    "foreign gzip": (seal(gzip.compress(b"once upon a time, a long time ago")), "not a hideseek replay"),
    "nothing in it": (seal(gzip.compress(b"")), "not a hideseek replay"),
    "too large": (seal(gzip.compress(bytes(65 * 2**20), 1)), "more than 64 MB"),
    "first version": (unseal(GOOD), "format version 1; this page reads versions 2 to 3"),
    "newer": (SIGNATURE + b"\x04\0\0\0 and so on", "format version 4; this page reads versions 2 to 3"),
    "no metadata": (changed(lambda header, _: header.pop("__metadata__")), "its metadata are missing"),
    "long name": (metadata(hiders="x" * 5000), "the name of its hiders is too long"),
    "game": (metadata(game="{}"), "hiders of its game is not valid"),
    "game no JSON": (metadata(game="{"), "game cannot be read"),
    "names": (metadata(statistics='"many"'), "list of statistics"),
    "type": (array("yaw", dtype="F32"), "yaw is missing or of another type"),
    "missing": (changed(lambda header, _: header.pop("lidar")), "lidar is missing"),
    "shape": (array("position", shape=[2, 3]), "position has the shape [2,3]"),
    "outside": (array("position", data_offsets=[10**9, 10**9 + 1764]), "position lies outside the file"),
    "not a number": (value("wall_centre", b"\x00\x00\xc0\x7f"), "wall_centre has a value that is out of range"),
    "far wall": (value("wall_centre", np.float32(-1e18).tobytes()), "wall_centre has a value that is out of range"),
    "flat wall": (value("wall_half", bytes(4)), "something in it has no size"),
    "flat body": (value("half_size", bytes(4)), "something in it has no size"),
    "wall that is none": (value("wall_count", b"\x08"), "something in it has no size"),
    "too many walls": (value("wall_count", b"\x63"), "wall_count has a value that is out of range"),
    "no cylinder's size": (shelter(lambda header, _: header.pop("cylinder_size")), "cylinder_size is missing"),
    "cylinder's shape": (
        shelter(lambda header, _: header["cylinder_centre"].update(shape=[2, 5, 3])),
        "cylinder_centre lies outside the file",
    ),
    "cylinder's axes": (
        shelter(lambda header, _: header["cylinder_centre"].update(shape=["a", {}, None])),
        "cylinder_centre has the shape",
    ),
    "flat cylinder": (cylinder("cylinder_size", bytes(4)), "something in it has no size"),
    "far cylinder": (
        cylinder("cylinder_centre", np.float32(1e18).tobytes()),
        "cylinder_centre has a value that is out of range",
    ),
    "huge cylinder": (
        cylinder("cylinder_size", np.float32(np.inf).tobytes()),
        "cylinder_size has a value that is out of range",
    ),
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
