from __future__ import annotations

import pytest

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Page,
    PostSeen,
    RateLimited,
    Responses,
    Step,
)
from scoring.networks.mastodon.collector import MastodonCollector
from tests.scoring.collecting import progress, seen
from tests.scoring.mastodon import BUDGET


class TestAgainstMastodonMock:
    """The same collector with the real thing's shapes, over a real server's HTTP."""

    @pytest.fixture
    def cast(self, mock, request):
        """Alice, who posts, and two who respond. The names are new for each test."""
        suffix = abs(hash(request.node.nodeid)) % 10**9
        return [mock.person(f"{name}{suffix}") for name in ("alice", "bob", "charlie")]

    @staticmethod
    def collect(mock, person, budget: Budget = BUDGET) -> list[Page]:
        grant = Grant(base_url=mock.base_url, uid=person.uid, token=person.token)
        return list(MastodonCollector().collect(grant, Cursor(), budget))

    def test_it_sees_posts_and_who_responded(self, mock, cast):
        alice, bob, charlie = cast
        mock.follow(alice, bob, charlie)
        first = mock.post(alice, "Hello #World & all")
        mock.post(alice, "for followers", visibility="private")
        mock.favourite(first, bob, charlie, alice)
        mock.boost(first, bob)
        pages = self.collect(mock, alice)
        assert seen(pages, Audience)[0].followers == 2
        (post,) = seen(pages, PostSeen)
        assert (post.text, post.hashtags) == ("Hello #World & all", ("world",))
        assert (post.favourites, post.reposts) == (3, 1)
        (responses,) = seen(pages, Responses)
        assert set(responses.responders) == {f"{p.username}@{mock.host}" for p in (bob, charlie)}

    def test_it_pages_through_many_posts(self, mock, cast):
        alice = cast[0]
        ids = [mock.post(alice, f"Number {n}") for n in range(45)]
        pages = self.collect(mock, alice)
        assert [post.uid for post in seen(pages, PostSeen)] == ids[::-1]
        assert progress(pages, Step.POSTS) == [(40, 45), (45, 45)]

    def test_a_server_error_in_passing_is_survived(self, mock, cast):
        mock.break_with("/api/v1/accounts/*", {"type": "status", "status": 503}, count=2)
        assert seen(self.collect(mock, cast[0]), Audience)

    def test_a_busy_server_is_left_alone_until_its_reset(self, mock, cast):
        mock.break_with("/api/v1/accounts/*", {"type": "ratelimit"}, count=1)
        with pytest.raises(RateLimited) as caught:
            self.collect(mock, cast[0])
        assert caught.value.retry_after == 300
        assert caught.value.retry_at is not None

    def test_a_cut_off_answer_is_told(self, mock, cast):
        mock.break_with("*/statuses", {"type": "malformed"})
        with pytest.raises(CollectError, match="can't read"):
            self.collect(mock, cast[0])

    def test_a_token_that_is_none_asks_to_reconnect(self, mock, cast):
        grant = Grant(base_url=mock.base_url, uid=cast[0].uid, token="stolen")
        with pytest.raises(CollectError) as caught:
            list(MastodonCollector().collect(grant, Cursor(), Budget()))
        assert caught.value.permanent
