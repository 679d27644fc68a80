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
from scoring.networks import COLLECTORS, NETWORKS
from scoring.networks.operating import may_score
from scoring.networks.youtube import YouTubeCollector
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

NAMES = ("channels", "playlistItems", "videos")
CHANNEL = "UCann0000000000000000000"


def path(name: str) -> str:
    return f"/youtube/v3/{name}"


def answers_as_recorded(central):
    for name in NAMES:
        central.answer(path(name), says(recorded(f"youtube/{name}")))


@pytest.fixture
def collect(central):
    answers_as_recorded(central)
    return collecting(YouTubeCollector(HASTY), "108000000000000001")


def listed(*uids: str, onward: str = "") -> Any:
    rows = [{"contentDetails": {"videoId": uid}} for uid in uids]
    return says({"items": rows, **({"nextPageToken": onward} if onward else {})})


def all_that_were_asked_for(handler):
    row = recorded("youtube/videos")["items"][0]
    ids = handler.fake.seen[-1].query["id"].split(",")
    handler.send(says({"items": [{**row, "id": uid} for uid in ids]}))


def videos(first: int, last: int) -> list[str]:
    return [f"video{number:06}" for number in range(first, last + 1)]


def with_statistics(**changes: Any) -> Any:
    answer = recorded("youtube/channels")
    answer["items"][0]["statistics"] |= changes
    return says(answer)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_is_what_google_describes(name):
    specs.check("youtube", f"GET youtube/v3/{name}", recorded(f"youtube/{name}"))


def test_the_registry_names_it():
    assert COLLECTORS["youtube"].network == "youtube"


def test_it_counts_in_the_score_only_with_leave(settings):
    settings.IN_SCORE = frozenset()
    assert not may_score(NETWORKS["youtube"])
    settings.IN_SCORE = frozenset({"youtube"})
    assert may_score(NETWORKS["youtube"])


def test_it_reads_the_channel_of_the_consent(central, collect):
    assert seen(collect(), Audience) == [
        Audience(
            handle="@annsbees",
            display_name="Ann's bees",
            url=f"https://www.youtube.com/channel/{CHANNEL}",
            followers=1280,
            following=None,
            posts=2,
            figures={"views": 120_000},
        )
    ]
    assert central.seen[0].query["mine"] == "true"


def test_hidden_subscribers_are_not_nobody(central, collect):
    central.answer(path("channels"), with_statistics(hiddenSubscriberCount=True))
    assert seen(collect(), Audience)[0].followers is None
    central.answer(path("channels"), with_statistics(subscriberCount="0"))
    assert seen(collect(), Audience)[0].followers == 0


def test_it_reads_a_video_with_what_it_received(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="beesbees001",
        url="https://www.youtube.com/watch?v=beesbees001",
        created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
        text="The first ivy bees",
        hashtags=("bees",),
        favourites=31,
        reposts=None,
        replies=4,
        views=5120,
        kind="video",
    )


def test_comments_and_likes_that_are_switched_off_are_unknown(collect):
    video = seen(collect(), PostSeen)[1]
    assert (video.favourites, video.replies, video.views) == (None, None, 0)


def test_private_videos_and_those_of_others_are_left_out(central, collect):
    answer = recorded("youtube/videos")
    answer["items"][1]["snippet"]["channelId"] = "UCbob"
    central.answer(path("videos"), says(answer))
    assert [video.uid for video in seen(collect(), PostSeen)] == ["beesbees001"]


def test_a_first_reading_of_a_hundred_videos_asks_five_times(central, collect):
    pages = (listed(*videos(1, 50), onward="p2"), listed(*videos(51, 100), onward="p3"))
    central.answer(path("playlistItems"), *pages)
    central.answer(path("videos"), all_that_were_asked_for)
    assert progress(collect(), Step.POSTS) == [(50, 100), (100, 100)]
    assert len(asked(central)) == 5


def test_a_daily_reading_of_a_hundred_known_videos_asks_four_times(central, collect):
    central.answer(path("playlistItems"), listed(*videos(1, 50), onward="p2"))
    central.answer(path("videos"), all_that_were_asked_for)
    pages = collect(Cursor(tuple(known(uid) for uid in videos(2, 101))))
    assert asked(central) == [path(n) for n in ("channels", "playlistItems", "videos", "videos")]
    assert [video.uid for video in seen(pages, PostSeen)] == videos(1, 100)
    assert seen(pages, Unchanged) == [Unchanged(("video000101",))]


def test_a_video_that_is_gone_is_not_said_to_stay(collect):
    pages = collect(Cursor((known("deleted0001"),)))
    assert "deleted0001" not in {video.uid for video in seen(pages, PostSeen)}
    assert seen(pages, Unchanged) == []


def test_a_channel_without_videos_is_read_all_the_same(central, collect):
    central.answer(path("playlistItems"), says({"error": {"code": 404}}, 404))
    assert progress(collect(), Step.POSTS) == [(0, 0)]


def test_no_more_videos_are_read_than_asked_for(collect):
    assert len(seen(collect(budget=Budget(posts=1)), PostSeen)) == 1


def test_an_account_without_a_channel_is_told_so(central, collect):
    central.answer(path("channels"), says({"items": []}))
    with pytest.raises(CollectError, match="no YouTube channel") as caught:
        collect()
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("reason", "error", "permanent"),
    [
        ("quotaExceeded", RateLimited, False),
        ("insufficientPermissions", CollectError, True),
        ("forbidden", CollectError, False),
    ],
)
def test_the_reason_of_a_no_decides_what_follows(central, collect, reason, error, permanent):
    body = {"error": {"code": 403, "errors": [{"reason": reason, "domain": "youtube"}]}}
    central.answer(path("channels"), says(body, 403))
    with pytest.raises(error, match="YouTube") as caught:
        collect()
    assert caught.value.permanent is permanent


def as_if_anns(name: str, answer: Any) -> Any:
    """Else next to no example would be about the channel that is read."""
    if name != "videos":
        return answer
    for row in answer.get("items", []):
        row |= {"id": "beesbees001", "status": {"privacyStatus": "public"}}
        row.setdefault("snippet", {})["channelId"] = CHANNEL
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, name):
    @lawful
    @given(specs.strategy("youtube", f"GET youtube/v3/{name}"))
    def any_answer(answer):
        answers_as_recorded(central)
        central.answer(path(name), says(as_if_anns(name, answer)))
        comes_to_an_end(collect, cursor=Cursor((known("beesbees001"),)))

    any_answer()
