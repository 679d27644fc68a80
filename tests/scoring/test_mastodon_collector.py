from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from scoring.collectors import fields
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
)
from scoring.collectors.http import Limits
from scoring.networks import COLLECTORS
from scoring.networks.mastodon.collector import MastodonCollector
from tests.fakeserver import hang, page, says
from tests.recorded import recorded

UID = "109298348210973101"
ME = "/api/v1/accounts/verify_credentials"
POSTS = f"/api/v1/accounts/{UID}/statuses"
BUDGET = Budget()
HASTY = Limits(connect=0.5, read=0.3, total=1.0, pauses=(0.01, 0.01))

Collect = Callable[..., list[Page]]


@pytest.fixture
def collect(fake) -> Collect:
    """Collects from the fake server, whose account is the recorded one unless a test differs."""
    fake.answer(ME, says(recorded("mastodon/verify_credentials")))
    fake.answer(POSTS, says([]))

    def run(
        budget: Budget = BUDGET,
        uid: str = UID,
        cursor: Cursor = Cursor(),  # noqa: B008 (frozen)
        scopes: tuple[str, ...] = (),
    ) -> list[Page]:
        grant = Grant(base_url=fake.url, uid=uid, token="t0ken", scopes=scopes)
        return list(MastodonCollector(HASTY).collect(grant, cursor, budget))

    return run


def status(uid: int | str, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uid),
        "created_at": "2026-11-20T08:15:42.120Z",
        "visibility": "public",
        "content": "<p>Hello</p>",
        "favourites_count": 0,
        "reblogs_count": 0,
        "replies_count": 0,
        **changes,
    }


def of_step(pages: list[Page], step: Step) -> list[Page]:
    return [page for page in pages if page.step == step]


def seen(pages: list[Page], kind: type) -> list[Any]:
    return [item for page in pages for item in page.items if isinstance(item, kind)]


def progress(pages: list[Page], step: Step) -> list[tuple[int, int]]:
    return [(page.done, page.total) for page in of_step(pages, step)]


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


V1, V2 = "/api/v1/notifications", "/api/v2/notifications"
SCOPES = ("read:accounts", "read:statuses", "read:notifications")


def grouped(uid: int, kind: str, count: int, post: str, *people: str) -> dict[str, Any]:
    return {
        "group_key": f"{kind}-{uid}",
        "type": kind,
        "notifications_count": count,
        "most_recent_notification_id": uid,
        "sample_account_ids": list(people),
        "status_id": post,
    }


def answer_v2(fake, *groups: dict[str, Any]) -> None:
    accounts = [{"id": "1", "acct": "bob"}, {"id": "2", "acct": "Eve@far.example.org"}]
    statuses = [status(11), status(12, visibility="direct"), status(13, visibility="unlisted")]
    data = {"accounts": accounts[:1], "partial_accounts": accounts[1:], "statuses": statuses}
    fake.answer(V2, says({**data, "notification_groups": list(groups)}))


class TestNotifications:
    def test_without_the_scope_they_are_not_asked_for(self, fake, collect):
        assert seen(collect(scopes=SCOPES[:2]), Mentions) == []
        assert V2 not in fake.requests_by_path()

    @pytest.mark.parametrize("scopes", [SCOPES, ("read",)])
    def test_public_mentions_are_counted_and_private_ones_are_not(self, fake, collect, scopes):
        mine = [grouped(9, "mention", 1, "13", "2"), grouped(8, "mention", 1, "12", "1")]
        answer_v2(fake, *mine, grouped(7, "mention", 1, "11", "2"))
        assert seen(collect(scopes=scopes), Mentions) == [Mentions(2, ("eve@far.example.org",))]

    def test_people_whom_a_posts_own_list_has_no_room_for_are_added(self, fake, collect):
        answer_v2(fake, grouped(9, "favourite", 40, "11", "1", "2"))
        more = Responses("11", (f"bob@{fake.host}", "eve@far.example.org"), adds=True)
        assert seen(collect(scopes=SCOPES), Responses) == [more]

    def test_the_next_time_only_newer_ones_are_asked_for(self, fake, collect):
        answer_v2(fake, grouped(9, "mention", 1, "11", "1"))
        (page,) = [page for page in collect(scopes=SCOPES) if page.state]
        assert page.state == {"notifications": "v2", "since": "9"}
        answer_v2(fake)
        (page,) = [
            page for page in collect(scopes=SCOPES, cursor=Cursor(state=page.state)) if page.state
        ]
        assert fake.requests_by_path()[V2][-1].query["since_id"] == "9"
        assert page.state == {"notifications": "v2", "since": "9"}

    def test_an_older_server_gives_them_one_by_one(self, fake, collect):
        one = {"id": "5", "account": {"id": "1", "acct": "bob"}, "status": status(11)}
        private = {**one, "id": "4", "type": "mention", "status": status(3, visibility="private")}
        rows = [{**one, "id": "6", "type": "mention"}, {**one, "type": "reblog"}, private]
        fake.answer(V1, says(rows))
        pages = collect(scopes=SCOPES)
        bob = (f"bob@{fake.host}",)
        assert seen(pages, Mentions) == [Mentions(1, bob)]
        assert seen(pages, Responses) == [Responses("11", bob, adds=True)]
        assert pages[-1].state == {"notifications": "v1", "since": "6"}

    @pytest.mark.parametrize(
        "answer", [says({"error": "no"}, 403), says({"error": "scopes"}, 403), page(), says([1])]
    )
    def test_a_server_that_withholds_them_is_no_trouble(self, fake, collect, answer):
        fake.answer(V2, answer)
        assert seen(collect(scopes=SCOPES), Mentions) == []

    def test_a_busy_server_is_left_alone(self, fake, collect):
        fake.answer(V2, says({}, 429, Retry_After="60"))
        with pytest.raises(RateLimited):
            collect(scopes=SCOPES)

    @given(
        answer=st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "notification_groups",
                            "accounts",
                            "statuses",
                            "id",
                            "type",
                            "sample_account_ids",
                            "status_id",
                            "most_recent_notification_id",
                        ]
                    ),
                    inner,
                )
            ),
        )
    )
    @examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    def test_nonsense_is_nothing_told(self, fake, collect, answer):
        fake.answer(V2, says(answer))
        fake.answer(V1, says(answer))
        assert all(told.count >= 0 for told in seen(collect(scopes=SCOPES), Mentions))


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
    assert of_step(pages, Step.RESPONDERS) == []


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


@pytest.mark.parametrize(
    "broken",
    [
        status(""),
        status("../../etc"),
        status("a/b"),
        {**status(1), "id": 7},
        {**status(1), "id": None},
        status(1, created_at="yesterday"),
        status(1, created_at=None),
        status(1, created_at=1763625342),
        status(1, created_at="0001-01-01T00:00:00+14:00"),
        status(1, created_at="1970-01-01T00:00:00Z"),
        status(1, visibility=None),
        status(1, visibility=["public"]),
        status(1, visibility="direct"),
        "a post",
        None,
        [],
    ],
)
def test_a_broken_post_is_skipped_and_the_others_stay(fake, collect, broken):
    fake.answer(POSTS, says([status(3), broken, status(2)]), says([]))
    assert [post.uid for post in seen(collect(), PostSeen)] == ["3", "2"]


@pytest.mark.parametrize("count", [-1, "12", None, True, 1.5, 2**53, 10**30, [], {}])
def test_an_absurd_count_is_not_told_rather_than_zero(fake, collect, count):
    fake.answer(POSTS, says([status(1, favourites_count=count, replies_count=3)]), says([]))
    (post,) = seen(collect(), PostSeen)
    assert (post.favourites, post.replies) == (None, 3)


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


def test_a_token_of_another_account_asks_to_reconnect(collect):
    with pytest.raises(CollectError, match="another account") as caught:
        collect(uid="42")
    assert caught.value.permanent


def test_a_dead_token_asks_to_reconnect(fake, collect):
    fake.answer(POSTS, says({"error": "The access token was revoked"}, 401))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect()
    assert caught.value.permanent


@pytest.mark.parametrize(
    "answer",
    [says({}), says([]), says(None), says({"id": 5}), says({"id": "5"}), says("x"), page()],
)
def test_a_profile_of_the_wrong_shape_is_told(fake, collect, answer):
    fake.answer(ME, answer)
    with pytest.raises(CollectError, match="web page|can't read|does not know") as caught:
        collect()
    assert not caught.value.permanent


@pytest.mark.parametrize("answer", [says({}), says("x"), says(None), page()])
def test_posts_of_the_wrong_shape_are_told(fake, collect, answer):
    fake.answer(POSTS, answer)
    with pytest.raises(CollectError, match="web page|can't read|does not know"):
        collect()


def test_a_server_that_falls_silent_halfway_is_told(fake, collect):
    fake.answer(POSTS, says([status(1, favourites_count=1)]), says([]))
    fake.answer("/api/v1/statuses/1/favourited_by", hang)
    with pytest.raises(CollectError, match="did not answer in time"):
        collect()


def test_one_connection_serves_a_whole_collection(fake, collect):
    fake.answer(POSTS, says([status(2)]), says([status(1)]), says([]))
    collect()
    assert fake.connections == 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two</p><p>three</p>", "One\ntwo\nthree"),
        ("a &lt;b&gt; &amp; &#x1F600;", "a <b> & 😀"),
        ("<p>one</p><![foo[two]]>&amp; three", "one & three"),
        ("<p>a\x00b\ud800c\u202ed</p>", "abcd"),
        ("  spaced\n\n out ", "spaced\nout"),
        ("x" * 600, "x" * 500),
        ("<" * 100_000, "<" * 500),
        (None, ""),
        (7, ""),
    ],
)
def test_html_becomes_text(html, text):
    assert fields.plain_text(html, 500) == text


@pytest.mark.parametrize("rubbish", ["<x/", "<a ", "<a b='>'", '<a b="'])
def test_rubbish_is_read_in_no_time(rubbish):
    began = time.process_time()
    fields.plain_text(rubbish * 20_000, 500)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.org",
        "https://[bad",
        "https://",
        "https://u:p@x.org/",
        "https://x.org/a b",
        "https://x.org/" + "a" * 500,
        None,
        5,
    ],
)
def test_only_web_addresses_become_links(url):
    assert fields.web_url(url) == ""


def test_hashtags_are_clean_and_each_once():
    rows = [{"name": "Bees"}, {"name": "#bees"}, {"name": "a b"}, {"name": None}, 5, {"name": ""}]
    assert fields.hashtags(rows) == ("bees",)
    assert fields.hashtags([{"name": f"t{n}"} for n in range(99)])[-1] == "t29"
    assert fields.hashtags("bees") == ()


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["public", "2026-11-20T08:15:42Z", UID, "1", "\ud800", "\x00", "<![x["]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
STATUS_KEYS = [*status(1), "tags", "url", "spoiler_text", "reblog", "in_reply_to_account_id"]
ACCOUNT_KEYS = ["id", "username", "display_name", "url", "followers_count", "statuses_count"]


def near(good: dict[str, Any], keys: list[str]) -> st.SearchStrategy[Any]:
    """Right in most places, and anything at all in some."""
    changes = st.dictionaries(st.sampled_from(keys), anything, max_size=4)
    return changes.map(lambda changed: {**good, **changed})


statuses = anything | st.lists(
    near(status(1, favourites_count=1), STATUS_KEYS) | anything, max_size=3
)
accounts = anything | near({"id": UID, "username": "ann"}, ACCOUNT_KEYS)
people = anything | st.lists(
    near({"id": "5", "acct": "bob"}, ["id", "acct"]) | anything, max_size=2
)


@examples(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(account=accounts, posts=statuses, who=people)
def test_whatever_a_server_says_gives_pages_or_a_collect_error(fake, collect, account, posts, who):
    fake.answer(ME, says(account))
    fake.answer(POSTS, says(posts), says([]))
    fake.answer("/api/v1/statuses/1/favourited_by", says(who))
    try:
        pages = collect()
    except CollectError:
        return
    for one in pages:
        assert 0 <= one.done <= one.total <= 100
        text = repr(one.items)
        assert "\\x00" not in text
        assert "\\ud8" not in text
        text.encode()


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
