"""What a collector takes and gives. Nothing here knows the database, the clock or HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class CollectError(Exception):
    """A network said no, in words that its account's owner can act on.

    `permanent` is the one bit that decides what happens next: True means that only the
    person can mend it (reconnect), False means that trying later may help. `str(error)` is
    shown to people: never put a token, a body or a stack in it.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class RateLimited(CollectError):
    """The network asks us to wait: until `retry_at` (aware) or for `retry_after` seconds.

    Both may be None where the network did not say. Our own buckets raise it as well, before
    the network has to.
    """

    def __init__(
        self, message: str, *, retry_at: datetime | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.retry_at = retry_at
        self.retry_after = retry_after


class Step(StrEnum):
    """What a collection is doing now, in the order in which it happens."""

    PROFILE = "profile"
    POSTS = "posts"
    RESPONDERS = "responders"


class Signal(StrEnum):
    """What a network can know about an account and its posts, apart from how much it is."""

    FOLLOWERS = "followers"
    LISTED = "listed"  # lists, starter packs, memberships that others put the account on
    FAVOURITES = "favourites"
    REPOSTS = "reposts"
    REPLIES = "replies"
    QUOTES = "quotes"
    VIEWS = "views"
    SAVES = "saves"  # bookmarks
    RESPONDERS = "responders"  # who: distinct people, not just how many times
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is at its network. (network, host, uid) never changes; the rest may.

    `also`: further names that prove it to be the same owner, as "kind:value", lower case:
    "email:ann@example.org" (only where the network has verified it), "channel:UC...",
    "handle:ann". They serve to recognise the owner's archive and are stored hashed.
    """

    network: str  # "mastodon"
    host: str  # "mastodon.social", "localhost:8383" in the demo, "github.com"
    uid: str  # the network's own id, never the handle
    handle: str  # "ann@mastodon.social"
    display_name: str
    url: str  # public page of the account; "" where unknown or not http(s)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a consent brought. `extra` is whatever else the network needs kept as secret
    (Bluesky's DPoP key, its server): strings only. All of it is encrypted at rest."""

    access: str
    refresh: str = ""
    expires_at: datetime | None = None  # aware; None: does not expire, or nobody says
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:  # a token must not reach a log through a traceback
        return f"Tokens(***, expires_at={self.expires_at!r}, scopes={self.scopes!r})"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a collector needs in order to read on somebody's behalf."""

    base_url: str  # "https://mastodon.social", no trailing slash
    uid: str
    token: str
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)  # Tokens.extra
    label: str = ""  # names this account's rate-limit bucket; no secret in it

    def __repr__(self) -> str:  # a token must not reach a log through a traceback
        return f"Grant({self.base_url!r}, {self.uid!r}, token=***)"


@dataclass(frozen=True, slots=True)
class Audience:
    """The account's own counters. None: the network does not tell (not the same as 0).

    `figures`: further totals under the network's own names, shown as they are and never
    scored, e.g. {"views": 120_000}; their labels stand in the network's declaration.
    """

    handle: str
    display_name: str
    url: str
    followers: int | None
    following: int | None
    posts: int | None
    listed: int | None = None
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostSeen:
    """One public post by the account, and what it received. None: the network does not tell.

    `kind` says what a "post" is here: "post", "repository", "video", "clip", "pin", "checkin".
    `favourites` are the cheap nods (likes, stars), `reposts` whatever carries it further
    (boosts, forks, shares), `replies` are comments too.
    """

    uid: str
    url: str
    created_at: datetime  # aware
    text: str  # plain text, at most 500 characters
    hashtags: tuple[str, ...]  # lower case, without the #, each once
    favourites: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None = None
    views: int | None = None
    saves: int | None = None
    kind: str = "post"


@dataclass(frozen=True, slots=True)
class Responses:
    """Who responded to one post, as ids that are stable within the network ("acct" or URI).

    Given for a post, it replaces what was known, or with `adds` comes on top of it; not given,
    what was known stays.
    """

    post_uid: str
    responders: tuple[str, ...]
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Known posts that were not asked about this time: they stay as they are.

    Whatever is known and neither seen nor in here is gone at the network, and goes here too.
    """

    post_uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Others who addressed the account since the last collection: how often, and who."""

    count: int
    people: tuple[str, ...]  # ids as in Responses, each once


Observation = Audience | PostSeen | Responses | Unchanged | Mentions


@dataclass(frozen=True, slots=True)
class Page:
    """What one request brought, and how far the step is. `done` and `total` count real things.

    POSTS: posts seen of posts to see; RESPONDERS: posts asked about of posts to ask about;
    PROFILE: 1 of 1. The last page of a step has done == total.
    `state`: what the collector wants to find in its next cursor; the last one given counts.
    `cost`: millionths of a dollar that this page cost the operator.
    """

    step: Step
    items: tuple[Observation, ...]
    done: int
    total: int
    state: Mapping[str, str] | None = None
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A post as the last collection left it."""

    uid: str
    created_at: datetime
    favourites: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None
    asked_who: bool  # responders are known for these counts
    views: int | None = None
    saves: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the last collection ended. Empty at the first one. `posts`: newest first."""

    posts: tuple[Known, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)

    def known(self, uid: str) -> Known | None:
        return next((post for post in self.posts if post.uid == uid), None)

    def must_ask_who(self, post: PostSeen) -> bool:
        """Whether somebody may have responded since who responded was last asked."""
        if not (post.favourites or post.reposts or post.quotes):
            return False
        before = self.known(post.uid)
        return before is None or not before.asked_who or _counts(before) != _counts(post)

    def to_ask_about(self, posts: Iterable[PostSeen], most: int) -> list[PostSeen]:
        """Of the first `most` that received anything, those about which something has changed.

        Known ones keep their place among these: else each day would go on to further posts, and
        the number of people would grow just by looking again.
        """
        received = [post for post in posts if any(_counts(post))]
        return [post for post in received[: max(0, most)] if self.must_ask_who(post)]


def newest_first(posts: Iterable[PostSeen]) -> list[PostSeen]:
    return sorted(posts, key=lambda post: post.created_at, reverse=True)


def _counts(post: Known | PostSeen) -> tuple[int | None, ...]:
    return post.favourites, post.reposts, post.quotes


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper bounds of one collection.

    `posts` to look at, and of those how many to ask "who?"; `cost` in millionths of a dollar:
    where the next request may cost more than is left, the collector stops, in good order.
    """

    posts: int = 100
    posts_asked_who: int = 40
    cost: int = 0


class Collector(Protocol):
    """Reads one network. No ORM, no clock; raises CollectError, and nothing else, when it can't.

    The first page is the profile's. A RateLimited after the last page of POSTS loses nothing:
    what was read is stored, and the next collection goes on from its cursor.
    """

    network: str

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]: ...
