"""Reads an account of Bluesky: what is public as everybody may, the rest with its owner's leave.

Lists and starter packs of others that an account stands on, no question of the API tells
(getListsWithMembership looks through the asker's own lists): `listed` stays unknown. How many
the account made itself is shown as a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scoring.collectors import fields
from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Mentions,
    Observation,
    Page,
    PostSeen,
    RateLimited,
    Responses,
    Step,
    newest_first,
)
from scoring.collectors.errors import Forbidden, Refused
from scoring.collectors.http import Limits, Transport
from scoring.collectors.walking import walk
from scoring.networks.bluesky.identity import HANDLE, NO_HANDLE, PROFILES, is_did
from scoring.networks.bluesky.xrpc import PACE, Body, Xrpc, unreadable
from scoring.networks.reading import LONGEST_NAME, LONGEST_TEXT, an_object, objects

A_PAGE: Final = 100
POSTS_A_QUESTION: Final = 25  # of getPosts
MOST_NOTIFICATION_PAGES: Final = 5
LONGEST_URI: Final = 200
LONGEST_CURSOR: Final = 500
RKEY: Final = re.compile(r"[A-Za-z0-9._:~-]{1,100}")
# An account asks with it not to be shown to people who are not logged in at Bluesky.
HIDDEN: Final = "!no-unauthenticated"
MENTIONS_UNTIL: Final = "mentions_until"
FIGURES: Final = {"lists": "lists", "starterPacks": "starter_packs", "feedgens": "feeds"}
# What asks who responded, and where in the answer they stand.
WHO: Final = {
    "favourites": ("app.bsky.feed.getLikes", "likes", "actor"),
    "reposts": ("app.bsky.feed.getRepostedBy", "repostedBy", ""),
    "quotes": ("app.bsky.feed.getQuotes", "posts", "author"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked answer of getProfile."""

    audience: Audience
    hidden: bool


class BlueskyCollector:
    network = "bluesky"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            reading = _Reading(Xrpc(transport, grant), grant.uid)
            profile = reading.profile()
            yield Page(Step.PROFILE, (profile.audience,), 1, 1)
            posts: list[PostSeen] = []
            batches = reading.batches(cursor, budget.posts, hidden=profile.hidden)
            expected = profile.audience.posts
            for page in walk(batches, cursor=cursor, expected=expected, wanted=budget.posts):
                posts += [item for item in page.items if isinstance(item, PostSeen)]
                yield page
            asked = cursor.to_ask_about(newest_first(posts), budget.posts_asked_who)
            yield from reading.responders(asked, cursor)


class _Reading:
    """One collection of one account."""

    def __init__(self, xrpc: Xrpc, did: str) -> None:
        self._xrpc = xrpc
        self._did = did
        self._withheld: set[str] = set()  # "who?" questions that are never answered

    def profile(self) -> Profile:
        asked = {"actor": self._did}
        try:
            data = self._xrpc.own("app.bsky.actor.getProfile", asked)
        except Forbidden:  # a server that knows no narrow scopes; it is public anyway
            data = self._xrpc.public("app.bsky.actor.getProfile", asked)
        if data.get("did") != self._did:
            raise unreadable()
        labels = objects(data.get("labels"))
        return Profile(_audience(data, self._did), any(row.get("val") == HIDDEN for row in labels))

    def batches(self, cursor: Cursor, wanted: int, *, hidden: bool) -> Iterator[list[PostSeen]]:
        """The account's own posts, newest first, with what they received until now.

        The feed brings reposts too. Where those crowd out what we look for, and all that is new
        has been seen, the known posts are asked for by name.
        """
        seen: set[str] = set()
        for rows, has_more in self._feed():
            found = [self._post(row.get("post"), hidden) for row in rows if not row.get("reason")]
            posts = [post for post in found if post]
            seen.update(post.uid for post in posts)
            yield posts
            rest = [post.uid for post in cursor.posts if post.uid not in seen]
            is_past_the_new = len(rest) < len(cursor.posts)
            if has_more and is_past_the_new and len(posts) < POSTS_A_QUESTION:
                yield from self._again(rest[: wanted - len(seen)], hidden)
                return

    def responders(self, asked: list[PostSeen], cursor: Cursor) -> Iterator[Page]:
        items, state = self._mentions(cursor)
        yield Page(Step.RESPONDERS, items, 0, len(asked), state)
        for done, post in enumerate(asked, start=1):
            who = self._who_responded(post)
            told = () if who is None else (Responses(post.uid, who),)
            yield Page(Step.RESPONDERS, told, done, len(asked))

    def _feed(self) -> Iterator[tuple[list[Body], bool]]:
        """Its pages, each with whether another follows."""
        asked = {"actor": self._did, "limit": str(A_PAGE), "filter": "posts_no_replies"}
        cursors: set[str] = set()
        has_more = True
        while has_more:
            data = self._xrpc.public("app.bsky.feed.getAuthorFeed", asked)
            if not isinstance(data.get("feed"), list):
                raise unreadable()
            after = fields.line(data.get("cursor"), LONGEST_CURSOR) if data["feed"] else ""
            has_more = bool(after) and after not in cursors
            yield objects(data["feed"]), has_more
            cursors.add(after)
            asked["cursor"] = after

    def _again(self, uids: list[str], hidden: bool) -> Iterator[list[PostSeen]]:
        for start in range(0, len(uids), POSTS_A_QUESTION):
            some = uids[start : start + POSTS_A_QUESTION]
            data = self._xrpc.public("app.bsky.feed.getPosts", [("uris", uid) for uid in some])
            if not isinstance(data.get("posts"), list):
                raise unreadable()
            yield [post for row in data["posts"] if (post := self._post(row, hidden))]

    def _post(self, view: Any, hidden: bool) -> PostSeen | None:
        """None for what is no post of theirs to the public at large: reposts, replies, others'."""
        view = an_object(view)
        record, uid = an_object(view.get("record")), self._uid(view.get("uri"))
        created_at = _shown_at(view, record)
        if not uid or created_at is None or record.get("reply"):
            return None
        return PostSeen(
            uid=uid,
            url=f"{PROFILES}{self._did}/post/{uid.rpartition('/')[2]}",
            created_at=created_at,
            text="" if hidden else fields.paragraphs(record.get("text"), LONGEST_TEXT),
            hashtags=() if hidden else _hashtags(record),
            favourites=fields.count(view.get("likeCount")),
            reposts=fields.count(view.get("repostCount")),
            replies=fields.count(view.get("replyCount")),
            quotes=fields.count(view.get("quoteCount")),
            saves=fields.count(view.get("bookmarkCount")),
        )

    def _uid(self, uri: Any) -> str:
        """The address of the record, if it is one of this account's posts."""
        front = f"at://{self._did}/app.bsky.feed.post/"
        if not isinstance(uri, str) or not uri.startswith(front) or len(uri) > LONGEST_URI:
            return ""
        return uri if RKEY.fullmatch(uri.removeprefix(front)) else ""

    def _who_responded(self, post: PostSeen) -> tuple[str, ...] | None:
        """None where nobody tells."""
        answered = [self._who(post.uid, name) for name in WHO if getattr(post, name)]
        told = [people for people in answered if people is not None]
        if not told:
            return None
        return tuple(dict.fromkeys(person for people in told for person in people))

    def _who(self, uid: str, name: str) -> list[str] | None:
        method, rows, whose = WHO[name]
        if name in self._withheld:
            return None
        try:
            data = self._xrpc.public(method, {"uri": uid, "limit": str(A_PAGE)})
        except Forbidden:
            self._withheld.add(name)
            return None
        except Refused:  # the post went away in this very minute
            return None
        found = objects(data.get(rows))
        people = (self._person(row.get(whose) if whose else row) for row in found)
        return [person for person in people if person]

    def _person(self, actor: Any) -> str:
        """ "" for the owner."""
        did = an_object(actor).get("did")
        return str(did) if is_did(did) and did != self._did else ""

    def _mentions(self, cursor: Cursor) -> tuple[tuple[Observation, ...], dict[str, str] | None]:
        """Who has spoken to them since we last asked, and the moment to go on from.

        An own server that fails here costs nothing but time: the next collection asks again.
        """
        since = fields.moment(cursor.state.get(MENTIONS_UNTIL))
        try:
            rows = list(self._notifications(since))
        except RateLimited:
            raise
        except CollectError as error:
            if error.permanent:
                raise
            return (), None
        people = [person for row, _at in rows if (person := self._person(row.get("author")))]
        newest = max((at for _row, at in rows), default=since)
        state = {MENTIONS_UNTIL: newest.isoformat()} if newest else {}
        return (Mentions(len(people), tuple(dict.fromkeys(people))),), {**cursor.state, **state}

    def _notifications(self, since: datetime | None) -> Iterator[tuple[Body, datetime]]:
        asked = [("reasons", "mention"), ("reasons", "reply"), ("limit", str(A_PAGE))]
        after = ""
        # The first time, one page: what is older nobody has asked for.
        for _page in range(MOST_NOTIFICATION_PAGES if since else 1):
            params = [*asked, ("cursor", after)] if after else asked
            data = self._xrpc.own("app.bsky.notification.listNotifications", params)
            rows = objects(data.get("notifications"))
            for row in rows:
                at = fields.moment(row.get("indexedAt"))
                if at is None or row.get("reason") not in ("mention", "reply"):
                    continue
                if since is not None and at <= since:
                    return
                yield row, at
            after = fields.line(data.get("cursor"), LONGEST_CURSOR) if rows else ""
            if not after:
                return


def _audience(data: Body, did: str) -> Audience:
    handle = str(data.get("handle", "")).lower()
    named = handle if HANDLE.fullmatch(handle) and handle != NO_HANDLE else did
    made = an_object(data.get("associated"))
    figures = {label: fields.count(made.get(name)) for name, label in FIGURES.items()}
    return Audience(
        handle=named,
        display_name=fields.line(data.get("displayName"), LONGEST_NAME),
        url=f"{PROFILES}{named}",
        followers=fields.count(data.get("followersCount")),
        following=fields.count(data.get("followsCount")),
        posts=fields.count(data.get("postsCount")),
        figures={label: number for label, number in figures.items() if number is not None},
    )


def _shown_at(view: Body, record: Body) -> datetime | None:
    """When it was written, as its author says, but not later than Bluesky saw it."""
    said, seen = fields.moment(record.get("createdAt")), fields.moment(view.get("indexedAt"))
    return min(said, seen) if said and seen else seen or said


def _hashtags(record: Body) -> tuple[str, ...]:
    """Those in the text, marked as such, and those beside it."""
    features = [
        feature
        for facet in objects(record.get("facets"))
        for feature in objects(facet.get("features"))
    ]
    marked = [row.get("tag") for row in features if "facet#tag" in str(row.get("$type"))]
    beside = record.get("tags")
    names = [*marked, *(beside if isinstance(beside, list) else [])]
    return fields.hashtags([{"name": name} for name in names])
