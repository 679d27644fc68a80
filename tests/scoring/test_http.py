from __future__ import annotations

import gzip
import json
import ssl
import time
from datetime import UTC, datetime

import httpcore2
import pytest
import trustme

from scoring.collectors import guard, wire
from scoring.collectors.base import CollectError, RateLimited
from scoring.collectors.errors import (
    BadAddress,
    Forbidden,
    Moved,
    NotData,
    NotFound,
    Refused,
    Unreachable,
)
from scoring.collectors.http import Limits, Transport
from tests.fakeserver import (
    FakeServer,
    Reply,
    drip,
    drip_body,
    drop,
    flood,
    hang,
    page,
    redirect,
    says,
)

HASTY = Limits(connect=0.5, read=0.2, total=0.5, pauses=(0.01, 0.01))
NAME = "mastodon.example.net"


@pytest.fixture
def client():
    with Transport(HASTY) as transport:
        yield transport


def test_it_gives_the_parsed_answer_and_says_who_asks(fake, client, settings):
    settings.USER_AGENT = "Klœut (+https://example.org)"
    fake.answer("/x", says({"a": [1]}))
    assert client.get_json(f"{fake.url}/x", token="t0ken", params={"q": "a b"}) == {"a": [1]}
    (seen,) = fake.seen
    assert seen.query == {"q": "a b"}
    assert seen.headers["authorization"] == "Bearer t0ken"
    assert seen.headers["user-agent"] == "Kl?ut (+https://example.org)"
    assert seen.headers["accept-encoding"] == "identity"


def test_it_keeps_the_connection(fake, client):
    fake.answer("/x", says([]))
    for _ in range(3):
        client.get_json(f"{fake.url}/x")
    assert fake.connections == 1


def test_a_form_is_posted_once_even_if_the_server_fails(fake, client):
    fake.answer("/x", says({"error": "oh"}, 500))
    with pytest.raises(CollectError, match=r"trouble of its own \(error 500\)"):
        client.post_form(f"{fake.url}/x", {"a": "b c"})
    (seen,) = fake.seen
    assert (seen.method, seen.form) == ("POST", {"a": "b c"})


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_get_is_tried_again_when_the_server_fails(fake, client, status):
    fake.answer("/x", says({}, status), page(status=status), says({"ok": True}))
    assert client.get_json(f"{fake.url}/x") == {"ok": True}


def test_a_server_that_keeps_failing_is_asked_three_times(fake, client):
    fake.answer("/x", says({}, 502))
    with pytest.raises(CollectError, match="error 502") as caught:
        client.get_json(f"{fake.url}/x")
    assert len(fake.seen) == 3
    assert not caught.value.permanent


def test_a_dropped_connection_is_made_again(fake, client):
    fake.answer("/x", says(1), drop, says(2))
    assert client.get_json(f"{fake.url}/x") == 1
    assert client.get_json(f"{fake.url}/x") == 2


def test_a_server_that_drops_every_connection_is_told(fake, client):
    fake.answer("/x", drop)
    with pytest.raises(Unreachable, match="broke off the conversation"):
        client.get_json(f"{fake.url}/x")


def test_a_server_that_speaks_no_http_is_told(fake, client):
    fake.answer("/x", lambda handler: handler.wfile.write(b"220 smtp ready\r\n\r\n"))
    with pytest.raises(Unreachable, match="broke off the conversation"):
        client.get_json(f"{fake.url}/x")


def test_a_closed_port_is_told(settings, client):
    settings.LOOPBACK_SERVERS = frozenset({"127.0.0.1:1"})
    with pytest.raises(Unreachable, match="127.0.0.1:1 does not take connections"):
        client.get_json("http://127.0.0.1:1/x")


def test_a_server_that_hangs_is_left(fake, client):
    fake.answer("/x", hang)
    with pytest.raises(Unreachable, match="did not answer in time"):
        client.get_json(f"{fake.url}/x")
    assert len(fake.seen) == 1


def just_in_time(handler):
    handler.fake.closing.wait(0.1)
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_a_conversation_ends_though_each_of_its_requests_is_in_time(fake):
    fake.answer("/x", just_in_time)
    with Transport(Limits(total=5, whole=0.5)) as client:

        def ask_on_and_on():
            for _request in range(50):
                client.get_json(f"{fake.url}/x")

        with pytest.raises(Unreachable, match="in time"):
            ask_on_and_on()
    assert len(fake.seen) < 10


@pytest.mark.parametrize("misbehaviour", [drip, drip_body])
def test_a_server_that_drips_is_left_at_the_deadline(fake, client, misbehaviour):
    fake.answer("/x", misbehaviour)
    start = time.monotonic()
    with pytest.raises(Unreachable, match="did not answer in time"):
        client.get_json(f"{fake.url}/x")
    assert time.monotonic() - start < HASTY.total + 0.3


def test_a_declared_100_mb_is_not_read(fake, client):
    fake.answer("/x", Reply(200, b"[1]", {"Content-Length": str(100_000_000)}))
    with pytest.raises(NotData, match="far more data"):
        client.get_json(f"{fake.url}/x")


def test_100_mb_without_a_word_are_cut_off(fake):
    fake.answer("/x", flood)
    with Transport() as patient, pytest.raises(NotData, match="far more data"):
        patient.get_json(f"{fake.url}/x")
    assert fake.flooded < 30_000_000


def test_a_packed_answer_is_refused_unread(fake, client):
    bomb = gzip.compress(b" " * 1_000_000)
    fake.answer("/x", Reply(200, bomb, {"Content-Encoding": "gzip"}))
    with pytest.raises(NotData, match="packed data"):
        client.get_json(f"{fake.url}/x")


@pytest.mark.parametrize("reply", [page(), Reply(200, b"\n <html>")])
def test_a_web_page_is_no_answer(fake, client, reply):
    fake.answer("/x", reply)
    with pytest.raises(NotData, match=f"{fake.host} answered with a web page instead of data"):
        client.get_json(f"{fake.url}/x")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000, b"nope"])
def test_malformed_json_is_no_answer(fake, client, body):
    fake.answer("/x", Reply(200, body, {"Content-Type": "application/json"}))
    with pytest.raises(NotData, match="can't read"):
        client.get_json(f"{fake.url}/x")


def test_an_empty_answer_is_nothing(fake, client):
    fake.answer("/x", Reply(200, b""))
    assert client.post_form(f"{fake.url}/x", {}) is None


@pytest.mark.parametrize(
    ("reply", "kind", "permanent"),
    [
        (says({"error": "The access token is invalid"}, 401), Refused, True),
        (page(status=401), Refused, True),
        (says({"error": "Your login is currently disabled"}, 403), Refused, True),
        (says({"error": "This action is outside the authorized scopes"}, 403), Forbidden, True),
        (says({"error": "This action is not allowed"}, 403), Forbidden, False),
        (page("<h1>Blocked by a firewall</h1>", 403), Forbidden, False),
        (says({"error": "Record not found"}, 404), NotFound, False),
        (page(status=404), NotFound, False),
        (page(status=410), NotFound, False),
        (says({"error": ["odd"]}, 422), Refused, False),
        (says([], 418), Refused, False),
    ],
)
def test_what_a_refusal_means(fake, client, reply, kind, permanent):
    fake.answer("/x", reply)
    with pytest.raises(CollectError) as caught:
        client.get_json(f"{fake.url}/x", token="t0ken")
    assert type(caught.value) is kind
    assert caught.value.permanent is permanent


def test_a_refusal_keeps_oauths_code_but_never_the_servers_words(fake, client):
    reply = {"error": "invalid_grant", "error_description": "secret <b>words</b>"}
    fake.answer("/x", says(reply, 400))
    with pytest.raises(Refused) as caught:
        client.post_form(f"{fake.url}/x", {})
    assert caught.value.code == "invalid_grant"
    assert "words" not in str(caught.value)
    assert "invalid_grant" not in str(caught.value)


MOMENT = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "retry_at", "retry_after"),
    [
        ({"X_RateLimit_Reset": "2026-11-22T20:05:00.000000Z"}, MOMENT, None),
        ({"X_RateLimit_Reset": str(int(MOMENT.timestamp()))}, MOMENT, None),
        ({"Retry_After": "300"}, None, 300.0),
        ({"Retry_After": "Sun, 22 Nov 2026 20:05:00 GMT"}, MOMENT, None),
        ({"Retry_After": "30", "X_RateLimit_Reset": "2026-11-22T20:05:00Z"}, MOMENT, 30.0),
        ({"Retry_After": "999999999"}, None, 7 * 24 * 3600.0),
        ({}, None, None),
        ({"Retry_After": "soon", "X_RateLimit_Reset": "-5"}, None, None),
        ({"Retry_After": "1e9", "X_RateLimit_Reset": "60"}, None, 60.0),
        ({"X_RateLimit_Reset": "99999999999"}, None, None),
        ({"X_RateLimit_Reset": "0001-01-01T00:00:00+14:00"}, None, None),
    ],
)
def test_it_reads_how_long_a_busy_server_wants_us_to_wait(
    fake, client, headers, retry_at, retry_after
):
    fake.answer("/x", says({"error": "Too many requests"}, 429, **headers))
    with pytest.raises(RateLimited, match="asks us to wait") as caught:
        client.get_json(f"{fake.url}/x")
    assert (caught.value.retry_at, caught.value.retry_after) == (retry_at, retry_after)
    assert len(fake.seen) == 1


def test_it_follows_a_redirect_within_the_server(fake, client):
    fake.answer("/x", redirect("/y?a=1"))
    fake.answer("/y", says({"ok": True}))
    assert client.get_json(f"{fake.url}/x", token="t0ken") == {"ok": True}
    assert fake.seen[1].headers["authorization"] == "Bearer t0ken"


def test_it_does_not_go_round_in_circles(fake, client):
    fake.answer("/x", redirect("/x"))
    with pytest.raises(NotData, match="in circles"):
        client.get_json(f"{fake.url}/x")
    assert len(fake.seen) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://example.net/x",
        "http://127.0.0.1:6379/x",
        "https://169.254.169.254/x",
        "//10.0.0.1/x",
        "file:///etc/passwd",
        "ftp://example.net/",
    ],
)
def test_it_follows_no_redirect_to_another_server(fake, client, url):
    fake.answer("/x", redirect(url))
    with pytest.raises(Moved):
        client.get_json(f"{fake.url}/x", token="t0ken")
    with pytest.raises(Moved):
        client.post_form(f"{fake.url}/x", {})


def test_it_names_the_other_server_that_a_redirect_points_at(fake, client):
    fake.answer("/x", redirect("https://social.example.net/x"))
    with pytest.raises(Moved, match="sends us on to social.example.net"):
        client.get_json(f"{fake.url}/x")


@pytest.mark.parametrize("location", ["https://[broken", "http://a b\x01/", "https://x:99999/"])
def test_a_redirect_to_nonsense_is_told(fake, client, location):
    fake.answer("/x", redirect(location))
    with pytest.raises(NotData):
        client.get_json(f"{fake.url}/x")


def test_a_look_up_may_go_to_another_server_without_the_token(fake, client, settings):
    with FakeServer().running() as other:
        settings.LOOPBACK_SERVERS = frozenset({fake.host, other.host})
        fake.answer("/x", redirect(f"{other.url}/y"))
        other.answer("/y", says({"there": True}))
        answer = client.get_json(f"{fake.url}/x", token="t0ken", anywhere=True)
    assert answer == {"there": True}
    assert "authorization" not in other.seen[0].headers


@pytest.mark.parametrize("url", ["http://127.0.0.1:6379/", "https://10.0.0.1/", "http://x.org/"])
def test_even_a_look_up_follows_to_public_https_only(fake, client, url):
    fake.answer("/x", redirect(url))
    with pytest.raises(BadAddress):
        client.get_json(f"{fake.url}/x", anywhere=True)


def test_it_asks_no_server_that_the_guard_refuses(client):
    with pytest.raises(BadAddress):
        client.get_json("http://127.0.0.1:8000/x")


def test_it_refuses_a_public_name_with_a_private_address(client, monkeypatch):
    monkeypatch.setattr(guard, "addresses_of", lambda host, port: ["127.0.0.1"])
    with pytest.raises(BadAddress, match="private network"):
        client.get_json(f"https://{NAME}/x")


def test_it_connects_to_the_address_that_was_checked(client, monkeypatch):
    """A name whose second look-up gives the loopback (DNS rebinding) gains nothing."""
    lookups = [["93.184.216.34"], ["127.0.0.1"]]
    tried: list[str] = []

    def refuse(self: object, host: str, port: int, timeout: float) -> None:
        tried.append(host)
        raise httpcore2.ConnectError("refused")

    monkeypatch.setattr(guard, "addresses_of", lambda host, port: lookups.pop(0))
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", refuse)
    with pytest.raises(BadAddress):  # the second try looks up anew, and is checked anew
        client.get_json(f"https://{NAME}/x")
    assert tried == ["93.184.216.34"]


def test_it_goes_on_to_the_next_address_of_a_name(fake, client, monkeypatch):
    port = fake.port
    monkeypatch.setattr(
        guard, "endpoints_for", lambda h, p: [("127.0.0.1", 1), ("127.0.0.1", port)]
    )
    fake.answer("/x", says("here"))
    assert client.get_json(f"{fake.url}/x") == "here"


@pytest.fixture
def tls_fake(monkeypatch):
    """A server with a certificate for NAME, which the guard's seam maps to the loopback."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME).configure_cert(context)
    with FakeServer(context).running() as server:
        monkeypatch.setattr(guard, "endpoints_for", lambda h, p: [("127.0.0.1", server.port)])
        yield server, authority


def test_the_certificate_is_checked_against_the_name(tls_fake, client, monkeypatch):
    server, authority = tls_fake
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(wire, "ssl_context", lambda: trusting)
    server.answer("/x", says("safe"))
    with Transport(HASTY) as trusting_client:
        assert trusting_client.get_json(f"https://{NAME}/x") == "safe"
        assert trusting_client.get_json(f"https://{NAME}/x") == "safe"
        with pytest.raises(Unreachable, match="other.example.net has no valid certificate"):
            trusting_client.get_json("https://other.example.net/x")
    assert server.connections == 1


def test_a_certificate_of_nobody_is_refused(tls_fake, client):
    server, _authority = tls_fake
    with pytest.raises(Unreachable, match=f"{NAME} has no valid certificate"):
        client.get_json(f"https://{NAME}/x")
    assert server.seen == []


def test_no_message_holds_a_token_or_a_body(fake, client):
    secret = "t0ken-and-body"
    replies = [
        says({"error": secret}, status) for status in (400, 401, 403, 404, 422, 429, 500, 503)
    ]
    for reply in [*replies, page(secret), Reply(200, secret.encode())]:
        fake.answer("/x", reply)
        with pytest.raises(CollectError) as caught:
            client.get_json(f"{fake.url}/x", token=secret)
        assert secret not in str(caught.value)
        assert secret not in repr(caught.value)


def test_every_message_names_the_server(fake, client):
    for reply in [page(), says({}, 404), says({}, 500), says({}, 429), json_with("[")]:
        fake.answer("/x", reply)
        with pytest.raises(CollectError, match=fake.host):
            client.get_json(f"{fake.url}/x")


def json_with(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "application/json"})


def test_json_in_another_encoding_is_read(fake, client):
    fake.answer("/x", Reply(200, json.dumps("ä").encode("utf-16")))
    assert client.get_json(f"{fake.url}/x") == "ä"
