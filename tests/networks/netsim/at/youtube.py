"""YouTube, behind Google's accounts: counts are strings there."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from tests.networks.netsim.graph import Member, Post
from tests.networks.netsim.network import Asked, Network, Route, moment, page_of

API = "https://www.googleapis.com/youtube/v3"
OTHER_API = "https://youtube.googleapis.com/youtube/v3"
READONLY = "https://www.googleapis.com/auth/youtube.readonly"
SCOPES = (
    *("openid", "email", "profile", READONLY),
    *("https://www.googleapis.com/auth/yt-analytics.readonly",),
    *("https://www.googleapis.com/auth/userinfo.email",),
    *("https://www.googleapis.com/auth/userinfo.profile",),
)


def sub(member: Member) -> str:
    return f"1080000000000000{member.number}"


def channel_id(member: Member) -> str:
    return f"UC{member.name:_<22}"


def claims(member: Member) -> dict[str, Any]:
    return {
        "email": f"{member.name}@example.org",
        "email_verified": True,
        "name": member.name.title(),
    }


def userinfo(asked: Asked) -> dict[str, Any]:
    member = asked.member
    mail = {"email": f"{member.name}@example.org", "verified_email": True}
    return {"id": sub(member), "sub": sub(member), "name": member.name.title(), **mail}


def channels(asked: Asked) -> dict[str, Any]:
    member = asked.member
    parts = {
        "snippet": {
            "title": member.name.title(),
            "description": "",
            "customUrl": f"@{member.name}",
            "publishedAt": "2015-01-01T10:00:00Z",
        },
        "statistics": {
            "viewCount": str(member.views),
            "videoCount": str(len(member.posts)),
            "subscriberCount": str(len(member.followers)),
            "hiddenSubscriberCount": False,
        },
        "contentDetails": {"relatedPlaylists": {"likes": "LL", "uploads": _uploads(member)}},
    }
    row = {"kind": "youtube#channel", "etag": "e", "id": channel_id(member)}
    return _list("channel", [row | _asked_parts(asked, parts)])


def playlist_items(asked: Asked) -> dict[str, Any]:
    owner = next(m for m in asked.graph.members.values() if _uploads(m) == asked.get("playlistId"))
    size = min(asked.number("maxResults", 5), 50)
    posts, more = page_of(owner.posts, asked.number("pageToken", 0), size)
    rows = [_item(post, asked) for post in posts]
    answer = _list("playlistItem", rows, total=len(owner.posts))
    return {**answer, **({"nextPageToken": str(more)} if more else {})}


def videos(asked: Asked) -> dict[str, Any]:
    ids = ",".join(asked.request.GET.getlist("id")).split(",")
    known = {_video_id(post): post for post in asked.graph.posts()}
    return _list("video", [_video(known[one], asked) for one in ids if one in known])


def _item(post: Post, asked: Asked) -> dict[str, Any]:
    video = {"videoId": _video_id(post), "videoPublishedAt": moment(post.at)}
    parts = {
        "contentDetails": video,
        "status": {"privacyStatus": "public"},
        "snippet": {
            "title": post.text,
            "publishedAt": moment(post.at),
            "resourceId": {"kind": "youtube#video", "videoId": _video_id(post)},
        },
    }
    row = {"kind": "youtube#playlistItem", "etag": "e", "id": f"PLI{post.number}"}
    return row | _asked_parts(asked, parts)


def _video(post: Post, asked: Asked) -> dict[str, Any]:
    owner = asked.graph.members[post.author]
    parts = {
        "snippet": {
            "title": post.text,
            "description": "",
            "publishedAt": moment(post.at),
            "channelId": channel_id(owner),
            "tags": [post.tag],
            "categoryId": "22",
        },
        "statistics": {
            "viewCount": str(post.views),
            "likeCount": str(len(post.likes)),
            "commentCount": str(len(post.replies)),
            "favoriteCount": "0",
        },
        "status": {"privacyStatus": "public", "uploadStatus": "processed"},
    }
    row = {"kind": "youtube#video", "etag": "e", "id": _video_id(post)}
    return row | _asked_parts(asked, parts)


def _asked_parts(asked: Asked, parts: dict[str, Any]) -> dict[str, Any]:
    names = ",".join(asked.request.GET.getlist("part")).split(",")
    return {name: part for name, part in parts.items() if name in names}


def _list(kind: str, rows: list[Any], *, total: int | None = None) -> dict[str, Any]:
    count = len(rows) if total is None else total
    info = {"totalResults": count, "resultsPerPage": 50}
    return {"kind": f"youtube#{kind}ListResponse", "etag": "e", "pageInfo": info, "items": rows}


def _uploads(member: Member) -> str:
    return f"UU{channel_id(member)[2:]}"


def _video_id(post: Post) -> str:
    return f"vid{post.number:08}"


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    """A refresh brings no new refresh token."""
    kept = data if grant == "authorization_code" else {**data, "refresh_token": ""}
    return {name: value for name, value in kept.items() if value}


def refuses(status: int, what: str) -> dict[str, Any]:
    reason = "insufficientPermissions" if status == 403 else "authError"
    word = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}.get(status, "INVALID_ARGUMENT")
    message = {403: "Request had insufficient authentication scopes."}.get(status, "No.")
    rows = [{"message": message, "domain": "global", "reason": reason}]
    return {"error": {"code": status, "message": message, "errors": rows, "status": word}}


def _limits(seconds: int) -> HttpResponse:
    """The day's units are used up. It does not say until when."""
    rows = [{"message": "Quota", "domain": "youtube.quota", "reason": "quotaExceeded"}]
    body = {"error": {"code": 403, "message": "Quota exceeded.", "errors": rows}}
    return JsonResponse(body, status=403)


NETWORK = Network(
    key="youtube",
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",
    revoke="https://oauth2.googleapis.com/revoke",
    scopes=SCOPES,
    lifetime=3599,
    refreshes=True,
    issuer="https://accounts.google.com",
    says_token=_says_token,
    refuses=refuses,
    limits=_limits,
    claims=claims,
    uid=sub,
    routes=(
        Route("GET", "https://www.googleapis.com/oauth2/v2/userinfo", userinfo),
        Route("GET", "https://www.googleapis.com/oauth2/v3/userinfo", userinfo),
        Route("GET", "https://openidconnect.googleapis.com/v1/userinfo", userinfo),
        *(
            Route("GET", f"{base}/{path}", view, (READONLY,), f"GET youtube/v3/{path}")
            for base in (API, OTHER_API)
            for path, view in [
                ("channels", channels),
                ("playlistItems", playlist_items),
                ("videos", videos),
            ]
        ),
    ),
)
