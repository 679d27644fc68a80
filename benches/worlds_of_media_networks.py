"""TikTok, Pinterest, Meta's three, LinkedIn and Foursquare in memory: what was recorded of them,
grown to 100 posts. LinkedIn lists no posts, and tells totals."""

from __future__ import annotations

from itertools import islice
from typing import Any

from benches.worlds_of_central_networks import POSTS, World
from scoring.networks import linkedin, meta
from tests.fakeserver import FakeServer, Handler, says
from tests.recorded import recorded


class TikTok(World):
    host, uid = "tiktok.com", "-000ann"
    profile = "/v2/user/info/"

    def open(self, server: FakeServer) -> None:
        server.answer(self.profile, says(recorded("tiktok/user")))
        server.answer("/v2/video/list/", self._videos)

    def _videos(self, handler: Handler) -> None:
        pages = [request.path for request in reversed(handler.fake.seen)].index(self.profile)
        body = recorded("tiktok/videos")
        like = body["data"]["videos"][0]
        shown = islice(self.counts.items(), 20 * (pages - 1), 20 * pages)
        body["data"] = {
            "videos": [{**like, "id": str(uid), "like_count": count} for uid, count in shown],
            "cursor": pages,
            "has_more": 20 * pages < POSTS,
        }
        handler.send(says(body))


class Pinterest(World):
    host, uid = "pinterest.com", "2783136121146311751"

    def open(self, server: FakeServer) -> None:
        server.answer("/v5/user_account", says(recorded("pinterest/account")))
        server.answer("/v5/pins", self._pins)

    def _pins(self, handler: Handler) -> None:
        like = recorded("pinterest/pins")["items"][0]
        most = int(handler.fake.seen[-1].query["page_size"])
        rows = [{**like, "id": str(uid), **_received(n)} for uid, n in self.counts.items()]
        handler.send(says({"items": rows[:most], "bookmark": "more" if most < POSTS else None}))


def _received(count: int) -> dict[str, Any]:
    return {"pin_metrics": {"lifetime_metrics": {"reaction": count}}}


class Graph(World):
    """`posts` is an edge of rows like the first recorded one, paged as Meta does it."""

    posts: str  # the recording's name

    def rows(self, handler: Handler) -> None:
        asked = handler.fake.seen[-1].query
        start, end = int(asked.get("after", 0)), int(asked.get("after", 0)) + int(asked["limit"])
        like = recorded(self.posts)["data"][0]
        shown = islice(self.counts.items(), start, end)
        rows = [{**like, "id": str(uid), **self.received(count)} for uid, count in shown]
        more = {"next": "https://example.org"} if end < POSTS else {}
        handler.send(says({"data": rows, "paging": {"cursors": {"after": str(end)}, **more}}))

    def received(self, count: int) -> dict[str, Any]:
        return {}


class Facebook(Graph):
    host, uid, posts = "facebook.com", "5501", "facebook/posts"

    def open(self, server: FakeServer) -> None:
        page = f"/{meta.VERSION}/{self.uid}"
        server.answer(page, says(recorded("facebook/page")))
        server.answer(f"{page}/insights", says(recorded("facebook/insights")))
        server.answer(f"{page}/posts", self.rows)

    def received(self, count: int) -> dict[str, Any]:
        return {"reactions": {"data": [], "summary": {"total_count": count}}}


class Instagram(Graph):
    host, uid, posts = "instagram.com", "17841400000001", "instagram/media"

    def open(self, server: FakeServer) -> None:
        server.answer(f"/{meta.VERSION}/me", says(recorded("instagram/me")))
        server.answer(f"/{meta.VERSION}/{self.uid}/media", self.rows)
        for uid in self.counts:
            insights = says(recorded("instagram/insights"))
            server.answer(f"/{meta.VERSION}/{uid}/insights", insights)

    def received(self, count: int) -> dict[str, Any]:
        return {"like_count": count}


class Threads(Graph):
    host, uid, posts = "threads.net", "25001", "threads/posts"

    def open(self, server: FakeServer) -> None:
        server.answer("/v1.0/me", says(recorded("threads/me")))
        server.answer("/v1.0/me/threads_insights", says(recorded("threads/account")))
        server.answer("/v1.0/me/threads", self.rows)
        for uid in self.counts:
            server.answer(f"/v1.0/{uid}/insights", says(recorded("threads/insights")))


class LinkedIn(World):
    """With its approval: without it there is one request, for the name."""

    host, uid = "linkedin.com", "li-782bbtaQ"
    scopes = ("openid", linkedin.FOLLOWERS_SCOPE, linkedin.POSTS_SCOPE)

    def open(self, server: FakeServer) -> None:
        server.answer("/v2/userinfo", says(recorded("linkedin/userinfo")))
        server.answer("/rest/memberFollowersCount", says(recorded("linkedin/followers")))
        server.answer("/rest/memberCreatorPostAnalytics", says(recorded("linkedin/analytics")))


class Foursquare(World):
    host, uid = "foursquare.com", "4021"

    def open(self, server: FakeServer) -> None:
        server.answer("/v2/users/self", says(recorded("foursquare/self")))
        server.answer("/v2/users/self/checkins", self._checkins)

    def _checkins(self, handler: Handler) -> None:
        asked = handler.fake.seen[-1].query
        start, end = int(asked["offset"]), int(asked["offset"]) + int(asked["limit"])
        body = recorded("foursquare/checkins")
        checkins = body["response"]["checkins"]
        like = checkins["items"][0]
        shown = islice(self.counts.items(), start, end)
        checkins["items"] = [
            {**like, "id": str(uid), "likes": {"count": count}} for uid, count in shown
        ]
        handler.send(says(body))
