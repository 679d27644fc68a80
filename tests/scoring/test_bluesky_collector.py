from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Known,
    Mentions,
    Page,
    PostSeen,
    RateLimited,
    Responses,
    Step,
    Unchanged,
)
from scoring.collectors.errors import Refused
from scoring.collectors.http import Limits
from scoring.networks import COLLECTORS, NETWORKS
from scoring.networks.bluesky import dpop
from scoring.networks.bluesky.collector import HIDDEN, BlueskyCollector
from tests.fakebluesky import DID, FakeBluesky, No
from tests.fakeserver import Handler, Reply, hang, page, says
from tests.recorded import recorded

XRPC = "/xrpc/app.bsky."
PROFILE, FEED, POSTS = (
    f"{XRPC}actor.getProfile",
    f"{XRPC}feed.getAuthorFeed",
    f"{XRPC}feed.getPosts",
)
LIKES, REPOSTS = f"{XRPC}feed.getLikes", f"{XRPC}feed.getRepostedBy"
QUOTES, NOTIFICATIONS = f"{XRPC}feed.getQuotes", f"{XRPC}notification.listNotifications"
RECORDED = {
    PROFILE: "profile",
    FEED: "author_feed",
    LIKES: "likes",
    REPOSTS: "reposted_by",
    QUOTES: "quotes",
    NOTIFICATIONS: "notifications",
}
BO, CY = "did:plc:7iza6de2dwap2sbkpav7c6c6", "did:web:cy.example.org"
DI = "did:plc:z72i7hdynmk6r22z27h6tvur"
BEANS = f"at://{DID}/app.bsky.feed.post/3mbeanpole22a"
HASTY = Limits(connect=0.5, read=0.3, total=1.0, pauses=(0.01, 0.01))
KEY = dpop.new_key()
NO_SCOPE = says({"error": "ScopeMissingError", "message": 'Missing required scope "rpc:..."'}, 403)

Collect = Callable[..., list[Page]]


@pytest.fixture
def collect(fake, settings) -> Collect:
    """Collects from the fake server, which says what is recorded unless a test differs."""
    settings.BLUESKY_APPVIEW = fake.url
    for path, name in RECORDED.items():
        fake.answer(path, says(recorded(f"bluesky/{name}")))

    def run(cursor: Cursor | None = None, budget: Budget | None = None) -> list[Page]:
        extra = {"base_url": fake.url, "dpop_key": KEY}
        grant = Grant(base_url="", uid=DID, token="t0ken", extra=extra)
        return list(BlueskyCollector(HASTY).collect(grant, cursor or Cursor(), budget or Budget()))

    return run


def seen(pages: list[Page], kind: type) -> list[Any]:
    return [item for one in pages for item in one.items if isinstance(item, kind)]


def post(rkey: str, at: str = "2026-11-01T00:00:00Z", **counts: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{rkey}",
        "author": {"did": DID},
        "record": {"text": "Hello", "createdAt": at},
        "indexedAt": at,
        "likeCount": 0,
        "repostCount": 0,
        "replyCount": 0,
        "quoteCount": 0,
        **counts,
    }


def feed(*posts: dict[str, Any], cursor: str = "", reposts: int = 0) -> Reply:
    rows = [{"post": one} for one in posts]
    rows += [{"post": post("x"), "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}] * reposts
    return says({"feed": rows, **({"cursor": cursor} if cursor else {})})


def known(rkey: str, day: int = 1, **changes: Any) -> Known:
    values = {"favourites": 0, "reposts": 0, "replies": 0, "quotes": 0, "asked_who": True}
    uid = f"at://{DID}/app.bsky.feed.post/{rkey}"
    return Known(uid, datetime(2026, 11, day, tzinfo=UTC), **{**values, **changes})


def test_the_registry_names_it():
    assert COLLECTORS["bluesky"].network == "bluesky"
    assert list(NETWORKS).index("bluesky") == 1


class TestProfile:
    def test_it_tells_who_listens_and_what_they_made(self, collect):
        assert seen(collect(), Audience) == [
            Audience(
                handle="ann.test",
                display_name="Ann from the allotment",
                url="https://bsky.app/profile/ann.test",
                followers=1204,
                following=311,
                posts=3,
                figures={"lists": 2, "starter_packs": 1, "feeds": 0},
            )
        ]

    def test_it_is_asked_of_their_own_server_with_proof(self, fake, collect):
        strict = FakeBluesky(fake)
        strict.nonce = "n1"

        def answer(handler: Handler) -> None:
            try:
                strict.proven(fake.seen[-1], f"{fake.url}{PROFILE}", "t0ken")
                handler.send(says(recorded("bluesky/profile")))
            except No as no:
                handler.send(says({"error": no.code}, no.status, DPoP_Nonce="n1"))

        fake.answer(PROFILE, answer)
        assert seen(collect(), Audience)
        first, second = fake.requests_by_path()[PROFILE]
        assert second.headers["authorization"] == "DPoP t0ken"
        assert first.headers["dpop"] != second.headers["dpop"]

    def test_a_server_that_gave_no_leave_for_it_leaves_what_is_public(self, fake, collect):
        fake.answer(PROFILE, NO_SCOPE, says(recorded("bluesky/profile")))
        assert seen(collect(), Audience)[0].followers == 1204
        assert "authorization" not in fake.requests_by_path()[PROFILE][1].headers

    def test_a_handle_that_bluesky_can_not_confirm_is_not_shown(self, fake, collect):
        profile = {**recorded("bluesky/profile"), "handle": "handle.invalid"}
        fake.answer(PROFILE, says(profile))
        (audience,) = seen(collect(), Audience)
        assert (audience.handle, audience.url) == (DID, f"https://bsky.app/profile/{DID}")

    def test_counters_that_are_not_told_are_not_nought(self, fake, collect):
        fake.answer(PROFILE, says({"did": DID, "handle": "ann.test"}))
        (audience,) = seen(collect(), Audience)
        assert (audience.followers, audience.posts, audience.listed) == (None, None, None)

    def test_a_young_account_is_asked_for_again(self, fake, collect):
        refusal = {"error": "InvalidRequest", "message": "Profile not found"}
        fake.answer(PROFILE, says(refusal, 400))
        with pytest.raises(CollectError, match="does not know this account yet") as refused:
            collect()
        assert not refused.value.permanent

    def test_a_dead_permission_says_connect_again(self, fake, collect):
        fake.answer(PROFILE, says({"error": "invalid_token"}, 401))
        with pytest.raises(Refused, match="connect it again") as refused:
            collect()
        assert (refused.value.status, refused.value.permanent) == (401, True)

    def test_a_wait_is_as_long_as_the_server_says(self, fake, collect):
        reset = int(time.time()) + 120
        fake.answer(PROFILE, says({}, 429, RateLimit_Reset=str(reset), RateLimit_Remaining="0"))
        with pytest.raises(RateLimited) as limited:
            collect()
        assert limited.value.retry_at == datetime.fromtimestamp(reset, UTC)

    def test_without_a_key_only_a_new_consent_helps(self):
        grant = Grant("https://pds.example.org", DID, "t0ken")
        with pytest.raises(CollectError) as refused:
            list(BlueskyCollector().collect(grant, Cursor(), Budget()))
        assert refused.value.permanent


class TestPosts:
    def test_own_posts_with_what_they_received(self, collect):
        first, second = seen(collect(), PostSeen)
        assert first == PostSeen(
            uid=BEANS,
            url=f"https://bsky.app/profile/{DID}/post/3mbeanpole22a",
            created_at=datetime(2026, 11, 20, 8, 15, 42, 120000, tzinfo=UTC),
            text="Beans are in.\n#Garden all week",
            hashtags=("garden", "beans"),
            favourites=12,
            reposts=3,
            replies=2,
            quotes=1,
            saves=4,
        )
        assert second.favourites == 0

    def test_whoever_asks_to_be_hidden_from_strangers_lends_no_words(self, fake, collect):
        labels = [{"src": DID, "val": HIDDEN}]
        fake.answer(PROFILE, says({**recorded("bluesky/profile"), "labels": labels}))
        first = seen(collect(), PostSeen)[0]
        assert (first.text, first.hashtags, first.favourites) == ("", (), 12)

    def test_replies_and_other_peoples_posts_are_left_out(self, fake, collect):
        reply = post("r")
        reply["record"]["reply"] = {"root": {}, "parent": {}}
        other = {**post("o"), "uri": f"at://{BO}/app.bsky.feed.post/o"}
        fake.answer(FEED, feed(post("a"), reply, other))
        assert [one.uid.rpartition("/")[2] for one in seen(collect(), PostSeen)] == ["a"]

    def test_nobody_writes_in_the_future(self, fake, collect):
        ahead = post("a", "2026-11-02T00:00:00Z")
        ahead["record"]["createdAt"] = "2090-01-01T00:00:00Z"
        fake.answer(FEED, feed(ahead))
        assert seen(collect(), PostSeen)[0].created_at.year == 2026

    def test_pages_are_walked_until_there_are_enough(self, fake, collect):
        ones = [post(f"a{n}") for n in range(40)]
        more = [post(f"b{n}") for n in range(40)]
        fake.answer(FEED, feed(*ones, cursor="c1"), feed(*more, cursor="c2"))
        pages = collect(budget=Budget(posts=60))
        assert len(seen(pages, PostSeen)) == 60
        assert [one.query.get("cursor") for one in fake.requests_by_path()[FEED]] == [None, "c1"]

    def test_a_server_that_repeats_itself_ends_it(self, fake, collect):
        fake.answer(FEED, feed(post("a"), cursor="same"))
        assert len(seen(collect(), PostSeen)) == 1
        assert len(fake.requests_by_path()[FEED]) == 2

    def test_a_deleted_post_is_neither_seen_nor_unchanged(self, fake, collect):
        fake.answer(FEED, feed(post("a")))
        pages = collect(Cursor((known("a", 2), known("gone", 1))))
        assert [one.uid for one in seen(pages, PostSeen)] == [known("a").uid]
        assert seen(pages, Unchanged) == []

    def test_where_reposts_crowd_the_feed_known_posts_are_asked_for_by_name(self, fake, collect):
        fake.answer(FEED, feed(post("new"), post("k0"), reposts=98, cursor="c1"))
        fake.answer(POSTS, says({"posts": [post("k1", likeCount=7), post("k2")]}))
        cursor = Cursor(tuple(known(f"k{n}") for n in range(4)))
        pages = collect(cursor)
        found = {one.uid.rpartition("/")[2]: one.favourites for one in seen(pages, PostSeen)}
        assert found == {"new": 0, "k0": 0, "k1": 7, "k2": 0}
        assert len(fake.requests_by_path()[FEED]) == 1
        assert len(fake.requests_by_path()[POSTS]) == 1

    def test_progress_ends_where_the_posts_do(self, collect):
        last = [one for one in collect() if one.step is Step.POSTS][-1]
        assert (last.done, last.total) == (2, 2)


class TestResponders:
    def test_people_of_all_kinds_each_once_without_the_owner(self, collect):
        assert seen(collect(), Responses) == [Responses(BEANS, (BO, CY, DI))]

    def test_nobody_is_asked_about_where_nothing_was_received(self, fake, collect):
        collect()
        assert [one.query["uri"] for one in fake.requests_by_path()[LIKES]] == [BEANS]

    def test_what_has_not_changed_is_not_asked_again(self, fake, collect):
        before = known("3mbeanpole22a", 20, favourites=12, reposts=3, replies=2, quotes=1)
        assert seen(collect(Cursor((before,))), Responses) == []
        assert LIKES not in fake.requests_by_path()

    def test_no_more_posts_than_the_budget_allows(self, fake, collect):
        fake.answer(FEED, feed(*(post(f"a{n}", likeCount=1) for n in range(5))))
        collect(budget=Budget(posts_asked_who=2))
        assert len(fake.requests_by_path()[LIKES]) == 2

    def test_older_posts_do_not_take_the_place_of_newer_ones_that_are_known(self, fake, collect):
        fake.answer(FEED, feed(post("a", likeCount=1), post("b", "2026-10-01", likeCount=1)))
        collect(Cursor((known("a", favourites=1),)), Budget(posts_asked_who=1))
        assert LIKES not in fake.requests_by_path()

    def test_one_answer_that_is_missing_leaves_the_others(self, fake, collect):
        fake.answer(LIKES, says({"error": "InvalidRequest", "message": "Post not found"}, 400))
        assert seen(collect(), Responses) == [Responses(BEANS, (CY, BO, DI))]

    def test_a_question_that_is_forbidden_is_asked_once(self, fake, collect):
        fake.answer(FEED, feed(post("a", likeCount=1), post("b", likeCount=1)))
        fake.answer(LIKES, says({"error": "Forbidden"}, 403))
        assert seen(collect(), Responses) == []
        assert len(fake.requests_by_path()[LIKES]) == 1


class TestMentions:
    def test_mentions_and_replies_count_and_likes_do_not(self, collect):
        assert seen(collect(), Mentions) == [Mentions(2, (DI, BO))]

    def test_the_next_collection_goes_on_from_there(self, collect):
        state = next(one.state for one in collect() if one.state)
        assert state == {"mentions_until": "2026-11-21T10:00:00+00:00"}
        assert seen(collect(Cursor(state=state)), Mentions) == [Mentions(0, ())]

    def test_only_what_is_asked_for_is_asked_for(self, fake, collect):
        collect()
        (asked,) = fake.requests_by_path()[NOTIFICATIONS]
        assert asked.query["reasons"] == "mention"
        assert asked.headers["authorization"] == "DPoP t0ken"

    @pytest.mark.parametrize("answer", [NO_SCOPE, says({}, 500), page(), hang])
    def test_where_they_are_not_told_nothing_else_is_lost(self, fake, collect, answer):
        fake.answer(NOTIFICATIONS, answer)
        pages = collect()
        assert seen(pages, Mentions) == []
        assert seen(pages, Responses)
        assert not any(one.state for one in pages)

    def test_a_wait_comes_after_all_posts_were_seen(self, fake, collect):
        fake.answer(NOTIFICATIONS, says({}, 429))
        with pytest.raises(RateLimited):
            collect()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ANY = examples(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def spoilt(data: Any, path: list[Any], value: Any) -> Any:
    """The same with another value somewhere inside."""
    if not path or not isinstance(data, dict | list) or not data:
        return value
    keys = sorted(data) if isinstance(data, dict) else list(range(len(data)))
    key = keys[path[0] % len(keys)]
    changed = dict(data) if isinstance(data, dict) else list(data)
    changed[key] = spoilt(data[key], path[1:], value)
    return changed


def answers_or_complains(collect: Collect) -> None:
    with contextlib.suppress(CollectError):
        assert collect()[0].step is Step.PROFILE


@pytest.mark.parametrize("asked", RECORDED)
@ANY
@given(where=st.lists(st.integers(0, 20), max_size=7), value=JSON)
def test_one_wrong_value_anywhere_gives_observations_or_a_complaint(
    fake, collect, asked, where, value
):
    fake.answer(asked, says(spoilt(recorded(f"bluesky/{RECORDED[asked]}"), where, value)))
    answers_or_complains(collect)


@pytest.mark.parametrize("asked", RECORDED)
@ANY
@given(data=JSON, status=st.sampled_from([200, 201, 400, 401, 403, 404]))
def test_any_json_gives_observations_or_a_complaint(fake, collect, asked, data, status):
    fake.answer(asked, says(data, status))
    answers_or_complains(collect)
