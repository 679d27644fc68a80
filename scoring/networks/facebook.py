"""Facebook Pages. Personal profiles tell neither followers nor what posts received."""

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
from scoring.collectors.errors import Refused
from scoring.collectors.http import Limits, Transport
from scoring.collectors.walking import walk
from scoring.networks import meta
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import FacebookOAuth

NAME: Final = "Facebook"
API: Final = "https://graph.facebook.com"
BASE_URL: Final = f"{API}/{meta.VERSION}"
POSTS_A_PAGE: Final = 50  # with summaries, Facebook refuses much longer pages
PAGE_FIELDS: Final = "id,name,username,link,followers_count,fan_count,talking_about_count"
POST_FIELDS: Final = (
    "id,message,created_time,permalink_url,is_published,is_hidden,shares,"
    "reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"
)
POST_VIEWS: Final = "insights.metric(post_media_view){name,values}"
# page_impressions and page_fans are gone since 2025; these two took their place.
PAGE_METRICS: Final = "page_media_view,page_total_media_view_unique"
FIGURES: Final = {
    "page_media_view": "views",
    "page_total_media_view_unique": "viewers",
}


class FacebookCollector:
    """The token is the Page's own, and `uid` the Page's id."""

    network = "facebook"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=meta.PACE, label=grant.label) as transport:
            api = meta.api(transport, NAME, BASE_URL, grant)
            yield Page(Step.PROFILE, (_audience(api, grant.uid),), 1, 1)
            batches = _batches(api, grant.uid)
            yield from walk(batches, cursor=cursor, expected=None, wanted=budget.posts)


def _audience(api: Api, uid: str) -> Audience:
    page = api.get(f"/{uid}", fields=PAGE_FIELDS)
    if page.get("id") != uid:
        raise api.of_another()
    name = fields.line(page.get("name"), 200)
    told = meta.insights(api, f"/{uid}/insights", metric=PAGE_METRICS, period="days_28")
    figures = {FIGURES[metric]: n for metric, n in told.items() if metric in FIGURES}
    counted = {"likes": page.get("fan_count"), "talking_about": page.get("talking_about_count")}
    figures |= {key: n for key, value in counted.items() if (n := fields.count(value)) is not None}
    return Audience(
        handle=fields.line(page.get("username"), 200) or name,
        display_name=name,
        url=fields.web_url(page.get("link")),
        followers=fields.count(page.get("followers_count")),
        following=None,
        posts=None,
        figures=figures,
    )


def _batches(api: Api, uid: str) -> Iterator[list[PostSeen]]:
    for rows in _rows(api, uid):
        yield [post for row in rows if (post := _post(row))]


def _rows(api: Api, uid: str) -> Iterator[list[Any]]:
    """With views, where the Page's insights may be read; else everything but them."""
    asked = {"limit": str(POSTS_A_PAGE)}
    path = f"/{uid}/posts"
    with_views = meta.pages(api, path, fields=f"{POST_FIELDS},{POST_VIEWS}", **asked)
    try:
        first = next(with_views)
    except Refused as refusal:
        if refusal.status == 401:
            raise
        yield from meta.pages(api, path, fields=POST_FIELDS, **asked)
        return
    yield first
    yield from with_views


def _post(row: Any) -> PostSeen | None:
    if not isinstance(row, dict) or row.get("is_published") is False or row.get("is_hidden"):
        return None
    uid, created_at = fields.identifier(row.get("id")), fields.moment(row.get("created_time"))
    if not uid or created_at is None:
        return None
    return PostSeen(
        uid=uid,
        url=fields.web_url(row.get("permalink_url")),
        created_at=created_at,
        text=fields.paragraphs(row.get("message"), 500),
        hashtags=fields.tags_in(row.get("message")),
        favourites=meta.summed(row, "reactions"),
        reposts=_shares(row),
        replies=meta.summed(row, "comments"),
        views=meta.told(row.get("insights")).get("post_media_view"),
    )


def _shares(row: dict[str, Any]) -> int | None:
    """The Graph leaves this out where nobody has shared."""
    shares = row.get("shares", {"count": 0})
    return fields.count(shares.get("count")) if isinstance(shares, dict) else None


FACEBOOK: Final = Network(
    key="facebook",
    name=NAME,
    colour="#0866ff",
    icon="thumbs-up",
    link=Link.CONSENT,
    host="facebook.com",
    terms=Terms(_("followers"), _("reactions"), _("shares"), _("comments")),
    capabilities=frozenset(
        {Signal.FOLLOWERS, Signal.FAVOURITES, Signal.REPOSTS, Signal.REPLIES, Signal.VIEWS}
    ),
    policy=Policy(source=meta.POLICY, notes=meta.POLICY_NOTES),
    setup=Setup(
        keys=("FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET"),
        where="https://developers.facebook.com/apps/",
        steps=(
            _("Create app, type Business, connected to a business portfolio of yours."),
            _(
                "Add the product Facebook Login for Business; in its settings enter the callback"
                " address below under Valid OAuth Redirect URIs, with Client and Web OAuth on."
            ),
            _(
                "App settings, Basic: privacy policy, terms, app icon, category, and a data"
                " deletion instructions URL: the page that says how people leave this site."
            ),
            _("App settings, Advanced: leave Require app secret off."),
            _(
                "Business verification: App review, Verification, with papers that prove your"
                " organisation's name and address."
            ),
            _(
                "App Review, Permissions and features: ask for Advanced Access to"
                " pages_show_list, pages_read_engagement and read_insights. For each: a sentence"
                " on what the person gains, and a screencast from Link a Page to the profile with"
                " its score. Give the reviewers a login here and a test Page."
            ),
            _("Complete Data Use Checkup once a year, or the permissions lapse."),
            _("App ID is FACEBOOK_CLIENT_ID, app secret is FACEBOOK_CLIENT_SECRET. Go Live."),
        ),
        cost=meta.WAITING,
    ),
    reads=_(
        "We read the Page that you choose: its counts, its public posts and what they received."
        " We can't post, and see neither messages nor your personal profile or friends."
    ),
    scopes=(
        Scope("pages_show_list", _("Which Pages you run, so that you can choose one.")),
        Scope(
            "pages_read_engagement",
            _("The Page's public posts with their reactions, comments and shares."),
        ),
        Scope("read_insights", _("How often the Page and its posts were seen.")),
    ),
    pace=meta.PACE,
    collector=FacebookCollector(),
    oauth=FacebookOAuth(graph_url=BASE_URL),
    archive=Archive(
        how=_(
            "Settings, Your information, Download your information, format JSON: posts, friends"
            " and followers are enough."
        ),
        tells=_("What you posted and when, and how many friends and followers you have."),
        lacks=_("Anything that your posts received: no likes, no comments, no shares."),
    ),
    figures={
        "likes": _("likes of the Page"),
        "talking_about": _("people talking about it"),
        "views": _("views in 28 days"),
        "viewers": _("viewers in 28 days"),
    },
)
