from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    PostSeen,
    Step,
    Unchanged,
)
from scoring.networks.threads import ThreadsCollector
from tests import specs
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import (
    HASTY,
    asked,
    collecting,
    comes_to_an_end,
    known,
    lawful,
    progress,
    seen,
)

ME, POSTS, ACCOUNT = "/v1.0/me", "/v1.0/me/threads", "/v1.0/me/threads_insights"
OPERATIONS = {
    "me": "GET /me",
    "posts": "GET /me/threads",
    "account": "GET /me/threads_insights",
    "insights": "GET /{media}/insights",
}


@pytest.fixture
def collect(central):
    central.answer(ME, says(recorded("threads/me")))
    central.answer(ACCOUNT, says(recorded("threads/account")))
    central.answer(POSTS, says(recorded("threads/posts")))
    central.answer(insights_of("180002"), says(recorded("threads/insights")))
    return collecting(ThreadsCollector(HASTY), "25001")


def insights_of(uid: str) -> str:
    return f"/v1.0/{uid}/insights"


def many(n: int) -> dict[str, Any]:
    return {"data": [{"id": f"{k}", "timestamp": "2026-11-20T08:15:42+0000"} for k in range(n)]}


def counted(central) -> list[str]:
    return [path.split("/")[2] for path in asked(central) if path.endswith("/insights")]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_recordings_are_what_the_documentation_says(name):
    specs.check("threads", OPERATIONS[name], recorded(f"threads/{name}"))


def test_it_reads_the_profile_and_the_followers(collect):
    (audience,) = seen(collect(), Audience)
    assert (audience.handle, audience.followers, audience.posts) == ("annbees", 1284, None)


def test_it_reads_a_post_and_no_repost_of_anothers(collect):
    assert seen(collect(), PostSeen) == [
        PostSeen(
            uid="180002",
            url="https://www.threads.net/@annbees/post/D2",
            created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
            text="Ivy bees & a loaf\n#Bees",
            hashtags=("bees",),
            favourites=30,
            reposts=2,
            replies=4,
            quotes=0,
            views=900,
        )
    ]


def test_the_first_time_posts_beyond_the_budget_have_no_counts_yet(central, collect):
    central.answer(POSTS, says(many(5)))
    posts = seen(collect(budget=Budget(posts_asked_who=2)), PostSeen)
    assert counted(central) == ["0", "1"]
    assert [post.uid for post in posts] == list("01234")
    assert posts[4].favourites is None


def test_then_the_uncounted_come_first_and_the_known_take_turns(central, collect):
    central.answer(POSTS, says(many(16)))
    posts = (*(known(f"{k}") for k in range(14)), known("14", favourites=None))
    cursor = Cursor(posts=posts, state={"next": "11"})
    pages = collect(cursor=cursor, budget=Budget(posts_asked_who=14))
    assert set(counted(central)[:2]) <= {*"012345", "14", "15"}
    assert set(counted(central)) == {*(str(k) for k in range(10)), "14", "15", "12", "13"}
    assert {uid for item in seen(pages, Unchanged) for uid in item.post_uids} == {"10", "11"}
    assert pages[-1].state == {"next": "13"}


def test_the_round_begins_again_at_its_end(central, collect):
    central.answer(POSTS, says(many(12)))
    cursor = Cursor(posts=tuple(known(f"{k}") for k in range(12)), state={"next": "11"})
    pages = collect(cursor=cursor, budget=Budget(posts_asked_who=11))
    assert pages[-1].state == {"next": "10"}


def test_progress_is_of_the_posts(central, collect):
    assert progress(collect(), Step.POSTS)[-1] == (1, 1)


def test_a_dead_token_asks_to_reconnect(central, collect):
    no = {"error": {"message": "no", "type": "OAuthException", "code": 190}}
    central.answer(ME, says(no, 400))
    with pytest.raises(CollectError, match="Threads no longer lets us") as caught:
        collect()
    assert caught.value.permanent


@lawful
@given(
    me=specs.strategy("threads", "GET /me"),
    posts=specs.strategy("threads", "GET /me/threads"),
    insights=specs.strategy("threads", "GET /{media}/insights"),
)
def test_whatever_the_documentation_allows_comes_to_an_end(central, collect, me, posts, insights):
    rows = [{**row, "id": "180002"} for row in posts["data"]]
    central.answer(ME, says({**me, "id": "25001"}))
    central.answer(ACCOUNT, says(insights))
    central.answer(POSTS, says({**posts, "data": rows}))
    central.answer(insights_of("180002"), says(insights))
    comes_to_an_end(collect)


def test_insights_left_unticked_ask_to_connect_again_with_all_permissions(central, collect):
    central.answer(ACCOUNT, says({"error": {"code": 10, "message": "No permission"}}, status=403))
    with pytest.raises(CollectError, match="leave all permissions ticked") as caught:
        collect()
    assert caught.value.permanent


def test_insights_that_threads_has_none_of_are_not_told(central, collect):
    central.answer(ACCOUNT, says({"error": {"code": 100, "message": "No such metric"}}, status=400))
    assert seen(collect(), Audience)[0].followers is None
