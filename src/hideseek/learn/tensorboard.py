"""Event files, which TensorBoard reads.

`tensorboardX.SummaryWriter` hands events to a thread; where that cannot write, on a full disk say, it dies, and the
next events wait for it for ever. Here they are written at once, and failure is an error.
"""

import struct
import time
from pathlib import Path

from hideseek.checks import extra_needed
from hideseek.learn.files import WriteError, append

with extra_needed("train"):
    from tensorboardX.proto.event_pb2 import Event, SessionLog  # pyright: ignore[reportAttributeAccessIssue]
    from tensorboardX.proto.summary_pb2 import Summary  # pyright: ignore[reportAttributeAccessIssue]
    from tensorboardX.record_writer import masked_crc32c


class EventFile:
    """A new file of scalars in a folder."""

    def __init__(self, folder: Path, first_step: int) -> None:
        """Start the file; TensorBoard will hide what older ones in the folder have from `first_step` on.

        Raises:
            WriteError: It cannot be written.
        """
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise WriteError(f"{folder} cannot be written: {error.strerror}") from error
        self._path = folder / f"events.out.tfevents.{time.time_ns()}"
        self._append(Event(wall_time=time.time(), file_version="brain.Event:2"))
        start = SessionLog(status=SessionLog.START)
        self._append(Event(wall_time=time.time(), step=first_step, session_log=start))

    def write(self, step: int, scalars: dict[str, float]) -> None:
        """Write named numbers; raise WriteError where that fails."""
        values = [Summary.Value(tag=name, simple_value=x) for name, x in scalars.items()]
        self._append(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))

    def _append(self, event: Event) -> None:
        """Write an event as a TFRecord: its length, the length's checksum, the event, its checksum."""
        content = event.SerializeToString()
        length = struct.pack("<Q", len(content))
        checksums = [struct.pack("<I", masked_crc32c(x)) for x in (length, content)]
        append(self._path, length + checksums[0] + content + checksums[1])
