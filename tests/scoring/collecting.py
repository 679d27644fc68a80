"""What tests of collectors have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as examples

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Collector,
    Cursor,
    Grant,
    Known,
    Page,
    PostSeen,
    Responses,
    Step,
)
from scoring.collectors.http import Limits
from tests.fakeserver import FakeServer

HASTY = Limits(connect=0.5, read=2.0, total=3.0, pauses=(0.01, 0.01))
SOME_TIME = datetime(2026, 11, 1, 12, tzinfo=UTC)
# The server is the same for all examples; each test says what differs.
lawful = examples(
    max_examples=25,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)

Collect = Callable[..., list[Page]]


def collecting(collector: Collector, uid: str) -> Collect:
    """Collects all pages, with an empty cursor and the usual budget unless a test differs."""

    def run(cursor: Cursor | None = None, budget: Budget | None = None) -> list[Page]:
        grant = Grant(base_url="https://example.org", uid=uid, token="t0ken")
        return list(collector.collect(grant, cursor or Cursor(), budget or Budget()))

    return run


def known(uid: str, **changes: Any) -> Known:
    values = {"favourites": 0, "reposts": 0, "replies": 0, "quotes": None, "asked_who": False}
    return Known(uid, **{"created_at": SOME_TIME, **values, **changes})


def seen(pages: list[Page], kind: type) -> list[Any]:
    return [item for page in pages for item in page.items if isinstance(item, kind)]


def progress(pages: list[Page], step: Step) -> list[tuple[int, int]]:
    return [(page.done, page.total) for page in pages if page.step == step]


def asked(server: FakeServer) -> list[str]:
    return [request.path for request in server.seen]


def comes_to_an_end(collect: Collect, **given: Any) -> None:
    """Whatever the network says: observations in good order, or an error in words."""
    try:
        pages = collect(**given)
    except CollectError:
        return
    assert isinstance(pages[0].items[0], Audience)
    posts = seen(pages, PostSeen)
    assert len({post.uid for post in posts}) == len(posts)
    assert {item.post_uid for item in seen(pages, Responses)} <= {post.uid for post in posts}
    for step in {page.step for page in pages}:
        done, total = progress(pages, step)[-1]
        assert done == total
