from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from scoring.collectors.base import Audience, CollectError, PostSeen, RateLimited
from scoring.networks.foursquare import FoursquareCollector
from tests import specs
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import HASTY, asked, collecting, comes_to_an_end, lawful, seen

ME, CHECKINS = "/v2/users/self", "/v2/users/self/checkins"


@pytest.fixture
def collect(central):
    central.answer(ME, says(recorded("foursquare/self")))
    central.answer(CHECKINS, says(recorded("foursquare/checkins")))
    return collecting(FoursquareCollector(HASTY), "4021")


def refusal(kind: str, status: int) -> dict[str, Any]:
    return {"meta": {"code": status, "errorType": kind, "errorDetail": "no"}, "response": {}}


@pytest.mark.parametrize(("name", "path"), [("self", ME), ("checkins", CHECKINS)])
def test_the_recordings_are_what_the_documentation_says(name, path):
    specs.check("foursquare", f"GET {path}", recorded(f"foursquare/{name}"))


def test_it_reads_the_profile(collect):
    (audience,) = seen(collect(), Audience)
    assert (audience.handle, audience.display_name) == ("annbees", "Ann Bees")
    assert (audience.followers, audience.posts) == (12, 3)


def test_of_a_checkin_it_takes_the_time_and_the_counts_alone(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="5f0000000000000000000002",
        url="",
        created_at=datetime.fromtimestamp(1763625342, UTC),
        text="",
        hashtags=(),
        favourites=3,
        reposts=None,
        replies=0,
        kind="checkin",
    )


def test_private_checkins_are_never_looked_at(collect):
    assert "5f0000000000000000000001" not in {post.uid for post in seen(collect(), PostSeen)}


def test_counts_that_are_left_out_are_not_told(collect):
    post = seen(collect(), PostSeen)[1]
    assert (post.favourites, post.replies) == (None, None)


def test_it_asks_in_the_versions_words_and_with_the_token_where_foursquare_wants_it(
    central, collect
):
    collect()
    for request in central.seen:
        assert request.query["v"].isdigit()
        assert request.query["oauth_token"] == "t0ken"
        assert "authorization" not in request.headers


def test_it_goes_on_by_offset(central, collect):
    rows = [{"id": f"a{n}", "createdAt": 1763625342 - n} for n in range(100)]
    full = {"meta": {"code": 200}, "response": {"checkins": {"items": rows[:99] + [{"id": ""}]}}}
    central.answer(CHECKINS, says(full), says(recorded("foursquare/checkins")))
    assert len(seen(collect(), PostSeen)) == 100
    assert asked(central) == [ME, CHECKINS, CHECKINS]
    assert central.seen[-1].query["offset"] == "100"


def test_a_dead_token_asks_to_reconnect_and_is_not_in_the_words(central, collect):
    central.answer(ME, says(refusal("invalid_auth", 401), 401))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect()
    assert caught.value.permanent
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "status"), [("rate_limit_exceeded", 403), ("quota_exceeded", 429)]
)
def test_a_limit_is_heeded(central, collect, kind, status):
    central.answer(CHECKINS, says(refusal(kind, status), status))
    with pytest.raises(RateLimited):
        collect()


def test_trouble_at_foursquare_is_tried_again(central, collect):
    central.answer(CHECKINS, says(refusal("server_error", 500), 500))
    with pytest.raises(CollectError, match="trouble") as caught:
        collect()
    assert not caught.value.permanent


@lawful
@given(
    me=specs.strategy("foursquare", f"GET {ME}"),
    checkins=specs.strategy("foursquare", f"GET {CHECKINS}"),
)
def test_whatever_the_documentation_allows_comes_to_an_end(central, collect, me, checkins):
    user = me.get("response", {}).get("user")
    if isinstance(user, dict):
        user["id"] = "4021"
    central.answer(ME, says(me))
    central.answer(CHECKINS, says(checkins))
    comes_to_an_end(collect)
