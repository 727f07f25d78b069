"""Named arrays and strings as bytes: safetensors under gzip."""

import gzip
import json
import zlib
from typing import Any

import numpy as np

from hideseek.checks import extra_needed

with extra_needed("view"):
    from safetensors import SafetensorError
    from safetensors.numpy import load

from hideseek.files import parse_json

LARGEST = 64 * 2**20
"""Bytes that are unpacked at most."""
LARGEST_HEADER = 2**20
METADATA = "__metadata__"
TYPE_NAMES = {"float32": "F32", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8"}
WITH_CHECKSUM = 31
"""Tells zlib that the data have a gzip header and checksum."""


def pack(arrays: dict[str, np.ndarray], metadata: dict[str, str]) -> bytes:
    """Return arrays, of the types in `TYPE_NAMES`, and strings as the bytes of a file; equal ones give equal bytes.

    The library's own writer orders the metadata by chance.

    Raises:
        ValueError: if there is more than `unpack` takes.
    """
    # Larger types come first, so that every array begins at a multiple of its type's size.
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    header: dict[str, Any] = {METADATA: metadata}
    end = 0
    for name in names:
        start, end = end, end + arrays[name].nbytes
        kind = TYPE_NAMES[arrays[name].dtype.name]
        header[name] = {"dtype": kind, "shape": list(arrays[name].shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > LARGEST_HEADER:
        raise ValueError(f"header takes {len(text)} bytes, expected at most {LARGEST_HEADER}")
    if (size := 8 + len(text) + end) > LARGEST:
        raise ValueError(f"content takes {size} bytes, expected at most {LARGEST}")
    data = (arrays[name].astype(arrays[name].dtype.newbyteorder("<")).tobytes() for name in names)
    return gzip.compress(b"".join([len(text).to_bytes(8, "little"), text, *data]), mtime=0)


def unpack(content: bytes) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return the arrays and the metadata in the bytes of a file.

    Raises:
        ValueError: if the bytes are anything else, or were cut off or changed; the message says how.
    """
    data = _inflate(content)
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(LARGEST_HEADER, len(data) - 8):
        raise ValueError("it holds no safetensors, expected a header after 8 bytes with its length")
    try:
        arrays = load(data)
    except (SafetensorError, KeyError) as error:
        raise ValueError(f"its arrays cannot be read: {error}") from error
    return arrays, parse_json(data[8 : 8 + length].decode()).get(METADATA) or {}


def _inflate(content: bytes) -> bytes:
    """Return what gzip packed, but not more than `LARGEST` bytes, however much there is."""
    reader = zlib.decompressobj(WITH_CHECKSUM)
    try:
        data = reader.decompress(content, LARGEST + 1)
    except zlib.error as error:
        raise ValueError(f"gzip finds an error in it: {error}") from error
    if len(data) > LARGEST:
        raise ValueError(f"it unpacks to more than {LARGEST} bytes, the most that is read")
    if not reader.eof:
        raise ValueError(f"it is cut off after {len(content)} bytes")
    if reader.unused_data:
        raise ValueError(f"{len(reader.unused_data)} bytes follow its end")
    return data
