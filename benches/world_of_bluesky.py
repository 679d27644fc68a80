"""Bluesky of one account: its posts, who responded, and a server of its own that wants proofs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.test import override_settings

from scoring.networks.bluesky import dpop
from tests.fakeserver import FakeServer, Handler, says

DID: Final = "did:plc:ragtjsm2j2vknwkz3zp4oxrd"
POSTS: Final = 100
FANS: Final = [{"did": f"did:plc:{letter * 24}"} for letter in "bcd"]


class Bluesky:
    uid, token = DID, "t0ken"
    scopes = ("atproto",)

    def __init__(self, server: FakeServer) -> None:
        self.host = server.host
        self.extra = {"base_url": server.url, "dpop_key": dpop.new_key()}
        self._counts = dict.fromkeys(range(POSTS, 0, -1), 3)
        profile = {"did": DID, "handle": "ann.test", "followersCount": 420, "postsCount": POSTS}
        for method, answer in {
            "actor.getProfile": says(profile),
            "feed.getAuthorFeed": self._feed,
            "feed.getLikes": says({"likes": [{"actor": fan} for fan in FANS]}),
            "feed.getRepostedBy": says({"repostedBy": FANS}),
            "notification.listNotifications": says({"notifications": []}),
        }.items():
            server.answer(f"/xrpc/app.bsky.{method}", answer)

    def change(self, posts: int) -> None:
        for number in list(self._counts)[:posts]:
            self._counts[number] += 1

    def _feed(self, handler: Handler) -> None:
        asked = handler.fake.seen[-1].query
        start, most = int(asked.get("cursor", 0)), int(asked["limit"])
        rows = [{"post": self._post(number)} for number in list(self._counts)[start:][:most]]
        more = {"cursor": str(start + most)} if start + most < POSTS else {}
        handler.send(says({"feed": rows, **more}))

    def _post(self, number: int) -> dict[str, Any]:
        when = f"2026-11-{1 + number // 10:02}T08:15:42.{number:03}Z"
        return {
            "uri": f"at://{DID}/app.bsky.feed.post/3k{number:05}",
            "record": {"text": "Beans", "createdAt": when},
            "indexedAt": when,
            "likeCount": self._counts[number],
            "repostCount": self._counts[number],
            "replyCount": 0,
            "quoteCount": 0,
        }


@contextmanager
def serve() -> Iterator[Bluesky]:
    with FakeServer().running() as server, override_settings(BLUESKY_APPVIEW=server.url):
        yield Bluesky(server)
