"""The buckets that all workers share, in a real Redis."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import redis

from scoring.collectors import buckets, guard, wire
from scoring.collectors.base import RateLimited
from scoring.collectors.errors import Forbidden
from scoring.collectors.http import Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from tests.fakeserver import FakeServer, says

SLOW = Rate(3, 3600)
PACE = Pace(Dialect.EPOCH, per_host=Rate(5, 3600), per_account=SLOW)


def test_a_full_bucket_lets_pass_and_an_empty_one_says_for_how_long():
    assert [buckets.take({"a": SLOW}) for _ in range(3)] == [0, 0, 0]
    assert 1190 < buckets.take({"a": SLOW}) <= 1200


def test_it_fills_up_again():
    fast = Rate(1, 1)
    assert buckets.take({"a": fast}) == 0
    wait = buckets.take({"a": fast})
    assert 0 < wait <= 1
    import time

    time.sleep(wait + 0.05)
    assert buckets.take({"a": fast}) == 0


def test_where_one_is_empty_nothing_is_taken_from_the_other():
    for _ in range(3):
        buckets.take({"own": SLOW})
    assert buckets.take({"host": SLOW, "own": SLOW}) > 0
    assert [buckets.take({"host": SLOW}) for _ in range(3)] == [0, 0, 0]


def test_a_blocked_one_lets_nobody_pass_until_then():
    buckets.block("a", seconds=60)
    assert 59 < buckets.take({"a": SLOW}) <= 60


def test_a_shorter_block_does_not_lift_a_longer_one():
    buckets.block("a", seconds=600)
    buckets.block("a", seconds=1)
    assert buckets.take({"a": SLOW}) > 590


def test_many_workers_at_once_get_no_more_than_there_is():
    ready = Barrier(8)

    def ask(_number):
        ready.wait()
        return [buckets.take({"a": Rate(50, 3600), "b": Rate(1000, 3600)}) for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        waits = [wait for some in pool.map(ask, range(8)) for wait in some]
    assert waits.count(0.0) == 50


def test_keys_go_when_they_are_full_again(settings):
    buckets.take({"a": Rate(3, 60)})
    assert 0 < redis.Redis.from_url(settings.REDIS_URL).pttl("a") <= 60_000


def test_without_redis_requests_go_on_and_it_is_said_once(settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with caplog.at_level(logging.WARNING):
        assert [buckets.take({"a": Rate(1, 3600)}) for _ in range(5)] == [0.0] * 5
        buckets.block("a", seconds=60)
    assert len([row for row in caplog.records if "Redis" in row.message]) == 1


@pytest.fixture
def api(monkeypatch):
    """A server on the Internet, as far as the site can tell; its buckets count."""
    import ssl

    import trustme

    authority, context = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(context)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.example.net").configure_cert(server_side)
    monkeypatch.setattr(wire, "ssl_context", lambda: context)
    with FakeServer(server_side).running() as server:
        monkeypatch.setattr(guard, "endpoints_for", lambda host, port: [("127.0.0.1", server.port)])
        server.answer("/x", says({}))
        yield server


def ask(label="", pace=PACE):
    with Transport(pace=pace, label=label) as transport:
        return transport.get_json("https://api.example.net/x")


def test_one_account_that_asked_enough_is_stopped_before_the_server_is_asked(api):
    for _ in range(3):
        ask("x:1")
    with pytest.raises(RateLimited, match="often enough") as caught:
        ask("x:1")
    assert caught.value.retry_after > 1000
    assert len(api.seen) == 3
    assert ask("x:2") == {}


def test_all_accounts_together_keep_to_the_bounds_of_their_server(api):
    for number in range(5):
        ask(f"x:{number}")
    with pytest.raises(RateLimited):
        ask("x:6")


def test_without_a_pace_nothing_is_counted(api):
    assert [ask(pace=None) for _ in range(9)] == [{}] * 9


@pytest.mark.parametrize("status", [200, 403, 429])
def test_an_answer_that_nothing_is_left_holds_for_all_workers(api, status):
    says_so = {"X_RateLimit_Remaining": "0", "Retry_After": "900"}
    api.answer("/x", says({}, status, **says_so))
    if status == 200:
        ask("x:1")
    else:
        with pytest.raises(RateLimited):
            ask("x:1")
    with pytest.raises(RateLimited, match="often enough") as caught:
        ask("x:1")
    assert 890 < caught.value.retry_after <= 900
    assert len(api.seen) == 1


def test_a_403_with_something_left_is_no_limit(api):
    api.answer("/x", says({"error": "no"}, 403, X_RateLimit_Remaining="12"))
    with pytest.raises(Forbidden):
        ask("x:1")
