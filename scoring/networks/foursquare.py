"""Foursquare's Swarm. Its rules let nobody keep more than numbers, so we read no more."""

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
from scoring.networks.declaring import Archive, Link, Network, Policy, Setup, Terms
from scoring.networks.oauth2 import OAuth2

NAME: Final = "Foursquare"
API: Final = "https://api.foursquare.com"
VERSION: Final = "20240527"  # the day whose answers we understand
PACE: Final = Pace(Dialect.EPOCH, per_account=Rate(500, 3600))
CHECKINS_A_PAGE: Final = 100
BUSY: Final = frozenset({"rate_limit_exceeded", "quota_exceeded"})


class FoursquareCollector:
    """Foursquare takes its token in the query only, so no address of it may ever be logged."""

    network = "foursquare"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            api = Api(
                transport,
                NAME,
                API,
                PACE.dialect,
                params={"v": VERSION, "oauth_token": grant.token},
                complaint=complaint,
            )
            audience = _audience(api, grant)
            yield Page(Step.PROFILE, (audience,), 1, 1)
            # The count holds private check-ins, which are not looked at.
            yield from walk(_batches(api), cursor=cursor, expected=None, wanted=budget.posts)


def complaint(reply: Reply, body: Body) -> CollectError | None:
    meta = body.get("meta")
    kind = meta.get("errorType") if isinstance(meta, dict) else None
    if kind == "invalid_auth":
        return central.disconnected(NAME, status=401, code=kind)
    if isinstance(kind, str) and kind in BUSY:
        return central.busy(NAME, reply, PACE.dialect)
    if kind == "server_error":
        return central.troubled(NAME)
    return None


def _audience(api: Api, grant: Grant) -> Audience:
    user = _part(api, api.get("/v2/users/self"), "user")
    if user.get("id") != grant.uid:
        raise api.of_another() if isinstance(user.get("id"), str) else api.unreadable()
    names = (fields.line(user.get(half), 100) for half in ("firstName", "lastName"))
    name = " ".join(part for part in names if part)
    return Audience(
        handle=fields.line(user.get("handle"), 200) or name,
        display_name=name,
        url=fields.web_url(user.get("canonicalUrl")),
        followers=_counted(user, "friends"),
        following=None,
        posts=_counted(user, "checkins"),
    )


def _batches(api: Api) -> Iterator[list[PostSeen]]:
    offset = 0
    while True:
        body = api.get(
            "/v2/users/self/checkins",
            limit=str(CHECKINS_A_PAGE),
            offset=str(offset),
            sort="newestfirst",
        )
        rows = _part(api, body, "checkins").get("items")
        if not isinstance(rows, list):
            raise api.unreadable()
        yield [checkin for row in rows if (checkin := _checkin(row))]
        if len(rows) < CHECKINS_A_PAGE:
            return
        offset += len(rows)


def _part(api: Api, body: Body, name: str) -> Body:
    response = body.get("response")
    part = response.get(name) if isinstance(response, dict) else None
    if not isinstance(part, dict):
        raise api.unreadable()
    return part


def _checkin(row: Any) -> PostSeen | None:
    """When, and what it received. Where somebody was is nobody's business, and not looked at."""
    if not isinstance(row, dict) or row.get("private") or row.get("visibility") == "private":
        return None
    uid, created_at = fields.identifier(row.get("id")), fields.epoch(row.get("createdAt"))
    if not uid or created_at is None:
        return None
    return PostSeen(
        uid=uid,
        url="",
        created_at=created_at,
        text="",
        hashtags=(),
        favourites=_counted(row, "likes"),
        reposts=None,
        replies=_counted(row, "comments"),
        kind="checkin",
    )


def _counted(row: dict[str, Any], name: str) -> int | None:
    found = row.get(name)
    return fields.count(found.get("count")) if isinstance(found, dict) else None


FOURSQUARE: Final = Network(
    key="foursquare",
    name=NAME,
    colour="#3333ff",
    icon="map-pin",
    link=Link.CONSENT,
    host="foursquare.com",
    terms=Terms(_("friends"), _("likes"), "", _("comments"), _("a typical check-in")),
    capabilities=frozenset({Signal.FOLLOWERS, Signal.FAVOURITES, Signal.REPLIES}),
    policy=Policy(
        source="https://foursquare.com/legal/terms/apilicenseagreement/",
        keeps_words=False,
        days_kept=2,
        notes=(
            _("Most of what the API tells may not be cached: we keep counts, and no places."),
            _("Private check-ins are never looked at."),
        ),
    ),
    setup=Setup(
        keys=("FOURSQUARE_CLIENT_ID", "FOURSQUARE_CLIENT_SECRET"),
        where="https://foursquare.com/developers/home",
        steps=(
            _("Create a project and accept the terms of the Personalization API."),
            _("OAuth authentication: enter the callback address below as redirect URL."),
            _("Client ID is FOURSQUARE_CLIENT_ID, client secret FOURSQUARE_CLIENT_SECRET."),
        ),
        cost=_(
            "Nothing for check-ins: the Personalization API is a free beta, with 500 requests"
            " an hour for each person."
        ),
    ),
    reads=_(
        "We read how many friends you have, and for each check-in when it was and how many liked"
        " and commented on it. Never where you were, and nothing of private check-ins."
    ),
    scopes=(),
    pace=PACE,
    collector=FoursquareCollector(),
    oauth=OAuth2(token_url="https://foursquare.com/oauth2/access_token"),
    archive=Archive(
        how=_("Swarm, Settings, Privacy settings, Initiate data download request."),
        tells=_("When you checked in, and where likes and comments are in it, how many."),
        lacks=_("How many friends you have, and often what check-ins received."),
    ),
)
