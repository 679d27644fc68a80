"""Mentions, and responders whom a post's own list has no room for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from scoring.collectors.base import (
    Cursor,
    Mentions,
    RateLimited,
    Responses,
)
from tests.fakeserver import page, says
from tests.scoring.collecting import seen
from tests.scoring.mastodon import Collect, collecting_from, status


@pytest.fixture
def collect(fake) -> Collect:
    return collecting_from(fake)


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
