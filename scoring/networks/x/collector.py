"""Reads an account at X for as little money as it takes.

The first reading looks at the newest 20 posts and the newest 10 mentions only: a quarter of a
dollar at most. From then on it asks for what is new, and again for known posts as far as the
budget goes: half of those that it can pay for are the newest, the others take turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from scoring.collectors.answers import Reply
from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Mentions,
    Page,
    PostSeen,
    RateLimited,
    Step,
    Unchanged,
)
from scoring.collectors.central import Api, Body
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks import reading
from scoring.networks.x import prices, rows
from scoring.networks.x.prices import Purse

NAME: Final = "X"
API: Final = "https://api.x.com/2"
PACE: Final = Pace(Dialect.EPOCH, per_account=Rate(75, 900))
A_PAGE: Final = 100
FEWEST: Final = 5  # X lets nobody ask for fewer posts at once
FIRST_POSTS: Final = 20
FIRST_MENTIONS: Final = 10
A_MENTION: Final = prices.POST + prices.USER  # with who wrote it
USER_FIELDS: Final = {"user.fields": "public_metrics,protected"}
POST_FIELDS: Final = {"post.fields": "created_at,public_metrics,entities"}
A_DAY: Final = 24 * 3600.0


class XCollector:
    network = "x"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            api = Api(transport, NAME, API, PACE.dialect, grant.token, complaint=complaint)
            collection = _Collection(api, grant, cursor, Purse(budget.cost))
            me = collection.me()
            yield me.page
            if me.protected:  # for their followers only: what we knew goes
                yield Page(Step.POSTS, (), 0, 0)
                return
            yield from collection.posts(me.audience.handle, budget.posts)
            yield from collection.mentions()


@dataclass(frozen=True, slots=True)
class _Me:
    audience: Audience
    protected: bool
    page: Page


class _Collection:
    """One collection: the requests, what they may cost, and what the next one must know."""

    def __init__(self, api: Api, grant: Grant, cursor: Cursor, purse: Purse) -> None:
        self._api = api
        self._grant = grant
        self._cursor = cursor
        self._purse = purse
        self._state = dict(cursor.state)

    def me(self) -> _Me:
        if not self._purse.affords(prices.USER):
            message = _("The money for reading X is spent for now. We go on when there is more.")
            raise RateLimited(message, retry_after=A_DAY)
        user = reading.within(self._api.get("/users/me", **USER_FIELDS), "data")
        cost, audience = self._purse.pay(prices.USER), rows.audience_of(user)
        if audience is None or not rows.uid_of(user):
            raise self._api.unreadable()
        if rows.uid_of(user) != self._grant.uid:
            raise self._api.of_another()
        page = Page(Step.PROFILE, (audience,), 1, 1, cost=cost)
        return _Me(audience, bool(user.get("protected")), page)

    def posts(self, username: str, wanted: int) -> Iterator[Page]:
        """First what is new, then the known ones again, then what stays as it was."""
        seen: set[str] = set()
        for page in self._new_posts(username, wanted):
            seen.update(_uids(page))
            yield page
        known = [post.uid for post in self._cursor.posts if post.uid not in seen]
        mine = [uid for uid in known if rows.ID.fullmatch(uid)]
        chosen = self._in_turn(mine[: max(0, wanted - len(seen))])
        kept = [uid for uid in known if uid not in set(chosen)]
        for start in range(0, len(chosen), A_PAGE):
            asked, total = chosen[start : start + A_PAGE], len(seen) + len(chosen) - start
            page, silent = self._again(asked, username, len(seen), total)
            seen.update(_uids(page))
            kept += silent
            yield page
        unchanged = (Unchanged(tuple(kept)),) if kept else ()
        yield Page(Step.POSTS, unchanged, len(seen), len(seen), dict(self._state))

    def mentions(self) -> Iterator[Page]:
        """Not asked for where that can't be paid: then the next collection makes up for it."""
        since = self._state.get("mentions_since", "")
        size = min(A_PAGE if since else FIRST_MENTIONS, self._purse.affords(A_MENTION))
        if size < FEWEST:
            return
        params = {"max_results": str(size), "expansions": "author_id", **_since(since)}
        answer = self._api.get(f"/users/{self._grant.uid}/mentions", **params)
        found = [row for row in reading.objects(answer.get("data")) if rows.uid_of(row)]
        self._remember("mentions_since", [rows.uid_of(row) for row in found])
        others = [row for row in found if rows.uid_of(row, "author_id") != self._grant.uid]
        people = dict.fromkeys(filter(None, (rows.uid_of(row, "author_id") for row in others)))
        item = Mentions(len(others), tuple(people))
        cost = self._purse.pay(prices.of_posts(answer))
        yield Page(Step.RESPONDERS, (item,), 1, 1, dict(self._state), cost)

    def _new_posts(self, username: str, wanted: int) -> Iterator[Page]:
        known = (post.uid for post in self._cursor.posts)
        since = _newest([*known, self._state.get("posts_since", "")])
        window = wanted if since else min(wanted, FIRST_POSTS)
        params = {**POST_FIELDS, "exclude": "replies,retweets", **_since(since)}
        read = seen = 0
        while read < window:
            size = min(A_PAGE, max(FEWEST, window - read), self._purse.affords(prices.POST))
            if size < FEWEST:
                return
            path = f"/users/{self._grant.uid}/tweets"
            answer = self._api.get(path, **params, max_results=str(size))
            found = reading.objects(answer.get("data"))
            self._remember("posts_since", [rows.uid_of(row) for row in found])
            items = _posts(found, username)
            read, seen = read + len(found), seen + len(items)
            cost = self._purse.pay(prices.of_posts(answer))
            yield Page(Step.POSTS, items, seen, max(seen, window), dict(self._state), cost)
            onward = _next_page(answer)
            if not found or not onward:
                return
            params["pagination_token"] = onward

    def _in_turn(self, known: Sequence[str]) -> list[str]:
        """Which to read again, of those that are known, newest first."""
        keeping = FEWEST * A_MENTION
        most = self._purse.affords(prices.POST, keeping=keeping)
        most = most or self._purse.affords(prices.POST)  # too little for mentions anyway
        if most >= len(known):
            return list(known)
        newest, older = known[: most - most // 2], known[most - most // 2 :]
        last = self._state.get("read_again", "")
        start = older.index(last) + 1 if last in older else 0
        turned = [*older[start:], *older[:start]][: most // 2]
        if turned:
            self._state["read_again"] = turned[-1]
        return [*newest, *turned]

    def _again(
        self, asked: Sequence[str], username: str, done: int, total: int
    ) -> tuple[Page, list[str]]:
        """What X says of them, and of which it says nothing at all."""
        answer = self._api.get("/tweets", **POST_FIELDS, ids=",".join(asked))
        found = [row for row in reading.objects(answer.get("data")) if rows.uid_of(row) in asked]
        items = _posts(found, username)
        told = {post.uid for post in items} | rows.gone_in(answer)
        cost = self._purse.pay(prices.of_posts(answer))
        page = Page(Step.POSTS, items, done + len(items), total, dict(self._state), cost)
        return page, [uid for uid in asked if uid not in told]

    def _remember(self, name: str, uids: Sequence[str]) -> None:
        newest = _newest([*uids, self._state.get(name, "")])
        if newest:
            self._state[name] = newest


def complaint(reply: Reply, body: Body) -> CollectError | None:
    """X asks for money by a status that nobody else uses."""
    if reply.status != 402:
        return None
    return CollectError(_("This site has no credit left at X: its operator has to add some."))


def _posts(found: Sequence[Mapping[str, Any]], username: str) -> tuple[PostSeen, ...]:
    posts = (rows.post_of(row, username) for row in found)
    return tuple({post.uid: post for post in posts if post}.values())


def _uids(page: Page) -> list[str]:
    return [item.uid for item in page.items if isinstance(item, PostSeen)]


def _newest(uids: Iterable[str]) -> str:
    """The highest: X's ids grow with time."""
    return max((uid for uid in uids if rows.ID.fullmatch(uid)), key=int, default="")


def _since(uid: str) -> dict[str, str]:
    return {"since_id": uid} if rows.ID.fullmatch(uid) else {}


def _next_page(answer: Mapping[str, Any]) -> str:
    token = reading.an_object(answer.get("meta")).get("next_token")
    return token if isinstance(token, str) and token.isalnum() and len(token) <= 200 else ""
