"""What a collector takes and gives. Nothing here knows the database, the clock or HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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

    Both may be None where the network did not say.
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


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is at its network. (network, host, uid) never changes; the rest may."""

    network: str  # "mastodon"
    host: str  # "mastodon.social", or "localhost:8383" in the demo
    uid: str  # the network's own id, never the handle
    handle: str  # "ann@mastodon.social"
    display_name: str
    url: str  # public page of the account; "" where unknown or not http(s)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a collector needs in order to read on somebody's behalf."""

    base_url: str  # "https://mastodon.social", no trailing slash
    uid: str
    token: str

    def __repr__(self) -> str:  # a token must not reach a log through a traceback
        return f"Grant({self.base_url!r}, {self.uid!r}, token=***)"


@dataclass(frozen=True, slots=True)
class Audience:
    """The account's own counters. None: the network does not tell (not the same as 0)."""

    handle: str
    display_name: str
    url: str
    followers: int | None
    following: int | None
    posts: int | None


@dataclass(frozen=True, slots=True)
class PostSeen:
    """One public post by the account, and what it received. None: the network does not tell."""

    uid: str
    url: str
    created_at: datetime  # aware
    text: str  # plain text, at most 500 characters
    hashtags: tuple[str, ...]  # lower case, without the #, each once
    favourites: int | None
    reposts: int | None
    replies: int | None


@dataclass(frozen=True, slots=True)
class Responses:
    """Who responded to one post, as ids that are stable within the network ("acct" or URI)."""

    post_uid: str
    responders: tuple[str, ...]


Observation = Audience | PostSeen | Responses


@dataclass(frozen=True, slots=True)
class Page:
    """What one request brought, and how far the step is. `done` and `total` count real things.

    POSTS: posts seen of posts to see; RESPONDERS: posts asked about of posts to ask about;
    PROFILE: 1 of 1. The last page of a step has done == total.
    """

    step: Step
    items: tuple[Observation, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper bounds of one collection: posts to look at, and of those how many to ask "who?"."""

    posts: int = 100
    posts_asked_who: int = 40


class Collector(Protocol):
    """Reads one network. No ORM, no clock; raises CollectError, and nothing else, when it can't."""

    network: str

    def collect(self, grant: Grant, budget: Budget) -> Iterator[Page]: ...
