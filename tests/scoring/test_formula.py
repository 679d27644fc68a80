from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.formula import PostCounts, Signals, fingerprint, score
from scoring.formula.score import points, typical
from scoring.formula.weights import BASE_POINTS, CURVES

COUNTS = st.none() | st.integers(0, 10_000_000)
POSTS = st.lists(st.builds(PostCounts, COUNTS, COUNTS, COUNTS), max_size=12).map(tuple)
ACCOUNTS = st.lists(st.builds(Signals, COUNTS, COUNTS, POSTS), max_size=4)


def account(followers=150, responders=40, received=(2, 1, 1), posts=20) -> Signals:
    return Signals(followers, responders, (PostCounts(*received),) * posts)


# The worked example of docs/formula.md, done there by hand.
WORKED = Signals(150, 40, tuple(PostCounts(f, r, a) for f, r, a in [(3, 0, 1), (7, 2, 0)] * 5))


def test_the_worked_example_comes_out_as_in_the_document():
    parts = {part.key: part.tenths for part in score([WORKED]).parts}
    assert parts == {
        "base": 10,
        "followers": 172,
        "reposts": 58,
        "replies": 36,
        "favourites": 55,
        "responders": 77,
    }
    assert score([WORKED]).tenths == 408


def test_nobody_starts_below_one():
    assert score([]).tenths == 10


def test_all_caps_together_make_one_hundred():
    assert BASE_POINTS + sum(curve.cap for curve in CURVES.values()) == 100


@given(ACCOUNTS)
def test_the_parts_always_add_up_to_the_score(accounts):
    result = score(accounts)
    assert sum(part.tenths for part in result.parts) == result.tenths


@given(ACCOUNTS)
def test_the_score_is_never_outside_1_to_100(accounts):
    assert 10 <= score(accounts).tenths <= 1000


@given(ACCOUNTS)
def test_the_interval_holds_the_score(accounts):
    result = score(accounts)
    low, high = result.interval or (result.tenths, result.tenths)
    assert 10 <= low <= result.tenths <= high <= 1000


@given(ACCOUNTS)
def test_the_order_of_accounts_changes_nothing(accounts):
    assert score(accounts).tenths == score(accounts[::-1]).tenths


@given(ACCOUNTS, st.builds(Signals, COUNTS, COUNTS, POSTS))
def test_connecting_another_account_never_lowers_the_score(accounts, another):
    assert score([*accounts, another]).tenths >= score(accounts).tenths


@given(st.sampled_from(sorted(CURVES)), st.integers(0, 10**8), st.integers(0, 10**8))
def test_more_received_is_never_fewer_points(key, some, more):
    low, high = sorted((some, more))
    assert points(CURVES[key], low) <= points(CURVES[key], high)


@pytest.mark.parametrize("key", sorted(CURVES))
def test_a_curve_goes_through_its_knots(key):
    for amount, expected in CURVES[key].knots:
        assert points(CURVES[key], amount) == pytest.approx(expected)


@pytest.mark.parametrize("curve", CURVES.values())
def test_knots_rise(curve):
    assert curve.knots[0] == (0, 0)
    for (x0, y0), (x1, y1) in itertools.pairwise(curve.knots):
        assert x0 < x1
        assert y0 < y1


def test_a_single_viral_post_moves_it_less_than_steady_resonance_of_the_same_total():
    viral = (PostCounts(0, 1000, 0), *(PostCounts(0, 0, 0),) * 99)
    steady = (PostCounts(0, 10, 0),) * 100
    assert score([Signals(100, 50, viral)]).tenths < score([Signals(100, 50, steady)]).tenths


def test_a_hundred_boosts_of_ten_posts_beat_a_hundred_of_a_hundred():
    few = account(received=(0, 10, 0), posts=10)
    many = account(received=(0, 1, 0), posts=100)
    assert score([few]).tenths > score([many]).tenths


def test_not_told_is_not_zero():
    told = score([account(responders=0)]).parts
    not_told = score([account(responders=None)]).parts
    assert [p.value for p in told if p.key == "responders"] == [0]
    assert [p.value for p in not_told if p.key == "responders"] == [None]


def test_no_interval_is_claimed_on_four_posts():
    assert score([account(posts=4)]).interval is None


def test_posts_that_differ_more_make_a_wider_interval():
    alike = Signals(150, 40, (PostCounts(5, 5, 5),) * 20)
    apart = Signals(150, 40, (PostCounts(0, 0, 0), PostCounts(50, 50, 50)) * 10)
    assert width(alike) == 0 < width(apart)


def width(signals: Signals) -> int:
    low, high = score([signals]).interval
    return high - low


def test_a_typical_post_is_not_the_mean_one():
    assert typical([0, 0, 0, 80]) == pytest.approx(2)


def test_the_fingerprint_knows_every_number():
    one = fingerprint([("a", account())])
    assert one == fingerprint([("a", account())]) != fingerprint([("a", account(followers=151))])


def test_the_fingerprint_does_not_know_the_order_of_accounts():
    pairs = [("a", account()), ("b", account(followers=3))]
    assert fingerprint(pairs) == fingerprint(pairs[::-1])
