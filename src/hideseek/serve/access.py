"""Who may ask: the names that the server answers to, and a token where other machines can reach it."""

import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hideseek.checks import shown

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
HOST = re.compile(
    r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(?P<port>[0-9]{1,5}))?", re.ASCII | re.IGNORECASE
)
"""A host as browsers write it: a name, an address of IPv4, or one of IPv6 in brackets."""
DEFAULT_PORTS = {"http": 80, "https": 443}
TOKEN_BYTES = 24


class Host(NamedTuple):
    """What stands in `Host`, and after the scheme in `Origin`."""

    name: str
    """In small letters; an address of IPv6 in brackets."""
    port: int | None


class Origin(NamedTuple):
    """Where a page is from."""

    scheme: str
    name: str
    port: int


@dataclass(frozen=True)
class Access:
    """Which requests are let in."""

    names: frozenset[str] = LOOPBACK_NAMES
    """What the server is called in `Host`, with any port: a tunnel may begin at another one than it leads to."""
    forwarded: frozenset[str] = frozenset()
    """Further names, of proxies: their pages may have been sent encrypted."""
    any_address: bool = False
    """Whether it may also be called by any address in numbers. No other page can have one for its name."""
    token: str | None = None
    """What requests have to bring along, nothing where it is None."""

    def knows(self, name: str) -> bool:
        """Tell whether the server is called so."""
        return name in self.names | self.forwarded or (self.any_address and is_address(name))

    def admits_page(self, origin: Origin | None, host: Host) -> bool:
        """Tell whether a page of `origin` may send requests to `host`: it is one of the server's own."""
        if origin is None or not self.knows(origin.name):
            return False
        if origin.scheme == "https" and origin.name not in self.forwarded:
            return False
        return origin.port == (DEFAULT_PORTS[origin.scheme] if host.port is None else host.port)

    def admits_token(self, token: str | None) -> bool:
        """Tell whether a token is the right one."""
        if self.token is None or token is None:
            return False
        return secrets.compare_digest(token.encode(errors="replace"), self.token.encode())


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def parse_host(text: str) -> Host | None:
    """Return the name and the port of a host as it stands in `Host`, None where it is none."""
    found = HOST.fullmatch(text)
    if found is None:
        return None
    port = None if found["port"] is None else int(found["port"])
    return Host(found["name"].lower(), port) if port is None or 0 < port <= 65535 else None


def parse_origin(text: str) -> Origin | None:
    """Return where a page is from, None where `Origin` names no page of the web."""
    scheme, separator, rest = text.partition("://")
    host = parse_host(rest)
    if not separator or scheme.lower() not in DEFAULT_PORTS or host is None:
        return None
    return Origin(scheme.lower(), host.name, host.port or DEFAULT_PORTS[scheme.lower()])


def is_address(name: str) -> bool:
    """Tell whether a host is an address in numbers, of IPv6 in brackets."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def host_name(text: str) -> str | None:
    """Return a name or an address that a user gives as browsers write it in `Host`, None where it is none."""
    bare = text.strip("[]") if ":" in text else text
    try:
        address = ipaddress.ip_address(bare)
        return f"[{address}]" if address.version == 6 else str(address)
    except ValueError:
        pass
    try:
        host = parse_host(text if text.isascii() else text.encode("idna").decode())
    except UnicodeError:
        return None
    return host.name if host is not None and host.port is None else None


def check_allowed_hosts(allow_host: Sequence[str]) -> frozenset[str]:
    """Return further names of the server as browsers write them; raise ValueError where one is no name."""
    names = {text: host_name(text) for text in allow_host}
    for text, name in names.items():
        if name is None:
            raise ValueError(f"allow_host is {shown(text)}, expected a name alone, such as page.example.org")
    return frozenset(name for name in names.values() if name is not None)
