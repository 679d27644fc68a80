"""LinkedIn: who somebody is, for everybody; numbers only where LinkedIn approved the operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from scoring.collectors import fields
from scoring.collectors.base import Audience, Budget, Cursor, Grant, Page, Signal, Step
from scoring.collectors.central import Api, Body
from scoring.collectors.errors import Refused
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import OAuth2

NAME: Final = "LinkedIn"
API: Final = "https://api.linkedin.com"
PACE: Final = Pace(Dialect.NONE, per_account=Rate(100, 24 * 3600))
# A month's version lives for about a year, then it is refused.
HEADERS: Final = {"LinkedIn-Version": "202611", "X-Restli-Protocol-Version": "2.0.0"}
FOLLOWERS_SCOPE: Final = "r_member_profileAnalytics"
POSTS_SCOPE: Final = "r_member_postAnalytics"
# Totals over all posts of the member: LinkedIn's names, and ours for them.
METRICS: Final = {
    "IMPRESSION": "impressions",
    "MEMBERS_REACHED": "reached",
    "REACTION": "reactions",
    "COMMENT": "comments",
    "RESHARE": "reshares",
    "POST_SAVE": "saves",
    "POST_SEND": "sends",
}


class LinkedInCollector:
    """LinkedIn lists nobody's posts: totals are all that there is, and these only by approval."""

    network = "linkedin"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            api = Api(transport, NAME, API, PACE.dialect, grant.token, HEADERS)
            yield Page(Step.PROFILE, (_audience(api, grant),), 1, 1)
            yield Page(Step.POSTS, (), 0, 0)


def _audience(api: Api, grant: Grant) -> Audience:
    me = api.get("/v2/userinfo")
    if me.get("sub") != grant.uid:
        raise api.of_another() if isinstance(me.get("sub"), str) else api.unreadable()
    name = fields.line(me.get("name"), 200)
    return Audience(
        handle=name,
        display_name=name,
        url="",  # LinkedIn does not say where a member's page is
        followers=_followers(api) if _may(grant, FOLLOWERS_SCOPE) else None,
        following=None,
        posts=None,
        figures=_figures(api) if _may(grant, POSTS_SCOPE) else {},
    )


def _may(grant: Grant, scope: str) -> bool:
    return bool(settings.LINKEDIN_ANALYTICS) and scope in grant.scopes


def _followers(api: Api) -> int | None:
    return _first(_told(api, "/rest/memberFollowersCount", q="me"), "memberFollowersCount")


def _figures(api: Api) -> dict[str, int]:
    found = {}
    for metric, name in METRICS.items():
        asked = {"q": "me", "queryType": metric, "aggregation": "TOTAL"}
        total = _first(_told(api, "/rest/memberCreatorPostAnalytics", **asked), "count")
        if total is not None:
            found[name] = total
    return found


def _told(api: Api, path: str, **asked: str) -> Body:
    """{} where LinkedIn does not let the operator, or this member's account, know."""
    try:
        return api.get(path, **asked)
    except Refused as refusal:
        if refusal.status == 401:
            raise
        return {}


def _first(body: Body, name: str) -> int | None:
    """-1 is LinkedIn's way of not telling."""
    rows: Any = body.get("elements")
    row = rows[0] if isinstance(rows, list) and rows else None
    return fields.count(row.get(name)) if isinstance(row, dict) else None


IDENTITY_SCOPES: Final = (
    Scope("openid", _("That you are who you are, by a number that LinkedIn gives you here.")),
    Scope("profile", _("Your name.")),
    Scope("email", _("Your e-mail address, kept as a hash, to recognise your own archive.")),
)
# LinkedIn refuses everybody at the door who asks for these without its approval.
ANALYTICS_SCOPES: Final = (
    Scope(FOLLOWERS_SCOPE, _("How many people follow you.")),
    Scope(POSTS_SCOPE, _("Totals of what your posts received.")),
)

LINKEDIN: Final = Network(
    key="linkedin",
    name=NAME,
    colour="#0a66c2",
    icon="briefcase-business",
    link=Link.CONSENT,
    host="linkedin.com",
    terms=Terms(_("followers")),
    capabilities=frozenset({Signal.FOLLOWERS}),
    policy=Policy(
        source="https://learn.microsoft.com/linkedin/marketing/data-storage-requirements",
        days_kept=2,
        notes=(
            _(
                "LinkedIn limits how long data of members may be kept, by kind of data: we keep"
                " nothing for longer than two days after it was last read."
            ),
            _(
                "Without LINKEDIN_ANALYTICS linking proves who somebody is, and brings no number:"
                " then it leaves the score as it is."
            ),
            _(
                "LinkedIn approves one use, in your words. Describe the score and the Perks"
                " in your application; showing or scoring more than it approved is a breach."
            ),
        ),
    ),
    setup=Setup(
        keys=("LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET"),
        where="https://www.linkedin.com/developers/apps",
        steps=(
            _("Create app, with a LinkedIn Page of your organisation that then verifies it."),
            _("Products: add Sign In with LinkedIn using OpenID Connect. It is granted at once."),
            _("Auth: enter the callback address below. Client ID and secret stand there too."),
            _(
                "For numbers: in an app of its own ask for the Community Management API, describe"
                " the use, and pass the technical sign-off with a video. It grants"
                " r_member_profileAnalytics and r_member_postAnalytics. Then set"
                " LINKEDIN_ANALYTICS=true; who linked before is asked to connect again."
            ),
        ),
        cost=_("Nothing. The approval for numbers takes weeks, and most sites are refused."),
        options={
            "LINKEDIN_ANALYTICS": _(
                "true where LinkedIn approved you: reads the count of followers, and totals of"
                " what a member's posts received."
            )
        },
    ),
    reads=_(
        "We read your name, and where LinkedIn allows this site more, your count of followers"
        " and totals for your posts. We can't post, and see neither messages nor connections."
    ),
    scopes=(*IDENTITY_SCOPES, *(ANALYTICS_SCOPES if settings.LINKEDIN_ANALYTICS else ())),
    pace=PACE,
    collector=LinkedInCollector(),
    oauth=OAuth2(
        token_url="https://www.linkedin.com/oauth/v2/accessToken",
        revoke_url="https://www.linkedin.com/oauth/v2/revoke",
    ),
    archive=Archive(
        how=_(
            "Settings, Data privacy, Get a copy of your data, the larger archive. It comes within"
            " a day."
        ),
        tells=_(
            "How many connections you have, what you posted and when, endorsements and"
            " recommendations that you received."
        ),
        lacks=_("What your posts received, and who follows you without being connected."),
    ),
    figures={
        "impressions": _("impressions of all posts"),
        "reached": _("members reached"),
        "reactions": _("reactions to all posts"),
        "comments": _("comments on all posts"),
        "reshares": _("reshares of all posts"),
        "saves": _("saves of all posts"),
        "sends": _("times that posts were sent on"),
    },
)
