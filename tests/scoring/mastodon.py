"""What tests of the Mastodon collector have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scoring.collectors.base import Budget, Cursor, Grant, Page
from scoring.collectors.http import Limits
from scoring.networks.mastodon.collector import MastodonCollector
from tests.fakeserver import FakeServer, says
from tests.recorded import recorded

UID = "109298348210973101"
ME = "/api/v1/accounts/verify_credentials"
POSTS = f"/api/v1/accounts/{UID}/statuses"
BUDGET = Budget()
HASTY = Limits(connect=0.5, read=0.3, total=1.0, pauses=(0.01, 0.01))

Collect = Callable[..., list[Page]]


def collecting_from(fake: FakeServer) -> Collect:
    """Collects from the fake server, whose account is the recorded one unless a test differs."""
    fake.answer(ME, says(recorded("mastodon/verify_credentials")))
    fake.answer(POSTS, says([]))

    def run(
        budget: Budget = BUDGET,
        uid: str = UID,
        cursor: Cursor = Cursor(),  # noqa: B008 (frozen)
        scopes: tuple[str, ...] = (),
    ) -> list[Page]:
        grant = Grant(base_url=fake.url, uid=uid, token="t0ken", scopes=scopes)
        return list(MastodonCollector(HASTY).collect(grant, cursor, budget))

    return run


def status(uid: int | str, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uid),
        "created_at": "2026-11-20T08:15:42.120Z",
        "visibility": "public",
        "content": "<p>Hello</p>",
        "favourites_count": 0,
        "reblogs_count": 0,
        "replies_count": 0,
        **changes,
    }
