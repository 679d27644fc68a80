"""What holds for whatever a network tells: properties, on rows of signals made up at random."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.formula import Facts, PostCounts, explain, load, score, summarise, unpack, versions
from scoring.formula.core import score_with_accounts
from scoring.formula.explain import change
from scoring.formula.signals import FIELD, FIELDS, SAMPLED, SIGNALS, STRIDE, pack, scale_of

RECEIVED = [name for name in SIGNALS if name not in ("following", "selectivity")]
# From nothing to more than there are people, about as often small as large.
AMOUNTS = st.one_of(st.just(0.0), st.floats(-1, 10).map(lambda power: 10.0**power))
COUNTS = st.none() | st.integers(0, 20) | st.integers(0, 2**63)
POSTS = st.lists(st.builds(PostCounts, COUNTS, COUNTS, COUNTS), min_size=1, max_size=12)
FACTS = st.builds(
    Facts,
    followers=COUNTS,
    following=COUNTS,
    listed=COUNTS,
    responders=st.none() | AMOUNTS,
    selectivity=st.none() | st.floats(0, 1),
    posts=POSTS,
    newest=st.none() | st.integers(15_000, 20_000),
    from_archive=st.booleans(),
)
NEWEST_AND_FIRST = pytest.mark.parametrize("version", versions())


@st.composite
def rows(draw):
    """Any signals, told or not."""
    row = np.full(len(FIELDS), np.nan, np.float32)
    for name in RECEIVED + ["following"]:
        amount = draw(st.none() | AMOUNTS)
        if amount is not None:
            put(row, name, amount)
    trust = draw(st.none() | st.floats(0, 1))
    row[FIELD["selectivity"]] = np.nan if trust is None else trust
    row[FIELD["posts"]], row[FIELD["newest"]] = 50, 20_000
    row[FIELD["archive"]] = draw(st.booleans())
    return row


def put(row, name, amount):
    put_scaled(row, name, scale_of(name, amount))


def put_scaled(rows, name, x):
    for field in (f"low_{name}", name, f"high_{name}") if name in SAMPLED else (name,):
        rows[..., FIELD[field]] = x


def many(seed, count=1000):
    """As rows(), a thousand at once: of some nearly all is told, of others next to none."""
    rng = np.random.default_rng(seed)
    silent = rng.random(count)
    table = np.full((count, len(FIELDS)), np.nan, np.float32)
    for name in [*RECEIVED, "following"]:
        told = rng.random(count) >= silent
        put_scaled(table, name, np.where(told, amounts(rng, name, count), np.nan))
    trust = rng.random(count)
    table[:, FIELD["selectivity"]] = np.where(rng.random(count) < silent, np.nan, trust)
    table[:, FIELD["posts"]], table[:, FIELD["newest"]] = 50, 20_000
    table[:, FIELD["archive"]] = rng.random(count) < 0.3
    return table


def amounts(rng, name, count):
    """On the signal's scale: none at all, one, or up to ten thousand million."""
    found = 10 ** rng.uniform(-1, 10, count)
    found[rng.random(count) < 0.4] = 0
    found[rng.random(count) < 0.2] = 1
    return np.array([scale_of(name, amount) for amount in found])


def together(table, version, accounts=1):
    """(points, tenths) of people with so many accounts each, one after the other."""
    person = np.repeat(np.arange(len(table) // accounts), accounts)
    people = score(person, table, load(version), day=20_000)
    return people.points, people.tenths


def of(*accounts, version="2", day=20_000):
    people, brought = score_with_accounts(
        np.zeros(len(accounts), np.int64), np.stack(accounts), load(version), day=day
    )
    return float(people.points[0]), int(people.tenths[0]), brought.total


def never_falls(before, after):
    # Sums of eight terms are exact to the 15th digit; what is shown must not fall at all.
    assert np.all(after[0] >= before[0] - 1e-12 * before[0])
    assert np.all(after[1] >= before[1])


@pytest.mark.parametrize("name", RECEIVED)
@NEWEST_AND_FIRST
def test_more_of_anything_received_never_lowers_it(name, version):
    fewer, rng = many(seed=1), np.random.default_rng(2)
    more = fewer.copy()
    some, others = (amounts(rng, name, len(fewer)) for _ in range(2))
    put_scaled(fewer, name, np.minimum(some, others))
    put_scaled(more, name, np.maximum(some, others))
    never_falls(together(fewer, version), together(more, version))


@settings(max_examples=50)
@given(facts=FACTS, more=st.integers(1, 2**40), data=st.data())
def test_one_more_response_to_any_post_never_lowers_it(facts, more, data):
    at = data.draw(st.integers(0, len(facts.posts) - 1))
    field = data.draw(st.sampled_from(["favourites", "reposts", "replies"]))
    counts = {name: getattr(facts.posts[at], name) for name in ("favourites", "reposts", "replies")}
    if counts[field] is not None:
        posts = list(facts.posts)
        posts[at] = PostCounts(**{**counts, field: counts[field] + more})
        grown = Facts(
            facts.followers, facts.following, facts.listed, facts.responders,
            facts.selectivity, posts, facts.newest, facts.from_archive,
        )  # fmt: skip
        never_falls(of(summarise(facts)), of(summarise(grown)))


@pytest.mark.parametrize("name", RECEIVED)
def test_what_is_not_told_never_counts_less_than_none_at_all(name):
    not_told = many(seed=3)
    none_at_all = not_told.copy()
    put_scaled(not_told, name, np.nan)
    put(none_at_all, name, 0)
    never_falls(together(none_at_all, "2"), together(not_told, "2"))


@pytest.mark.parametrize("accounts", [1, 2, 4])
@NEWEST_AND_FIRST
def test_connecting_another_account_never_lowers_it(version, accounts):
    more = many(seed=4, count=300 * (accounts + 1)).reshape(300, accounts + 1, -1)
    fewer = more[:, 1:].reshape(300 * accounts, -1)
    never_falls(
        together(fewer, version, accounts),
        together(more.reshape(300 * (accounts + 1), -1), version, accounts + 1),
    )


def test_disconnecting_takes_an_accounts_own_part_away_and_no_more():
    table, person = many(seed=5, count=900), np.repeat(np.arange(300), 3)
    whole, brought = score_with_accounts(person, table, load("2"), day=20_000)
    stays = np.arange(900) % 3 > 0
    left = score(person[stays], table[stays], load("2"), day=20_000)
    own = brought.share[::3] * (whole.points - 1)
    lost = whole.points - left.points
    assert np.all((lost >= -1e-9) & (lost <= own + 1e-9))


@settings(max_examples=50)
@given(FACTS, st.integers(0, 4_000), st.sampled_from(versions()))
def test_the_interval_holds_the_score_and_both_lie_from_1_to_100(facts, silent, version):
    found = explain({1: summarise(facts)}, version=version, day=20_000 + silent)
    assert 10 <= found.low <= found.tenths <= found.high <= 1000


@settings(max_examples=50)
@given(st.lists(rows(), max_size=4), st.sampled_from(versions()))
def test_the_bars_add_up_to_the_score(accounts, version):
    found = explain(dict(enumerate(accounts)), version=version, day=20_000)
    assert sum(part.tenths for part in found.parts) == found.tenths
    assert all(part.tenths >= 0 for part in found.parts)


@settings(max_examples=50)
@given(st.dictionaries(st.integers(1, 4), rows()), st.dictionaries(st.integers(1, 4), rows()))
def test_a_change_is_split_without_rest(before, after):
    found = change(before, after, versions=("1", "2"), days=(20_000, 20_001))
    assert found.connection + found.data + found.formula == found.after - found.before
    assert sum(found.by_part.values()) == found.data


@settings(max_examples=50)
@given(FACTS)
def test_a_packed_row_comes_back_as_it_was(facts):
    row = summarise(facts)
    assert len(pack(row)) == STRIDE
    assert np.array_equal(unpack([pack(row)])[0], row, equal_nan=True)


def crowd():
    """People with one to twelve accounts, of which about a third of the signals is not told."""
    rng = np.random.default_rng(7)
    person = np.repeat(np.arange(100, 400), rng.integers(1, 13, 300))
    table = (rng.random((len(person), len(FIELDS))) * 12).astype(np.float32)
    table[rng.random(table.shape) < 0.3] = np.nan
    table[:, FIELD["selectivity"]] = rng.random(len(person))
    for name in SAMPLED:
        table[:, FIELD[f"low_{name}"]] = table[:, FIELD[name]] * np.float32(0.9)
        table[:, FIELD[f"high_{name}"]] = table[:, FIELD[name]] * np.float32(1.1)
    table[:, FIELD["posts"]] = rng.integers(0, 30, len(person))
    table[:, FIELD["newest"]] = rng.integers(-1, 20_000, len(person))
    table[:, FIELD["archive"]] = rng.random(len(person)) < 0.2
    return person, table


def columns(people):
    return [people.person, people.tenths, people.low, people.high, people.posts, people.points]


@NEWEST_AND_FIRST
def test_all_at_once_is_bit_for_bit_the_same_as_one_by_one(version):
    person, table = crowd()
    at_once = columns(score(person, table, load(version), day=20_000))
    alone = [
        columns(score(person[person == one], table[person == one], load(version), day=20_000))
        for one in np.unique(person)
    ]
    for column, singles in zip(at_once, zip(*alone, strict=True), strict=True):
        assert np.array_equal(column, np.concatenate(singles))


@NEWEST_AND_FIRST
@pytest.mark.parametrize("made", [crowd, lambda: (np.arange(900) // 3, many(seed=6, count=900))])
def test_the_order_of_people_and_of_their_networks_changes_no_bit(version, made):
    person, table = made()
    order = np.random.default_rng(8).permutation(len(person))
    one = columns(score(person, table, load(version), day=20_000))
    other = columns(score(person[order], table[order], load(version), day=20_000))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@NEWEST_AND_FIRST
def test_nobody_is_scored_without_a_row(version):
    assert len(score(np.zeros(0, np.int64), unpack([]), load(version), day=0).person) == 0
    assert explain({}, version=version, day=0).tenths == 10


@pytest.mark.parametrize("count", [2**31, 2**63, 10**400])
def test_a_count_that_nobody_has_is_only_a_large_one(count):
    post = PostCounts(count, count, count)
    found = explain(
        {1: summarise(Facts(count, 0, count, 1e300, posts=[post] * 10))}, version="2", day=0
    )
    assert 900 < found.tenths <= 1000


def test_an_account_of_which_nothing_is_told_brings_nothing():
    assert of(summarise(Facts()))[0] == 1


def test_of_version_1_the_second_of_two_equals_fills_half_of_the_room_that_is_left():
    one = summarise(Facts(500, 100, None, 50, posts=[PostCounts(3, 1, 1)] * 20, newest=20_000))
    alone = of(one, version="1")[0] - 1
    both = of(one, one, version="1")[0] - 1
    assert both == pytest.approx(alone + alone * 0.5 * (1 - alone / 99))


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="bytes"):
        unpack([b"\0" * (STRIDE - 4)])
