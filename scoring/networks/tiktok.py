"""TikTok, by its Display API. Free; an app review opens it to people who are no testers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

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
)
from scoring.collectors.central import Api, Body
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.collectors.walking import walk
from scoring.networks.declaring import Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import OAuth2

NAME: Final = "TikTok"
API: Final = "https://open.tiktokapis.com"
PACE: Final = Pace(Dialect.NONE, per_host=Rate(600, 60))
VIDEOS_A_PAGE: Final = 20  # the most that it gives
# What each scope opens: asking for more than was granted brings an error instead of the rest.
USER_FIELDS: Final = {
    "user.info.basic": "open_id,display_name",
    "user.info.profile": "username,profile_deep_link",
    "user.info.stats": "follower_count,following_count,likes_count,video_count",
}
VIDEO_FIELDS: Final = (
    "id,create_time,share_url,title,video_description,"
    "like_count,comment_count,share_count,view_count"
)
DEAD: Final = frozenset({"access_token_invalid", "access_token_expired"})
NOT_PERMITTED: Final = frozenset({"scope_not_authorized", "scope_permission_missed"})


class TikTokCollector:
    network = "tiktok"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            api = Api(transport, NAME, API, PACE.dialect, grant.token, complaint=complaint)
            audience = _audience(api, grant)
            yield Page(Step.PROFILE, (audience,), 1, 1)
            batches = _batches(api)
            yield from walk(batches, cursor=cursor, expected=audience.posts, wanted=budget.posts)


def complaint(reply: Reply, body: Body) -> CollectError | None:
    """TikTok says no in the body, now and then with status 200."""
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, str) or code == "ok":
        return None
    if code in DEAD:
        return central.disconnected(NAME, status=401, code=code)
    if code in NOT_PERMITTED:
        return central.not_permitted(NAME, status=reply.status, code=code)
    if code == "rate_limit_exceeded":
        return central.busy(NAME, reply, PACE.dialect)
    return central.troubled(NAME)


def _audience(api: Api, grant: Grant) -> Audience:
    asked = [
        names for scope, names in USER_FIELDS.items() if scope in (grant.scopes or USER_FIELDS)
    ]
    user = _data(api, api.get("/v2/user/info/", fields=",".join(asked))).get("user")
    if not isinstance(user, dict):
        raise api.unreadable()
    if user.get("open_id") != grant.uid:
        raise api.of_another()
    name = fields.line(user.get("display_name"), 200)
    likes = fields.count(user.get("likes_count"))
    return Audience(
        handle=fields.line(user.get("username"), 200) or name,
        display_name=name,
        url=fields.web_url(user.get("profile_deep_link")),
        followers=fields.count(user.get("follower_count")),
        following=fields.count(user.get("following_count")),
        posts=fields.count(user.get("video_count")),
        figures={} if likes is None else {"likes": likes},
    )


def _batches(api: Api) -> Iterator[list[PostSeen]]:
    """The list brings the counts along, so a new reading costs one request per 20 videos."""
    asked: Body = {"max_count": VIDEOS_A_PAGE}
    while True:
        data = _data(api, api.post("/v2/video/list/", asked, fields=VIDEO_FIELDS))
        rows = data.get("videos") or []
        if not isinstance(rows, list):
            raise api.unreadable()
        yield [video for row in rows if (video := _video(row))]
        after = fields.count(data.get("cursor"))
        if data.get("has_more") is not True or after is None or after == asked.get("cursor"):
            return
        asked = {**asked, "cursor": after}


def _data(api: Api, body: Body) -> Body:
    data = body.get("data")
    if not isinstance(data, dict):
        raise api.unreadable()
    return data


def _video(row: Any) -> PostSeen | None:
    uid = fields.identifier(row.get("id")) if isinstance(row, dict) else ""
    created_at = fields.epoch(row.get("create_time")) if uid else None
    if created_at is None:
        return None
    words = row.get("video_description") or row.get("title")
    return PostSeen(
        uid=uid,
        url=fields.web_url(row.get("share_url")).partition("?")[0],  # the rest tracks people
        created_at=created_at,
        text=fields.paragraphs(words, 500),
        hashtags=fields.tags_in(words),
        favourites=fields.count(row.get("like_count")),
        reposts=fields.count(row.get("share_count")),
        replies=fields.count(row.get("comment_count")),
        views=fields.count(row.get("view_count")),
        kind="video",
    )


TIKTOK: Final = Network(
    key="tiktok",
    name=NAME,
    colour="#fe2c55",
    icon="music",
    link=Link.CONSENT,
    host="tiktok.com",
    terms=Terms(_("followers"), _("likes"), _("shares"), _("comments"), _("a typical video")),
    capabilities=frozenset(
        {Signal.FOLLOWERS, Signal.FAVOURITES, Signal.REPOSTS, Signal.REPLIES, Signal.VIEWS}
    ),
    policy=Policy(
        source="https://developers.tiktok.com/doc/our-guidelines-developer-guidelines",
        notes=(
            _("What was read of an account must go when its owner disconnects it: it does."),
            _("The site's privacy policy must say what is read of TikTok and what for."),
        ),
    ),
    setup=Setup(
        keys=("TIKTOK_CLIENT_ID", "TIKTOK_CLIENT_SECRET"),
        where="https://developers.tiktok.com/apps",
        steps=(
            _("Register as a developer, then Manage apps, Connect an app, platform Web."),
            _("Add the product Login Kit and give it the callback address below."),
            _(
                "Add the product Display API and the scopes user.info.basic, user.info.profile,"
                " user.info.stats and video.list."
            ),
            _(
                "Verify the site's domain, link its terms and its privacy policy, and send the"
                " app to review with a video of somebody linking an account. Until it passes,"
                " a sandbox lets up to ten named testers in."
            ),
            _("Client key is TIKTOK_CLIENT_ID, client secret is TIKTOK_CLIENT_SECRET."),
        ),
        cost=_("Nothing. The review takes from some days to two weeks."),
    ),
    reads=_(
        "We read your profile with its counts and your public videos with what they received."
        " We can't post, and see neither messages nor what you watch."
    ),
    scopes=(
        Scope("user.info.basic", _("Your display name.")),
        Scope("user.info.profile", _("Your username and the address of your profile.")),
        Scope("user.info.stats", _("Your counts of followers, following, likes and videos.")),
        Scope("video.list", _("Your public videos, with their views, likes, comments, shares.")),
    ),
    pace=PACE,
    collector=TikTokCollector(),
    oauth=OAuth2(
        token_url=f"{API}/v2/oauth/token/",
        revoke_url=f"{API}/v2/oauth/revoke/",
        client_id_name="client_key",
    ),
    figures={"likes": _("likes on all videos")},
)
