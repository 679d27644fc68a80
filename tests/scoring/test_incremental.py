"""The second collection knows the first: what is stored is brought up to date, not replaced."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.collectors.base import (
    Audience,
    CollectError,
    Mentions,
    Page,
    RateLimited,
    Responses,
    Signal,
    Step,
    Unchanged,
)
from scoring.models import Archive, LinkedAccount, Post, Progress, Reading
from scoring.networks.declaring import Policy
from scoring.services import refreshing
from scoring.services.storing import cursor_of
from tests.cast import (
    NOW,
    FakeCollector,
    declare,
    make_linked_account,
    make_pages,
    make_person,
    post_seen,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AUDIENCE = Page(Step.PROFILE, (Audience("ann", "Ann", "", 5, 6, 7, 8, {"views": 9}),), 1, 1)


@pytest.fixture
def account():
    return make_linked_account(make_person("alice"))


@pytest.fixture
def read(account, monkeypatch):
    """Collects these pages on the given day; the collector that did it."""

    def run(pages, *, day=0, error=None):
        collector = FakeCollector(pages, error=error)
        monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", collector)
        at = NOW + day * 2 * DAY
        LinkedAccount.objects.update(next_refresh_at=at)
        with time_machine.travel(at, tick=False):
            refreshing.refresh_account(account.pk, at=at)
        account.refresh_from_db()
        return collector

    return run


def posts_page(*items, state=None):
    return Page(Step.POSTS, items, len(items), len(items), state=state)


def stored():
    return {post.uid: post for post in Post.objects.all()}


def seen_posts(count, **fields):
    return [post_seen(number, **fields) for number in range(count)]


class TestCursor:
    def test_the_first_collection_knows_nothing(self, read):
        cursor = read(make_pages()).cursor
        assert (cursor.posts, cursor.state) == ((), {})

    def test_the_next_one_knows_the_posts_newest_first(self, read):
        read(make_pages(posts=seen_posts(3), who=["bob@x"]))
        cursor = read([AUDIENCE], day=1).cursor
        assert [post.uid for post in cursor.posts] == ["0", "1", "2"]
        assert all(post.asked_who for post in cursor.posts)

    def test_posts_nobody_was_asked_about_are_known_as_such(self, read):
        read([AUDIENCE, posts_page(*seen_posts(1))])
        assert not read([AUDIENCE], day=1).cursor.posts[0].asked_who

    def test_what_a_collector_leaves_is_what_it_finds(self, read):
        read([AUDIENCE, posts_page(state={"since": "7"}), posts_page()])
        assert read([AUDIENCE, posts_page()], day=1).cursor.state == {"since": "7"}
        assert read([AUDIENCE, posts_page()], day=2).cursor.state == {"since": "7"}

    def test_a_collection_that_failed_leaves_none(self, read, account):
        read([AUDIENCE, posts_page(state={"since": "7"})], error=CollectError("Away"))
        assert account.cursor == {}

    def test_changed_counts_that_nobody_was_asked_about_are_remembered(self, read):
        read(make_pages(posts=seen_posts(2), who=["bob@x"]))
        read([AUDIENCE, posts_page(post_seen(0, received=(9, 2, 1)), post_seen(1))], day=1)
        cursor = read(make_pages(posts=seen_posts(2, received=(9, 2, 1))), day=2).cursor
        assert [post.asked_who for post in cursor.posts] == [False, True]
        assert cursor.state == {}

    def test_and_forgotten_once_they_were(self, read, account):
        read(make_pages(posts=seen_posts(1), who=["bob@x"]))
        read([AUDIENCE, posts_page(post_seen(0, received=(9, 2, 1)))], day=1)
        read(make_pages(posts=[post_seen(0, received=(9, 2, 1))], who=["eve@x"]), day=2)
        assert cursor_of(account).posts[0].asked_who


class TestUpserts:
    def test_a_known_post_keeps_its_row_and_gets_its_new_counts(self, read):
        read(make_pages(posts=seen_posts(2)))
        before = stored()["0"].pk
        read(make_pages(posts=[post_seen(0, received=(9, 9, 9)), post_seen(1)]), day=1)
        assert (stored()["0"].pk, stored()["0"].favourites) == (before, 9)

    def test_seen_without_a_word_about_who_keeps_who_is_known(self, read):
        read(make_pages(posts=seen_posts(1), who=["bob@x", "eve@x"]))
        read([AUDIENCE, posts_page(*seen_posts(1))], day=1)
        assert len(stored()["0"].responders) == 2
        assert Reading.objects.first().responders == 2

    def test_who_responded_is_replaced_when_it_was_asked(self, read):
        read(make_pages(posts=seen_posts(1), who=["bob@x", "eve@x"]))
        read(make_pages(posts=seen_posts(1), who=["eve@x"]), day=1)
        assert len(stored()["0"].responders) == 1

    def test_people_heard_of_elsewhere_come_on_top(self, read):
        read(make_pages(posts=seen_posts(1), who=["bob@x"]))
        more = Responses("0", ("eve@x", "bob@x"), adds=True)
        read([AUDIENCE, posts_page(*seen_posts(1), more)], day=1)
        assert len(stored()["0"].responders) == 2

    def test_what_is_unchanged_stays_and_counts(self, read):
        read(make_pages(posts=seen_posts(3), who=["bob@x"]))
        read([AUDIENCE, posts_page(post_seen(0), Unchanged(("1",)))], day=1)
        assert stored().keys() == {"0", "1"}
        assert Reading.objects.first().posts == [[4, 2, 1]] * 2

    def test_a_deletion_at_the_network_reaches_us_with_the_next_refresh(self, read):
        read(make_pages(posts=seen_posts(3)))
        read(make_pages(posts=seen_posts(2)), day=1)
        assert stored().keys() == {"0", "1"}

    def test_the_newest_hundred_make_the_reading(self, read):
        read(make_pages(posts=seen_posts(130)))
        assert len(Reading.objects.get().posts) == 100

    def test_posts_that_nobody_looks_at_any_more_go(self, read):
        """Their deletion at the network would never be noticed."""
        read(make_pages(posts=seen_posts(100)))
        unchanged = Unchanged(tuple(str(number) for number in range(100)))
        read([AUDIENCE, posts_page(post_seen(100), post_seen(101), unchanged)], day=1)
        assert stored().keys() == {str(number) for number in (*range(98), 100, 101)}

    def test_what_others_did_is_in_the_reading(self, read):
        told = [Mentions(3, ("bob@x",)), Mentions(1, ("bob@x", "eve@x"))]
        read([AUDIENCE, posts_page(*told)])
        reading = Reading.objects.get()
        assert (reading.listed, reading.figures, reading.mentions) == (8, {"views": 9}, 4)
        assert len(reading.mentioners) == 2

    def test_mentions_that_are_not_told_are_not_zero(self, read):
        read([AUDIENCE, posts_page()])
        assert (Reading.objects.get().mentions, Reading.objects.get().mentioners) == (None, None)

    def test_a_daily_refresh_writes_no_post_that_is_as_it_was(self, read):
        pages = make_pages(posts=seen_posts(100), who=["bob@x"])
        read(pages)
        with CaptureQueriesContext(connection) as queries:
            read(pages, day=1)
        assert not [q for q in queries if 'INTO "scoring_post"' in q["sql"]]
        assert len(queries) < 40


class TestArchives:
    @pytest.fixture
    def brought(self, account):
        """An archive with posts 0 and 77, and what it said."""
        archive = Archive.objects.create(user=account.user, name="a.zip", uploaded_at=NOW)
        for uid in ("0", "77"):
            Post.objects.create(account=account, uid=uid, created_at=NOW, archive=archive)
        long_ago = NOW - 900 * DAY
        return Reading.objects.create(account=account, taken_at=long_ago, archive=archive)

    def test_a_live_post_takes_over_the_one_that_an_archive_brought(self, read, brought):
        read(make_pages(posts=seen_posts(2)))
        assert (stored()["0"].archive, stored()["0"].favourites) == (None, 4)

    def test_what_only_the_archive_knows_stays_and_is_not_in_the_reading(self, read, brought):
        read(make_pages(posts=seen_posts(2)))
        assert stored()["77"].archive == brought.archive
        assert len(Reading.objects.get(archive=None).posts) == 2
        assert Reading.objects.filter(pk=brought.pk).exists()

    def test_the_collector_is_not_told_of_posts_from_archives(self, read, brought):
        assert read(make_pages()).cursor.posts == ()


class TestALimitWhileAskingWho:
    LIMIT = RateLimited("social.example.org asks us to wait a little.", retry_after=300)

    @pytest.fixture
    def stopped(self, read):
        half = Page(Step.RESPONDERS, (Responses("0", ("bob@x",)),), 1, 2)
        pages = [AUDIENCE, posts_page(*seen_posts(2), state={"since": "7"}), half]
        return read(pages, error=self.LIMIT)

    def test_what_was_read_is_stored_and_scored(self, stopped, account):
        assert stored().keys() == {"0", "1"}
        assert Reading.objects.get().responders == 1
        assert account.refreshed_at == NOW

    def test_it_goes_on_when_the_network_allows(self, stopped, account):
        wait = account.next_refresh_at - NOW
        assert timedelta(seconds=300) <= wait <= timedelta(seconds=330)
        assert account.quiet_until == account.next_refresh_at
        assert account.failures == 0

    def test_the_person_reads_when_that_is(self, stopped, account):
        assert "12:05 UTC" in account.last_error
        assert Progress.objects.get().step == "queued"

    def test_the_next_run_asks_only_about_the_rest(self, stopped, read, account):
        cursor = read(make_pages(posts=seen_posts(2)), day=1).cursor
        assert [post.asked_who for post in cursor.posts] == [True, False]
        assert cursor.state == {}  # that run had not come to its end
        assert (account.last_error, account.quiet_until) == ("", None)

    def test_nothing_is_taken_for_deleted(self, read):
        read(make_pages(posts=seen_posts(3)))
        read([AUDIENCE, posts_page(*seen_posts(1))], day=1, error=self.LIMIT)
        assert stored().keys() == {"0", "1", "2"}

    def test_mentions_are_counted_by_the_run_that_moves_the_cursor(self, read):
        told = posts_page(post_seen(0), Mentions(3, ("bob@x",)))
        read([AUDIENCE, told], error=self.LIMIT)
        read([AUDIENCE, told], day=1)
        assert [reading.mentions for reading in Reading.objects.order_by("taken_at")] == [None, 3]

    def test_a_limit_before_the_posts_are_read_stores_nothing(self, read, account):
        read([AUDIENCE, Page(Step.POSTS, (post_seen(0),), 1, 2)], error=self.LIMIT)
        assert not Post.objects.exists()
        assert account.failures == 1


class TestWhoResponded:
    """0 people and people of whom nobody tells are two different things."""

    def responders(self, read, *received):
        posts = [post_seen(n, received=counts) for n, counts in enumerate(received)]
        read([AUDIENCE, posts_page(*posts)])
        return Reading.objects.get().responders

    def test_where_nothing_was_received_it_was_nobody(self, read):
        assert self.responders(read, (0, 0, 0), (0, 0, 3)) == 0

    def test_a_post_without_responses_tells_nothing_of_the_others(self, read):
        assert self.responders(read, (0, 0, 0), (9, 2, 1)) is None

    def test_a_network_that_never_tells_who_does_not_tell_of_nobody_either(self, read, monkeypatch):
        declare(monkeypatch, capabilities=frozenset({Signal.FAVOURITES}))
        assert self.responders(read, (0, 0, 0)) is None


class TestPolicies:
    def test_of_a_network_that_forbids_it_no_words_are_kept(self, read, monkeypatch):
        declare(monkeypatch, policy=Policy("https://example.net/terms", keeps_words=False))
        read(make_pages(posts=seen_posts(1)))
        post = stored()["0"]
        assert (post.text, post.url, post.hashtags, post.favourites) == ("", "", [], 4)

    @pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
    def test_what_was_not_read_again_for_too_long_goes(self, read, monkeypatch, days, left):
        from scoring import tasks

        declare(monkeypatch, policy=Policy("https://example.net/terms", days_kept=30))
        read(make_pages(posts=seen_posts(1)))
        with time_machine.travel(NOW + days * DAY, tick=False):
            tasks.tidy.apply(throw=True)
        assert (Post.objects.count(), Reading.objects.count()) == (left, left)
