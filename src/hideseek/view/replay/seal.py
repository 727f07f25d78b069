"""What stands before the content of a replay file: what it is, its version, and a checksum of all its bytes."""

import hashlib

SIGNATURE = b"hideseek replay\n"
VERSION = 3
"""Raised whenever a reader of the version before would err. Version 1 was bare gzip, version 2 knew no cylinders and
no spots."""
OLDEST = 2
"""The oldest version that can be read: what version 3 added is not in its files."""
READ = f"{OLDEST} to {VERSION}"
GZIP = b"\x1f\x8b"
VERSION_END = len(SIGNATURE) + 4
CHECKSUM_END = VERSION_END + 32


class VersionError(ValueError):
    """The file is a replay of another version; the message says of which."""


def seal(content: bytes) -> bytes:
    """Return the bytes of a file with this content."""
    head = SIGNATURE + VERSION.to_bytes(4, "little")
    return head + _checksum(head, content) + content


def unseal(sealed: bytes) -> bytes:
    """Return the content of a file, every byte of which is as it was written.

    Raises:
        VersionError: if it is a replay of another version.
        ValueError: if it is anything else, or its bytes are not those that were written; the message says so.
    """
    if sealed.startswith(GZIP):
        raise VersionError("a replay of version 1, or something else in gzip")
    if not sealed.startswith(SIGNATURE):
        raise ValueError(f"it begins with {sealed[: len(SIGNATURE)]!r}, expected {SIGNATURE!r}")
    head, checksum, content = sealed[:VERSION_END], sealed[VERSION_END:CHECKSUM_END], sealed[CHECKSUM_END:]
    version = int.from_bytes(head[len(SIGNATURE) :], "little")
    if len(head) == VERSION_END and not OLDEST <= version <= VERSION:
        raise VersionError(f"a replay of version {version}")
    if checksum != _checksum(head, content):
        raise ValueError("its checksum is that of other bytes, so it was cut off or changed")
    return content


def _checksum(head: bytes, content: bytes) -> bytes:
    """Return the SHA-256 of a file's bytes but for the checksum itself."""
    return hashlib.sha256(head + content).digest()
