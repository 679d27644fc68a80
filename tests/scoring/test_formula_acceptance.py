"""What people asked of an honest score, each as a sentence. docs/formula.md names the numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scoring.formula import (
    Facts,
    PostCounts,
    explain,
    load,
    score,
    selectivity_weight,
    summarise,
)
from tests.scoring.formula_cast import (
    DAY,
    FAMOUS,
    GAMING,
    ORDINARY,
    STANDING,
    account,
    tenths,
    two_kinds,
)

DOCUMENT = (Path(__file__).parents[2] / "docs/formula.md").read_text()
HALF_A_POINT = 5
FORTNIGHT = 14


def told(row_name: str) -> list[float]:
    """The numbers of a row of the document's tables."""
    row = re.search(rf"^\| {re.escape(row_name)} \|(.*)\|$", DOCUMENT, re.MULTILINE)
    assert row, f"docs/formula.md has no row {row_name!r}"
    return [float(cell.strip().lstrip("*+").rstrip("*")) for cell in row[1].split("|")]


def writer(seed: int, posts: int = 60) -> list[PostCounts]:
    """Posts as they are: most get little, some a lot."""
    rng = np.random.default_rng(seed)
    counts = np.exp(rng.normal((1.2, -0.2, -0.2), 1.1, (posts, 3))).astype(int)
    return [PostCounts(*(int(count) for count in post)) for post in counts]


def test_two_weeks_of_holiday_change_nothing():
    assert tenths(ORDINARY, day=DAY + FORTNIGHT) == tenths(ORDINARY)


@pytest.mark.parametrize("seed", range(20))
def test_posts_that_grow_too_old_on_a_holiday_move_it_by_half_a_point_at_most(seed):
    posts = writer(seed)
    # Sixty within 24 months: two are as old as the fortnight is long.
    before, after = (replace(ORDINARY, posts=some) for some in (posts, posts[:-2]))
    moved = tenths(after, day=DAY + FORTNIGHT) - tenths(before)
    assert abs(moved) <= HALF_A_POINT


def test_a_long_silence_widens_the_interval_and_leaves_the_score():
    def seen(day):
        return score(np.zeros(1, int), summarise(ORDINARY)[np.newaxis], load(), day=day)

    now, later = seen(DAY), seen(DAY + 365)
    assert later.tenths == now.tenths
    assert later.high - later.low == pytest.approx(2 * (now.high - now.low), abs=2)


def test_100_reposts_from_10_posts_beat_100_from_1000():
    few = replace(ORDINARY, posts=[PostCounts(0, 10, 0)] * 10)
    # One repost for ten posts: of the newest hundred, ten have one.
    many = replace(ORDINARY, posts=([PostCounts(0, 1, 0)] + [PostCounts(0, 0, 0)] * 9) * 100)
    assert tenths(few) > tenths(many)


def test_100_responses_from_100_people_beat_100_from_one():
    posts = [PostCounts(1, 0, 0)] * 100
    # Somebody who is seen to respond so often counts for less, too.
    one = replace(ORDINARY, responders=selectivity_weight(100), posts=posts)
    hundred = replace(ORDINARY, responders=100.0, posts=posts)
    assert tenths(hundred) > tenths(one) + 2 * HALF_A_POINT


def test_one_viral_post_moves_it_less_than_steady_resonance_of_the_same_total():
    quiet = replace(ORDINARY, posts=[PostCounts(1, 0, 0)] * 50)
    viral = replace(ORDINARY, posts=[PostCounts(2_501, 500, 250)] + [PostCounts(1, 0, 0)] * 49)
    steady = replace(ORDINARY, posts=[PostCounts(51, 10, 5)] * 50)
    assert tenths(viral) - tenths(quiet) <= 2 * HALF_A_POINT < tenths(steady) - tenths(viral)


@pytest.mark.parametrize("trick", sorted(GAMING))
def test_what_a_trick_brings_is_what_the_document_publishes(trick):
    before, after = (tenths(facts) for facts in GAMING[trick])
    assert told(trick) == [before / 10, after / 10, (after - before) / 10]


def test_no_trick_that_is_seen_brings_more_than_nine_points():
    for trick, (before, after) in GAMING.items():
        if "names nobody" not in trick:
            assert tenths(after) - tenths(before) <= 90


def test_more_followers_than_responses_speak_for_bring_nothing():
    assert tenths(replace(ORDINARY, followers=10**9)) == tenths(replace(ORDINARY, followers=10**5))


def test_of_a_star_as_many_people_count_as_like_a_typical_post():
    named = replace(FAMOUS, posts=[PostCounts(30_000, 900, 400)] * 100)
    part = explain({1: summarise(named)}, version="2", day=DAY).part(1, "people")
    assert (round(part.amount), part.told) == (30_000, True)
    assert tenths(named) > tenths(replace(named, posts=[PostCounts(3_000, 900, 400)] * 100)) + 30


def test_likes_that_are_only_guessed_make_nobody_heard():
    untold = replace(ORDINARY, posts=[PostCounts(None, None, 1)] * 60)
    millions = explain({1: summarise(replace(untold, followers=10**7))}, version="2", day=DAY)
    assert millions.part(1, "people").amount == pytest.approx(ORDINARY.responders)


def test_likes_of_those_who_like_everything_are_no_people_either():
    busy = replace(FAMOUS, selectivity=0.01)
    part = explain({1: summarise(busy)}, version="2", day=DAY).part(1, "people")
    assert part.amount == pytest.approx(FAMOUS.responders)


def test_a_thousand_posts_that_nobody_answers_are_worth_as_much_as_ten():
    silence = [PostCounts(0, 0, 0)]
    assert tenths(account(0, 0, 0, 0, silence * 1_000)) == tenths(account(0, 0, 0, 0, silence * 10))


def test_others_growth_changes_nothing():
    rows = np.stack([summarise(ORDINARY), summarise(ORDINARY)])
    grown = np.stack([summarise(ORDINARY), summarise(FAMOUS)])
    for table in (rows, grown):
        assert score(np.array([1, 2]), table, load(), day=DAY).tenths[0] == tenths(ORDINARY)


@pytest.mark.parametrize("who", sorted(STANDING))
def test_people_stand_where_the_document_says(who):
    assert told(who)[-1] == tenths(STANDING[who]) / 10


def test_ordinary_known_and_famous_people_stand_in_a_sensible_order():
    newcomer, ordinary, known, famous, best_known = (tenths(facts) for facts in STANDING.values())
    assert newcomer < 150 < 370 <= ordinary <= 430
    assert 620 <= known <= 680 < 850 < famous < 950 <= best_known <= 1000


def test_nine_posts_are_not_enough_and_ten_are():
    def shown(posts):
        row = summarise(replace(ORDINARY, posts=ORDINARY.posts[:posts]))
        return score(np.zeros(1, int), row[np.newaxis], load(), day=DAY)

    assert (shown(9).tenths[0], shown(9).posts[0]) == (0, 9)
    assert shown(10).tenths[0] > 10


def test_an_archive_brings_no_more_than_its_cap():
    cap = load().archive_cap
    assert tenths(replace(FAMOUS, from_archive=True)) == round(10 * (1 + cap * 11.25))


def test_a_network_that_tells_more_makes_the_interval_narrower():
    def width(facts: Facts):
        found = score(np.zeros(1, int), summarise(facts)[np.newaxis], load(), day=DAY)
        return found.high[0] - found.low[0]

    assert width(replace(ORDINARY, listed=3)) < width(ORDINARY)
    assert width(ORDINARY) < width(replace(ORDINARY, responders=None))


def test_posts_that_differ_more_make_a_wider_interval():
    alike, apart = (
        two_kinds(20, *kinds) for kinds in (((5, 5, 5),) * 2, ((0, 0, 0), (50, 50, 50)))
    )
    widths = []
    for posts in (alike, apart):
        row = summarise(replace(ORDINARY, listed=3, posts=posts))
        found = score(np.zeros(1, int), row[np.newaxis], load(), day=DAY)
        widths.append(found.high[0] - found.low[0])
    assert widths[0] < widths[1]
