"""Instagram's professional accounts, by its own log-in."""

from __future__ import annotations

from typing import Any

from tests.networks.netsim import meta
from tests.networks.netsim.graph import Member, Post
from tests.networks.netsim.network import Asked, Network, Refusal, Route, moment

API = "https://graph.instagram.com"
BASIC, INSIGHTS = "instagram_business_basic", "instagram_business_manage_insights"


def uid(member: Member) -> str:
    return f"1784140000000{member.number}"


def me(asked: Asked) -> dict[str, Any]:
    member = asked.member
    if asked.path.get("user", uid(member)) != uid(member):
        raise Refusal(400)
    row = {
        "id": f"99{member.number}",
        "user_id": uid(member),
        "username": member.name,
        "name": member.name.title(),
        "account_type": "Media_Creator",
        "followers_count": len(member.followers),
        "follows_count": member.following,
        "media_count": len(member.posts),
    }
    return meta.only(row, asked.get("fields") or "id")


def media(asked: Asked) -> dict[str, Any]:
    rows = [_media(post, asked) for post in asked.member.posts]
    return meta.edge(asked, [meta.only(row, asked.get("fields")) for row in rows])


def insights(asked: Asked) -> dict[str, Any]:
    number = asked.path["media"]
    post = asked.graph.post(int(number[5:])) if number.startswith("17900") else None
    if post is None or post.author != asked.member.name:
        raise Refusal(400)
    return {"data": meta.insights(number, _told(post), asked.get("metric"))}


def _told(post: Post) -> dict[str, int]:
    shares = len(post.reposts)
    total = len(post.likes) + len(post.replies) + shares + post.saves
    return {
        "views": post.views,
        "reach": post.views // 2,
        "saved": post.saves,
        "shares": shares,
        "total_interactions": total,
    }


def _media(post: Post, asked: Asked) -> dict[str, Any]:
    number = f"17900{post.number}"
    row = {
        "id": number,
        "caption": post.text,
        "timestamp": moment(post.at).replace("Z", "+0000"),
        "permalink": f"https://www.instagram.com/p/C{post.number}/",
        "media_type": "IMAGE",
        "media_product_type": "FEED",
        "shortcode": f"C{post.number}",
        "like_count": len(post.likes),
        "comments_count": len(post.replies),
    }
    wanted = meta.names(asked.get("fields")).get("insights", "")
    if "(" in wanted:
        metrics = wanted[wanted.index("(") + 1 : wanted.index(")")]
        row["insights"] = {"data": meta.insights(number, _told(post), metrics)}
    return row


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    row = {"access_token": data["access_token"], "user_id": "1", "permissions": data["scope"]}
    return {"data": [{**row, "permissions": data["scope"].replace(" ", ",")}]}


NETWORK = Network(
    key="instagram",
    authorize="https://www.instagram.com/oauth/authorize",
    token="https://api.instagram.com/oauth/access_token",
    scopes=(BASIC, INSIGHTS),
    lifetime=3600,
    says_token=_says_token,
    refuses=meta.refuses,
    limits=meta.limits,
    open={
        ("GET", f"{API}/access_token"): meta.exchange(
            "instagram", "ig_exchange_token", "access_token"
        ),
        ("GET", f"{API}/refresh_access_token"): meta.exchange(
            "instagram", "ig_refresh_token", "access_token", secret=False
        ),
    },
    uid=uid,
    routes=(
        Route("GET", f"{API}/v26.0/me", me, (BASIC,), "GET /me"),
        Route("GET", f"{API}/v26.0/{{user}}/media", media, (BASIC,), "GET /{user}/media"),
        Route(
            *("GET", f"{API}/v26.0/{{media}}/insights", insights, (INSIGHTS,)),
            operation="GET /{media}/insights",
        ),
    ),
)
