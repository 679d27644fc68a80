from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    PostSeen,
    Step,
)
from scoring.networks import COLLECTORS
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import progress, seen
from tests.scoring.mastodon import ME, POSTS, Collect, collecting_from, status


@pytest.fixture
def collect(fake) -> Collect:
    return collecting_from(fake)


def test_the_registry_names_it():
    assert COLLECTORS["mastodon"].network == "mastodon"


def test_it_reads_the_profile(fake, collect):
    (audience,) = seen(collect(), Audience)
    assert audience == Audience(
        handle=f"ann@{fake.host}",
        display_name="Ann Ångström :verified:",
        url="https://example.net/@ann",
        followers=1284,
        following=311,
        posts=2210,
    )
    assert fake.seen[0].headers["authorization"] == "Bearer t0ken"


def test_it_reads_a_post_as_plain_text_with_what_it_received(fake, collect):
    fake.answer(POSTS, says(recorded("mastodon/statuses")), says([]))
    post = seen(collect(), PostSeen)[0]
    assert post == PostSeen(
        uid="115582391034417025",
        url="https://example.net/@ann/115582391034417025",
        created_at=datetime(2026, 11, 20, 8, 15, 42, 120_000, tzinfo=UTC),
        text="The first ivy bees & a loaf:\nsee https://example.net/bees\n#Bees",
        hashtags=("bees",),
        favourites=3,
        reposts=2,
        replies=4,
        quotes=0,
    )


def test_private_posts_boosts_and_replies_to_others_are_not_looked_at(fake, collect):
    fake.answer(POSTS, says(recorded("mastodon/statuses")), says([]))
    posts = seen(collect(), PostSeen)
    assert [post.uid for post in posts] == ["115582391034417025", "115576001200000001"]


def test_behind_a_content_warning_only_the_warning_is_kept(fake, collect):
    fake.answer(POSTS, says(recorded("mastodon/statuses")), says([]))
    assert seen(collect(), PostSeen)[1].text == "Politics of the town hall"


def test_it_walks_back_page_by_page_until_it_has_enough(fake, collect):
    ids = list(range(1000, 900, -1))
    pages_of = [[status(uid) for uid in ids[n : n + 40]] for n in (0, 40, 80)]
    fake.answer(POSTS, *map(says, pages_of))
    pages = collect(Budget(posts=90))
    assert [post.uid for post in seen(pages, PostSeen)] == [str(uid) for uid in ids[:90]]
    assert progress(pages, Step.POSTS) == [(40, 90), (80, 90), (90, 90)]
    asked = fake.requests_by_path()[POSTS]
    assert [request.query.get("max_id") for request in asked] == [None, "961", "921"]
    assert asked[0].query["exclude_reblogs"] == asked[0].query["exclude_replies"] == "true"


def test_the_total_is_what_there_is_when_that_is_less(fake, collect):
    me = {**recorded("mastodon/verify_credentials"), "statuses_count": 5}
    fake.answer(ME, says(me))
    fake.answer(POSTS, says([status(3), status(2)]), says([status(1)]), says([]))
    assert progress(collect(), Step.POSTS) == [(2, 5), (3, 5), (3, 3)]


class TestZerosThatAreNone:
    def test_followers_that_an_account_hides_are_not_told(self, fake, collect):
        hidden = {"hide_collections": True, "followers_count": 0, "following_count": 12}
        fake.answer(ME, says({**recorded("mastodon/verify_credentials"), **hidden}))
        (audience,) = seen(collect(), Audience)
        assert (audience.followers, audience.following) == (None, 12)

    def test_nobody_following_is_told_where_nothing_is_hidden(self, fake, collect):
        alone = {"hide_collections": False, "followers_count": 0}
        fake.answer(ME, says({**recorded("mastodon/verify_credentials"), **alone}))
        assert seen(collect(), Audience)[0].followers == 0

    def test_a_server_with_posts_and_a_count_of_none_does_not_count(self, fake, collect):
        zeros = dict.fromkeys(("followers_count", "following_count", "statuses_count"), 0)
        fake.answer(ME, says({**recorded("mastodon/verify_credentials"), **zeros}))
        fake.answer(POSTS, says([status(1)]), says([]))
        last = seen(collect(), Audience)[-1]
        assert (last.followers, last.following, last.posts) == (None, None, None)


@pytest.mark.parametrize("count", [None, 0, "many"])
def test_progress_is_true_where_the_server_does_not_know_its_posts(fake, collect, count):
    me = {**recorded("mastodon/verify_credentials"), "statuses_count": count}
    fake.answer(ME, says(me))
    fake.answer(POSTS, says([status(3), status(2)]), says([]))
    steps = progress(collect(), Step.POSTS)
    assert steps[-1] == (2, 2)
    assert all(done <= total for done, total in steps)


def test_an_account_without_posts_is_read_to_the_end(collect):
    pages = collect()
    assert progress(pages, Step.POSTS) == [(0, 0)]
    assert progress(pages, Step.RESPONDERS) == []


def test_a_post_on_two_pages_counts_once(fake, collect):
    fake.answer(
        POSTS, says([status(3), status(2), status(2)]), says([status(2), status(1)]), says([])
    )
    assert [post.uid for post in seen(collect(), PostSeen)] == ["3", "2", "1"]


def test_a_server_that_ignores_paging_is_asked_twice_only(fake, collect):
    fake.answer(POSTS, says([status(2), status(1)]))
    assert len(seen(collect(), PostSeen)) == 2
    assert len(fake.requests_by_path()[POSTS]) == 2


def test_a_server_that_shows_private_posts_without_end_is_left(fake, collect):
    fake.answer(POSTS, *(says([status(uid, visibility="private")]) for uid in range(99, 0, -1)))
    assert seen(collect(), PostSeen) == []
    assert len(fake.requests_by_path()[POSTS]) < 20


def test_a_token_of_another_account_asks_to_reconnect(collect):
    with pytest.raises(CollectError, match="another account") as caught:
        collect(uid="42")
    assert caught.value.permanent


def test_a_dead_token_asks_to_reconnect(fake, collect):
    fake.answer(POSTS, says({"error": "The access token was revoked"}, 401))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect()
    assert caught.value.permanent


def test_one_connection_serves_a_whole_collection(fake, collect):
    fake.answer(POSTS, says([status(2)]), says([status(1)]), says([]))
    collect()
    assert fake.connections == 1
