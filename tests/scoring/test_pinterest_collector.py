from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from scoring.collectors.base import Audience, Budget, CollectError, PostSeen, RateLimited
from scoring.networks.pinterest import PinterestCollector
from tests import specs
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import HASTY, asked, collecting, comes_to_an_end, lawful, seen

ME, PINS = "/v5/user_account", "/v5/pins"
UID = "2783136121146311751"


@pytest.fixture
def collect(central):
    central.answer(ME, says(recorded("pinterest/account")))
    central.answer(PINS, says(recorded("pinterest/pins")))
    return collecting(PinterestCollector(HASTY), UID)


@pytest.mark.parametrize(
    ("name", "operation"), [("account", "GET /user_account"), ("pins", "GET /pins")]
)
def test_the_recordings_are_what_the_description_allows(name, operation):
    specs.check("pinterest", operation, recorded(f"pinterest/{name}"))


def test_it_reads_the_profile_with_monthly_views_as_a_figure(collect):
    (audience,) = seen(collect(), Audience)
    assert (audience.handle, audience.followers, audience.posts) == ("annbees", 10, 2)
    assert audience.figures == {"monthly_views": 163}


def test_it_keeps_numbers_of_a_pin_and_no_words(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="813744226420795884",
        url="https://www.pinterest.com/pin/813744226420795884/",
        created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
        text="",
        hashtags=(),
        favourites=10,
        reposts=None,
        replies=0,
        views=240,
        saves=5,
        kind="pin",
    )


def test_an_old_pin_has_no_numbers_rather_than_zeros(collect):
    old = seen(collect(), PostSeen)[1]
    assert (old.favourites, old.replies, old.views, old.saves) == (None, None, None, None)


def test_pins_saved_from_others_are_not_looked_at(collect):
    assert "813744226420790000" not in {pin.uid for pin in seen(collect(), PostSeen)}


def test_it_goes_on_by_bookmark_until_there_is_none(central, collect):
    first = {**recorded("pinterest/pins"), "bookmark": "b00k"}
    central.answer(PINS, says(first), says({"items": [], "bookmark": None}))
    collect()
    assert asked(central) == [ME, PINS, PINS]
    assert central.seen[-1].query["bookmark"] == "b00k"
    assert central.seen[-1].query["pin_metrics"] == "true"


def test_a_small_budget_asks_for_a_small_page(central, collect):
    assert len(seen(collect(budget=Budget(posts=1)), PostSeen)) == 1
    assert central.seen[-1].query["page_size"] == "1"


def test_a_dead_token_asks_to_reconnect(central, collect):
    central.answer(ME, says({"code": 2, "message": "Authentication failed."}, 401))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect()
    assert caught.value.permanent


def test_a_limit_says_for_how_long(central, collect):
    limit = says({"code": 8, "message": "slow"}, 429, x_ratelimit_reset="30")
    central.answer(PINS, limit)
    with pytest.raises(RateLimited) as caught:
        collect()
    assert caught.value.retry_after == 30


@lawful
@given(
    me=specs.strategy("pinterest", "GET /user_account"),
    pins=specs.strategy("pinterest", "GET /pins"),
)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, me, pins):
    central.answer(ME, says({**me, "id": UID}))
    central.answer(PINS, says(pins))
    comes_to_an_end(collect)
