"""A server with Mastodon's paging: one account, its posts, who responded, and notifications."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.fakeserver import FakeServer, Handler, says

POSTS: Final = 100
ME: Final = {"id": "1", "username": "ann", "followers_count": 420, "statuses_count": POSTS}


class Mastodon:
    uid, token = "1", "t0ken"
    scopes = ("read:accounts", "read:statuses", "read:notifications")

    def __init__(self, server: FakeServer) -> None:
        self.host = server.host
        self._counts = dict.fromkeys(range(1000 + POSTS, 1000, -1), 3)
        server.answer("/api/v1/accounts/verify_credentials", says(ME))
        server.answer("/api/v1/accounts/1/statuses", self._posts)
        nobody: dict[str, Any] = {"accounts": [], "statuses": [], "notification_groups": []}
        server.answer("/api/v2/notifications", says(nobody))
        for uid in self._counts:
            for question in ("favourited_by", "reblogged_by"):
                people = [{"id": str(n), "acct": f"fan{n}"} for n in range(2, 5)]
                server.answer(f"/api/v1/statuses/{uid}/{question}", says(people))

    def change(self, posts: int) -> None:
        for uid in list(self._counts)[:posts]:
            self._counts[uid] += 1

    def _posts(self, handler: Handler) -> None:
        asked = handler.fake.seen[-1].query
        before = int(asked.get("max_id", 10**6))
        older = [uid for uid in self._counts if uid < before]
        handler.send(says([self._post(uid) for uid in older[: int(asked["limit"])]]))

    def _post(self, uid: int) -> dict[str, Any]:
        count = self._counts[uid]
        received = {"favourites_count": count, "reblogs_count": count, "replies_count": count}
        when = f"2026-11-{1 + (uid - 1000) // 10:02}T08:15:42.{uid % 1000:03}Z"
        return {"id": str(uid), "created_at": when, "visibility": "public", **received}


@contextmanager
def serve() -> Iterator[Mastodon]:
    with FakeServer().running() as server:
        yield Mastodon(server)
