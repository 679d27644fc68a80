"""Reads an account at any server that speaks Mastodon's API, with its owner's token."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from scoring.collectors import answers, fields, guard
from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Page,
    PostSeen,
    Responses,
    Step,
    newest_first,
)
from scoring.collectors.errors import Forbidden, NotFound, Refused
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks.mastodon import notifications

PACE: Final = Pace(Dialect.MASTODON, per_host=Rate(300, 300), per_account=Rate(300, 300))
POSTS_A_PAGE: Final = 40
RESPONDERS_A_PAGE: Final = 80
# A question that has nothing to get wrong: what some servers find so is the token.
NOBODYS_TOKEN: Final = 422
# So many posts in a row of which a server does not know who: it knows of none.
MOST_MISSES: Final = 3
LONGEST_TEXT: Final = 500
LONGEST_NAME: Final = 200
LONGEST_HANDLE: Final = 300
# What Mastodon shows to everybody. Posts for followers and messages are none of our business.
PUBLIC: Final = ("public", "unlisted")
ACCT: Final = re.compile(r"[^\s@/]{1,100}(@[^\s@/]{1,253})?")


@dataclass(frozen=True, slots=True)
class Account:
    """A checked answer of verify_credentials."""

    uid: str
    audience: Audience


class MastodonCollector:
    network = "mastodon"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            reading = _Reading(transport, grant, cursor)
            audience = reading.audience()
            yield Page(Step.PROFILE, (audience,), 1, 1)
            posts: list[PostSeen] = []
            for page in reading.posts(audience.posts, budget.posts):
                posts += [item for item in page.items if isinstance(item, PostSeen)]
                yield page
            if posts and audience.posts == 0:
                told = _that_does_not_count(audience)
                yield Page(Step.POSTS, (told,), len(posts), len(posts))
            yield from reading.responders(posts, budget.posts_asked_who)
            yield from reading.news()


def account_at(transport: Transport, base_url: str, token: str) -> Account:
    """Whose token it is. Raises CollectError."""
    host = guard.server_of(base_url).host
    try:
        data = transport.get_json(f"{base_url}/api/v1/accounts/verify_credentials", token=token)
    except Refused as refusal:
        if refusal.status != NOBODYS_TOKEN:
            raise
        message = _("%(host)s no longer lets us read this account: connect it again.")
        raise CollectError(message % {"host": host}, permanent=True) from None
    uid = fields.identifier(data.get("id")) if isinstance(data, dict) else ""
    name = fields.line(data.get("username"), LONGEST_NAME) if uid else ""
    if not name or not ACCT.fullmatch(name):
        raise answers.unreadable(host)
    return Account(uid, _audience(data, f"{name}@{host}"[:LONGEST_HANDLE]))


def _audience(data: dict[str, Any], handle: str) -> Audience:
    return Audience(
        handle=handle,
        display_name=fields.line(data.get("display_name"), LONGEST_NAME),
        url=fields.web_url(data.get("url")),
        followers=_shown(data, "followers_count"),
        following=_shown(data, "following_count"),
        posts=fields.count(data.get("statuses_count")),
    )


def _shown(data: dict[str, Any], name: str) -> int | None:
    """Where people hide whom they know, some servers say 0 (GoToSocial): that is no count."""
    counted = fields.count(data.get(name))
    return None if counted == 0 and data.get("hide_collections") is True else counted


def _that_does_not_count(audience: Audience) -> Audience:
    """Posts, but a count of none: this server fills in zeros for what it does not know (snac)."""
    followers, following = audience.followers or None, audience.following or None
    return replace(audience, followers=followers, following=following, posts=None)


class _Reading:
    """One collection: the requests, and what has been seen so far."""

    def __init__(self, transport: Transport, grant: Grant, cursor: Cursor) -> None:
        self._transport = transport
        self._grant = grant
        self._cursor = cursor
        self._host = guard.server_of(grant.base_url).host
        self._withheld: set[str] = set()  # "who?" questions that the server never answers
        self._missed: Counter[str] = Counter()  # and how often in a row one was not known

    def audience(self) -> Audience:
        account = account_at(self._transport, self._grant.base_url, self._grant.token)
        if account.uid != self._grant.uid:
            message = _("The permission at %(host)s is for another account now: connect it again.")
            raise CollectError(message % {"host": self._host}, permanent=True)
        return account.audience

    def posts(self, expected: int | None, wanted: int) -> Iterator[Page]:
        """Pages of public posts, newest first, until there are enough or no more."""
        seen: set[str] = set()
        total = wanted if expected is None else min(wanted, expected)
        for rows in self._pages_of_posts(most=wanted):
            fresh = [post for post in map(self._post, rows) if post and post.uid not in seen]
            items = tuple({post.uid: post for post in fresh}.values())[: wanted - len(seen)]
            seen.update(post.uid for post in items)
            total = max(total, len(seen))
            yield Page(Step.POSTS, items, len(seen), total)
            if len(seen) == wanted:
                return
        if len(seen) < total or not seen:  # fewer than promised: replies and boosts don't count
            yield Page(Step.POSTS, (), len(seen), len(seen))

    def responders(self, posts: list[PostSeen], most: int) -> Iterator[Page]:
        asked = self._cursor.to_ask_about(newest_first(posts), most)
        for done, post in enumerate(asked, start=1):
            who = self._who_responded(post)
            items = () if who is None else (Responses(post.uid, who),)
            yield Page(Step.RESPONDERS, items, done, len(asked))

    def news(self) -> Iterator[Page]:
        """Mentions, and people whom the posts' own lists have no room for."""
        news = notifications.read(self._transport, self._grant, self._cursor.state, self._person)
        if news is not None:
            yield Page(Step.RESPONDERS, news.items, 1, 1, state=news.state)

    def _pages_of_posts(self, *, most: int) -> Iterator[list[Any]]:
        """Walks back by max_id. A server that repeats itself or withholds everything ends it."""
        path = f"/api/v1/accounts/{self._grant.uid}/statuses"
        params = {
            "exclude_replies": "true",
            "exclude_reblogs": "true",
        }
        cursors: set[str] = set()
        while len(cursors) <= 2 + most // 10:
            rows = self._list(path, params, most=POSTS_A_PAGE)
            oldest = next((uid for uid in map(_uid, reversed(rows)) if uid), "")
            if not rows or oldest in cursors:
                return
            yield rows
            if not oldest:
                return
            cursors.add(oldest)
            params["max_id"] = oldest

    def _post(self, row: Any) -> PostSeen | None:
        row = self._boosted_by_others(row)
        if not isinstance(row, dict) or not self._is_own_public_post(row):
            return None
        uid, created_at = _uid(row), fields.moment(row.get("created_at"))
        if not uid or created_at is None:
            return None
        return PostSeen(
            uid=uid,
            url=fields.web_url(row.get("url")),
            created_at=created_at,
            text=_text(row),
            hashtags=fields.hashtags(row.get("tags")),
            favourites=fields.count(row.get("favourites_count")),
            reposts=fields.count(row.get("reblogs_count")),
            replies=fields.count(row.get("replies_count")),
            quotes=fields.count(row.get("quotes_count")),
        )

    def _boosted_by_others(self, row: Any) -> Any:
        """Some servers list a post as what those made of it who passed it on (snac)."""
        inside = row.get("reblog") if isinstance(row, dict) else None
        author = inside.get("account") if isinstance(inside, dict) else None
        return inside if _uid(author) == self._grant.uid else row

    def _is_own_public_post(self, row: dict[str, Any]) -> bool:
        """Not every server honours our filters, so they are applied again."""
        to_another = row.get("in_reply_to_account_id") not in (None, self._grant.uid)
        return row.get("visibility") in PUBLIC and not row.get("reblog") and not to_another

    def _who_responded(self, post: PostSeen) -> tuple[str, ...] | None:
        """None where the server does not tell (hidden, gone, an older server)."""
        questions = {"favourited_by": post.favourites, "reblogged_by": post.reposts}
        answered = [self._who(post, question) for question, n in questions.items() if n]
        told = [people for people in answered if people is not None]
        if not told:
            return None
        return tuple(dict.fromkeys(person for people in told for person in people))

    def _who(self, post: PostSeen, question: str) -> list[str] | None:
        if question in self._withheld:
            return None
        path = f"/api/v1/statuses/{post.uid}/{question}"
        try:
            rows = self._list(path, {}, most=RESPONDERS_A_PAGE)
        except Forbidden:
            self._withheld.add(question)
            return None
        except NotFound:
            self._missed[question] += 1
            if self._missed[question] == MOST_MISSES:
                self._withheld.add(question)
            return None
        self._missed[question] = 0
        people = (self._person(row) for row in rows)
        return [person for person in people if person]

    def _person(self, row: Any) -> str:
        """An id that is the same from every server's point of view; "" for the owner."""
        if not isinstance(row, dict) or _uid(row) == self._grant.uid:
            return ""
        acct = fields.line(row.get("acct"), LONGEST_HANDLE).lower()
        if not ACCT.fullmatch(acct):
            return ""
        return acct if "@" in acct else f"{acct}@{self._host}"

    def _list(self, path: str, params: dict[str, str], *, most: int) -> list[Any]:
        """Not every server keeps to the limit that it is asked to keep."""
        params = {**params, "limit": str(most)}
        data = self._transport.get_json(
            f"{self._grant.base_url}{path}", token=self._grant.token, params=params
        )
        if not isinstance(data, list):
            raise answers.unreadable(self._host)
        return data[:most]


def _uid(row: Any) -> str:
    return fields.identifier(row.get("id")) if isinstance(row, dict) else ""


def _text(row: dict[str, Any]) -> str:
    """Behind a content warning the warning stands for the text, as it does at the server."""
    warning = fields.plain_text(row.get("spoiler_text"), LONGEST_TEXT)
    return warning or fields.plain_text(row.get("content"), LONGEST_TEXT)
