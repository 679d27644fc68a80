"""Twitch: followers, and how often videos and clips of a channel were watched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
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
from scoring.collectors.errors import Forbidden
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks import reading
from scoring.networks.declaring import Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import OAuth2

NAME: Final = "Twitch"
API: Final = "https://api.twitch.tv/helix"
PACE: Final = Pace(Dialect.EPOCH, per_account=Rate(800, 60))
A_PAGE: Final = 100
FOLLOWERS: Final = "moderator:read:followers"


class TwitchCollector:
    """Twitch wants the operator's client id with each request, so it is read from the settings."""

    network = "twitch"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            headers = {"Client-Id": _client_id()}
            api = Api(
                *(transport, NAME, API, PACE.dialect, grant.token),
                headers=headers,
                complaint=complaint,
            )
            collection = _Collection(api, grant.uid)
            yield Page(Step.PROFILE, (collection.audience(),), 1, 1)
            videos = collection.videos(budget.posts)
            # As many clips as videos leave room for, and half of the room at least.
            clips = collection.clips(budget.posts - min(len(videos), budget.posts // 2))
            room = budget.posts - len(clips)
            videos = videos[:room]
            beyond = _older(cursor, videos) if len(videos) == room else ()
            total = len(videos) + len(clips)
            yield Page(Step.POSTS, tuple(videos), len(videos), total)
            yield Page(Step.POSTS, (*clips, *beyond), total, total)


class _Collection:
    def __init__(self, api: Api, uid: str) -> None:
        self._api = api
        self._uid = uid

    def audience(self) -> Audience:
        users = reading.objects(self._api.get("/users").get("data"))
        user = users[0] if users else {}
        login = fields.identifier(user.get("login"))
        if not login or not fields.identifier(user.get("id")):
            raise self._api.unreadable()
        if user["id"] != self._uid:
            raise self._api.of_another()
        return Audience(
            handle=login,
            display_name=fields.line(user.get("display_name"), reading.LONGEST_NAME),
            url=f"https://www.twitch.tv/{login}",
            followers=self._followers(),
            following=None,
            posts=None,
        )

    def videos(self, most: int) -> list[PostSeen]:
        rows = self._rows("videos", {"user_id": self._uid}, most)
        owned = [row for row in rows if row.get("user_id") == self._uid]
        return _each_once(_seen(row, "published_at", "video") for row in owned if _is_public(row))

    def clips(self, most: int) -> list[PostSeen]:
        """The most watched ones: Twitch lists them in that order."""
        rows = self._rows("clips", {"broadcaster_id": self._uid}, most)
        owned = [row for row in rows if row.get("broadcaster_id") == self._uid]
        return _each_once(_seen(row, "created_at", "clip") for row in owned)

    def _followers(self) -> int | None:
        """None where the person has not let us count them."""
        try:
            answer = self._api.get("/channels/followers", broadcaster_id=self._uid, first="1")
        except Forbidden:
            return None
        return fields.count(answer.get("total"))

    def _rows(self, what: str, params: Mapping[str, str], most: int) -> list[dict[str, Any]]:
        if most < 1:
            return []
        answer = self._api.get(f"/{what}", **params, first=str(min(most, A_PAGE)))
        return reading.objects(answer.get("data"))[:most]


def complaint(reply: Reply, body: Body) -> CollectError | None:
    """A permission that is missing looks like a token that is: only the words differ."""
    words = body.get("message")
    if reply.status in {401, 403} and isinstance(words, str) and "scope" in words.lower():
        return central.not_permitted(NAME, status=403)
    return None


def _client_id() -> str:
    keys = settings.NETWORK_KEYS.get(TWITCH.key)
    if not keys:
        raise CollectError(now("This site is no longer registered at Twitch."))
    return str(keys[0])


def _older(cursor: Cursor, videos: Sequence[PostSeen]) -> tuple[Unchanged, ...]:
    """Known videos, whose ids are numbers, from before those that were looked at."""
    oldest = min((video.created_at for video in videos), default=None)
    if oldest is None:
        return ()
    before = (post for post in cursor.posts if post.uid.isdigit() and post.created_at < oldest)
    uids = tuple(post.uid for post in before)
    return (Unchanged(uids),) if uids else ()


def _is_public(row: Mapping[str, Any]) -> bool:
    return bool(row.get("viewable", "public") == "public")


def _each_once(posts: Iterator[PostSeen | None]) -> list[PostSeen]:
    return list({post.uid: post for post in posts if post}.values())


def _seen(row: Mapping[str, Any], dated: str, kind: str) -> PostSeen | None:
    uid = fields.identifier(row.get("id"))
    created_at = fields.moment(row.get(dated)) or fields.moment(row.get("created_at"))
    if not uid or created_at is None:
        return None
    return PostSeen(
        uid=uid,
        url=fields.web_url(row.get("url")),
        created_at=created_at,
        text=fields.line(row.get("title"), reading.LONGEST_NAME),
        hashtags=fields.tags_in(row.get("title")),
        favourites=None,
        reposts=None,
        replies=None,
        views=fields.count(row.get("view_count")),
        kind=kind,
    )


TWITCH: Final = Network(
    key="twitch",
    name=NAME,
    host="twitch.tv",
    colour="#9146ff",
    icon="tv",
    link=Link.CONSENT,
    terms=Terms(_("followers")),
    capabilities=frozenset({Signal.FOLLOWERS, Signal.VIEWS}),
    policy=Policy(
        source="https://legal.twitch.com/legal/developer-agreement/",
        # Nothing may be kept longer than the service needs it; what is gone there goes here.
        days_kept=30,
        notes=(
            _("What Twitch tells may not be sold, nor kept longer than showing it needs."),
            _("When somebody disconnects, what is known of the channel has to be deleted."),
        ),
    ),
    setup=Setup(
        keys=("TWITCH_CLIENT_ID", "TWITCH_CLIENT_SECRET"),
        where="https://dev.twitch.tv/console/apps/create",
        steps=(
            _("Switch on two-factor authentication for the Twitch account that will own the app."),
            _("Open the developer console and register an application."),
            _("OAuth redirect URL: <SITE_URL>/settings/accounts/callback/twitch/"),
            _("Category: Website Integration. Client type: Confidential."),
            _("Copy the client ID, make a client secret, and set both in the environment."),
        ),
        cost=_("Nothing, and no review: it works at once."),
    ),
    reads=_(
        "We read your channel's name, how many follow it, and how often its videos and clips"
        " were watched. We can't see your chat, your e-mail address or your income."
    ),
    scopes=(Scope(FOLLOWERS, _("How many people follow your channel.")),),
    pace=PACE,
    collector=TwitchCollector(),
    oauth=OAuth2(
        token_url="https://id.twitch.tv/oauth2/token",
        revoke_url="https://id.twitch.tv/oauth2/revoke",
        client_auth="body",
    ),
)
