"""Threads: an API of its own beside Instagram's, with the same manners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
    Unchanged,
)
from scoring.collectors.central import Api
from scoring.collectors.http import Limits, Transport
from scoring.collectors.walking import walk
from scoring.networks import meta
from scoring.networks.declaring import Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import LongLived

NAME: Final = "Threads"
API: Final = "https://graph.threads.net"
BASE_URL: Final = f"{API}/v1.0"
POSTS_A_PAGE: Final = 100
ALWAYS_ASKED: Final = 10  # the newest: what they receive still moves
ME_FIELDS: Final = "id,username,name"
POST_FIELDS: Final = "id,text,timestamp,permalink,media_type"
METRICS: Final = "views,likes,replies,reposts,quotes"
NEXT: Final = "next"  # in the cursor's state: the post after which the round goes on
REPOSTED: Final = "REPOST_FACADE"  # somebody else's post, repeated


class ThreadsCollector:
    """Counts cost a request for each post, so known posts take turns.

    New ones come first, then the newest ten, then as many of the others as the budget allows,
    from where the last collection stopped. Whose turn it is not stays as it was.
    """

    network = "threads"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=meta.PACE, label=grant.label) as transport:
            api = meta.api(transport, NAME, BASE_URL, grant)
            yield Page(Step.PROFILE, (_audience(api, grant),), 1, 1)
            listed = list(walk(_batches(api), cursor=cursor, expected=None, wanted=budget.posts))
            yield from _counted(api, listed, cursor, budget.posts_asked_who)


def _audience(api: Api, grant: Grant) -> Audience:
    me = api.get("/me", fields=ME_FIELDS)
    username = fields.line(me.get("username"), 200)
    if not username:
        raise api.unreadable()
    if me.get("id") != grant.uid:
        raise api.of_another()
    told = meta.permitted_insights(api, "/me/threads_insights", metric="followers_count")
    return Audience(
        handle=username,
        display_name=fields.line(me.get("name"), 200) or username,
        url=fields.web_url(f"https://www.threads.net/@{username}"),
        followers=told.get("followers_count"),
        following=None,
        posts=None,
    )


def _batches(api: Api) -> Iterator[list[PostSeen]]:
    asked = {"fields": POST_FIELDS, "limit": str(POSTS_A_PAGE)}
    for rows in meta.pages(api, "/me/threads", **asked):
        yield [post for row in rows if (post := _post(row))]


def _counted(api: Api, listed: list[Page], cursor: Cursor, most: int) -> Iterator[Page]:
    """The pages of the list again, with counts where it is a post's turn."""
    posts = [item for page in listed for item in page.items if isinstance(item, PostSeen)]
    turn = _turn(posts, cursor, most)
    for page in listed:
        yield replace(page, items=tuple(_looked_at(api, page, turn, cursor)), state=_next(turn))


def _looked_at(
    api: Api, page: Page, turn: list[str], cursor: Cursor
) -> Iterator[PostSeen | Unchanged]:
    for item in page.items:
        if isinstance(item, Unchanged):
            yield item
        elif isinstance(item, PostSeen):
            if item.uid in turn:
                yield _with_counts(api, item)
            else:
                yield Unchanged((item.uid,)) if cursor.known(item.uid) else item


def _turn(posts: list[PostSeen], cursor: Cursor, most: int) -> list[str]:
    uids = [post.uid for post in posts]
    new = [uid for uid in uids if not _is_counted(cursor, uid)]
    recent = [uid for uid in uids[:ALWAYS_ASKED] if uid not in new]
    others = [uid for uid in uids[ALWAYS_ASKED:] if uid not in new]
    last = cursor.state.get(NEXT, "")
    at = others.index(last) + 1 if last in others else 0
    return [*new, *recent, *others[at:], *others[:at]][: max(0, most)]


def _next(turn: list[str]) -> dict[str, str]:
    return {NEXT: turn[-1]} if turn else {}


def _is_counted(cursor: Cursor, uid: str) -> bool:
    known = cursor.known(uid)
    return known is not None and known.favourites is not None


def _with_counts(api: Api, post: PostSeen) -> PostSeen:
    told = meta.insights(api, f"/{post.uid}/insights", metric=METRICS)
    return replace(
        post,
        favourites=told.get("likes"),
        reposts=told.get("reposts"),
        replies=told.get("replies"),
        quotes=told.get("quotes"),
        views=told.get("views"),
    )


def _post(row: Any) -> PostSeen | None:
    uid = fields.identifier(row.get("id")) if isinstance(row, dict) else ""
    created_at = fields.moment(row.get("timestamp")) if uid else None
    if created_at is None or row.get("media_type") == REPOSTED:
        return None
    return PostSeen(
        uid=uid,
        url=fields.web_url(row.get("permalink")),
        created_at=created_at,
        text=fields.paragraphs(row.get("text"), 500),
        hashtags=fields.tags_in(row.get("text")),
        favourites=None,
        reposts=None,
        replies=None,
    )


THREADS: Final = Network(
    key="threads",
    name=NAME,
    colour="#000000",
    icon="at-sign",
    link=Link.CONSENT,
    host="threads.net",
    terms=Terms(_("followers"), _("likes"), _("reposts"), _("replies")),
    capabilities=frozenset(
        {
            Signal.FOLLOWERS,
            Signal.FAVOURITES,
            Signal.REPOSTS,
            Signal.REPLIES,
            Signal.QUOTES,
            Signal.VIEWS,
        }
    ),
    policy=Policy(
        source=meta.POLICY,
        notes=(*meta.POLICY_NOTES, _("Threads has no numbers from before 13 April 2024.")),
    ),
    setup=Setup(
        keys=("THREADS_CLIENT_ID", "THREADS_CLIENT_SECRET"),
        where="https://developers.facebook.com/apps/",
        steps=(
            _("Create app with the use case Access the Threads API. It is an app of its own."),
            _(
                "Use cases, Customise, Settings: the callback address below; for the uninstall"
                " and the delete callback, the page that says how people leave this site."
            ),
            _("Business verification, as for Facebook; one is enough for all of Meta's."),
            _(
                "App Review: threads_basic and threads_manage_insights, each with a sentence on"
                " what the person gains and a screencast from Link Threads to the profile with"
                " its score. Until then only Threads testers named in App roles can link."
            ),
            _("Threads app ID is THREADS_CLIENT_ID, Threads app secret THREADS_CLIENT_SECRET."),
        ),
        cost=meta.WAITING,
    ),
    reads=_(
        "We read your profile, your count of followers, your posts and what they received. We"
        " can't post or reply."
    ),
    scopes=(
        Scope("threads_basic", _("Your profile and your posts.")),
        Scope(
            "threads_manage_insights",
            _("What your posts received, and your followers. Threads says manage; we read."),
        ),
    ),
    pace=meta.PACE,
    collector=ThreadsCollector(),
    oauth=LongLived(refresh_url=f"{API}/refresh_access_token", grant_type="th_refresh_token"),
)
