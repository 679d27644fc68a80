from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from scoring.collectors.base import Audience, Budget, CollectError, Cursor, PostSeen, Unchanged
from scoring.networks.instagram import InstagramCollector
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
    seen,
)

UID = "17841400000001"
ME, MEDIA = "/v26.0/me", f"/v26.0/{UID}/media"
OPERATIONS = {
    "me": "GET /me",
    "media": "GET /{user}/media",
    "insights": "GET /{media}/insights",
}


@pytest.fixture
def collect(central):
    central.answer(ME, says(recorded("instagram/me")))
    central.answer(MEDIA, says(recorded("instagram/media")))
    central.answer(insights_of("179002"), says(recorded("instagram/insights")))
    return collecting(InstagramCollector(HASTY), UID)


def insights_of(uid: str) -> str:
    return f"/v26.0/{uid}/insights"


def many(n: int) -> dict[str, Any]:
    at = "2026-11-20T08:15:42+0000"
    rows = [{"id": f"{k}", "timestamp": at, "like_count": 1, "comments_count": 0} for k in range(n)]
    return {"data": rows}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_recordings_are_what_the_description_allows(name):
    specs.check("instagram", OPERATIONS[name], recorded(f"instagram/{name}"))


def test_it_reads_the_profile(collect):
    (audience,) = seen(collect(), Audience)
    assert (audience.handle, audience.url) == ("annbees", "https://www.instagram.com/annbees/")
    assert (audience.followers, audience.following, audience.posts) == (1284, 31, 2)


def test_it_reads_a_reel_with_what_it_received(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="179002",
        url="https://www.instagram.com/reel/C2/",
        created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
        text="Ivy bees & a loaf\n#Bees",
        hashtags=("bees",),
        favourites=30,
        reposts=0,
        replies=4,
        views=900,
        saves=5,
        kind="video",
    )


def test_hidden_likes_and_refused_insights_are_not_told_rather_than_zero(collect):
    post = seen(collect(), PostSeen)[1]
    assert (post.favourites, post.replies, post.views) == (None, 0, None)


def test_a_personal_account_is_told_what_to_do(central, collect):
    central.answer(ME, says({**recorded("instagram/me"), "account_type": "PERSONAL"}))
    with pytest.raises(CollectError, match="professional account") as caught:
        collect()
    assert caught.value.permanent


def test_the_first_time_it_asks_about_as_many_as_the_budget_allows(central, collect):
    central.answer(MEDIA, says(many(9)))
    collect(budget=Budget(posts_asked_who=3))
    assert asked(central)[2:] == [insights_of(uid) for uid in "012"]


def test_afterwards_it_asks_about_the_newest_the_changed_and_the_new(central, collect):
    central.answer(MEDIA, says(many(9)))
    unchanged = [known(f"{k}", favourites=1, replies=0) for k in range(7)]
    changed = known("7", favourites=0, replies=0)
    pages = collect(cursor=Cursor(posts=(*unchanged, changed)))
    assert asked(central)[2:] == [insights_of(uid) for uid in "0123478"]
    assert seen(pages, Unchanged) == [Unchanged(("5",)), Unchanged(("6",))]


def test_a_changed_post_beyond_the_budget_keeps_what_only_insights_tell(central, collect):
    central.answer(MEDIA, says(many(1)))
    before = known("0", favourites=0, replies=0, reposts=4, views=90, saves=7)
    post = seen(collect(cursor=Cursor(posts=(before,)), budget=Budget(posts_asked_who=0)), PostSeen)
    assert [(p.favourites, p.reposts, p.views, p.saves) for p in post] == [(1, 4, 90, 7)]


def test_a_token_of_another_account_asks_to_reconnect(central, collect):
    with pytest.raises(CollectError, match="another account"):
        collecting(InstagramCollector(HASTY), "5")()


@lawful
@given(
    me=specs.strategy("instagram", "GET /me"),
    media=specs.strategy("instagram", "GET /{user}/media"),
    insights=specs.strategy("instagram", "GET /{media}/insights"),
)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, me, media, insights):
    rows = [{**row, "id": "179002"} for row in media["data"]]
    central.answer(ME, says({**me, "user_id": UID}))
    central.answer(MEDIA, says({**media, "data": rows}))
    central.answer(insights_of("179002"), says(insights))
    comes_to_an_end(collect)
