"""Where the server listens, and who can reach it there."""

import errno
import socket
from collections.abc import Iterator

import pytest

from hideseek.serve import listen as module
from hideseek.serve.access import LOOPBACK_NAMES
from hideseek.serve.listen import Listener, check_port, listen
from tests.refusal import assert_refused

TOKEN_LENGTH = 32


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def has_ipv6() -> bool:
    """Tell whether this machine has the loopback address of IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6; nothing can be reached by it")


def answers(listener: Listener, address: str) -> bool:
    """Tell whether a connection to an address is taken in."""
    try:
        socket.create_connection((address, listener.port), timeout=10).close()
    except OSError:
        return False
    return True


def test_by_default_it_is_there_for_this_machine_alone():
    """By IPv4, and by IPv6 where there is one, on one port: `localhost` may be either."""
    with listen(port=0) as listener:
        assert answers(listener, "127.0.0.1")
        assert answers(listener, "::1") == has_ipv6()
        assert {s.getsockname()[0] for s in listener.sockets} <= {"127.0.0.1", "::1"}
        assert (listener.name, listener.is_public) == ("127.0.0.1", False)
        access = listener.access()
    assert access.names == LOOPBACK_NAMES
    assert access.token is None
    assert not access.any_address


def test_a_machine_without_ipv6_does_without(monkeypatch):
    """As containers are, often."""
    bind = module._bind

    def bind_ipv4(address: module.Address, port: int) -> socket.socket:
        if address.family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return bind(address, port)

    monkeypatch.setattr(module, "_bind", bind_ipv4)
    with listen(port=0) as listener:
        assert [s.getsockname()[0] for s in listener.sockets] == ["127.0.0.1"]
    assert_refused(lambda: listen("::1", 0), ValueError, "host is '::1', which is elsewhere, expected")


@needs_ipv6
def test_ipv6_alone_can_be_asked_for():
    """Its address stands in brackets in the page's."""
    with listen("::1", 0) as listener:
        assert answers(listener, "::1")
        assert not answers(listener, "127.0.0.1")
        assert (listener.name, listener.is_public) == ("[::1]", False)


@needs_ipv6
def test_all_addresses_get_the_same_port(monkeypatch):
    """Where the first one found is taken on the second address, others are tried."""
    tried = []
    bind = module._bind

    def bind_twice_in_vain(address: module.Address, port: int) -> socket.socket:
        if address.family == socket.AF_INET6:
            tried.append(port)
            if len(tried) < 3:
                raise OSError(errno.EADDRINUSE, "Address already in use")
        return bind(address, port)

    monkeypatch.setattr(module, "_bind", bind_twice_in_vain)
    with listen(port=0) as listener:
        assert len({s.getsockname()[1] for s in listener.sockets}) == 1
        assert listener.port == tried[2]


@pytest.mark.parametrize(("host", "name"), [("localhost", "localhost"), ("127.0.0.1", "127.0.0.1")])
def test_names_of_this_machine_alone_need_no_token(host: str, name: str):
    """A name may stand for several addresses."""
    with listen(host, 0) as listener:
        assert (listener.name, listener.is_public) == (name, False)
        assert listener.access().token is None


def test_where_others_can_reach_it_there_is_a_token(monkeypatch):
    """A new one for each server; it is known by this machine's name, and the address printed leads to it from here."""
    monkeypatch.setattr(socket, "gethostname", lambda: "Lab")
    with listen("0.0.0.0", 0) as listener:
        assert (listener.name, listener.is_public) == ("127.0.0.1", True)
        first, second = listener.access(), listener.access(("Page.example.org",))
    assert first.token is not None
    assert len(first.token) == TOKEN_LENGTH
    assert first.token != second.token
    assert first.any_address
    assert first.knows("lab")
    assert first.knows("192.168.0.7")
    assert not first.knows("page.example.org")
    assert second.knows("page.example.org")


def test_further_names_are_checked():
    """As they are given on the command line."""
    with listen(port=0) as listener:
        assert listener.access(("a.example", "b.example")).forwarded == {"a.example", "b.example"}
        assert_refused(lambda: listener.access(("a:1",)), ValueError, "allow_host is 'a:1', expected a name alone")


def test_a_port_that_is_taken_is_replaced_unless_it_was_asked_for(taken: int, monkeypatch):
    """A tunnel or a published port would lead to somebody else's server."""
    message = f"port is {taken}, which is in use, expected a free one, or 0 for any"
    assert_refused(lambda: listen(port=taken), ValueError, message)
    monkeypatch.setattr(module, "DEFAULT_PORT", taken)
    with listen() as listener:
        assert listener.port != taken
        assert answers(listener, "127.0.0.1")
    with listen(port=0) as again:
        number = again.port
    with listen(port=number) as again:
        assert again.port == number


@needs_ipv6
def test_a_port_that_is_taken_on_one_of_the_addresses_is_taken():
    """Who asks for localhost must not meet another program."""
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        number = other.getsockname()[1]
        assert_refused(lambda: listen(port=number), ValueError, f"port is {number}, which is in use, expected")


@pytest.mark.parametrize("port", [65536, -1, True, 8421.0])
def test_numbers_that_no_port_has_are_refused(port: object):
    """As all numbers out of range are."""
    message = f"port is {port}, expected an integer from 0 to 65535"
    assert_refused(lambda: check_port(port), ValueError, message)
    assert_refused(lambda: listen(port=port), ValueError, message)


def test_a_port_of_the_system_is_refused_in_one_line(monkeypatch):
    """Where the user may not have it."""

    def refuse(address: module.Address, port: int) -> socket.socket:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module, "_bind", refuse)
    message = "port is 80, which this user may not listen on, expected one from 1024 on"
    assert_refused(lambda: listen(port=80), ValueError, message)


@pytest.mark.parametrize("host", ["", "nowhere.invalid", "a..b", "a" * 300, "127.0.0.1:80", "http://localhost"])
def test_hosts_that_do_not_resolve_are_refused(host: str, monkeypatch):
    """By name, before anything is computed; nobody else's server of names is asked here."""
    look_up = socket.getaddrinfo

    def look_up_numbers(name: str, port: None, **options: int) -> list:
        return look_up(name, port, flags=socket.AI_NUMERICHOST, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_numbers)
    message = "host is .*, which does not resolve, expected a name or an address of this machine"
    assert_refused(lambda: listen(host, 0), ValueError, message)


def test_addresses_of_other_machines_are_refused():
    """One of those that are kept for documentation."""
    message = r"host is '192\.0\.2\.1', which is elsewhere, expected a name or an address of this machine"
    assert_refused(lambda: listen("192.0.2.1", 0), ValueError, message)
