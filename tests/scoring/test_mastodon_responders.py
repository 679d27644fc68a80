"""Who responded to a post: asked about what is new or has changed, within the budget."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scoring.collectors.base import (
    Budget,
    Cursor,
    Known,
    PostSeen,
    Responses,
    Step,
)
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import progress, seen
from tests.scoring.mastodon import POSTS, Collect, collecting_from, status


@pytest.fixture
def collect(fake) -> Collect:
    return collecting_from(fake)


def test_it_asks_who_responded_and_leaves_the_owner_out(fake, collect):
    fake.answer(POSTS, says(recorded("mastodon/statuses")), says([]))
    who = "/api/v1/statuses/115582391034417025"
    fake.answer(f"{who}/favourited_by", says(recorded("mastodon/favourited_by")))
    fake.answer(f"{who}/reblogged_by", says(recorded("mastodon/reblogged_by")))
    pages = collect()
    assert seen(pages, Responses) == [
        Responses(
            "115582391034417025",
            ("bob@example.org", f"carla@{fake.host}", "dora@xn--bcher-kva.example.com"),
        )
    ]
    assert progress(pages, Step.RESPONDERS) == [(1, 1)]
    assert fake.requests_by_path()[f"{who}/favourited_by"][0].query == {"limit": "80"}


def test_a_server_that_tells_of_more_people_than_asked_for_is_cut_short(fake, collect):
    fake.answer(POSTS, says([status(1, favourites_count=9)]), says([]))
    crowd = [{"id": str(n), "acct": f"person{n}"} for n in range(5000)]
    fake.answer("/api/v1/statuses/1/favourited_by", says(crowd))
    assert len(seen(collect(), Responses)[0].responders) == 80


def test_the_newest_posts_with_responses_are_asked_about_within_the_budget(fake, collect):
    posts = [
        status(n, created_at=f"2026-11-{n:02}T00:00:00Z", reblogs_count=n % 2) for n in range(1, 9)
    ]
    fake.answer(POSTS, says(posts), says([]))
    for n in range(1, 9):
        fake.answer(f"/api/v1/statuses/{n}/reblogged_by", says([]))
    pages = collect(Budget(posts=100, posts_asked_who=3))
    assert seen(pages, Responses) == [Responses(uid, ()) for uid in ("7", "5", "3")]
    assert progress(pages, Step.RESPONDERS) == [(1, 3), (2, 3), (3, 3)]


def test_a_post_whose_responders_are_not_told_leaves_no_responses(fake, collect):
    fake.answer(
        POSTS, says([status(2, favourites_count=1), status(1, favourites_count=1)]), says([])
    )
    fake.answer("/api/v1/statuses/1/favourited_by", says([{"id": "5", "acct": "bob"}]))
    pages = collect()
    assert seen(pages, Responses) == [Responses("1", (f"bob@{fake.host}",))]
    assert progress(pages, Step.RESPONDERS) == [(1, 2), (2, 2)]


def test_a_question_that_is_forbidden_is_not_asked_again(fake, collect):
    posts = [status(n, favourites_count=1, reblogs_count=1) for n in (3, 2, 1)]
    fake.answer(POSTS, says(posts), says([]))
    for n in (3, 2, 1):
        fake.answer(f"/api/v1/statuses/{n}/favourited_by", says({"error": "not for you"}, 403))
        fake.answer(f"/api/v1/statuses/{n}/reblogged_by", says([{"id": "5", "acct": "b@c.org"}]))
    assert seen(collect(), Responses) == [Responses(n, ("b@c.org",)) for n in ("3", "2", "1")]
    assert sum("favourited_by" in request.path for request in fake.seen) == 1


@pytest.mark.parametrize(
    "row",
    [None, 5, {}, {"acct": 5}, {"acct": "a b"}, {"acct": "@"}, {"acct": "a@b@c"}, {"acct": ""}],
)
def test_a_responder_without_a_name_is_skipped(fake, collect, row):
    fake.answer(POSTS, says([status(1, favourites_count=2)]), says([]))
    people = [row, {"id": "5", "acct": "Bob"}, {"id": "6", "acct": "bob"}]
    fake.answer("/api/v1/statuses/1/favourited_by", says(people))
    assert seen(collect(), Responses) == [Responses("1", (f"bob@{fake.host}",))]


def known(uid: int, *counts: int, asked_who: bool = True) -> Known:
    return Known(str(uid), datetime(2026, 11, 20, tzinfo=UTC), *counts, None, asked_who)


def asked_about(fake) -> list[str]:
    return [path.split("/")[4] for path in fake.requests_by_path() if path.endswith("d_by")]


class TestOnTheNextDay:
    """Ten posts that each received something; the cursor knows them."""

    @pytest.fixture(autouse=True)
    def _posts(self, fake, collect):
        rows = [status(uid, favourites_count=3) for uid in range(10, 0, -1)]
        fake.answer(POSTS, says(rows), says([]))

    def test_who_responded_is_not_asked_where_nothing_has_changed(self, fake, collect):
        pages = collect(cursor=Cursor(tuple(known(uid, 3, 0, 0) for uid in range(10, 0, -1))))
        assert asked_about(fake) == []
        assert len(seen(pages, PostSeen)) == 10
        assert len(fake.seen) == 3

    def test_who_responded_is_asked_where_the_counts_have_changed(self, fake, collect):
        before = [known(uid, 2 if uid == 4 else 3, 0, 0) for uid in range(10, 0, -1)]
        collect(cursor=Cursor(tuple(before)))
        assert asked_about(fake) == ["4"]

    def test_a_run_that_was_stopped_goes_on_where_nobody_was_asked(self, fake, collect):
        before = [known(uid, 3, 0, 0, asked_who=uid > 2) for uid in range(10, 0, -1)]
        collect(cursor=Cursor(tuple(before)))
        assert asked_about(fake) == ["2", "1"]

    def test_older_posts_do_not_take_the_place_of_newer_ones_that_are_known(self, fake, collect):
        before = [known(uid, 3, 0, 0, asked_who=uid > 6) for uid in range(10, 0, -1)]
        collect(Budget(posts_asked_who=4), cursor=Cursor(tuple(before)))
        assert asked_about(fake) == []

    def test_a_server_that_never_knows_who_is_not_asked_about_every_post(self, fake, collect):
        collect()
        assert len(asked_about(fake)) == 3
