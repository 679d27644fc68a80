"""Facebook: people have Pages, with tokens of their own. Posts and counts are a Page's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from oauth2_provider.generators import generate_client_id
from oauth2_provider.models import AccessToken, RefreshToken

from tests.networks.netsim import authorization, meta
from tests.networks.netsim.graph import Member, Post
from tests.networks.netsim.network import Asked, Network, Refusal, Route, moment

API = "https://graph.facebook.com/v26.0"
READS = "pages_read_engagement"
SCOPES = ("public_profile", "email", "pages_show_list", READS, "read_insights")
PAGES = {"bob": 2}  # all others run one


def me(asked: Asked) -> dict[str, Any]:
    member = asked.member
    row = {"id": str(member.number), "name": member.name.title()}
    return meta.only(row, asked.get("fields") or "id,name")


def page_ids(member: Member) -> list[str]:
    return [f"{number}{member.number}" for number in range(5, 5 + PAGES.get(member.name, 1))]


def permissions(asked: Asked) -> dict[str, Any]:
    all_of_them = [{"permission": one, "status": "granted"} for one in sorted(asked.scopes)]
    return {"data": all_of_them}


def pages(asked: Asked) -> dict[str, Any]:
    if "pages_show_list" not in asked.scopes:
        return {"data": []}
    old = AccessToken.objects.get(token=asked.get("access_token") or _bearer(asked.request))
    ids = page_ids(asked.member)
    expires = timezone.now() + timedelta(days=3000)
    tokens = [authorization.another(old, f"page{generate_client_id()}", expires) for _ in ids]
    rows = [
        {**_page(asked.member, one), "access_token": token.token}
        for one, token in zip(ids, tokens, strict=True)
    ]
    return meta.edge(asked, [meta.only(row, asked.get("fields")) for row in rows])


def page(asked: Asked) -> dict[str, Any]:
    member = _owner(asked)
    return meta.only(_page(member, asked.path["page"]), asked.get("fields") or "id,name")


def posts(asked: Asked) -> dict[str, Any]:
    member = _owner(asked)
    rows = [_post(post, asked) for post in member.posts]
    return meta.edge(asked, [meta.only(row, asked.get("fields")) for row in rows])


def insights(asked: Asked) -> dict[str, Any]:
    """Of a Page, or of one post."""
    place, _line, number = asked.path["page"].partition("_")
    post = asked.graph.post(int(number)) if number else None
    told = {"post_media_view": post.views} if post else _page_insights(asked, place)
    return {"data": meta.insights(asked.path["page"], told, asked.get("metric"))}


def _page_insights(asked: Asked, place: str) -> dict[str, int]:
    if place not in page_ids(asked.member):
        raise Refusal(400)
    views = asked.member.views
    return {"page_media_view": views, "page_follows": len(asked.member.followers)}


def end_consent(asked: Asked) -> dict[str, Any]:
    of = {"application__name": "facebook", "user__username": asked.member.name}
    RefreshToken.objects.filter(**of).delete()
    AccessToken.objects.filter(**of).delete()
    return {"success": True}


def _owner(asked: Asked) -> Member:
    if asked.path["page"] not in page_ids(asked.member):
        raise Refusal(400)
    return asked.member


def _page(member: Member, number: str) -> dict[str, Any]:
    count = len(member.followers)
    return {
        "id": number,
        "name": f"{member.name.title()}'s Page {number[0]}",
        "link": f"https://www.facebook.com/{number}",
        "username": f"page{number}",
        "followers_count": count,
        "fan_count": count,
        "talking_about_count": 3,
        "category": "Gardener",
    }


def _post(post: Post, asked: Asked) -> dict[str, Any]:
    number = f"{asked.path['page']}_{post.number}"
    wanted = meta.names(asked.get("fields")).get("insights", "")
    row = {
        "id": number,
        "message": post.text,
        "created_time": _moment(post),
        "permalink_url": f"https://www.facebook.com/{number}",
        "is_published": True,
        "shares": {"count": len(post.reposts)},
        "status_type": "mobile_status_update",
        "reactions": {"data": [], "summary": {"total_count": len(post.likes)}},
        "likes": {"data": [], "summary": {"total_count": len(post.likes)}},
        "comments": {"data": [], "summary": {"total_count": len(post.replies)}},
    }
    if wanted:
        told = meta.insights(number, {"post_media_view": post.views}, "post_media_view")
        row["insights"] = {"data": told}
    return row


def _moment(post: Post) -> str:
    return moment(post.at).replace("Z", "+0000")


def _bearer(request: HttpRequest) -> str:
    return request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[2]


def token_or_exchange(request: HttpRequest) -> HttpResponse:
    """One address for both, told apart by the kind of grant."""
    if request.GET.get("grant_type") == "fb_exchange_token":
        return meta.exchange("facebook", "fb_exchange_token", "fb_exchange_token")(request)
    return authorization.token(request, NETWORK)


def refused(request: HttpRequest) -> HttpResponse:
    return JsonResponse(meta.refuses(400, "GET it"), status=400)


NETWORK = Network(
    key="facebook",
    authorize="https://www.facebook.com/v26.0/dialog/oauth",
    token="",
    scopes=SCOPES,
    implied=("public_profile",),
    token_by_get=True,
    lifetime=5000,
    says_token=lambda data, grant: {k: v for k, v in data.items() if k != "scope"},
    refuses=meta.refuses,
    limits=meta.limits,
    open={
        ("GET", f"{API}/oauth/access_token"): token_or_exchange,
        ("POST", f"{API}/oauth/access_token"): refused,
    },
    uid=lambda member: page_ids(member)[0],
    routes=(
        Route("GET", f"{API}/me", me),
        Route("GET", f"{API}/me/permissions", permissions),
        Route("DELETE", f"{API}/me/permissions", end_consent),
        Route("GET", f"{API}/me/accounts", pages),
        Route("GET", f"{API}/{{page}}", page, (READS,), "GET /{page}"),
        Route("GET", f"{API}/{{page}}/posts", posts, (READS,), "GET /{page}/posts"),
        Route(
            *("GET", f"{API}/{{page}}/insights", insights, ("read_insights",)),
            operation="GET /{object}/insights",
        ),
    ),
)
