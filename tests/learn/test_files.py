"""Writing: whole or not at all, and one clear error where the disk is full."""

import struct
from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.record_writer import RecordWriter

from hideseek.learn.files import WriteError, append, save_json, write_whole
from hideseek.learn.logger import Logger
from hideseek.learn.tensorboard import EventFile

FULL = Path("/dev/full")
"""Linux lets nothing be written there."""
on_linux = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")


@on_linux
def test_a_full_disk_is_one_error_that_names_the_file():
    """Appending fails with the path and the reason."""
    with pytest.raises(WriteError, match=r"^/dev/full cannot be written: No space left on device$"):
        append(FULL, b"line\n")


@on_linux
@pytest.mark.parametrize("pattern", ["metrics.jsonl", "tensorboard/events*"])
def test_metrics_on_a_full_disk_are_an_error(tmp_path: Path, pattern: str):
    """Neither the lines nor the events wait for ever, and closing the logger hides nothing."""
    with pytest.raises(WriteError, match="No space left"), Logger(tmp_path, 0) as logger:  # noqa: PT012
        (path,) = tmp_path.glob(pattern)
        path.unlink()
        path.symlink_to(FULL)
        logger.write({"iteration": 1})


def test_a_file_that_cannot_be_written_keeps_its_content(tmp_path: Path):
    """Where the temporary file cannot be made nothing is changed, and the file is named."""
    path = tmp_path / "file.json"
    save_json(path, {"a": 1})
    before = path.read_bytes()
    (tmp_path / "file.json.tmp").mkdir()
    with pytest.raises(WriteError, match=r"file\.json cannot be written: Is a directory"):
        write_whole(path, b"{}")
    assert path.read_bytes() == before


def test_events_are_records_as_tensorboard_expects_them(tmp_path: Path):
    """A version, the step from which older files count no more, the numbers; checksums as another writer makes them."""
    EventFile(tmp_path / "ours", 3).write(3, {"loss/total": 0.5, "episodes": 7})
    (path,) = (tmp_path / "ours").glob("events*tfevents*")
    content, records = path.read_bytes(), []
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        records.append(content[12 : 12 + length])
        content = content[16 + length :]
    version, start, numbers = map(Event.FromString, records)
    assert version.file_version == "brain.Event:2"
    assert (start.step, start.session_log.status) == (3, start.session_log.START)
    assert {value.tag: value.simple_value for value in numbers.summary.value} == {"loss/total": 0.5, "episodes": 7}
    writer = RecordWriter(str(tmp_path / "theirs"))
    for record in records:
        writer.write(record)
    writer.close()
    assert (tmp_path / "theirs").read_bytes() == path.read_bytes()
