"""Twitch: posts are videos; clips are others' cuts of them."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from tests.networks.netsim import authorization
from tests.networks.netsim.graph import Member, Post, number_of
from tests.networks.netsim.network import Asked, Network, Refusal, Route, moment, page_of, wait

API = "https://api.twitch.tv/helix"
ID = "https://id.twitch.tv/oauth2"


def users(asked: Asked) -> dict[str, Any]:
    member = asked.member
    row = {
        "id": str(member.number),
        "login": member.name,
        "display_name": member.name.title(),
        "type": "",
        "broadcaster_type": "",
        "description": "",
        "profile_image_url": "",
        "offline_image_url": "",
        "view_count": 0,
        "created_at": "2016-05-01T10:00:00Z",
    }
    if "user:read:email" in asked.scopes:
        row["email"] = f"{member.name}@example.org"
    return {"data": [row]}


def followers(asked: Asked) -> dict[str, Any]:
    member = _broadcaster(asked)
    part, cursor = _part(asked, list(member.followers))
    rows = [
        {
            "user_id": str(number_of(name)),
            "user_login": name,
            "user_name": name.title(),
            "followed_at": "2026-01-01T10:00:00Z",
        }
        for name in part
    ]
    return {"total": len(member.followers), "data": rows, "pagination": cursor}


def videos(asked: Asked) -> dict[str, Any]:
    if ids := asked.request.GET.getlist("id"):
        posts = [post for post in asked.graph.posts() if str(post.number) in ids]
        if not posts:
            raise Refusal(404)
        return {"data": [_video(post) for post in posts], "pagination": {}}
    part, cursor = _part(asked, _member(asked, "user_id").posts)
    return {"data": [_video(post) for post in part], "pagination": cursor}


def clips(asked: Asked) -> dict[str, Any]:
    return {"data": [], "pagination": {}}


def _video(post: Post) -> dict[str, Any]:
    return {
        "id": str(post.number),
        "stream_id": None,
        "user_id": str(number_of(post.author)),
        "user_login": post.author,
        "user_name": post.author.title(),
        "title": post.text,
        "description": "",
        "created_at": moment(post.at),
        "published_at": moment(post.at),
        "url": f"https://www.twitch.tv/videos/{post.number}",
        "thumbnail_url": "",
        "viewable": "public",
        "view_count": post.views,
        "language": "en",
        "type": "upload",
        "duration": "3m21s",
        "muted_segments": None,
    }


def _member(asked: Asked, parameter: str) -> Member:
    member = asked.graph.by_number(asked.number(parameter, 0))
    if member is None:
        raise Refusal(400)
    return member


def _broadcaster(asked: Asked) -> Member:
    member = _member(asked, "broadcaster_id")
    if member.name != asked.member.name:
        raise Refusal(401)
    return member


def _part(asked: Asked, rows: list[Any]) -> tuple[list[Any], dict[str, str]]:
    size = min(asked.number("first", 20), 100)
    part, more = page_of(rows, asked.number("after", 0), size)
    return part, {"cursor": str(more)} if more else {}


def validate(request: HttpRequest) -> HttpResponse:
    given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
    token, _why = authorization.token_of(request, given, ())
    if token is None:
        return JsonResponse({"status": 401, "message": "invalid access token"}, status=401)
    user = token.user.username
    return JsonResponse(
        {
            "client_id": "twitch-client",
            "login": user,
            "user_id": str(number_of(user)),
            "scopes": token.scope.split(),
            "expires_in": 5000,
        }
    )


def _limits(seconds: int) -> HttpResponse:
    headers = {"Ratelimit-Limit": "800", "Ratelimit-Remaining": "0"}
    headers["Ratelimit-Reset"] = str(int(time.time()) + seconds)
    return wait(429, {"error": "Too Many Requests", "status": 429, "message": "slow"}, headers)


NETWORK = Network(
    key="twitch",
    authorize=f"{ID}/authorize",
    token=f"{ID}/token",
    revoke=f"{ID}/revoke",
    scopes=("moderator:read:followers", "user:read:email"),
    implied=(),
    lifetime=4 * 3600,
    refreshes=True,
    says_token=lambda data, grant: {**data, "scope": data["scope"].split()},
    refuses=lambda status, what: {"error": "Unauthorized", "status": status, "message": what},
    limits=_limits,
    required_header="Client-Id",
    open={("GET", f"{ID}/validate"): validate},
    routes=(
        Route("GET", f"{API}/users", users, operation="GET /users"),
        Route(
            "GET",
            f"{API}/channels/followers",
            followers,
            ("moderator:read:followers",),
            "GET /channels/followers",
        ),
        Route("GET", f"{API}/videos", videos, operation="GET /videos"),
        Route("GET", f"{API}/clips", clips, operation="GET /clips"),
    ),
)
