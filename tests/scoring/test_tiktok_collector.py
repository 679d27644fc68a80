from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    PostSeen,
    RateLimited,
    Step,
    Unchanged,
)
from scoring.networks.tiktok import TikTokCollector
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

ME, VIDEOS = "/v2/user/info/", "/v2/video/list/"


@pytest.fixture
def collect(central):
    central.answer(ME, says(recorded("tiktok/user")))
    central.answer(VIDEOS, says(recorded("tiktok/videos")))
    return collecting(TikTokCollector(HASTY), "-000ann")


def video(n: int) -> dict[str, Any]:
    return {"id": str(n), "create_time": 1_763_000_000 + n, "like_count": n}


def batch(numbers: range, *, more: bool) -> dict[str, Any]:
    data = {"videos": [video(n) for n in numbers], "cursor": numbers[-1], "has_more": more}
    return {"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}}


def refusal(code: str) -> dict[str, Any]:
    return {"data": {}, "error": {"code": code, "message": "no", "log_id": "1"}}


@pytest.mark.parametrize(
    ("name", "operation"), [("user", f"GET {ME}"), ("videos", f"POST {VIDEOS}")]
)
def test_the_recordings_are_what_the_documentation_says(name, operation):
    specs.check("tiktok", operation, recorded(f"tiktok/{name}"))


def test_it_reads_the_profile_with_the_likes_as_a_figure(collect):
    assert seen(collect(), Audience) == [
        Audience(
            handle="annbees",
            display_name="Ann Bees",
            url="https://vm.tiktok.com/ann/",
            followers=1284,
            following=31,
            posts=2,
            figures={"likes": 90210},
        )
    ]


def test_it_reads_a_video_with_what_it_received(collect):
    first, second = seen(collect(), PostSeen)
    assert first == PostSeen(
        uid="7430001",
        url="https://www.tiktok.com/@annbees/video/7430001",
        created_at=datetime.fromtimestamp(1763625342, UTC),
        text="Ivy bees & a loaf\n#Bees #2026",
        hashtags=("bees",),
        favourites=30,
        reposts=0,
        replies=4,
        views=900,
        kind="video",
    )
    assert (second.favourites, second.views) == (0, None)


def test_100_videos_cost_six_requests(central, collect):
    pages = [batch(range(n, n - 20, -1), more=True) for n in range(200, 0, -20)]
    central.answer(VIDEOS, *map(says, pages))
    assert len(seen(collect(), PostSeen)) == 100
    assert asked(central) == [ME, *[VIDEOS] * 5]


def test_what_lies_beyond_the_budget_is_unchanged_and_what_is_missing_is_gone(central, collect):
    central.answer(VIDEOS, says(batch(range(40, 20, -1), more=True)))
    at = datetime.fromtimestamp(1_763_000_030, UTC)
    cursor = Cursor(
        posts=(known("gone", created_at=at), known("old", created_at=at - timedelta(99)))
    )
    pages = collect(cursor=cursor, budget=Budget(posts=20))
    assert seen(pages, Unchanged) == [Unchanged(("old",))]
    assert progress(pages, Step.POSTS)[-1] == (20, 20)


def test_a_list_that_ends_leaves_nothing_unchanged(collect):
    assert seen(collect(cursor=Cursor(posts=(known("gone"),))), Unchanged) == []


def test_only_what_was_granted_is_asked_for(central, collect):
    grant = Grant("https://tiktok.com", "-000ann", "t0ken", scopes=("user.info.basic",))
    next(TikTokCollector(HASTY).collect(grant, Cursor(), Budget()))
    assert central.seen[-1].query == {"fields": "open_id,display_name"}


@pytest.mark.parametrize("status", [200, 401])
def test_a_dead_token_asks_to_reconnect(central, collect, status):
    central.answer(ME, says(refusal("access_token_invalid"), status))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect()
    assert caught.value.permanent


def test_a_permission_that_was_left_out_is_told(central, collect):
    central.answer(VIDEOS, says(refusal("scope_not_authorized"), 401))
    with pytest.raises(CollectError, match="leave all permissions ticked") as caught:
        collect()
    assert caught.value.permanent


@pytest.mark.parametrize("status", [200, 429])
def test_a_limit_is_heeded(central, collect, status):
    central.answer(VIDEOS, says(refusal("rate_limit_exceeded"), status))
    with pytest.raises(RateLimited, match="TikTok asks us to wait"):
        collect()


def test_trouble_at_tiktok_is_tried_again(central, collect):
    central.answer(ME, says(refusal("internal_error"), 200))
    with pytest.raises(CollectError, match="trouble") as caught:
        collect()
    assert not caught.value.permanent


def test_a_token_of_another_account_asks_to_reconnect(central, collect):
    with pytest.raises(CollectError, match="another account"):
        collecting(TikTokCollector(HASTY), "other")()


@lawful
@given(me=specs.strategy("tiktok", f"GET {ME}"), videos=specs.strategy("tiktok", f"POST {VIDEOS}"))
def test_whatever_the_documentation_allows_comes_to_an_end(central, collect, me, videos):
    user = me.get("data", {}).get("user")
    if isinstance(user, dict):
        user["open_id"] = "-000ann"
        me["error"]["code"] = videos["error"]["code"] = "ok"
    central.answer(ME, says(me))
    central.answer(VIDEOS, says(videos))
    comes_to_an_end(collect)
