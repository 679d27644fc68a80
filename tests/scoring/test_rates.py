"""What answers say about limits, in every dialect, and in none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.collectors.rates import LONGEST_WAIT, Allowance, Dialect, read

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
EPOCH = str(int(LATER.timestamp()))


def of(prefix, reset, remaining="7", limit="300"):
    return {f"{prefix}Limit": limit, f"{prefix}Remaining": remaining, f"{prefix}Reset": reset}


@pytest.mark.parametrize(
    ("dialect", "headers"),
    [
        (Dialect.MASTODON, of("X-RateLimit-", "2026-11-22T20:05:00.000000Z")),
        (Dialect.MASTODON, of("X-RateLimit-", EPOCH)),
        (Dialect.EPOCH, of("x-rate-limit-", EPOCH)),
        (Dialect.EPOCH, of("X-RateLimit-", EPOCH)),
        (Dialect.EPOCH, of("Ratelimit-", EPOCH)),
        (Dialect.IETF, of("RateLimit-", EPOCH)),
    ],
)
def test_a_moment_is_read_in_each_dialect(dialect, headers):
    assert read(headers, dialect) == Allowance(300, 7, LATER, None)
    assert read(headers) == Allowance(300, 7, LATER, None)


@pytest.mark.parametrize(("remaining", "limit"), [("7", "300"), ("7.0", "300, 300;w=60")])
def test_seconds_left_are_not_taken_for_1970(remaining, limit):
    headers = of("x-ratelimit-", "42", remaining, limit)
    assert read(headers, Dialect.SECONDS) == Allowance(300, 7, None, 42.0)
    assert read(headers) == Allowance(300, 7, None, 42.0)


def test_metas_worst_percentage_counts():
    headers = {"X-App-Usage": '{"call_count": 28, "total_time": 91, "total_cputime": 3}'}
    assert read(headers, Dialect.META) == Allowance(100, 9)


def test_meta_says_in_minutes_when_there_is_room_again():
    usage = '{"178": [{"type": "instagram", "call_count": 100, "total_time": 5, %s}]}'
    named = {"X-Business-Use-Case-Usage": usage % '"estimated_time_to_regain_access": 19'}
    assert read(named, Dialect.META) == Allowance(100, 0, None, 19 * 60.0)


@pytest.mark.parametrize(
    ("after", "seconds"), [("300", 300.0), ("Sun, 22 Nov 2026 20:05:00 GMT", 300.0)]
)
@pytest.mark.parametrize("dialect", list(Dialect))
def test_retry_after_is_read_whatever_the_dialect(dialect, after, seconds):
    assert read({"Retry-After": after}, dialect).seconds(NOW) == seconds


def test_what_is_asked_for_outweighs_when_the_count_starts_anew():
    headers = {**of("X-RateLimit-", EPOCH), "Retry-After": "60"}
    assert read(headers, Dialect.EPOCH).seconds(NOW) == 60.0


def test_a_reset_that_is_over_asks_for_nothing():
    assert Allowance(reset_at=NOW - timedelta(hours=1)).seconds(NOW) == 0.0


def test_nobody_is_sent_away_for_a_year():
    assert read({"Retry-After": "999999999"}).seconds(NOW) == LONGEST_WAIT


NAMES = ["X-RateLimit-", "x-rate-limit-", "Ratelimit-"]
HEADERS = st.dictionaries(
    st.sampled_from(
        [f"{prefix}{name}" for prefix in NAMES for name in ("Limit", "Remaining", "Reset")]
        + ["Retry-After", "X-App-Usage", "X-Business-Use-Case-Usage"]
    ),
    st.text(max_size=40)
    | st.integers().map(str)
    | st.floats().map(str)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["call_count", "x"]), inner)
        ),
    ).map(json.dumps),
)


@given(headers=HEADERS, dialect=st.sampled_from([None, *Dialect]))
def test_nonsense_is_read_as_nothing_or_as_something_plausible(headers, dialect):
    told = read(headers, dialect)
    wait = told.seconds(NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT
    assert told.remaining is None or told.remaining >= 0
