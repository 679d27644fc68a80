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
    RateLimited,
    Step,
    Unchanged,
)
from scoring.networks import COLLECTORS
from scoring.networks.twitch import TwitchCollector
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

UID = "141981764"
OPERATIONS = {
    "users": "GET /users",
    "followers": "GET /channels/followers",
    "videos": "GET /videos",
    "clips": "GET /clips",
}


def path(name: str) -> str:
    return f"/helix{OPERATIONS[name].removeprefix('GET ')}"


def answers_as_recorded(central):
    for name in OPERATIONS:
        central.answer(path(name), says(recorded(f"twitch/{name}")))


@pytest.fixture
def collect(central, settings):
    settings.NETWORK_KEYS = {"twitch": ("our-id", "our-secret")}
    answers_as_recorded(central)
    return collecting(TwitchCollector(HASTY), UID)


def some(name: str, count: int) -> Any:
    row = recorded(f"twitch/{name}")["data"][0]
    return says({"data": [{**row, "id": f"{1000 + number}"} for number in range(count)]})


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_recorded_is_what_twitch_is_described_to_say(name):
    specs.check("twitch", OPERATIONS[name], recorded(f"twitch/{name}"))


def test_the_registry_names_it():
    assert COLLECTORS["twitch"].network == "twitch"


def test_it_reads_the_channel_and_its_followers(collect):
    assert seen(collect(), Audience) == [
        Audience("ann_bees", "Ann_Bees", "https://www.twitch.tv/ann_bees", 1284, None, None)
    ]


def test_every_request_names_the_operators_client(central, collect):
    collect()
    assert {request.headers["client-id"] for request in central.seen} == {"our-id"}
    assert {request.headers["authorization"] for request in central.seen} == {"Bearer t0ken"}


def test_without_the_operators_keys_nothing_is_asked(central, collect, settings):
    settings.NETWORK_KEYS = {}
    with pytest.raises(CollectError, match="no longer registered") as caught:
        collect()
    assert not caught.value.permanent
    assert central.seen == []


def test_videos_and_clips_are_seen_with_their_views_alone(collect):
    first, second, clip = seen(collect(), PostSeen)
    assert first == PostSeen(
        uid="335921245",
        url="https://www.twitch.tv/videos/335921245",
        created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
        text="Bees, live #Bees",
        hashtags=("bees",),
        favourites=None,
        reposts=None,
        replies=None,
        views=186,
        kind="video",
    )
    assert (second.views, clip.views, clip.kind) == (0, 42, "clip")


def test_what_is_not_this_channels_is_left_out(central, collect):
    videos, clips = recorded("twitch/videos"), recorded("twitch/clips")
    videos["data"][0]["user_id"] = clips["data"][0]["broadcaster_id"] = "5"
    central.answer(path("videos"), says(videos))
    central.answer(path("clips"), says(clips))
    assert [post.uid for post in seen(collect(), PostSeen)] == ["335921240"]


@pytest.mark.parametrize("status", [401, 403])
def test_followers_that_may_not_be_counted_are_unknown(central, collect, status):
    body = {"status": status, "message": "Missing scope: moderator:read:followers"}
    central.answer(path("followers"), says(body, status))
    assert seen(collect(), Audience)[0].followers is None


def test_a_reading_asks_four_times_on_any_day(central, collect):
    pages = collect(Cursor((known("335921245"), known("AwkwardBee-x1"))))
    assert asked(central) == [path(name) for name in OPERATIONS]
    assert progress(pages, Step.POSTS) == [(2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("videos", "clips", "seen_videos", "seen_clips"),
    [(100, 100, 50, 50), (10, 100, 10, 90), (100, 10, 90, 10)],
)
def test_videos_and_clips_share_the_budget(
    central, collect, videos, clips, seen_videos, seen_clips
):
    central.answer(path("videos"), some("videos", videos))
    row = recorded("twitch/clips")["data"][0]
    rows = [{**row, "id": f"clip{number}"} for number in range(clips)]
    central.answer(path("clips"), says({"data": rows}))
    kinds = [post.kind for post in seen(collect(budget=Budget(posts=100)), PostSeen)]
    assert (kinds.count("video"), kinds.count("clip")) == (seen_videos, seen_clips)


def test_older_videos_than_were_looked_at_stay(central, collect):
    central.answer(path("clips"), says({"data": []}))
    pages = collect(Cursor((known("77"), known("some-clip"))), Budget(posts=2))
    assert seen(pages, Unchanged) == []
    old = known("77", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    pages = collect(Cursor((old, known("some-clip"))), Budget(posts=2))
    assert seen(pages, Unchanged) == [Unchanged(("77",))]


def test_a_token_of_another_account_has_to_be_renewed(central, collect):
    users = recorded("twitch/users")
    users["data"][0]["id"] = "5"
    central.answer(path("users"), says(users))
    with pytest.raises(CollectError, match="another account") as caught:
        collect()
    assert caught.value.permanent


def test_a_limit_says_until_when(central, collect):
    central.answer(path("videos"), says({}, 429, Ratelimit_Reset="1795400000"))
    with pytest.raises(RateLimited) as caught:
        collect()
    assert caught.value.retry_at == datetime.fromtimestamp(1795400000, UTC)


def as_if_anns(name: str, answer: Any) -> Any:
    """Else next to no example would be about the channel that is read."""
    mine = {"users": "id", "videos": "user_id", "clips": "broadcaster_id"}.get(name)
    for row in answer["data"] if mine else []:
        row |= {mine: UID, "login": "ann_bees", "viewable": "public"}
    return answer


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, name):
    @lawful
    @given(specs.strategy("twitch", OPERATIONS[name]))
    def any_answer(answer):
        answers_as_recorded(central)
        central.answer(path(name), says(as_if_anns(name, answer)))
        comes_to_an_end(collect)

    any_answer()
