"""X, as its description of 2026 has it; fields that nobody asks for are not given."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpResponse

from tests.networks.netsim.graph import Member, Post, number_of
from tests.networks.netsim.network import Asked, Network, Refusal, Route, moment, page_of, wait

API = "https://api.x.com"
READS = ("tweet.read", "users.read")


def _fields(asked: Asked, *names: str) -> set[str]:
    given = [asked.get(name) for name in names]
    return {field for text in given for field in text.split(",")}


def _only(row: dict[str, Any], fields: set[str], *always: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in fields or name in always}


def _user(member: Member) -> dict[str, Any]:
    counts = {
        "followers_count": len(member.followers),
        "following_count": member.following,
        "post_count": len(member.posts),
        "listed_count": member.listed,
        "like_count": 7,
    }
    return {
        "id": str(member.number),
        "name": member.name.title(),
        "username": member.name,
        "public_metrics": counts,
        "created_at": "2012-05-01T10:00:00.000Z",
        "description": "",
        "protected": False,
        "verified": False,
    }


def me(asked: Asked) -> dict[str, Any]:
    fields = _fields(asked, "user.fields")
    return {"data": _only(_user(asked.member), fields, "id", "name", "username")}


def tweet(post: Post, fields: set[str]) -> dict[str, Any]:
    counts = {
        "like_count": len(post.likes),
        "repost_count": len(post.reposts),
        "reply_count": len(post.replies),
        "quote_count": len(post.quotes),
        "bookmark_count": post.saves,
        "impression_count": post.views,
    }
    start = post.text.rindex("#")
    tag = {"start": start, "end": len(post.text), "tag": post.tag}
    row = {
        "id": _id(post),
        "text": post.text,
        "author_id": str(number_of(post.author)),
        "created_at": moment(post.at),
        "public_metrics": counts,
        "lang": "en",
        "entities": {"hashtags": [tag]},
        "conversation_id": _id(post),
    }
    return _only(row, fields, "id", "text")


def timeline(asked: Asked) -> dict[str, Any]:
    if asked.path["id"] != str(asked.member.number):
        raise Refusal(403)
    return _window(asked, asked.member.posts)


def mentions(asked: Asked) -> dict[str, Any]:
    """Everybody who replied to the member's posts, one mention each."""
    rows = [
        {
            "id": str(int(_id(post)) + 1 + number),
            "author_id": str(number_of(name)),
            "text": f"@{post.author} indeed",
            "created_at": moment(post.at),
        }
        for post in asked.member.posts
        for number, name in reversed(list(enumerate(post.replies)))
    ]
    return _paged(asked, [row for row in rows if _is_new(asked, int(row["id"]))])


def looked_up(asked: Asked) -> dict[str, Any]:
    ids = asked.get("ids").split(",")
    if len(ids) > 100:
        raise Refusal(400)
    known = {_id(post): post for post in asked.graph.posts()}
    fields = _fields(asked, "tweet.fields", "post.fields")
    gone = [_gone(given) for given in ids if given not in known]
    rows = [tweet(known[given], fields) for given in ids if given in known]
    return {**({"data": rows} if rows else {}), **({"errors": gone} if gone else {})}


def _gone(number: str) -> dict[str, Any]:
    return {
        "resource_id": number,
        "resource_type": "tweet",
        "parameter": "ids",
        "value": number,
        "title": "Not Found Error",
        "detail": f"Could not find tweet with ids: [{number}].",
        "type": "https://api.x.com/2/problems/resource-not-found",
    }


def _window(asked: Asked, posts: list[Post]) -> dict[str, Any]:
    fields = _fields(asked, "tweet.fields", "post.fields")
    return _paged(asked, [tweet(p, fields) for p in posts if _is_new(asked, int(_id(p)))])


def _is_new(asked: Asked, number: int) -> bool:
    return number > asked.number("since_id", 0)


def _paged(asked: Asked, rows: list[dict[str, Any]]) -> dict[str, Any]:
    size = asked.number("max_results", 10)
    if not 5 <= size <= 100:
        raise Refusal(400)
    part, more = page_of(rows, asked.number("pagination_token", 0), size)
    meta: dict[str, Any] = {"result_count": len(part)}
    if part:
        meta |= {"newest_id": part[0]["id"], "oldest_id": part[-1]["id"]}
    if more:
        meta["next_token"] = str(more)
    return {**({"data": part} if part else {}), "meta": meta}


def _id(post: Post) -> str:
    return str(1_800_000_000_000_000_000 + post.number * 1000)


def _limits(seconds: int) -> HttpResponse:
    headers = {"x-rate-limit-limit": "75", "x-rate-limit-remaining": "0"}
    headers["x-rate-limit-reset"] = str(int(time.time()) + seconds)
    body = {"title": "Too Many Requests", "status": 429, "detail": "Too Many Requests"}
    return wait(429, body, headers)


def _refuses(status: int, what: str) -> dict[str, Any]:
    return {"title": what or "Error", "type": "about:blank", "status": status, "detail": what}


NETWORK = Network(
    key="x",
    authorize="https://x.com/i/oauth2/authorize",
    token=f"{API}/2/oauth2/token",
    revoke=f"{API}/2/oauth2/revoke",
    scopes=(*READS, "offline.access", "follows.read", "like.read", "list.read"),
    basic=True,
    pkce=True,
    lifetime=7200,
    refreshes=True,
    rotates=True,
    says_token=lambda data, grant: {**data, "token_type": "bearer"},
    refuses=_refuses,
    limits=_limits,
    routes=(
        Route("GET", f"{API}/2/users/me", me, READS, "GET /2/users/me"),
        Route("GET", f"{API}/2/tweets", looked_up, READS, "GET /2/tweets"),
        Route("GET", f"{API}/2/users/{{id}}/tweets", timeline, READS, "GET /2/users/{id}/tweets"),
        Route(
            "GET", f"{API}/2/users/{{id}}/mentions", mentions, READS, "GET /2/users/{id}/mentions"
        ),
    ),
)
