from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.collectors import guard
from scoring.collectors.base import CollectError
from scoring.collectors.errors import BadAddress, Unreachable

PUBLIC_ADDRESS = "93.184.216.34"


@pytest.fixture
def loopback(settings) -> str:
    settings.LOOPBACK_SERVERS = frozenset({"localhost:8383"})
    return "localhost:8383"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.social", "mastodon.social"),
        ("  Mastodon.Social \n", "mastodon.social"),
        ("mastodon.social.", "mastodon.social"),
        ("mastodon.social:443", "mastodon.social"),
        ("mastodon.social/", "mastodon.social"),
        ("mastodon.social/@ann", "mastodon.social"),
        ("https://mastodon.social/@ann", "mastodon.social"),
        ("HTTPS://mastodon.social/web/home?x=@y#z", "mastodon.social"),
        ("http://mastodon.social", "mastodon.social"),
        ("ann@example.org", "example.org"),
        ("@ann@example.org", "example.org"),
        ("acct:ann@example.org", "example.org"),
        ("\uff20ann\uff20example.org", "example.org"),  # full-width, as a Japanese keyboard types
        ("bücher.example.org", "xn--bcher-kva.example.org"),
        ("BÜCHER.example.org", "xn--bcher-kva.example.org"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("example.xn--p1ai", "example.xn--p1ai"),
        ("social.host", "social.host"),
    ],
)
def test_it_reads_what_people_type(typed, host):
    assert guard.read_address(typed).server == guard.Server(host, f"https://{host}")


def test_it_keeps_the_user_of_a_handle():
    assert guard.read_address("@ann.b-c@example.org").user == "ann.b-c"
    assert guard.read_address("https://example.org/@ann").user == ""


@pytest.mark.parametrize(
    "typed",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "169.254.169.254.",
        "https://169.254.169.254/latest/meta-data/",
        "8.8.8.8",
        "\uff11\uff12\uff17.0.0.1",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "http://[::1]:80/",
        "::1",
        "fe80::1%eth0",
        "@ann@[fd00::1]",
        "example.1",
        "example.0x1",
    ],
)
def test_it_refuses_every_spelling_of_an_ip_address(typed):
    with pytest.raises(BadAddress, match="made of numbers|no server's name"):
        guard.read_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "x.test",
        "x.example",
        "x.invalid",
        "x.onion",
        "router.lan",
        "nas.home.arpa",
        "1.0.0.127.in-addr.arpa",
        "@ann@localhost",
        "ｌｏｃａｌｈｏｓｔ",
    ],
)
def test_it_refuses_names_that_are_not_public(typed):
    with pytest.raises(BadAddress, match="is not a public server"):
        guard.read_address(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the name of your server"),
        (" \t ", "Type the name of your server"),
        ("@ann", "Add your server"),
        ("mastodon", "is not complete"),
        ("mastodon.social:8080", "without a port"),
        ("mastodon.social:80", "without a port"),
        ("localhost:8383", "without a port"),
        ("https://ann:secret@mastodon.social/", "without a user name"),
        ("https://mastodon.social@evil.com", "without a user name"),
        ("ann@good.org@evil.com", "without a user name"),
        ("ann:secret@mastodon.social", "no server's name"),
        ("https://good.org\\@evil.com", "no server's name"),
        ("ftp://mastodon.social", "no server's name"),
        ("javascript://mastodon.social", "no server's name"),
        ("file:///etc/passwd", "no server's name"),
        ("mastodon social", "no server's name"),
        ("mastodon..social", "no server's name"),
        (".mastodon.social", "no server's name"),
        ("-bad-.social", "no server's name"),
        ("under_score.social", "no server's name"),
        ("mastodon.social\r\nHost: evil.com", "no server's name"),
        ("mastodon.social\x00.evil.com", "no server's name"),
        ("mastodon.social\u202e", "no server's name"),
        ("exa%6dple.org", "no server's name"),
        ("@@", "no server's name"),
        ("https://", "no server's name"),
        ("a" * 301, "too long"),
        ("https://x.org/" + "a" * 10_000, "too long"),
        (".".join(["a" * 60] * 4) + ".org" * 4, "too long|no server's name"),
        ("a" * 64 + ".org", "no server's name"),
    ],
)
def test_it_refuses_with_a_reason(typed, words):
    with pytest.raises(BadAddress, match=words):
        guard.read_address(typed)


@given(st.text(max_size=40) | st.text("ab.@:/[]019%#?-x", max_size=30))
def test_whatever_is_typed_gives_a_public_name_or_a_message(typed):
    try:
        server = guard.read_address(typed).server
    except BadAddress:
        return
    assert server.base_url == f"https://{server.host}"
    assert "." in server.host
    assert guard.read_address(server.base_url).server == server


def test_a_listed_loopback_server_is_reached_over_plain_http(loopback):
    server = guard.Server("localhost:8383", "http://localhost:8383")
    assert guard.read_address("@ann@LOCALHOST:8383").server == server
    assert guard.read_address("http://localhost:8383/@ann").server == server
    assert guard.server_of("http://localhost:8383/oauth/token") == server


@pytest.mark.parametrize(
    "url",
    [
        "http://mastodon.social/",
        "https://localhost:8383/",
        "http://localhost:8384/",
        "http://127.0.0.1:8383/",
        "https://10.0.0.1/",
        "gopher://mastodon.social/",
        "//mastodon.social/",
        "mastodon.social",
        "",
    ],
)
def test_an_address_that_a_server_names_must_be_public_https(loopback, url):
    with pytest.raises(BadAddress):
        guard.server_of(url)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::5db8:d822",
        "fe80::1",
        "fe80::1%2",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "64:ff9b::a00:1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::1",
        "2001:0:5db8:d822::1",
        "2001:db8::1",
        "100::1",
        "rubbish",
        "",
    ],
)
def test_it_never_connects_to_an_address_that_is_not_public(ip):
    with pytest.raises(BadAddress, match="private network"):
        guard.check_address(ip, "mastodon.social", 443)


@pytest.mark.parametrize(
    "ip", [PUBLIC_ADDRESS, "2606:2800:21f:cb07::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_it_connects_to_public_addresses(ip):
    guard.check_address(ip, "mastodon.social", 443)


def test_it_connects_to_no_other_port_than_https():
    with pytest.raises(BadAddress):
        guard.check_address(PUBLIC_ADDRESS, "mastodon.social", 6379)


def test_a_listed_loopback_server_must_be_on_the_loopback(loopback):
    guard.check_address("127.0.0.1", "localhost", 8383)
    guard.check_address("::1", "localhost", 8383)
    with pytest.raises(BadAddress):
        guard.check_address(PUBLIC_ADDRESS, "localhost", 8383)
    with pytest.raises(BadAddress):
        guard.check_address("127.0.0.1", "localhost", 8384)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(guard, "addresses_of", lambda host, port: [PUBLIC_ADDRESS, "10.0.0.1"])
    with pytest.raises(BadAddress):
        guard.endpoints_for("mastodon.social", 443)


def test_it_gives_all_addresses_once(monkeypatch):
    rows = [(2, 1, 6, "", (PUBLIC_ADDRESS, 443))] * 2 + [(10, 1, 6, "", ("2606:2800::1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    assert guard.endpoints_for("mastodon.social", 443) == [
        (PUBLIC_ADDRESS, 443),
        ("2606:2800::1", 443),
    ]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "There is no server called x.org"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "could not look up x.org"),
        (UnicodeError("label too long"), "There is no server called x.org"),
    ],
)
def test_a_name_that_is_not_found_is_told(monkeypatch, failure, words):
    def fail(*args: object, **kwargs: object) -> None:
        raise failure

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unreachable, match=words):
        guard.addresses_of("x.org", 443)


def test_a_look_up_that_hangs_ends_in_time(monkeypatch):
    done = threading.Event()
    monkeypatch.setattr(guard, "LOOK_UP_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: done.wait(5) and [])
    with pytest.raises(Unreachable, match="could not look up"):
        guard.addresses_of("x.org", 443)
    done.set()


def test_its_errors_are_collect_errors_that_may_pass():
    with pytest.raises(CollectError) as caught:
        guard.read_address("localhost")
    assert not caught.value.permanent
