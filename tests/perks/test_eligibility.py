from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perks.eligibility import (
    ClaimedBefore,
    Draft,
    MissingNetwork,
    NoScore,
    NotOpenYet,
    OptedOut,
    Over,
    Phase,
    PointsShort,
    Rule,
    TooFewPosts,
    WrongCountry,
    is_borderline,
    phase,
    verdict,
)

OPENS = datetime(2026, 11, 1, tzinfo=UTC)
CLOSES = datetime(2026, 12, 1, tzinfo=UTC)
BETWEEN = datetime(2026, 11, 15, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Somebody:
    tenths: int | None = 500
    low_tenths: int | None = None
    high_tenths: int | None = None
    posts: int | None = None
    posts_needed: int = 10
    country: str = "IT"
    networks: frozenset[str] = frozenset({"mastodon"})
    opted_out: bool = False


RULE = Rule(400, ("FR", "IT"), ("mastodon",), OPENS, CLOSES, published=True)


def test_who_fits_has_no_reasons() -> None:
    assert verdict(RULE, Somebody(), at=BETWEEN).ok


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Somebody(tenths=399), PointsShort(1)),
        (Somebody(tenths=365), PointsShort(35)),
        (Somebody(tenths=None), NoScore()),
        (Somebody(tenths=None, posts=3), TooFewPosts(3, 10)),
        (Somebody(country="DE"), WrongCountry(("FR", "IT"), "DE")),
        (Somebody(country=""), WrongCountry(("FR", "IT"), "")),
        (Somebody(networks=frozenset({"other"})), MissingNetwork(("mastodon",))),
        (Somebody(opted_out=True), OptedOut()),
    ],
)
def test_what_is_missing_is_the_one_reason(person: Somebody, reason: object) -> None:
    assert verdict(RULE, person, at=BETWEEN).reasons == (reason,)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (OPENS - MOMENT, Phase.SCHEDULED),
        (OPENS, Phase.OPEN),
        (CLOSES - MOMENT, Phase.OPEN),
        (CLOSES, Phase.OVER),
    ],
)
def test_open_from_the_first_moment_to_just_before_the_last(at: datetime, expected: Phase) -> None:
    assert phase(RULE, at=at) is expected


@pytest.mark.parametrize(
    ("rule", "at", "reason"),
    [
        (RULE, OPENS - MOMENT, NotOpenYet(OPENS)),
        (RULE, CLOSES, Over(CLOSES)),
        (replace(RULE, published=False), BETWEEN, Draft()),
    ],
)
def test_what_is_not_open_is_closed_to_everybody(rule: Rule, at: datetime, reason: object) -> None:
    found = verdict(rule, Somebody(), at=at)
    assert found.reasons == (reason,)
    assert found.closed


def test_exactly_the_minimum_is_enough() -> None:
    assert verdict(RULE, Somebody(tenths=400), at=BETWEEN).ok


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(380, 420, True), (399, 400, True), (400, 450, False), (300, 399, False), (None, None, False)],
)
def test_borderline_is_whose_interval_reaches_over_the_minimum(
    low: int | None, high: int | None, expected: bool
) -> None:
    person = Somebody(tenths=low, low_tenths=low, high_tenths=high)
    assert is_borderline(RULE, person) is expected


def test_the_score_alone_decides_for_who_is_borderline() -> None:
    person = Somebody(tenths=405, low_tenths=380, high_tenths=430)
    assert verdict(RULE, person, at=BETWEEN).ok


def test_empty_lists_ask_for_nothing() -> None:
    rule = replace(RULE, countries=(), networks=())
    assert verdict(rule, Somebody(country="", networks=frozenset()), at=BETWEEN).ok


def test_all_that_stands_in_the_way_is_said_at_once() -> None:
    nobody = Somebody(tenths=10, country="", networks=frozenset())
    kinds = [type(reason) for reason in verdict(RULE, nobody, at=CLOSES).reasons]
    assert kinds == [Over, PointsShort, WrongCountry, MissingNetwork]


def test_who_claimed_before_opting_out_can_not_claim_again() -> None:
    found = verdict(RULE, Somebody(), at=BETWEEN, claimed_before=True)
    assert found.reasons == (ClaimedBefore(),)


@given(st.integers(10, 1000), st.integers(1, 100))
def test_points_short_are_exactly_what_is_missing(tenths: int, score: int) -> None:
    rule = replace(RULE, min_tenths=score * 10)
    found = verdict(rule, Somebody(tenths=tenths), at=BETWEEN)
    missing = score * 10 - tenths
    assert found.reasons == ((PointsShort(missing),) if missing > 0 else ())
