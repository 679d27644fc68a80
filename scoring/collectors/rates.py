"""How fast a network may be asked, and how it says so: one reader per dialect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Dialect(StrEnum):
    """Whose way of announcing limits an answer speaks."""

    MASTODON = "mastodon"  # X-RateLimit-*, reset in ISO 8601
    EPOCH = "epoch"  # X-RateLimit-* (X, GitHub) or Ratelimit-* (Twitch), reset in epoch seconds
    IETF = "ietf"  # RateLimit-* (Bluesky), reset in epoch seconds
    SECONDS = "seconds"  # X-Ratelimit-*, reset in seconds from now (Pinterest, Reddit)
    META = "meta"  # X-App-Usage and X-Business-Use-Case-Usage, in per cent
    NONE = "none"  # Retry-After at most


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds that we keep to by ourselves, before a network has to remind us."""

    dialect: Dialect
    per_host: Rate | None = None  # all accounts at one server together
    per_account: Rate | None = None
