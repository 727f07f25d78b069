"""Names and pages that belong to the server, and its token."""

import pytest

from hideseek.serve.access import Access, Host, check_allowed_hosts, host_name, new_token, parse_host, parse_origin
from tests.refusal import assert_refused


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("localhost", Host("localhost", None)),
        ("LocalHost:9000", Host("localhost", 9000)),
        ("127.0.0.1:1", Host("127.0.0.1", 1)),
        ("[::1]:65535", Host("[::1]", 65535)),
        ("page.example.org", Host("page.example.org", None)),
        ("a_b-c.example", Host("a_b-c.example", None)),
    ],
)
def test_hosts_are_names_with_or_without_a_port(text: str, host: Host):
    """As browsers write them."""
    assert parse_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "", ":80", "localhost:", "localhost:0", "localhost:65536", "localhost:999999", "localhost:-1", "localhost:8x",
        "::1", "[::1", "user@localhost", "localhost/", "localhost.", ".localhost", "a..b", "a b", "a,b", "localhost\n",
        "local\u212aost", "localhost:\u0668",
    ],
)  # fmt: skip
def test_anything_else_is_no_host(text: str):
    """It may have been made up to be read in two ways."""
    assert parse_host(text) is None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:9000", "localhost:9000"),
        ("http://localhost", "localhost"),
        ("http://localhost:80", "localhost"),
        ("http://localhost:8421", "127.0.0.1:8421"),
        ("http://[::1]:8421", "[::1]:8421"),
        ("https://page.example.org", "page.example.org"),
        ("https://page.example.org", "page.example.org:443"),
        ("https://page.example.org:8443", "page.example.org:8443"),
        ("http://page.example.org", "page.example.org"),
    ],
)
def test_pages_of_the_server_are_admitted(origin: str, host: str):
    """Their port is the one that the request is addressed to, whichever a tunnel or a proxy has made it."""
    access = Access(forwarded=frozenset({"page.example.org"}))
    asked = parse_host(host)
    assert asked is not None
    assert access.admits_page(parse_origin(origin), asked)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:3000", "localhost:8421"),
        ("http://localhost", "localhost:8421"),
        ("http://localhost:8421", "localhost"),
        ("https://localhost:8421", "localhost:8421"),
        ("http://page.example.org", "page.example.org:443"),
        ("https://page.example.org:3000", "page.example.org"),
        ("http://evil.example:8421", "localhost:8421"),
        ("http://page.example.org.evil.example", "page.example.org"),
        ("http://192.168.0.7:8421", "localhost:8421"),
        ("ftp://localhost:8421", "localhost:8421"),
        ("http://user@localhost:8421", "localhost:8421"),
        ("http://localhost:8421/", "localhost:8421"),
        ("localhost:8421", "localhost:8421"),
        ("null", "localhost:8421"),
    ],
)
def test_pages_of_others_are_not(origin: str, host: str):
    """Another program's page on this machine has another port."""
    access = Access(forwarded=frozenset({"page.example.org"}))
    asked = parse_host(host)
    assert asked is not None
    assert not access.admits_page(parse_origin(origin), asked)


def test_addresses_in_numbers_are_names_only_where_others_can_reach_the_server():
    """A container does not know the address at which it is published."""
    assert Access(any_address=True).knows("192.168.0.7")
    assert Access(any_address=True).knows("[fe80::1]")
    assert not Access(any_address=True).knows("evil.example")
    assert not Access().knows("192.168.0.7")
    assert not Access().knows("0.0.0.0")


def test_only_the_token_itself_opens():
    """Nobody guesses it; two servers have different ones."""
    access = Access(token=new_token())
    assert access.token is not None
    assert access.admits_token(access.token)
    for wrong in (None, "", access.token[:-1], f"{access.token} ", new_token(), "\u00e4", "\udcff"):
        assert not access.admits_token(wrong)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Page.Example.org", "page.example.org"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("192.168.0.7", "192.168.0.7"),
        ("0:0::1", "[::1]"),
        ("[FE80::1]", "[fe80::1]"),
        ("https://page.example.org", None),
        ("page.example.org:443", None),
        ("page.example.org/", None),
        ("*", None),
        ("*.example.org", None),
        ("", None),
        ("a" * 64 + "\u00fc.example", None),
    ],
)
def test_names_that_users_give_become_those_of_browsers(given: str, name: str | None):
    """A name alone: the port and the scheme may be any."""
    assert host_name(given) == name
    if name is None:
        message = r"allow_host is .*, expected a name alone, such as page\.example\.org"
        assert_refused(lambda: check_allowed_hosts(["localhost", given]), ValueError, message)
    else:
        assert check_allowed_hosts([given, "x.example"]) == {name, "x.example"}
