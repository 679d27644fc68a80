"""Foursquare's Swarm: posts are check-ins; tokens go by a name of their own and never end."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpResponse

from tests.networks.netsim.graph import Post
from tests.networks.netsim.network import Asked, Network, Refusal, Route, page_of, wait

API = "https://api.foursquare.com/v2"


def user(asked: Asked) -> dict[str, Any]:
    _versioned(asked)
    member = asked.member
    row = {
        "id": str(member.number),
        "firstName": member.name.title(),
        "lastName": "Tester",
        "handle": member.name,
        "gender": "none",
        "relationship": "self",
        "bio": "",
        "canonicalUrl": f"https://foursquare.com/user/{member.number}",
        "type": "user",
        "friends": {"count": len(member.followers), "groups": []},
        "contact": {},
        "checkins": {"count": len(member.posts), "items": []},
        "homeCity": "",
    }
    return _fine({"user": row})


def checkins(asked: Asked) -> dict[str, Any]:
    _versioned(asked)
    rows = asked.member.posts
    if asked.get("afterTimestamp"):
        rows = [post for post in rows if post.at.timestamp() >= asked.number("afterTimestamp", 0)]
    part, _more = page_of(rows, asked.number("offset", 0), min(asked.number("limit", 100), 250))
    items = [_checkin(post) for post in part]
    return _fine({"checkins": {"count": len(asked.member.posts), "items": items}})


def _checkin(post: Post) -> dict[str, Any]:
    return {
        "id": _id(post),
        "createdAt": int(post.at.timestamp()),
        "type": "checkin",
        "timeZoneOffset": 0,
        "shout": post.text,
        "visibility": "public",
        "likes": {"count": len(post.likes), "groups": []},
        "like": False,
        "comments": {"count": len(post.replies), "items": []},
        "posts": {"count": 0, "textCount": 0},
        "photos": {"count": 0, "items": []},
        "venue": {"id": "4b0588f1f964a52084c522e3", "name": "The Garden"},
    }


def _id(post: Post) -> str:
    return f"5f00000000000000000{post.number:05}"


def _fine(response: dict[str, Any]) -> dict[str, Any]:
    return {"meta": {"code": 200, "requestId": "r"}, "response": response}


def _versioned(asked: Asked) -> None:
    if len(asked.get("v")) != 8:
        raise Refusal(400, "missing version")


def refuses(status: int, what: str) -> dict[str, Any]:
    kind = "invalid_auth" if status in {401, 403} else "param_error"
    return {"meta": {"code": status, "errorType": kind, "errorDetail": what}, "response": {}}


def _limits(seconds: int) -> HttpResponse:
    headers = {"X-RateLimit-Limit": "500", "X-RateLimit-Remaining": "0"}
    headers["X-RateLimit-Reset"] = str(int(time.time()) + seconds)
    about = {"code": 403, "errorType": "rate_limit_exceeded", "errorDetail": "Quota exceeded"}
    return wait(403, {"meta": about, "response": {}}, headers)


NETWORK = Network(
    key="foursquare",
    authorize="https://foursquare.com/oauth2/authenticate",
    token="https://foursquare.com/oauth2/access_token",
    scopes=("public",),
    implied=("public",),
    says_token=lambda data, grant: {"access_token": data["access_token"]},
    refuses=refuses,
    limits=_limits,
    routes=(
        Route("GET", f"{API}/users/self", user, operation="GET /v2/users/self"),
        Route(
            "GET", f"{API}/users/self/checkins", checkins, operation="GET /v2/users/self/checkins"
        ),
    ),
)
