"""Pinterest, by its API v5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from scoring.collectors import fields
from scoring.collectors.base import (
    Audience,
    Budget,
    Cursor,
    Grant,
    Page,
    PostSeen,
    Signal,
    Step,
)
from scoring.collectors.central import Api
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.collectors.walking import walk
from scoring.networks.declaring import Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import OAuth2

NAME: Final = "Pinterest"
API: Final = "https://api.pinterest.com"
PACE: Final = Pace(Dialect.SECONDS, per_account=Rate(1000, 60))
PINS_A_PAGE: Final = 100


class PinterestCollector:
    network = "pinterest"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            api = Api(transport, NAME, API, PACE.dialect, grant.token)
            audience = _audience(api, grant)
            yield Page(Step.PROFILE, (audience,), 1, 1)
            batches = _batches(api, budget)
            yield from walk(batches, cursor=cursor, expected=audience.posts, wanted=budget.posts)


def _audience(api: Api, grant: Grant) -> Audience:
    account = api.get("/v5/user_account")
    username = fields.line(account.get("username"), 200)
    if not username:
        raise api.unreadable()
    if account.get("id") != grant.uid:
        raise api.of_another()
    views = fields.count(account.get("monthly_views"))
    return Audience(
        handle=username,
        display_name=fields.line(account.get("business_name"), 200) or username,
        url=fields.web_url(f"https://www.pinterest.com/{username}/"),
        followers=fields.count(account.get("follower_count")),
        following=fields.count(account.get("following_count")),
        posts=fields.count(account.get("pin_count")),
        figures={} if views is None else {"monthly_views": views},
    )


def _batches(api: Api, budget: Budget) -> Iterator[list[PostSeen]]:
    asked = {"pin_metrics": "true", "page_size": str(max(1, min(budget.posts, PINS_A_PAGE)))}
    while True:
        body = api.get("/v5/pins", **asked)
        rows = body.get("items")
        if not isinstance(rows, list):
            raise api.unreadable()
        yield [pin for row in rows if (pin := _pin(row))]
        after = body.get("bookmark")
        if not isinstance(after, str) or not after or after == asked.get("bookmark"):
            return
        asked["bookmark"] = after


def _pin(row: Any) -> PostSeen | None:
    """A pin of the person's own. What they saved from others received nothing for them."""
    if not isinstance(row, dict) or row.get("is_owner") is False or row.get("parent_pin_id"):
        return None
    uid, created_at = fields.identifier(row.get("id")), fields.moment(row.get("created_at"))
    if not uid or created_at is None:
        return None
    received = _lifetime(row)
    return PostSeen(
        uid=uid,
        url=f"https://www.pinterest.com/pin/{uid}/",
        created_at=created_at,
        text="",  # Pinterest lets nobody keep them
        hashtags=(),
        favourites=fields.count(received.get("reaction")),
        reposts=None,
        replies=fields.count(received.get("comment")),
        views=fields.count(received.get("impression")),
        saves=fields.count(received.get("save")),
        kind="pin",
    )


def _lifetime(row: dict[str, Any]) -> dict[str, Any]:
    """Pins from before March 2023 have none: then Pinterest does not tell."""
    metrics = row.get("pin_metrics")
    lifetime = metrics.get("lifetime_metrics") if isinstance(metrics, dict) else None
    return lifetime if isinstance(lifetime, dict) else {}


PINTEREST: Final = Network(
    key="pinterest",
    name=NAME,
    colour="#e60023",
    icon="pin",
    link=Link.CONSENT,
    host="pinterest.com",
    terms=Terms(_("followers"), _("reactions"), "", _("comments"), _("a typical pin")),
    capabilities=frozenset(
        {Signal.FOLLOWERS, Signal.FAVOURITES, Signal.REPLIES, Signal.VIEWS, Signal.SAVES}
    ),
    policy=Policy(
        source="https://policy.pinterest.com/en/developer-guidelines",
        keeps_words=False,
        days_kept=30,
        notes=(
            _(
                "Pinterest wants its API asked again rather than its data kept: we keep numbers"
                " only, and only while they are read again."
            ),
            _("Pins from before 20 March 2023 have no lifetime numbers."),
        ),
    ),
    setup=Setup(
        keys=("PINTEREST_CLIENT_ID", "PINTEREST_CLIENT_SECRET"),
        where="https://developers.pinterest.com/apps/",
        steps=(
            _("Turn your Pinterest account into a business account (free)."),
            _("My apps, Connect app: describe the site and link its privacy policy."),
            _("When trial access is granted, add the callback address below as redirect URI."),
            _("App ID is PINTEREST_CLIENT_ID, app secret key is PINTEREST_CLIENT_SECRET."),
            _(
                "For more than a trial's 1,000 requests a day ask for Standard access, with a"
                " video that shows somebody linking an account."
            ),
        ),
        cost=_("Nothing. Trial access takes a day or two, Standard access about a week."),
    ),
    reads=_(
        "We read your profile's counts and how your own pins do. We keep numbers only: no"
        " pictures and no texts, and nothing of secret boards."
    ),
    scopes=(
        Scope("user_accounts:read", _("Your username, with your counts of followers and views.")),
        Scope("pins:read", _("Your public pins, with what they received.")),
        Scope("boards:read", _("The boards that your pins are on: Pinterest asks for both.")),
    ),
    pace=PACE,
    collector=PinterestCollector(),
    oauth=OAuth2(token_url=f"{API}/v5/oauth/token", client_auth="basic"),
    figures={"monthly_views": _("views in the last month")},
)
