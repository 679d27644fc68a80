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
    Mentions,
    Page,
    PostSeen,
    RateLimited,
    Step,
    Unchanged,
)
from scoring.networks import COLLECTORS
from scoring.networks.x.collector import XCollector
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

UID = "2244994945"
OPERATIONS = {
    "me": "GET /2/users/me",
    "posts": "GET /2/users/{id}/tweets",
    "again": "GET /2/tweets",
    "mentions": "GET /2/users/{id}/mentions",
}
PATHS = {
    "me": "/2/users/me",
    "posts": f"/2/users/{UID}/tweets",
    "again": "/2/tweets",
    "mentions": f"/2/users/{UID}/mentions",
}
NOTHING = {"meta": {"result_count": 0}}
RICH = Budget(cost=10_000_000)
FIRST = 1_992_000_000_000_000_000


def answers_as_recorded(central):
    for name, path in PATHS.items():
        central.answer(path, says(recorded(f"x/{name}")))


@pytest.fixture
def collect(central):
    answers_as_recorded(central)
    central.answer(PATHS["mentions"], says(NOTHING))
    run = collecting(XCollector(HASTY), UID)
    return lambda cursor=None, budget=RICH: run(cursor, budget)


def post(number: int, **changes: Any) -> dict[str, Any]:
    row = recorded("x/posts")["data"][1]
    return {**row, "id": str(FIRST + number), **changes}


def hundred_known(**state: str) -> Cursor:
    uids = [str(FIRST + number) for number in range(100, 0, -1)]
    return Cursor(tuple(known(uid) for uid in uids), {"posts_since": uids[0], **state})


def as_many_as_asked_for(handler):
    size = int(handler.fake.seen[-1].query["max_results"])
    rows = [post(200 - number) for number in range(size)]
    handler.send(says({"data": rows, "meta": {"next_token": "more"}}))


def all_that_were_asked_for(handler):
    ids = handler.fake.seen[-1].query["ids"].split(",")
    handler.send(says({"data": [post(int(uid) - FIRST) for uid in ids]}))


def cost(pages: list[Page]) -> int:
    return sum(page.cost for page in pages)


def asked_for(central, name: str) -> dict[str, str]:
    return central.requests_by_path()[PATHS[name]][0].query


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_recorded_is_what_x_describes(name):
    specs.check("x", OPERATIONS[name], recorded(f"x/{name}"))


def test_the_registry_names_it():
    assert COLLECTORS["x"].network == "x"


def test_it_reads_the_profile_with_the_lists(collect):
    assert seen(collect(), Audience) == [
        Audience("ann_a", "Ann Ångström", "https://x.com/ann_a", 1284, 311, 2210, listed=17)
    ]


def test_it_reads_a_post_with_all_that_it_received(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="1992000000000000002",
        url="https://x.com/ann_a/status/1992000000000000002",
        created_at=datetime(2026, 11, 20, 8, 15, 42, tzinfo=UTC),
        text="The first ivy bees & a loaf:\nsee https://t.co/bees #Bees",
        hashtags=("bees",),
        favourites=3,
        reposts=2,
        replies=4,
        quotes=1,
        views=512,
        saves=0,
    )


def test_the_old_names_are_understood_as_well(central, collect):
    counts = {"retweet_count": 5, "like_count": 1}
    passed_on = [{"type": "retweeted", "id": "1"}]
    rows = [
        post(1, public_metrics=counts),
        post(2, referenced_tweets=passed_on),
        post(3, referenced_posts=passed_on),
    ]
    central.answer(PATHS["posts"], says({"data": rows}))
    me = recorded("x/me")["data"]
    central.answer(PATHS["me"], says({"data": {**me, "public_metrics": {"tweet_count": 9}}}))
    pages = collect()
    assert [(p.reposts, p.favourites, p.views) for p in seen(pages, PostSeen)] == [(5, 1, None)]
    assert seen(pages, Audience)[0].posts == 9
    assert seen(pages, Audience)[0].followers is None


def test_a_first_reading_looks_at_a_small_window(central, collect):
    collect()
    query = asked_for(central, "posts")
    assert (query["max_results"], query["exclude"]) == ("20", "replies,retweets")
    assert "since_id" not in query
    assert asked_for(central, "mentions")["max_results"] == "10"


def test_each_answer_costs_what_it_holds(central, collect):
    central.answer(PATHS["mentions"], says(recorded("x/mentions")))
    pages = collect()
    assert [page.cost for page in pages] == [10_000, 10_000, 0, 4 * 5_000 + 3 * 10_000]


def test_mentions_count_others_only_and_say_who(central, collect):
    central.answer(PATHS["mentions"], says(recorded("x/mentions")))
    pages = collect()
    assert seen(pages, Mentions) == [Mentions(3, ("11", "12"))]
    assert pages[-1].state["mentions_since"] == "1992000000000000009"


def test_the_next_reading_asks_for_what_is_new(central, collect):
    state = {"posts_since": "1992000000000000002", "mentions_since": "1992000000000000009"}
    collect(Cursor((), state))
    assert asked_for(central, "posts")["since_id"] == "1992000000000000002"
    assert asked_for(central, "mentions")["since_id"] == "1992000000000000009"


def test_a_daily_reading_of_a_hundred_known_posts_asks_four_times(central, collect):
    central.answer(PATHS["posts"], says(NOTHING))
    rows = [post(number) for number in range(100, 0, -1)]
    central.answer(PATHS["again"], says({"data": rows}))
    pages = collect(hundred_known())
    assert asked(central) == [PATHS[name] for name in ("me", "posts", "again", "mentions")]
    assert len(seen(pages, PostSeen)) == 100
    assert cost(pages) == 10_000 + 100 * 5_000
    assert progress(pages, Step.POSTS)[-1] == (100, 100)


def test_what_x_says_is_gone_is_neither_seen_nor_unchanged(central, collect):
    central.answer(PATHS["posts"], says(NOTHING))
    cursor = Cursor((known("1992000000000000002"), known("1992000000000000001")))
    pages = collect(cursor)
    assert [(p.uid, p.favourites) for p in seen(pages, PostSeen)] == [("1992000000000000002", 9)]
    assert seen(pages, Unchanged) == []


def test_what_x_says_nothing_about_stays(central, collect):
    central.answer(PATHS["posts"], says(NOTHING))
    central.answer(PATHS["again"], says({}))
    pages = collect(Cursor((known("1992000000000000001"),)))
    assert seen(pages, Unchanged) == [Unchanged(("1992000000000000001",))]


def test_a_small_budget_reads_the_newest_again_and_others_in_turn(central, collect):
    central.answer(PATHS["posts"], says(NOTHING))
    central.answer(PATHS["again"], says({"data": []}))
    budget = Budget(cost=10_000 + 4 * 5_000)
    pages = collect(hundred_known(), budget)
    ids = [str(FIRST + number) for number in (100, 99, 98, 97)]
    assert asked_for(central, "again")["ids"].split(",") == ids
    central.seen.clear()
    collect(hundred_known(**pages[-1].state), budget)
    ids[2:] = [str(FIRST + number) for number in (96, 95)]
    assert asked_for(central, "again")["ids"].split(",") == ids


def test_posts_that_could_not_be_paid_for_stay(central, collect):
    pages = collect(hundred_known(), Budget(cost=10_000))
    assert asked(central) == [PATHS["me"]]
    assert len(seen(pages, Unchanged)[0].post_uids) == 100


@pytest.mark.parametrize("cents", [1, 2, 4, 7, 11, 26, 60])
def test_no_reading_costs_more_than_its_budget(central, collect, cents):
    central.answer(PATHS["posts"], as_many_as_asked_for)
    central.answer(PATHS["again"], all_that_were_asked_for)
    pages = collect(hundred_known(), Budget(cost=cents * 10_000))
    assert cost(pages) <= cents * 10_000


def test_without_money_nothing_is_asked(central, collect):
    with pytest.raises(RateLimited, match="spent for now"):
        collect(None, Budget(cost=9_999))
    assert central.seen == []


def test_a_site_without_credit_is_told_so(central, collect):
    central.answer(PATHS["me"], says({"title": "CreditsDepleted"}, 402))
    with pytest.raises(CollectError, match="no credit left") as caught:
        collect()
    assert not caught.value.permanent


def test_of_a_protected_account_no_post_is_read_and_none_kept(central, collect):
    me = recorded("x/me")["data"]
    central.answer(PATHS["me"], says({"data": {**me, "protected": True}}))
    pages = collect(hundred_known())
    assert asked(central) == [PATHS["me"]]
    assert seen(pages, Unchanged) == []


def test_a_token_of_another_account_has_to_be_renewed(central, collect):
    me = recorded("x/me")["data"]
    central.answer(PATHS["me"], says({"data": {**me, "id": "5"}}))
    with pytest.raises(CollectError, match="another account") as caught:
        collect()
    assert caught.value.permanent


def test_a_limit_says_until_when(central, collect):
    central.answer(PATHS["posts"], says({}, 429, x_rate_limit_reset="1795400000"))
    with pytest.raises(RateLimited) as caught:
        collect()
    assert caught.value.retry_at == datetime.fromtimestamp(1795400000, UTC)


def as_if_anns(name: str, answer: Any) -> Any:
    """Else next to no example would be about the account that is read."""
    if name == "me":
        return {**answer, "data": {**answer.get("data", {}), "id": UID, "username": "ann_a"}}
    rows = [{**row, "id": str(FIRST + number)} for number, row in enumerate(answer.get("data", []))]
    return {**answer, "data": rows}


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, name):
    @lawful
    @given(specs.strategy("x", OPERATIONS[name]))
    def any_answer(answer):
        answers_as_recorded(central)
        central.answer(PATHS[name], says(as_if_anns(name, answer)))
        comes_to_an_end(collect, cursor=hundred_known())

    any_answer()
