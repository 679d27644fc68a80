"""GitHub, X, YouTube and Twitch in memory, at their own addresses: an account of 100 posts each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final
from unittest import mock

from django.test import override_settings

from scoring.collectors import guard, wire
from tests.browser import certificates
from tests.fakeserver import FakeServer, Handler, says

POSTS: Final = 100
STARRED: Final = 40  # GitHub: as many as are asked about on one day
FIRST: Final = 10**9
NAMES: Final = (
    *("api.github.com", "api.x.com", "youtube.googleapis.com", "api.twitch.tv"),
    *("open.tiktokapis.com", "api.pinterest.com", "graph.facebook.com", "graph.instagram.com"),
    *("graph.threads.net", "api.linkedin.com", "api.foursquare.com"),
)
WHEN: Final = "2026-11-01T08:15:42Z"


class World:
    """`host` is of the linked account; where requests go is the network's own affair."""

    host: ClassVar[str]
    uid = "1"
    token = "t0ken"
    scopes: tuple[str, ...] = ()

    def __init__(self, server: FakeServer) -> None:
        self.counts = dict.fromkeys(range(FIRST + POSTS, FIRST, -1), 3)
        self.open(server)

    def open(self, server: FakeServer) -> None:
        raise NotImplementedError

    def change(self, posts: int) -> None:
        for uid in list(self.counts)[:posts]:
            self.counts[uid] += 1


class GitHub(World):
    host = "github.com"

    def open(self, server: FakeServer) -> None:
        server.answer("/user", says({"id": 1, "login": "ann", "followers": 5}))
        server.answer("/graphql", says({}))
        server.answer("/user/repos", self._repositories)
        for uid in self.counts:
            for question in ("stargazers", "forks"):
                server.answer(f"/repos/ann/r{uid}/{question}", says([]))

    def _repositories(self, handler: Handler) -> None:
        handler.send(says([self._repository(n, uid) for n, uid in enumerate(self.counts)]))

    def _repository(self, number: int, uid: int) -> dict[str, Any]:
        count = self.counts[uid] if number < STARRED else 0
        names = {"name": f"r{uid}", "full_name": f"ann/r{uid}", "owner": {"id": 1}}
        counts = {"stargazers_count": count, "forks_count": count}
        return {"id": uid, "created_at": WHEN, "private": False, **names, **counts}


class X(World):
    host = "x.com"

    def open(self, server: FakeServer) -> None:
        server.answer("/2/users/me", says({"data": {"id": "1", "username": "ann"}}))
        server.answer("/2/users/1/tweets", self._newest)
        server.answer("/2/tweets", self._again)
        server.answer("/2/users/1/mentions", says({"meta": {"result_count": 0}}))

    def _newest(self, handler: Handler) -> None:
        asked = handler.fake.seen[-1].query
        new = [uid for uid in self.counts if uid > int(asked.get("since_id", 0))]
        self._say(handler, new[: int(asked["max_results"])])

    def _again(self, handler: Handler) -> None:
        self._say(handler, [int(uid) for uid in handler.fake.seen[-1].query["ids"].split(",")])

    def _say(self, handler: Handler, uids: list[int]) -> None:
        rows = [
            {"id": str(n), "created_at": WHEN, "public_metrics": {"like_count": self.counts[n]}}
            for n in uids
        ]
        handler.send(says({"data": rows}))


class YouTube(World):
    host = "youtube.com"

    def open(self, server: FakeServer) -> None:
        lists = {"relatedPlaylists": {"uploads": "UUann"}}
        server.answer(
            "/youtube/v3/channels", says({"items": [{"id": "UCann", "contentDetails": lists}]})
        )
        server.answer("/youtube/v3/playlistItems", self._uploads)
        server.answer("/youtube/v3/videos", self._videos)

    def _uploads(self, handler: Handler) -> None:
        start = int(handler.fake.seen[-1].query.get("pageToken", 0))
        rows = [{"contentDetails": {"videoId": str(uid)}} for uid in self.counts]
        onward = {"nextPageToken": str(start + 50)} if start + 50 < POSTS else {}
        handler.send(says({"items": rows[start : start + 50], **onward}))

    def _videos(self, handler: Handler) -> None:
        uids = handler.fake.seen[-1].query["id"].split(",")
        handler.send(says({"items": [self._video(uid) for uid in uids]}))

    def _video(self, uid: str) -> dict[str, Any]:
        about = {"channelId": "UCann", "publishedAt": WHEN}
        counts = {"likeCount": str(self.counts[int(uid)])}
        return {
            "id": uid,
            "snippet": about,
            "status": {"privacyStatus": "public"},
            "statistics": counts,
        }


class Twitch(World):
    host = "twitch.tv"

    def open(self, server: FakeServer) -> None:
        server.answer("/helix/users", says({"data": [{"id": "1", "login": "ann"}]}))
        server.answer("/helix/channels/followers", says({"total": 5}))
        server.answer("/helix/videos", self._videos)
        server.answer("/helix/clips", says({"data": []}))

    def _videos(self, handler: Handler) -> None:
        rows = [
            {"id": str(uid), "user_id": "1", "published_at": WHEN, "view_count": count}
            for uid, count in self.counts.items()
        ]
        handler.send(says({"data": rows}))


def serving(world: type[World]) -> Callable[[], Any]:
    @contextmanager
    def serve() -> Iterator[World]:
        with TemporaryDirectory() as folder:
            files = certificates.made(Path(folder), *NAMES)
            trust = files.client_context()
            with (
                FakeServer(files.server_context()).running() as server,
                mock.patch.object(
                    guard, "endpoints_for", return_value=[("127.0.0.1", server.port)]
                ),
                mock.patch.object(wire, "ssl_context", return_value=trust),
                override_settings(
                    NETWORK_KEYS={"twitch": ("id", "secret")}, LINKEDIN_ANALYTICS=True
                ),
            ):
                yield world(server)

    return serve
