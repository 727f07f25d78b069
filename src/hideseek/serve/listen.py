"""Where the server listens: on this machine alone, or where other machines reach it."""

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import NamedTuple

from hideseek.checks import check_integer, shown
from hideseek.serve.access import LOOPBACK_NAMES, Access, check_allowed_hosts, host_name, new_token

DEFAULT_PORT = 8421
LOOPBACK = ("127.0.0.1", "::1")
"""Addresses of this machine alone. Browsers try both for `localhost`, as do tunnels."""
UNSPECIFIED = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
"""All addresses of this machine at once, and one of them."""
ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""Errors where a machine does not have an address, or no IPv6 at all."""
ATTEMPTS = 20
"""To find a port that is free on all addresses."""


class Address(NamedTuple):
    """What a socket is bound to."""

    family: socket.AddressFamily
    host: str
    scope: int


@dataclass(frozen=True)
class Listener:
    """Sockets that listen on one port; they are closed at the end of a `with` block."""

    sockets: tuple[socket.socket, ...]
    name: str
    """What this machine calls the server, as it stands in the page's address."""
    is_public: bool
    """Whether other machines can reach it."""

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *details: object) -> None:
        for listener in self.sockets:
            listener.close()

    @property
    def port(self) -> int:
        """The one that all sockets listen on."""
        return self.sockets[0].getsockname()[1]

    def access(self, allow_host: tuple[str, ...] = ()) -> Access:
        """Return whom to let in: those who call the server by its names, where others can reach it with a new token.

        Raises:
            ValueError: One of the further names `allow_host` is none.
        """
        names = LOOPBACK_NAMES | {self.name}
        forwarded = check_allowed_hosts(allow_host)
        if not self.is_public:
            return Access(names, forwarded)
        own = host_name(socket.gethostname())
        return Access(names | ({own} if own else set()), forwarded, any_address=True, token=new_token())


def check_port(port: int) -> None:
    """Raise ValueError unless a number can be that of a port; 0 stands for any that is free."""
    check_integer("port", port, 0, 65535)


def listen(host: str | None = None, port: int | None = None) -> Listener:
    """Listen on a port.

    Args:
        host: a name or address of this machine, by default the loopback addresses, of IPv6 where there is one.
        port: the number, 0 for any that is free; by default `DEFAULT_PORT`, or any where that is taken.

    Raises:
        ValueError: The port is taken or out of range, or `host` is nothing that this machine can listen on.
    """
    number = DEFAULT_PORT if port is None else port
    check_port(number)
    addresses = _resolve(host)
    try:
        try:
            sockets = _listen_on_all(addresses, number)
        except OSError as error:
            if port is not None or error.errno != errno.EADDRINUSE:
                raise
            sockets = _listen_on_all(addresses, 0)
    except OSError as error:
        raise ValueError(_reason(error, host, number)) from error
    is_public = not all(ipaddress.ip_address(address.host).is_loopback for address in addresses)
    return Listener(tuple(sockets), _page_name(host, addresses), is_public)


def _resolve(host: str | None) -> list[Address]:
    """Return the addresses that a host stands for; raise ValueError where there is none."""
    found = [address for name in (LOOPBACK if host is None else (host,)) for address in _look_up(name)]
    if not found:
        expected = "expected a name or an address of this machine, such as 0.0.0.0"
        raise ValueError(f"host is {shown(host)}, which does not resolve, {expected}")
    return list(dict.fromkeys(found))


def _look_up(name: str) -> list[Address]:
    try:
        answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM) if name else []
    except (OSError, UnicodeError):
        return []
    addresses = []
    for family, *_, where in answers:
        if family in (socket.AF_INET, socket.AF_INET6):
            scope = where[3] if len(where) == 4 else 0
            addresses.append(Address(family, str(where[0]).partition("%")[0], scope))
    return addresses


def _listen_on_all(addresses: list[Address], port: int) -> list[socket.socket]:
    """Return a socket for each address that this machine has, all on one port, for 0 any that is free everywhere.

    Raises:
        OSError: The port is taken on one of them, or this machine has none.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _try_to_listen(addresses, port)
        except OSError as error:
            if port != 0 or error.errno != errno.EADDRINUSE or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _try_to_listen(addresses: list[Address], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    absent: OSError | None = None
    for address in addresses:
        try:
            sockets.append(_bind(address, sockets[0].getsockname()[1] if sockets else port))
        except OSError as error:
            if error.errno not in ABSENT:
                for listener in sockets:
                    listener.close()
                raise
            absent = error
    if not sockets and absent is not None:
        raise absent
    return sockets


def _bind(address: Address, port: int) -> socket.socket:
    listener = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this would take the port away from another process
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((address.host, port, 0, address.scope))
        else:
            listener.bind((address.host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _reason(error: OSError, host: str | None, port: int) -> str:
    """Return why a port cannot be listened on, and what could be."""
    if error.errno == errno.EADDRINUSE:
        return f"port is {port}, which is in use, expected a free one, or 0 for any"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port is {port}, which this user may not listen on, expected one from 1024 on"
    if error.errno in ABSENT and host is not None:
        return f"host is {shown(host)}, which is elsewhere, expected a name or an address of this machine"
    return f"port is {port}, which cannot be listened on ({error.strerror}), expected another one"


def _page_name(host: str | None, addresses: list[Address]) -> str:
    """Return what stands in the page's address for a host that was asked for."""
    name = host_name(LOOPBACK[0] if host is None else host) or host_name(addresses[0].host)
    return UNSPECIFIED.get(str(name).strip("[]"), str(name))
