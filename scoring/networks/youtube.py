"""YouTube: a channel, and what its latest videos received.

YouTube's rules forbid to derive figures from its own without leave: what stands here is shown
as it came, and stays out of the score unless the operator says that there is leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from scoring.collectors import central, fields
from scoring.collectors.answers import Reply
from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Page,
    PostSeen,
    Signal,
    Step,
    Unchanged,
)
from scoring.collectors.central import Api, Body
from scoring.collectors.errors import NotFound
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks import reading
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import OAuth2

NAME: Final = "YouTube"
API: Final = "https://youtube.googleapis.com/youtube/v3"
# 10,000 units a day for the whole site; each of our requests is one.
PACE: Final = Pace(Dialect.NONE, per_host=Rate(10_000, 24 * 3600))
A_PAGE: Final = 50
CHANNEL: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
VIDEO: Final = re.compile(r"[A-Za-z0-9_-]{6,20}")
DIGITS: Final = re.compile(r"[0-9]{1,20}")
VIDEO_PARTS: Final = "snippet,statistics,status"
USED_UP: Final = frozenset({"quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded"})
NOT_PERMITTED: Final = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
READ_ONLY: Final = "https://www.googleapis.com/auth/youtube.readonly"


class YouTubeCollector:
    """`Grant.uid` is Google's for the person; the channel is the one they chose at consent."""

    network = "youtube"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            api = Api(transport, NAME, API, PACE.dialect, grant.token, complaint=complaint)
            collection = _Collection(api)
            channel = collection.channel()
            yield Page(Step.PROFILE, (channel.audience,), 1, 1)
            known = [post.uid for post in cursor.posts if VIDEO.fullmatch(post.uid)]
            uids = collection.uploads(channel, known, budget.posts)
            yield from collection.videos(channel, uids[: budget.posts], uids[budget.posts :])


@dataclass(frozen=True, slots=True)
class _Channel:
    uid: str
    uploads: str  # the playlist of all its videos; "" where there is none
    audience: Audience


class _Collection:
    def __init__(self, api: Api) -> None:
        self._api = api

    def channel(self) -> _Channel:
        answer = self._api.get("/channels", part="snippet,statistics,contentDetails", mine="true")
        mine = reading.objects(answer.get("items"))
        if not mine:
            message = now("This Google account has no YouTube channel. Connect the one that has.")
            raise CollectError(message, permanent=True)
        uid = _matching(CHANNEL, mine[0].get("id"))
        if not uid:
            raise self._api.unreadable()
        lists = reading.within(mine[0], "contentDetails", "relatedPlaylists")
        uploads = _matching(CHANNEL, lists.get("uploads"))
        return _Channel(uid, uploads, _audience(uid, mine[0]))

    def uploads(self, channel: _Channel, known: Sequence[str], wanted: int) -> list[str]:
        """Ids, newest first: new ones from the list, until one is known, then the known ones."""
        found: dict[str, None] = {}
        onward = ""
        while channel.uploads and len(found) < wanted:
            rows, onward = self._uploads_page(channel.uploads, onward)
            fresh = [uid for uid in rows if uid not in found]
            found |= dict.fromkeys(fresh)
            if not fresh or not onward or not set(known).isdisjoint(rows):
                break
        return list(dict.fromkeys([*found, *known]))

    def videos(
        self, channel: _Channel, uids: Sequence[str], beyond: Sequence[str]
    ) -> Iterator[Page]:
        """What is deleted or private by now is missing from the answer, or left out here."""
        done = 0
        for start in range(0, len(uids), A_PAGE):
            asked = uids[start : start + A_PAGE]
            answer = self._api.get("/videos", part=VIDEO_PARTS, id=",".join(asked))
            rows = reading.objects(answer.get("items"))
            posts = (_video(row) for row in rows if _is_public_at(channel, row))
            items = tuple({post.uid: post for post in posts if post and post.uid in asked}.values())
            done += len(items)
            left = max(0, len(uids) - start - A_PAGE)
            yield Page(Step.POSTS, items, done, done + left)
        if beyond or not uids:
            yield Page(Step.POSTS, (Unchanged(tuple(beyond)),), done, done)

    def _uploads_page(self, playlist: str, token: str) -> tuple[list[str], str]:
        params = {"part": "contentDetails", "playlistId": playlist, "maxResults": str(A_PAGE)}
        params |= {"pageToken": token} if token else {}
        try:
            answer = self._api.get("/playlistItems", **params)
        except NotFound:  # a channel without a single video has no such list
            return [], ""
        details = [
            reading.within(row, "contentDetails") for row in reading.objects(answer.get("items"))
        ]
        uids = (_matching(VIDEO, detail.get("videoId")) for detail in details)
        onward = answer.get("nextPageToken")
        return [uid for uid in uids if uid], onward if isinstance(onward, str) else ""


def complaint(reply: Reply, body: Body) -> CollectError | None:
    """Google says 403 for all kinds of things, with the reason inside."""
    error = reading.within(body, "error")
    if reply.status != 403 or not error:
        return None
    rows = [*reading.objects(error.get("errors")), *reading.objects(error.get("details"))]
    reasons = {row["reason"] for row in rows if isinstance(row.get("reason"), str)}
    if reasons & USED_UP:
        return central.busy(NAME, reply, PACE.dialect)
    if reasons & NOT_PERMITTED:
        return central.not_permitted(NAME, status=403)
    return None


def _audience(uid: str, row: Mapping[str, Any]) -> Audience:
    about, counts = reading.within(row, "snippet"), reading.within(row, "statistics")
    name = fields.line(about.get("title"), reading.LONGEST_NAME)
    hidden = counts.get("hiddenSubscriberCount") is True
    views = _count(counts.get("viewCount"))
    return Audience(
        handle=fields.line(about.get("customUrl"), reading.LONGEST_NAME) or name or uid,
        display_name=name,
        url=f"https://www.youtube.com/channel/{uid}",
        followers=None if hidden else _count(counts.get("subscriberCount")),
        following=None,
        posts=_count(counts.get("videoCount")),
        figures={} if views is None else {"views": views},
    )


def _is_public_at(channel: _Channel, row: Mapping[str, Any]) -> bool:
    """Their owner is shown private videos, too; and a list may hold somebody else's."""
    is_public = reading.within(row, "status").get("privacyStatus") == "public"
    return is_public and reading.within(row, "snippet").get("channelId") == channel.uid


def _video(row: Mapping[str, Any]) -> PostSeen | None:
    uid, about = _matching(VIDEO, row.get("id")), reading.within(row, "snippet")
    created_at = fields.moment(about.get("publishedAt"))
    if not uid or created_at is None:
        return None
    counts = reading.within(row, "statistics")
    title, words = fields.line(about.get("title"), 200), about.get("description")
    return PostSeen(
        uid=uid,
        url=f"https://www.youtube.com/watch?v={uid}",
        created_at=created_at,
        text=title,
        hashtags=fields.tags_in(f"{title}\n{words if isinstance(words, str) else ''}"),
        favourites=_count(counts.get("likeCount")),
        reposts=None,
        replies=_count(counts.get("commentCount")),
        views=_count(counts.get("viewCount")),
        kind="video",
    )


def _count(value: Any) -> int | None:
    """Google writes large numbers as text."""
    is_text = isinstance(value, str) and DIGITS.fullmatch(value)
    return fields.count(int(value) if is_text else value)


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


YOUTUBE: Final = Network(
    key="youtube",
    name=NAME,
    host="youtube.com",
    colour="#ff0033",
    icon="circle-play",
    link=Link.CONSENT,
    terms=Terms(_("subscribers"), _("likes"), "", _("comments"), _("a typical video")),
    capabilities=frozenset({Signal.FOLLOWERS, Signal.FAVOURITES, Signal.REPLIES, Signal.VIEWS}),
    policy=Policy(
        source="https://developers.google.com/youtube/terms/developer-policies",
        may_score=False,
        days_kept=30,
        notes=(
            _("No figure may be derived from YouTube's without its leave, a score least of all."),
            _("Its figures are shown unchanged, next to YouTube's name."),
            _("What was not read again for 30 days has to be deleted."),
            _("Subscribers come rounded to three digits, or not at all where they are hidden."),
            _("10,000 requests a day for the whole site: a daily reading takes two to five."),
        ),
    ),
    setup=Setup(
        keys=("YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET"),
        where="https://console.cloud.google.com/apis/credentials",
        steps=(
            _("Create a project in the Google Cloud console."),
            _("Under APIs and services, Library, switch on the YouTube Data API v3."),
            _(
                "On the OAuth consent screen choose External and give the site's name and privacy"
                " page."
            ),
            _("Add the scopes openid and youtube.readonly."),
            _("Create an OAuth client ID of the type Web application."),
            _("Authorized redirect URI: <SITE_URL>/settings/accounts/callback/youtube/"),
            _("Copy the client ID and the client secret and set both in the environment."),
            _(
                "Publish the app and hand it in for verification: until then consents end after"
                " 7 days, and only the people can give one, 100 at most, whom you name as test"
                " users."
            ),
        ),
        cost=_(
            "Nothing. Verification of youtube.readonly takes Google some weeks; for a score"
            " YouTube's leave has to be asked for as well."
        ),
        options={
            "YOUTUBE_IN_SCORE": _(
                "true lets YouTube count in the score. Only with YouTube's leave in writing."
            ),
        },
    ),
    reads=_(
        "We read your channel's public figures and those of your latest public videos. We can't"
        " see your history, and can't upload, comment or change anything."
    ),
    scopes=(
        Scope("openid", _("Which Google account you are, without your name or address.")),
        Scope(READ_ONLY, _("Your channel, and what your videos received.")),
    ),
    figures={"views": _("views of the whole channel")},
    pace=PACE,
    collector=YouTubeCollector(),
    oauth=OAuth2(
        token_url="https://oauth2.googleapis.com/token",
        revoke_url="https://oauth2.googleapis.com/revoke",
        client_auth="body",
        revokes=("refresh",),
        revoke_names_client=False,
    ),
    archive=Archive(
        how=_("Google Takeout, takeout.google.com: choose YouTube and nothing else."),
        tells=_("Your channel, your public videos and when you published them."),
        lacks=_(
            "Subscribers; since 2021 also views, likes and comments received, which older"
            " exports have."
        ),
    ),
)
