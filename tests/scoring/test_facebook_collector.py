from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from scoring.collectors.base import Audience, CollectError, PostSeen, RateLimited
from scoring.networks.facebook import FacebookCollector
from tests import specs
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import HASTY, asked, collecting, comes_to_an_end, lawful, seen

PAGE, POSTS, INSIGHTS = "/v26.0/5501", "/v26.0/5501/posts", "/v26.0/5501/insights"
OPERATIONS = {
    "page": "GET /{page}",
    "posts": "GET /{page}/posts",
    "insights": "GET /{object}/insights",
}


@pytest.fixture
def collect(central):
    central.answer(PAGE, says(recorded("facebook/page")))
    central.answer(INSIGHTS, says(recorded("facebook/insights")))
    central.answer(POSTS, says(recorded("facebook/posts")))
    return collecting(FacebookCollector(HASTY), "5501")


def refusal(code: int) -> dict[str, Any]:
    return {"error": {"message": "(#1) No", "type": "OAuthException", "code": code}}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_recordings_are_what_the_description_allows(name):
    specs.check("facebook", OPERATIONS[name], recorded(f"facebook/{name}"))


def test_it_reads_the_page_with_its_figures(collect):
    assert seen(collect(), Audience) == [
        Audience(
            handle="annsbees",
            display_name="Ann's Bees",
            url="https://www.facebook.com/annsbees",
            followers=1284,
            following=None,
            posts=None,
            figures={"views": 5000, "viewers": 800, "likes": 1200, "talking_about": 12},
        )
    ]


def test_it_reads_a_post_with_what_it_received(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="5501_2",
        url="https://www.facebook.com/5501/posts/2",
        created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
        text="Ivy bees & a loaf\n#Bees",
        hashtags=("bees",),
        favourites=30,
        reposts=2,
        replies=4,
        views=900,
    )


def test_shares_that_are_left_out_are_none_at_all_and_views_are_not_told(collect):
    post = seen(collect(), PostSeen)[1]
    assert (post.favourites, post.reposts, post.replies, post.views) == (0, 0, 0, None)


def test_a_draft_is_not_looked_at(collect):
    assert [post.uid for post in seen(collect(), PostSeen)] == ["5501_2", "5501_1"]


def test_without_insights_it_reads_everything_else(central, collect):
    central.answer(INSIGHTS, says(refusal(200), 403))
    central.answer(POSTS, says(refusal(100), 400), says(recorded("facebook/posts")))
    pages = collect()
    assert seen(pages, Audience)[0].figures == {"likes": 1200, "talking_about": 12}
    assert len(seen(pages, PostSeen)) == 2
    assert asked(central) == [PAGE, INSIGHTS, POSTS, POSTS]
    assert "insights" not in central.seen[-1].query["fields"]


def test_the_token_goes_into_the_header_and_never_into_an_address(central, collect):
    collect()
    for request in central.seen:
        assert request.headers["authorization"] == "Bearer t0ken"
        assert "access_token" not in request.query


def test_it_goes_on_where_the_last_page_ended(central, collect):
    first = recorded("facebook/posts")
    first["paging"]["next"] = "https://graph.facebook.com/next?access_token=secret"
    central.answer(POSTS, says(first), says({"data": []}))
    collect()
    assert central.seen[-1].query["after"] == "b"


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
def test_each_of_metas_limits_is_heeded(central, collect, code):
    usage = '{"5501": [{"call_count": 100, "estimated_time_to_regain_access": 5}]}'
    central.answer(PAGE, says(refusal(code), 400, x_business_use_case_usage=usage))
    with pytest.raises(RateLimited) as caught:
        collect()
    assert caught.value.retry_after == 300


def test_a_limit_at_the_insights_is_a_limit(central, collect):
    central.answer(INSIGHTS, says(refusal(4), 400))
    with pytest.raises(RateLimited):
        collect()


@pytest.mark.parametrize("path", [PAGE, POSTS, INSIGHTS])
def test_a_dead_token_asks_to_reconnect_wherever_it_shows(central, collect, path):
    central.answer(path, says(refusal(190), 400))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect()
    assert caught.value.permanent


@pytest.mark.parametrize("code", [10, 200])
def test_a_missing_permission_is_told(central, collect, code):
    central.answer(PAGE, says(refusal(code), 403))
    with pytest.raises(CollectError, match="leave all permissions ticked") as caught:
        collect()
    assert caught.value.permanent


@pytest.mark.parametrize("status", [400, 500])
def test_trouble_at_meta_is_tried_again(central, collect, status):
    central.answer(PAGE, says(refusal(2), status))
    with pytest.raises(CollectError, match="trouble") as caught:
        collect()
    assert not caught.value.permanent


@lawful
@given(
    page=specs.strategy("facebook", "GET /{page}"),
    posts=specs.strategy("facebook", "GET /{page}/posts"),
    insights=specs.strategy("facebook", "GET /{object}/insights"),
)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, page, posts, insights):
    central.answer(PAGE, says({**page, "id": "5501"}))
    central.answer(INSIGHTS, says(insights))
    central.answer(POSTS, says(posts))
    comes_to_an_end(collect)
