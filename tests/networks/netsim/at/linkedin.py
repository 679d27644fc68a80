"""LinkedIn: OpenID Connect for everybody, counts for those whom it has approved."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.models import Application

from tests.networks.netsim.graph import Member
from tests.networks.netsim.network import Asked, Network, Refusal, Route, wait

SITE = "https://www.linkedin.com/oauth"
API = "https://api.linkedin.com"
ANALYTICS = ("r_member_profileAnalytics", "r_member_postAnalytics")


def uid(member: Member) -> str:
    return f"li{member.number}"


def claims(member: Member) -> dict[str, Any]:
    return {
        "name": member.name.title(),
        "given_name": member.name.title(),
        "email": f"{member.name}@example.org",
        "email_verified": True,
    }


def discovery(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {
            "issuer": SITE,
            "authorization_endpoint": f"{SITE}/v2/authorization",
            "token_endpoint": f"{SITE}/v2/accessToken",
            "jwks_uri": f"{SITE}/openid/jwks",
            "userinfo_endpoint": f"{API}/v2/userinfo",
            "scopes_supported": ["openid"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


def keys(request: HttpRequest) -> HttpResponse:
    key = Application.objects.get(name="linkedin").jwk_key
    public = {**key.export_public(as_dict=True), "alg": "RS256", "use": "sig"}
    return JsonResponse({"keys": [{**public, "kid": key.thumbprint()}]})


def userinfo(asked: Asked) -> dict[str, Any]:
    return {"sub": uid(asked.member), **claims(asked.member)}


def followers(asked: Asked) -> dict[str, Any]:
    _versioned(asked)
    row = {"memberFollowersCount": len(asked.member.followers)}
    return {"elements": [row], "paging": {"start": 0, "count": 10, "links": []}}


def analytics(asked: Asked) -> dict[str, Any]:
    """One metric at a time, over all posts together."""
    _versioned(asked)
    posts, metric = asked.member.posts, asked.get("queryType")
    told = {
        "IMPRESSION": sum(post.views for post in posts),
        "MEMBERS_REACHED": sum(post.views for post in posts) // 2,
        "REACTION": sum(len(post.likes) for post in posts),
        "COMMENT": sum(len(post.replies) for post in posts),
        "RESHARE": sum(len(post.reposts) for post in posts),
        "POST_SAVE": sum(post.saves for post in posts),
        "POST_SEND": 0,
    }
    if metric not in told:
        raise Refusal(400)
    kind = {
        "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1": metric
    }
    row = {"count": told[metric], "metricType": kind}
    return {"elements": [row], "paging": {"start": 0, "count": 10, "links": []}}


def _versioned(asked: Asked) -> None:
    if not asked.request.headers.get("LinkedIn-Version"):
        raise Refusal(400, "VERSION_MISSING")


def _limits(seconds: int) -> HttpResponse:
    """It does not say until when."""
    return wait(429, {"status": 429, "code": "TOO_MANY_REQUESTS", "message": "Slow down."}, {})


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    return {**data, "scope": data["scope"].replace(" ", ",")}


NETWORK = Network(
    key="linkedin",
    authorize=f"{SITE}/v2/authorization",
    token=f"{SITE}/v2/accessToken",
    revoke=f"{SITE}/v2/revoke",
    scopes=("openid", "profile", "email", *ANALYTICS),
    lifetime=60 * 24 * 3600,
    issuer=SITE,
    denied="user_cancelled_authorize",
    says_token=_says_token,
    refuses=lambda status, what: {"status": status, "serviceErrorCode": 65601, "message": what},
    limits=_limits,
    claims=claims,
    uid=uid,
    open={
        ("GET", f"{SITE}/.well-known/openid-configuration"): discovery,
        ("GET", f"{SITE}/openid/jwks"): keys,
    },
    routes=(
        Route("GET", f"{API}/v2/userinfo", userinfo, ("openid",), "GET /v2/userinfo"),
        *(
            Route("GET", f"{API}/rest/{path}", view, (scope,), f"GET /rest/{path}")
            for path, view, scope in [
                ("memberFollowersCount", followers, ANALYTICS[0]),
                ("memberCreatorPostAnalytics", analytics, ANALYTICS[1]),
            ]
        ),
    ),
)
