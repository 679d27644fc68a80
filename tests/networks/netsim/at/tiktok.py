"""TikTok: its own name for a client, commas between scopes, errors beside the data."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from tests.networks.netsim.graph import Post
from tests.networks.netsim.network import Asked, Network, Refusal, Route, page_of, wait

API = "https://open.tiktokapis.com"
PROFILE, STATS = "user.info.profile", "user.info.stats"
NEEDS = {
    **dict.fromkeys(("username", "profile_deep_link", "bio_description", "is_verified"), PROFILE),
    **dict.fromkeys(("follower_count", "following_count", "likes_count", "video_count"), STATS),
}
FINE = {"code": "ok", "message": "", "log_id": "1"}


def user(asked: Asked) -> dict[str, Any]:
    member, names = asked.member, asked.get("fields").split(",")
    if any(NEEDS.get(name, "user.info.basic") not in asked.scopes for name in names):
        raise Refusal(401, "insufficient_scope")
    likes = sum(len(post.likes) for post in member.posts)
    row = {
        "open_id": f"oid{member.number}",
        "display_name": member.name.title(),
        "username": member.name,
        "avatar_url": "https://p16.tiktokcdn.com/1.jpg",
        "profile_deep_link": f"https://vm.tiktok.com/{member.name}",
        "follower_count": len(member.followers),
        "following_count": member.following,
        "likes_count": likes,
        "video_count": len(member.posts),
    }
    return {"data": {"user": {n: row[n] for n in names}}, "error": FINE}


def videos(asked: Asked) -> dict[str, Any]:
    said = json.loads(asked.request.body or b"{}")
    size = said.get("max_count", 10)
    if size > 20:
        raise Refusal(400, "invalid_params")
    part, more = page_of(asked.member.posts, said.get("cursor", 0), size)
    rows = [_video(post, asked) for post in part]
    cursor = said.get("cursor", 0) + len(part)
    return {"data": {"videos": rows, "cursor": cursor, "has_more": bool(more)}, "error": FINE}


def _video(post: Post, asked: Asked) -> dict[str, Any]:
    row = {
        "id": _id(post),
        "create_time": int(post.at.timestamp()),
        "title": post.text,
        "share_url": f"https://www.tiktok.com/@{post.author}/video/{_id(post)}?a=b",
        "video_description": post.text,
        "duration": 12,
        "cover_image_url": "",
        "like_count": len(post.likes),
        "comment_count": len(post.replies),
        "share_count": len(post.reposts),
        "view_count": post.views,
    }
    return {name: row[name] for name in asked.get("fields").split(",")}


def _id(post: Post) -> str:
    return str(7_000_000_000_000_000_000 + post.number)


def refuses(status: int, what: str) -> dict[str, Any]:
    code = {"insufficient_scope": "scope_not_authorized", "invalid_token": "access_token_invalid"}
    error = {"code": code.get(what, "invalid_params"), "message": "No.", "log_id": "1"}
    return {"data": {}, "error": error}


def _limits(seconds: int) -> HttpResponse:
    """It does not say until when."""
    error = {"code": "rate_limit_exceeded", "message": "Slow down.", "log_id": "1"}
    return wait(429, {"data": {}, "error": error}, {})


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    scope = data["scope"].replace(" ", ",")
    return {**data, "scope": scope, "open_id": "oid", "refresh_expires_in": 31536000}


NETWORK = Network(
    key="tiktok",
    authorize="https://www.tiktok.com/v2/auth/authorize/",
    token=f"{API}/v2/oauth/token/",
    revoke=f"{API}/v2/oauth/revoke/",
    scopes=("user.info.basic", PROFILE, STATS, "video.list"),
    client_id_name="client_key",
    lifetime=86400,
    refreshes=True,
    rotates=True,
    says_token=_says_token,
    refuses=refuses,
    limits=_limits,
    uid=lambda member: f"oid{member.number}",
    routes=(
        Route("GET", f"{API}/v2/user/info/", user, operation="GET /v2/user/info/"),
        Route("POST", f"{API}/v2/video/list/", videos, ("video.list",), "POST /v2/video/list/"),
    ),
)
