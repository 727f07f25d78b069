"""Files that are cut off, changed, foreign, newer or hostile: each is one ReplayError of one sentence."""

import gzip
import json
import os
import re
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hideseek.game.config import make_game
from hideseek.view.replay.container import LARGEST, pack, unpack
from hideseek.view.replay.content import Replay
from hideseek.view.replay.file import ReplayError, decode_replay, encode_replay, read_replay
from hideseek.view.replay.quantise import quantise
from hideseek.view.replay.seal import CHECKSUM_END, SIGNATURE, seal, unseal
from tests.search import examples
from tests.view.replay.episodes import TINY, assert_equal, record, tiny

Arrays, Metadata = dict[str, np.ndarray], dict[str, str]


def refusal(content: bytes) -> str:
    """Return the one line with which these bytes are refused."""
    with pytest.raises(ReplayError) as caught:
        decode_replay(content, "file.replay")
    message = str(caught.value)
    assert message.startswith("file.replay ")
    assert "\n" not in message
    assert len(message) < 400
    return message


def test_no_file(tmp_path: Path):
    """Missing, or a folder: the file is named, with the reason."""
    with pytest.raises(ReplayError, match=r"none\.replay cannot be read: No such file or directory"):
        read_replay(tmp_path / "none.replay")
    with pytest.raises(ReplayError, match="cannot be read: Is a directory"):
        read_replay(tmp_path)


def packed(content: bytes) -> bytes:
    """Return the same gzip data whenever it is asked for: without the time, which names of tests would have."""
    return gzip.compress(content, mtime=0)


CONTENTS = [
    b"",
    b"\x1f\x8b",
    b"hello, this is a text\n" * 100,
    b"\x89PNG\r\n\x1a\n" + bytes(100),
    packed(b""),
    packed(b"a text in gzip, as long as it may be"),
    packed(bytes(64)),
    packed((8).to_bytes(8, "little") + b"[1, 2]  "),
    packed((100).to_bytes(8, "little") + b"{}"),
    packed((2).to_bytes(8, "little") + b"\xff\xfe"),
    packed((2**40).to_bytes(8, "little") + bytes(100)),
    packed((2 * 2**19).to_bytes(8, "little") + b"[" * 2**20),
    zlib.compress(b"zlib, not gzip"),
]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content[:12].hex())
def test_foreign_files(content: bytes):
    """Texts, pictures, other gzip files, headers that are none: as they are, and where the checksum is right."""
    message = refusal(content)
    assert "is no replay, or damaged" in message or "is a replay of version 1, or something else in gzip" in message
    assert "is no replay, or damaged" in refusal(seal(content))


def test_files_without_a_checksum():
    """Replays of the first version were bare gzip."""
    expected = "file.replay is a replay of version 1, or something else in gzip; this program reads versions 2 to 3"
    assert refusal(unseal(encode_replay(tiny()))) == expected


def test_newer_versions():
    """Whatever a later version holds, it says which one it is."""
    newer = SIGNATURE + (4).to_bytes(4, "little") + b"something new"
    assert refusal(newer) == "file.replay is a replay of version 4; this program reads versions 2 to 3"


def test_a_safetensors_file_of_another_kind():
    """Weights, say, packed by hand, or with metadata that are no strings."""
    for metadata in ("null", "[]", "3", '{"game": 1}', '{"game": {"a": "b"}}', "{}"):
        header = f'{{"__metadata__": {metadata}}}'.encode()
        refusal(seal(gzip.compress(len(header).to_bytes(8, "little") + header)))
    weights = pack({"weight": np.zeros(3, np.float32)}, {"format": "pt"})
    assert "is a damaged replay: metadata lacks game, hiders" in refusal(seal(weights))
    assert "is a damaged replay: metadata lacks game, hiders" in refusal(seal(pack({}, {})))


def test_a_file_that_unpacks_without_end():
    """A hundred megabytes of zeros take a hundred kilobytes; reading stops at the limit."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(LARGEST // 2**20 + 36)) + packer.flush()
    assert len(bomb) < 200_000
    assert f"unpacks to more than {LARGEST} bytes" in refusal(seal(bomb))


def test_what_is_no_regular_file(tmp_path: Path):
    """A named pipe is refused at once, whether or not somebody writes to it; so is a file that is far too large."""
    os.mkfifo(tmp_path / "pipe.replay")
    with pytest.raises(ReplayError, match=r"pipe\.replay cannot be read: it is no regular file"):
        read_replay(tmp_path / "pipe.replay")
    with (tmp_path / "large.replay").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ReplayError, match=rf"large\.replay has more than {LARGEST} bytes"):
        read_replay(tmp_path / "large.replay")


def test_names_of_files_are_printed_on_one_line(tmp_path: Path):
    """A name cannot steer the terminal on which the refusal is printed."""
    path = tmp_path / "a\x1b[31m\nb.replay"
    with pytest.raises(ReplayError, match=r"a\\x1b\[31m\\nb\.replay cannot be read: No such file or directory$"):
        read_replay(path)
    path.write_bytes(b"hello")
    with pytest.raises(ReplayError, match=r"a\\x1b\[31m\\nb\.replay is no replay, or damaged"):
        read_replay(path)


def changed_arrays(change: Callable[[Arrays], object]) -> bytes:
    """Return a file whose checksum is right, with arrays that are not."""
    arrays, metadata = unpack(unseal(encode_replay(tiny())))
    change(arrays)
    return seal(pack(arrays, metadata))


def set_value(name: str, index: tuple, value: float) -> Callable[[Arrays], object]:
    def change(arrays: Arrays) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name][index] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x.pop("yaw"), "the file lacks yaw"),
        (lambda x: x.update(more=np.zeros(1, np.int8)), r"the file has the unknown \['more'\]"),
        (lambda x: x.update(yaw=x["yaw"].astype(np.int32)), "yaw has shape .* and type int32, expected .* int16"),
        (lambda x: x.update(yaw=x["yaw"][:1]), r"yaw has shape \(1, 7, 7\) and type int16, expected \(2, 7, 7\)"),
        (lambda x: x.update(wall_count=np.int32(2).reshape(())), r"wall_count has shape \(\)"),
        (lambda x: x.update({name: array[:0] for name, array in x.items()}), "position has no episode"),
        (lambda x: x.update(sees=np.repeat(x["sees"], 2, axis=-1)), r"sees has shape \(2, 7, 4, 2\)"),
        (set_value("sees", (0, 0, 0, 0), 255), "sees has bits for bodies after the last"),
        (set_value("exists", (0, 0), 2), "exists has the value 2, expected 0 or 1"),
        (set_value("grab", (0, 0, 0), 7), "grab has the value 7, expected 0 or 1"),
        (set_value("reward", (0, 0, 0), np.nan), "reward has values that are not finite"),
        (set_value("statistics", (0, 0, 0), np.inf), "statistics has values that are not finite"),
        (set_value("half_size", (0, 0, 0), np.nan), "half_size has values that are not finite"),
        (set_value("wall_centre", (0, 0, 2), -1e18), "wall_centre has the value -1e[+]18, expected at least 0"),
        (set_value("wall_centre", (0, 0, 0), 6.1), "wall_centre has the value 6.1, expected at most 6"),
        (set_value("wall_half", (0, 0, 0), 1e18), "wall_half has the value 1e[+]18, expected at most 6"),
        (set_value("wall_half", (0, 0, 1), 0.0), "wall_half has the value 0 of what exists, expected at least 0.001"),
        (set_value("half_size", (0, 0, 0), 1e18), "half_size has the value 1e[+]18, expected at most 6"),
        (set_value("half_size", (0, 5, 2), 1e-30), "half_size has the value 1e-30 of what exists, expected at least"),
        (set_value("reward", (0, 0, 0), -1e30), "reward has the value -1e[+]30, expected at least -1e[+]09"),
        (set_value("statistics", (0, 0, 0), 1e30), "statistics has the value 1e[+]30, expected at most 1e[+]09"),
        (set_value("wall_count", (0,), 8), "wall_half has the value 0 of what exists, expected at least 0.001"),
        (set_value("wall_count", (0,), 2**31 - 1), "wall_count has the value .* expected at most 8"),
        (set_value("wall_count", (0,), -1), "wall_count has the value -1, expected at least 0"),
        (set_value("grabbed", (1, 2, 3), 100), "grabbed has the value 100, expected at most 2"),
        (set_value("lock_team", (1, 2, 1), -2), "lock_team has the value -2, expected at least -1"),
        (set_value("movement", (1, 2, 3, 1), 200), "movement has the value 200, expected at most 10"),
    ],
)
def test_arrays_that_do_not_fit(change: Callable[[Arrays], object], message: str):
    """Missing, unknown, of other types and shapes, out of range: whoever made the file, it is not drawn."""
    with pytest.raises(ReplayError, match=message):
        decode_replay(changed_arrays(change), "it")


def changed_game(**changes: object) -> dict[str, str]:
    metadata = unpack(unseal(encode_replay(tiny())))[1]
    return {"game": json.dumps({**json.loads(metadata["game"]), **changes})}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hiders": "\x1b[2J"}, r"hiders is '\\x1b\[2J', expected at most 300 characters without control characters"),
        ({"seekers": "x" * 5000}, "seekers is 'x{99}\\.\\.\\., expected at most 300 characters"),
        ({"statistics": '["a", "b", "c", "d", "\\u0007"]'}, "name of statistic_names is '.x07', expected at most 300"),
        ({"game": "quadrant"}, "Expecting value"),
        ({"game": "[]"}, r"game is \[\], expected an object"),
        ({"game": "{}"}, "game lacks layout, horizon"),
        ({"game": "[" * 100_000}, "JSON is nested too deeply"),
        ({"statistics": "{}"}, "statistics is {}, expected a list of names"),
        ({"statistics": "[1, 2, 3, 4, 5]"}, "statistic_names is .* expected a tuple of strings"),
        ({"statistics": '["a"]'}, r"statistics has shape \(2, 6, 5\) .* expected \(2, 6, 1\)"),
        ({"about": "3"}, "about is 3, expected a dictionary"),
        ({"about": '{"a": NaN}'}, "JSON has NaN, expected finite numbers"),
        ({"about": '{"a": -1e999}'}, "JSON has -1e999, expected finite numbers"),
        ({"about": '{"a": ' + "[" * 900 + "]" * 900 + "}"}, "JSON is nested too deeply"),
        ({"more": ""}, "metadata has the unknown"),
        (changed_game(horizon=7), "has shape .* expected"),
        (changed_game(horizon=10**30), "horizon is 1"),
        (changed_game(horizon="6"), "horizon is '6'"),
        (changed_game(area=3), "area is 3"),
        (changed_game(area=[0, 0, 1]), "area is"),
        (changed_game(layout={}), "layout is {}"),
        (changed_game(cake=1), "game has the unknown cake"),
    ],
)
def test_metadata_that_does_not_fit(changes: dict[str, str], message: str):
    """Newer versions, games that cannot be played, JSON that is none."""
    arrays, metadata = unpack(unseal(encode_replay(tiny())))
    with pytest.raises(ReplayError, match=message) as caught:
        decode_replay(seal(pack(arrays, {**metadata, **changes})), "it")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("key", ["hiders", "seekers", "about", "statistics", "game"])
def test_metadata_that_lacks_something(key: str):
    """Each has to be there."""
    arrays, metadata = unpack(unseal(encode_replay(tiny())))
    del metadata[key]
    with pytest.raises(ReplayError, match=f"metadata lacks {key}"):
        decode_replay(seal(pack(arrays, metadata)), "it")


def test_too_large_a_replay_is_not_written():
    """What could not be read again is refused while it is made."""
    with pytest.raises(ValueError, match=f"expected at most {LARGEST}"):
        pack({"a": np.zeros(LARGEST, np.uint8)}, {})
    with pytest.raises(ValueError, match=r"header takes .* bytes, expected at most"):
        pack({}, {"about": "x" * 2**20})


WHOLE = encode_replay(tiny())
UNPACKED = gzip.decompress(WHOLE[CHECKSUM_END:])
HEADER_END = 8 + int.from_bytes(UNPACKED[:8], "little")
some_bytes = st.integers(0, 255)


@given(st.integers(0, len(WHOLE) - 1))
@examples(100)
def test_files_that_are_cut_off(length: int):
    """Wherever that happens."""
    assert "is no replay, or damaged" in refusal(WHOLE[:length])


@given(st.binary(min_size=1, max_size=50))
@examples(30)
def test_files_that_go_on(tail: bytes):
    """Whatever follows the end, and if the checksum is that of all of it."""
    assert "its checksum is that of other bytes" in refusal(WHOLE + tail)
    assert f"{len(tail)} bytes follow its end" in refusal(seal(WHOLE[CHECKSUM_END:] + tail))


def test_files_in_which_a_bit_was_changed():
    """Every single one is found, also where nobody reads it: in gzip's header, in the last byte of what it packed."""
    for place in range(8 * len(WHOLE)):
        damaged = bytearray(WHOLE)
        damaged[place // 8] ^= 1 << place % 8
        refusal(bytes(damaged))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), min_size=1, max_size=4))
@example([(1113, 1)])
@examples(200)
def test_files_in_which_bytes_were_changed(changes: list[tuple[int, int]]):
    """Wherever they are."""
    damaged = bytearray(WHOLE)
    for place, flip in changes:
        damaged[place] ^= flip
    if damaged != WHOLE:  # two changes of one byte may undo each other
        refusal(bytes(damaged))


def test_nothing_is_unpacked_before_the_checksum_was_looked_at(monkeypatch: pytest.MonkeyPatch):
    """What changed on its way reaches neither gzip nor the reader of arrays."""

    def fail(*_arguments: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr("hideseek.view.replay.file.unpack", fail)
    refusal(WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]))
    with pytest.raises(AssertionError, match="unpacked"):
        decode_replay(WHOLE, "it")


@given(
    st.lists(
        st.tuples(st.integers(0, HEADER_END - 1) | st.integers(0, len(UNPACKED) - 1), some_bytes),
        min_size=1,
        max_size=4,
    )
)
@examples(300)
def test_files_that_somebody_changed_with_care(changes: list[tuple[int, int]]):
    """With a right checksum: what is read anyhow is a replay, that can be written, read and restored again."""
    damaged = bytearray(UNPACKED)
    for place, value in changes:
        damaged[place] = value
    content = seal(gzip.compress(bytes(damaged), 1))
    try:
        replay = decode_replay(content, "file.replay")
    except ReplayError:
        refusal(content)
        return
    assert_equal(decode_replay(encode_replay(replay), "it"), replay)
    bodies, record = replay.restore(replay.episodes - 1, replay.game.horizon)
    assert np.isfinite(bodies.pose).all()
    assert quantise(replay).keys() == quantise(tiny()).keys()
    assert record.step[0] == replay.game.horizon


@given(st.binary(max_size=200))
@examples(200)
def test_random_bytes(content: bytes):
    """Bare, in gzip, and in gzip with a checksum."""
    refusal(content)
    refusal(gzip.compress(content))
    refusal(seal(gzip.compress(content)))


@cache
def shelter() -> Replay:
    """Return a replay of a game with a cylinder."""
    return record(make_game("shelter", **TINY)).replay


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x.pop("cylinder_size"), "the file lacks cylinder_size"),
        (lambda x: x.update(cylinder_size=x["cylinder_size"][:, :0]), r"cylinder_size has shape \(2, 0, 2\)"),
        (lambda x: x.update(cylinder_size=x["cylinder_centre"]), r"cylinder_size has shape \(2, 1, 3\)"),
        (set_value("cylinder_size", (0, 0, 0), 0.0), "cylinder_size has the value 0 of what exists, expected at least"),
        (set_value("cylinder_size", (1, 0, 1), 1e18), "cylinder_size has the value 1e[+]18, expected at most 6"),
        (set_value("cylinder_size", (0, 0, 0), np.nan), "cylinder_size has values that are not finite"),
        (set_value("cylinder_centre", (0, 0, 1), -1.0), "cylinder_centre has the value -1, expected at least 0"),
    ],
)
def test_cylinders_that_do_not_fit(change: Callable[[Arrays], object], message: str):
    """As all other arrays; and games without cylinders have no such arrays."""
    arrays, metadata = unpack(unseal(encode_replay(shelter())))
    change(arrays)
    assert re.search(message, refusal(seal(pack(arrays, metadata))))
    none = {"cylinder_centre": np.zeros((2, 0, 3), np.float32), "cylinder_size": np.zeros((2, 0, 2), np.float32)}
    assert "the file has the unknown ['cylinder_" in refusal(changed_arrays(lambda x: x.update(none)))
