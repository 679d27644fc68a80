"""Threads: counts of posts and of accounts come as insights."""

from __future__ import annotations

from typing import Any

from tests.networks.netsim import meta
from tests.networks.netsim.graph import Member, Post
from tests.networks.netsim.network import Asked, Network, Refusal, Route, moment

API = "https://graph.threads.net"
BASIC, INSIGHTS = "threads_basic", "threads_manage_insights"


def uid(member: Member) -> str:
    return f"2500000000000{member.number}"


def me(asked: Asked) -> dict[str, Any]:
    member = asked.member
    row = {"id": uid(member), "username": member.name, "name": member.name.title()}
    return meta.only(row, asked.get("fields") or "id")


def posts(asked: Asked) -> dict[str, Any]:
    rows = [_post(post) for post in asked.member.posts]
    return meta.edge(asked, [meta.only(row, asked.get("fields")) for row in rows])


def insights(asked: Asked) -> dict[str, Any]:
    number = asked.path["media"]
    post = asked.graph.post(int(number[5:])) if number.startswith("18000") else None
    if post is None or post.author != asked.member.name:
        raise Refusal(400)
    return {"data": meta.insights(number, _told(post), asked.get("metric"))}


def account(asked: Asked) -> dict[str, Any]:
    """Views are told day by day, followers as a total."""
    told = {"followers_count": len(asked.member.followers)}
    wanted = asked.get("metric")
    rows = meta.insights(uid(asked.member), told, wanted, total=True)
    if "views" in wanted.split(","):
        rows += meta.insights(uid(asked.member), {"views": asked.member.views}, "views")
    return {"data": rows}


def _told(post: Post) -> dict[str, int]:
    return {
        "views": post.views,
        "likes": len(post.likes),
        "replies": len(post.replies),
        "reposts": len(post.reposts),
        "quotes": len(post.quotes),
        "shares": 0,
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": f"18000{post.number}",
        "text": post.text,
        "media_type": "TEXT_POST",
        "permalink": f"https://www.threads.com/@{post.author}/post/D{post.number}",
        "timestamp": moment(post.at).replace("Z", "+0000"),
        "media_product_type": "THREADS",
        "username": post.author,
        "is_quote_post": False,
        "topic_tag": post.tag,
    }


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    return {"access_token": data["access_token"], "user_id": 25000}


NETWORK = Network(
    key="threads",
    authorize="https://threads.net/oauth/authorize",
    token=f"{API}/oauth/access_token",
    scopes=(BASIC, INSIGHTS),
    lifetime=3600,
    says_token=_says_token,
    refuses=meta.refuses,
    limits=meta.limits,
    open={
        ("GET", f"{API}/access_token"): meta.exchange(
            "threads", "th_exchange_token", "access_token"
        ),
        ("GET", f"{API}/refresh_access_token"): meta.exchange(
            "threads", "th_refresh_token", "access_token", secret=False
        ),
    },
    uid=uid,
    routes=(
        Route("GET", f"{API}/v1.0/me", me, (BASIC,), "GET /me"),
        Route("GET", f"{API}/v1.0/me/threads", posts, (BASIC,), "GET /me/threads"),
        Route(
            *("GET", f"{API}/v1.0/me/threads_insights", account, (INSIGHTS,)),
            operation="GET /me/threads_insights",
        ),
        Route(
            *("GET", f"{API}/v1.0/{{media}}/insights", insights, (INSIGHTS,)),
            operation="GET /{media}/insights",
        ),
    ),
)
