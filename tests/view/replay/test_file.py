"""What is written is what is read, as exactly as the format says."""

import gzip
import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from hideseek.game.config import make_game
from hideseek.game.lidar import NO_HIT
from hideseek.view.replay.container import unpack
from hideseek.view.replay.content import Replay
from hideseek.view.replay.file import decode_replay, encode_replay, read_replay, write_replay
from hideseek.view.replay.quantise import STEPS
from hideseek.view.replay.seal import unseal
from tests.env.games import VARIATIONS
from tests.view.replay.episodes import TINY, assert_equal, record, tiny


def again(replay: Replay) -> Replay:
    """Return what comes back from a file."""
    return decode_replay(encode_replay(replay), "it")


@pytest.mark.parametrize("name", VARIATIONS)
def test_everything_comes_back(name: str):
    """Positions to half a millimetre, angles and distances to half a step, all else as it was; once more, the same."""
    preset, changes = VARIATIONS[name]
    replay = record(make_game(preset, **{**changes, **TINY})).replay
    back = again(replay)
    for field, value in vars(replay).items():
        if field not in STEPS:
            np.testing.assert_equal(getattr(back, field), value, err_msg=field)
    assert np.abs(back.position - replay.position).max() <= 0.000501
    assert np.abs(back.spot_place - replay.spot_place).max(initial=0.0) <= 0.000501
    assert np.abs(back.spot_share - replay.spot_share).max(initial=0.0) <= 0.501 / 255
    turn = np.abs(back.yaw - replay.yaw) % (2.0 * math.pi)
    assert np.minimum(turn, 2.0 * math.pi - turn).max() < math.pi / 65000
    assert np.abs(back.lidar - replay.lidar).max() <= 0.017501
    np.testing.assert_array_equal(back.lidar == NO_HIT, replay.lidar == NO_HIT)
    assert_equal(again(back), back)


def as_version(content: bytes, version: int) -> bytes:
    """Return a file of another version with the same content."""
    head = content[:16] + version.to_bytes(4, "little")
    return head + hashlib.sha256(head + content[52:]).digest() + content[52:]


def test_files_of_the_version_before_are_read():
    """They hold no cylinders, and are else the same."""
    content = encode_replay(tiny())
    assert content[16] == 3
    arrays, _ = unpack(unseal(content))
    assert not [name for name in arrays if name.startswith("cylinder")]
    back = decode_replay(as_version(content, 2), "it")
    assert_equal(back, again(tiny()))
    assert back.cylinder_centre.shape == (2, 0, 3)


def test_cylinders_come_back():
    """With their centres and sizes, in the replay and in the worlds that are restored."""
    played = record(make_game("shelter", **TINY))
    back = again(played.replay)
    assert back.cylinder_size.shape == (2, 1, 2)
    for w in range(2):
        bodies, _ = back.restore(w, 3)
        np.testing.assert_array_equal(bodies.cylinder_centre[0], played.moments[0].bodies.cylinder_centre[w])
        np.testing.assert_array_equal(bodies.cylinder_size[0], played.moments[0].bodies.cylinder_size[w])


def test_far_values_are_clipped_or_wrapped():
    """Positions beyond 32.767 m, angles of several turns, distances beyond 8.89 m; jumps wrap around in the file."""
    replay = tiny()
    position, yaw, lidar = replay.position.copy(), replay.yaw.copy(), replay.lidar.copy()
    position[0, :, 0, 0] = [-33.0, 33.0, -32.0, 32.0, 0.0, -0.0004, 5.0]
    yaw[0, :, 0] = [0.0, 7.0, -7.0, math.pi, -math.pi, 3.15, 1e4]
    lidar[0, :, 0, 0] = [0.0, 8.89, 6.0, 9.5, 100.0, 6.0, 0.02]
    back = again(replace(replay, position=position, yaw=yaw, lidar=lidar))
    np.testing.assert_allclose(back.position[0, :, 0, 0], [-32.767, 32.767, -32.0, 32.0, 0.0, 0.0, 5.0], atol=1e-6)
    np.testing.assert_allclose(np.exp(1j * back.yaw[0, :, 0]), np.exp(1j * yaw[0, :, 0]), atol=2e-4)
    assert np.abs(back.yaw).max() <= np.float32(math.pi)
    np.testing.assert_allclose(back.lidar[0, :, 0, 0], [0.0, 8.89, 6.0, 8.89, 8.89, 6.0, 0.035], atol=1e-5)


def test_words_and_what_is_told_about_them_come_back():
    """Letters of any alphabet, quotes, nested lists."""
    about = {"seed": 3, "note": 'a "note"\nof two lines', "list": [1, 2.5, None, {"deep": True}]}
    replay = replace(tiny(), hiders="zoo:Wände 隠れんぼ", seekers="</script>", about=about)
    back = again(replay)
    assert (back.hiders, back.seekers, back.about) == (replay.hiders, replay.seekers, about)


def test_equal_replays_make_equal_files():
    """Byte by byte: no time, no order by chance."""
    game = make_game("quadrant", **TINY)
    content = encode_replay(record(game).replay)
    assert content == encode_replay(record(game).replay)
    assert unseal(content)[4:8] == bytes(4), "gzip's header has the time"
    assert encode_replay(tiny()) != encode_replay(replace(tiny(), hiders="others"))


def test_the_file_is_safetensors_as_the_page_on_the_format_says():
    """Read with nothing but hashlib, gzip, json and the library of that name, and the rules of docs/replays.md."""
    replay = tiny()
    content = encode_replay(replay)
    assert content[:20] == b"hideseek replay\n\x03\0\0\0"
    assert content[20:52] == hashlib.sha256(content[:20] + content[52:]).digest()
    data = gzip.decompress(content[52:])
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    assert list(metadata) == ["game", "hiders", "seekers", "about", "statistics"]
    assert json.loads(metadata["game"])["horizon"] == 6
    assert json.loads(metadata["statistics"]) == list(replay.statistic_names)
    arrays = load(data)
    assert arrays.keys() == header.keys()
    size = {"F32": 4, "I32": 4, "I16": 2, "I8": 1, "U8": 1}
    for name, entry in header.items():
        assert (8 + length + entry["data_offsets"][0]) % size[entry["dtype"]] == 0, f"{name} is not aligned"
    millimetres = np.cumsum(arrays["position"], axis=1, dtype=np.int16)
    np.testing.assert_allclose(millimetres / 1000, replay.position, atol=0.00051)
    steps = np.cumsum(arrays["lidar"], axis=1, dtype=np.uint8)
    np.testing.assert_allclose(np.where(steps == 255, 6.0, steps * 0.035), replay.lidar, atol=0.0176)
    bits = arrays["sees"][..., np.arange(7) // 8] >> (np.arange(7) % 8) & 1
    np.testing.assert_array_equal(bits == 1, replay.sees)


def test_writing_is_whole_or_not_at_all(tmp_path: Path):
    """Folders are made; a replay that cannot be replaced stays as it was, and nothing is left lying about."""
    path = tmp_path / "new" / "first.replay"
    write_replay(path, tiny())
    assert_equal(read_replay(path), again(tiny()))
    assert [file.name for file in path.parent.iterdir()] == ["first.replay"]
    (path.parent / "first.replay.tmp").mkdir()
    before = path.read_bytes()
    with pytest.raises(OSError, match=r"first\.replay cannot be written: Is a directory"):
        write_replay(path, replace(tiny(), hiders="others"))
    assert path.read_bytes() == before
