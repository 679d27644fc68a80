"""Instagram, professional accounts only: the API for personal ones ended in 2024."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from scoring.collectors import fields
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
from scoring.collectors.central import Api
from scoring.collectors.http import Limits, Transport
from scoring.collectors.walking import walk
from scoring.networks import meta
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import LongLived

NAME: Final = "Instagram"
API: Final = "https://graph.instagram.com"
BASE_URL: Final = f"{API}/{meta.VERSION}"
MEDIA_A_PAGE: Final = 50
ALWAYS_ASKED: Final = 5  # the newest: what they receive still moves
ME_FIELDS: Final = "user_id,id,username,name,account_type,followers_count,follows_count,media_count"
MEDIA_FIELDS: Final = "id,caption,media_product_type,permalink,timestamp,like_count,comments_count"
METRICS: Final = "views,shares,saved"
PROFESSIONAL: Final = frozenset({"BUSINESS", "MEDIA_CREATOR", "CREATOR"})


class InstagramCollector:
    """One list with likes and comments; views, shares and saves cost a request for each post.

    So these are asked about where a post is new, changed or among the newest, within the budget.
    """

    network = "instagram"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=meta.PACE, label=grant.label) as transport:
            api = meta.api(transport, NAME, BASE_URL, grant)
            audience = _audience(api, grant)
            yield Page(Step.PROFILE, (audience,), 1, 1)
            deepening = _Deepening(api, cursor, budget.posts_asked_who)
            listed = walk(
                _batches(api, grant.uid),
                cursor=cursor,
                expected=audience.posts,
                wanted=budget.posts,
            )
            for page in listed:
                yield replace(page, items=deepening.of(page))


class _Deepening:
    def __init__(self, api: Api, cursor: Cursor, most: int) -> None:
        self._api = api
        self._cursor = cursor
        self._left = most
        self._passed = 0

    def of(self, page: Page) -> tuple[PostSeen | Unchanged, ...]:
        """A post that nothing happened to keeps what is known of it."""
        items: list[PostSeen | Unchanged] = []
        for item in page.items:
            if isinstance(item, PostSeen):
                items.append(self._deepened(item))
            elif isinstance(item, Unchanged):
                items.append(item)
        return tuple(items)

    def _deepened(self, post: PostSeen) -> PostSeen | Unchanged:
        self._passed += 1
        if self._passed > ALWAYS_ASKED and self._is_as_known(post):
            return Unchanged((post.uid,))
        if self._left <= 0:
            return self._with_what_was_told(post)
        self._left -= 1
        told = meta.insights(self._api, f"/{post.uid}/insights", metric=METRICS)
        return replace(
            post, views=told.get("views"), reposts=told.get("shares"), saves=told.get("saved")
        )

    def _with_what_was_told(self, post: PostSeen) -> PostSeen:
        """Not asked this time is not the same as not told."""
        known = self._cursor.known(post.uid)
        if known is None:
            return post
        return replace(post, views=known.views, reposts=known.reposts, saves=known.saves)

    def _is_as_known(self, post: PostSeen) -> bool:
        known = self._cursor.known(post.uid)
        counts = (post.favourites, post.replies)
        return known is not None and (known.favourites, known.replies) == counts


def _audience(api: Api, grant: Grant) -> Audience:
    me = api.get("/me", fields=ME_FIELDS)
    kind = me.get("account_type")
    if isinstance(kind, str) and kind.upper() not in PROFESSIONAL:
        raise CollectError(
            now(
                "Instagram tells numbers of professional accounts only. In Instagram's settings"
                " switch yours to a professional account (it costs nothing), then connect it"
                " again. Or bring your archive."
            ),
            permanent=True,
        )
    username = fields.line(me.get("username"), 200)
    if not username:
        raise api.unreadable()
    if me.get("user_id", me.get("id")) != grant.uid:
        raise api.of_another()
    return Audience(
        handle=username,
        display_name=fields.line(me.get("name"), 200) or username,
        url=fields.web_url(f"https://www.instagram.com/{username}/"),
        followers=fields.count(me.get("followers_count")),
        following=fields.count(me.get("follows_count")),
        posts=fields.count(me.get("media_count")),
    )


def _batches(api: Api, uid: str) -> Iterator[list[PostSeen]]:
    for rows in meta.pages(api, f"/{uid}/media", fields=MEDIA_FIELDS, limit=str(MEDIA_A_PAGE)):
        yield [post for row in rows if (post := _media(row))]


def _media(row: Any) -> PostSeen | None:
    """like_count is left out where the owner hides it: then Instagram does not tell."""
    uid = fields.identifier(row.get("id")) if isinstance(row, dict) else ""
    created_at = fields.moment(row.get("timestamp")) if uid else None
    if created_at is None:
        return None
    return PostSeen(
        uid=uid,
        url=fields.web_url(row.get("permalink")),
        created_at=created_at,
        text=fields.paragraphs(row.get("caption"), 500),
        hashtags=fields.tags_in(row.get("caption")),
        favourites=fields.count(row.get("like_count")),
        reposts=None,
        replies=fields.count(row.get("comments_count")),
        kind="video" if row.get("media_product_type") == "REELS" else "post",
    )


INSTAGRAM: Final = Network(
    key="instagram",
    name=NAME,
    colour="#e4405f",
    icon="camera",
    link=Link.CONSENT,
    host="instagram.com",
    terms=Terms(_("followers"), _("likes"), _("shares"), _("comments")),
    capabilities=frozenset(
        {
            Signal.FOLLOWERS,
            Signal.FAVOURITES,
            Signal.REPOSTS,
            Signal.REPLIES,
            Signal.VIEWS,
            Signal.SAVES,
        }
    ),
    policy=Policy(source=meta.POLICY, notes=meta.POLICY_NOTES),
    setup=Setup(
        keys=("INSTAGRAM_CLIENT_ID", "INSTAGRAM_CLIENT_SECRET"),
        where="https://developers.facebook.com/apps/",
        steps=(
            _(
                "In the app that you made for Facebook, or a new one of type Business, add the"
                " product Instagram and choose API setup with Instagram login."
            ),
            _("Set up Instagram business login with the callback address below."),
            _(
                "In the same place enter the deauthorise callback and data deletion request"
                " addresses: the page that says how people leave this site."
            ),
            _("Business verification, as for Facebook; one is enough for all of Meta's."),
            _(
                "App Review: Advanced Access to instagram_business_basic and"
                " instagram_business_manage_insights, each with a sentence on what the person"
                " gains and a screencast from Link Instagram to the profile with its score."
                " Until then only accounts with a role in the app can link."
            ),
            _(
                "Instagram app ID (not the Facebook app's) is INSTAGRAM_CLIENT_ID, Instagram app"
                " secret is INSTAGRAM_CLIENT_SECRET."
            ),
        ),
        cost=meta.WAITING,
    ),
    reads=_(
        "We read your professional account's counts, your posts and reels and what they"
        " received. We can't post, and see neither messages nor stories nor personal accounts."
    ),
    scopes=(
        Scope(
            "instagram_business_basic",
            _("Your profile with its counts, and your posts with their likes and comments."),
        ),
        Scope(
            "instagram_business_manage_insights",
            _("How often your posts were seen, shared and saved. Instagram says manage; we read."),
        ),
    ),
    pace=meta.PACE,
    collector=InstagramCollector(),
    oauth=LongLived(refresh_url=f"{API}/refresh_access_token", grant_type="ig_refresh_token"),
    archive=Archive(
        how=_("Accounts Centre, Your information, Download your information, format JSON."),
        tells=_(
            "How many follow you and whom you follow, what you posted and when; professional"
            " accounts also totals of what their posts received."
        ),
        lacks=_("Likes and comments of single posts, and who gave them."),
    ),
)
