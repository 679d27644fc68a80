"""Whatever a server says: observations in good order, or an error in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from scoring.collectors.base import (
    CollectError,
    PostSeen,
)
from tests.fakeserver import hang, page, says
from tests.scoring.collecting import seen
from tests.scoring.mastodon import ME, POSTS, UID, Collect, collecting_from, status


@pytest.fixture
def collect(fake) -> Collect:
    return collecting_from(fake)


@pytest.mark.parametrize(
    "broken",
    [
        status(""),
        status("../../etc"),
        status("a/b"),
        {**status(1), "id": 7},
        {**status(1), "id": None},
        status(1, created_at="yesterday"),
        status(1, created_at=None),
        status(1, created_at=1763625342),
        status(1, created_at="0001-01-01T00:00:00+14:00"),
        status(1, created_at="1970-01-01T00:00:00Z"),
        status(1, visibility=None),
        status(1, visibility=["public"]),
        status(1, visibility="direct"),
        "a post",
        None,
        [],
    ],
)
def test_a_broken_post_is_skipped_and_the_others_stay(fake, collect, broken):
    fake.answer(POSTS, says([status(3), broken, status(2)]), says([]))
    assert [post.uid for post in seen(collect(), PostSeen)] == ["3", "2"]


@pytest.mark.parametrize("count", [-1, "12", None, True, 1.5, 2**53, 10**30, [], {}])
def test_an_absurd_count_is_not_told_rather_than_zero(fake, collect, count):
    fake.answer(POSTS, says([status(1, favourites_count=count, replies_count=3)]), says([]))
    (post,) = seen(collect(), PostSeen)
    assert (post.favourites, post.replies) == (None, 3)


@pytest.mark.parametrize(
    "answer",
    [says({}), says([]), says(None), says({"id": 5}), says({"id": "5"}), says("x"), page()],
)
def test_a_profile_of_the_wrong_shape_is_told(fake, collect, answer):
    fake.answer(ME, answer)
    with pytest.raises(CollectError, match="web page|can't read|does not know") as caught:
        collect()
    assert not caught.value.permanent


@pytest.mark.parametrize("answer", [says({}), says("x"), says(None), page()])
def test_posts_of_the_wrong_shape_are_told(fake, collect, answer):
    fake.answer(POSTS, answer)
    with pytest.raises(CollectError, match="web page|can't read|does not know"):
        collect()


def test_a_server_that_falls_silent_halfway_is_told(fake, collect):
    fake.answer(POSTS, says([status(1, favourites_count=1)]), says([]))
    fake.answer("/api/v1/statuses/1/favourited_by", hang)
    with pytest.raises(CollectError, match="did not answer in time"):
        collect()


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["public", "2026-11-20T08:15:42Z", UID, "1", "\ud800", "\x00", "<![x["]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
STATUS_KEYS = [*status(1), "tags", "url", "spoiler_text", "reblog", "in_reply_to_account_id"]
ACCOUNT_KEYS = ["id", "username", "display_name", "url", "followers_count", "statuses_count"]


def near(good: dict[str, Any], keys: list[str]) -> st.SearchStrategy[Any]:
    """Right in most places, and anything at all in some."""
    changes = st.dictionaries(st.sampled_from(keys), anything, max_size=4)
    return changes.map(lambda changed: {**good, **changed})


statuses = anything | st.lists(
    near(status(1, favourites_count=1), STATUS_KEYS) | anything, max_size=3
)
accounts = anything | near({"id": UID, "username": "ann"}, ACCOUNT_KEYS)
people = anything | st.lists(
    near({"id": "5", "acct": "bob"}, ["id", "acct"]) | anything, max_size=2
)


@examples(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(account=accounts, posts=statuses, who=people)
def test_whatever_a_server_says_gives_pages_or_a_collect_error(fake, collect, account, posts, who):
    fake.answer(ME, says(account))
    fake.answer(POSTS, says(posts), says([]))
    fake.answer("/api/v1/statuses/1/favourited_by", says(who))
    try:
        pages = collect()
    except CollectError:
        return
    for one in pages:
        assert 0 <= one.done <= one.total <= 100
        text = repr(one.items)
        assert "\\x00" not in text
        assert "\\ud8" not in text
        text.encode()
