from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from scoring.collectors import fields
from scoring.collectors.base import Cursor, Page, PostSeen, Unchanged
from scoring.collectors.walking import walk
from tests.scoring.collecting import known, seen

NOTHING = Cursor()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def post(n: int) -> PostSeen:
    return PostSeen(f"{n}", "", NOON - timedelta(hours=n), "", (), 0, 0, 0)


def walked(*batches: list[int], cursor: Cursor = NOTHING, **asked: int | None) -> list[Page]:
    given = {"expected": None, "wanted": 100, **asked}
    return list(walk(([post(n) for n in batch] for batch in batches), cursor=cursor, **given))


def uids(pages: list[Page]) -> list[str]:
    return [item.uid for item in seen(pages, PostSeen)]


def progress(pages: list[Page]) -> list[tuple[int, int]]:
    return [(page.done, page.total) for page in pages]


def test_a_post_on_two_pages_counts_once():
    assert uids(walked([1, 2, 2], [2, 3])) == ["1", "2", "3"]


def test_it_asks_for_no_page_more_than_it_needs():
    asked = []

    def batches() -> Iterator[list[PostSeen]]:
        for n in count():
            asked.append(n)
            yield [post(2 * n), post(2 * n + 1)]

    pages = list(walk(batches(), cursor=Cursor(), expected=None, wanted=4))
    assert (len(uids(pages)), asked) == (4, [0, 1])


def test_a_network_that_shows_nothing_without_end_is_left():
    endless = ([] for _ in count())
    assert len(list(walk(endless, cursor=Cursor(), expected=None, wanted=100))) == 13


@pytest.mark.parametrize("expected", [None, 0, 2, 50])
def test_the_last_page_is_done(expected):
    pages = walked([1, 2], expected=expected)
    assert progress(pages)[-1] == (2, 2)
    assert all(done <= total for done, total in progress(pages))


def test_no_posts_are_a_page_too():
    assert progress(walked()) == [(0, 0)]


def test_beyond_where_it_stopped_known_posts_are_unchanged():
    old = known("9", created_at=NOON - timedelta(hours=9))
    missing = known("x", created_at=NOON - timedelta(hours=1))
    pages = walked([1, 2], cursor=Cursor(posts=(missing, old)), wanted=2)
    assert seen(pages, Unchanged) == [Unchanged(("9",))]


def test_at_the_end_of_the_list_whatever_did_not_turn_up_is_gone():
    assert seen(walked([1], cursor=Cursor(posts=(known("9"),))), Unchanged) == []


def test_a_budget_of_nothing_leaves_everything_unchanged():
    pages = walked([1], cursor=Cursor(posts=(known("9"),)), wanted=0)
    assert seen(pages, Unchanged) == [Unchanged(("9",))]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Bees and #bees, #Äpfel #2026 a#b &#39; ##x", ("bees", "äpfel")),
        ("#" + "a" * 101, ()),
        (" ".join(f"#t{n}" for n in range(99)), tuple(f"t{n}" for n in range(30))),
        (None, ()),
    ],
)
def test_hashtags_are_found_in_a_text(text, tags):
    assert fields.tags_in(text) == tags


def test_a_text_that_is_no_html_keeps_its_marks():
    assert fields.paragraphs("I <3 bees\n\n  &amp; \x00honey ", 500) == "I <3 bees\n&amp; honey"
    assert fields.paragraphs("x" * 600, 500) == "x" * 500
    assert fields.paragraphs(7, 500) == ""


@pytest.mark.parametrize("seconds", [None, True, "1763625342", -1, 0, 10**12, 1.5])
def test_an_absurd_second_is_no_moment(seconds):
    assert fields.epoch(seconds) is None
