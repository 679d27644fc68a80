"""Pinterest: reactions are likes, comments replies; a pin carries its lifetime's numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tests.networks.netsim.graph import Member, Post
from tests.networks.netsim.network import Asked, Network, Route, page_of, wait

API = "https://api.pinterest.com/v5"


def uid(member: Member) -> str:
    return f"80000000000{member.number}"


def account(asked: Asked) -> dict[str, Any]:
    member = asked.member
    return {
        "account_type": "BUSINESS",
        "id": uid(member),
        "username": member.name,
        "business_name": member.name.title(),
        "about": "",
        "website_url": "",
        "profile_image": "https://i.pinimg.com/1.jpg",
        "board_count": 2,
        "pin_count": len(member.posts),
        "follower_count": len(member.followers),
        "following_count": member.following,
        "monthly_views": member.views,
    }


def pins(asked: Asked) -> dict[str, Any]:
    size = asked.number("page_size", 25)
    part, more = page_of(asked.member.posts, asked.number("bookmark", 0), size)
    rows = [_pin(post, asked) for post in part]
    return {"items": rows, "bookmark": str(more) if more else None}


def _pin(post: Post, asked: Asked) -> dict[str, Any]:
    row = {
        "id": f"90000000{post.number}",
        "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}-00:00",
        "title": post.text[:100],
        "description": post.text,
        "link": None,
        "note": None,
        "board_id": "1",
        "board_owner": {"username": post.author},
        "is_owner": True,
        "is_standard": True,
        "has_been_promoted": False,
        "creative_type": "REGULAR",
        "parent_pin_id": None,
        "board_section_id": None,
        "dominant_color": "#fff",
        "pin_metrics": None,
    }
    if asked.get("pin_metrics") == "true":
        told = {"impression": post.views, "pin_click": 3, "save": post.saves}
        told |= {"outbound_click": 1, "reaction": len(post.likes), "comment": len(post.replies)}
        recent = {name: told[name] for name in ("impression", "pin_click", "save")}
        row["pin_metrics"] = {
            "90d": {**recent, "outbound_click": 1},
            "lifetime_metrics": told,
        }
    return row


def _limits(seconds: int) -> HttpResponse:
    headers = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0"}
    headers["X-RateLimit-Reset"] = str(seconds)
    return wait(429, {"code": 8, "message": "You have exceeded your rate limit."}, headers)


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    said = {**data, "token_type": "bearer", "response_type": grant}
    if grant == "refresh_token":
        said.pop("refresh_token", None)
    return said


NETWORK = Network(
    key="pinterest",
    authorize="https://www.pinterest.com/oauth/",
    token=f"{API}/oauth/token",
    scopes=("user_accounts:read", "pins:read", "boards:read"),
    basic=True,
    lifetime=30 * 24 * 3600,
    refreshes=True,
    says_token=_says_token,
    refuses=lambda status, what: {"code": 2, "message": "Authentication failed."},
    limits=_limits,
    uid=uid,
    routes=(
        Route(
            "GET",
            f"{API}/user_account",
            account,
            ("user_accounts:read",),
            "GET /user_account",
        ),
        Route("GET", f"{API}/pins", pins, ("pins:read", "boards:read"), "GET /pins"),
    ),
)
