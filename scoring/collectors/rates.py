"""How fast a network may be asked, and how it says so: one reader per dialect."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

LONGEST_WAIT: Final = 7 * 24 * 3600.0
# Fewer seconds than this are seconds from now; from here on they count from 1970.
FIRST_EPOCH: Final = 10**8


class Dialect(StrEnum):
    """Whose way of announcing limits an answer speaks."""

    MASTODON = "mastodon"  # X-RateLimit-*, reset in ISO 8601 (and otherwise at its likes)
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


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an answer says about limits. None: it does not say, or nothing that makes sense.

    `wait`: seconds that it asks for by that name; `reset_at`: when the count starts anew.
    """

    limit: int | None = None
    remaining: int | None = None
    reset_at: datetime | None = None
    wait: float | None = None

    def seconds(self, now: datetime) -> float | None:
        """How long to stay away. What was asked for outweighs what can be worked out."""
        if self.wait is not None:
            return self.wait
        if self.reset_at is None:
            return None
        return min(max(0.0, (self.reset_at - now).total_seconds()), LONGEST_WAIT)


Headers = Mapping[str, str]
Reader = Callable[[Headers], Allowance]
Reset = tuple[datetime | None, float | None]  # a moment or seconds


def read(headers: Headers, dialect: Dialect | None = None) -> Allowance:
    """Never raises, whatever stands there. Without a dialect: by what it looks like."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    found = READERS[dialect](named) if dialect else _any(named)
    after = named.get("retry-after", "")
    return Allowance(
        found.limit,
        found.remaining,
        _http_date(after) or found.reset_at,
        found.wait if (asked := _seconds(after)) is None else asked,
    )


def _counted(reset: Callable[[str], Reset], *prefixes: str) -> Reader:
    """A dialect of three headers: what may be asked, what is left of it, and until when."""

    def reader(headers: Headers) -> Allowance:
        told = [p for p in prefixes if f"{p}remaining" in headers or f"{p}reset" in headers]
        if not told:
            return Allowance()
        limit, left, until = (headers.get(told[0] + n, "") for n in ("limit", "remaining", "reset"))
        moment, seconds = reset(until)
        return Allowance(_whole(limit), _whole(left), moment, seconds)

    return reader


def _by_epoch(text: str) -> Reset:
    return _epoch(text), None


def _by_seconds(text: str) -> Reset:
    return None, _seconds(text.partition(".")[0])


def _by_looks(text: str) -> Reset:
    seconds = _seconds(text.partition(".")[0])
    if seconds is not None and float(text.partition(".")[0]) < FIRST_EPOCH:
        return None, seconds
    return _iso(text) or _epoch(text), None


def _used(headers: Headers) -> Allowance:
    """Meta's: the worst of several percentages, of 100; minutes until there is room again."""
    names = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
    rows = [row for name in names for row in _rows(headers.get(name, ""))]
    shares = [used for row in rows for name in SHARES if (used := _number(row.get(name)))]
    minutes = [_number(row.get("estimated_time_to_regain_access")) or 0.0 for row in rows]
    if not rows:
        return Allowance()
    wait = min(60 * max(minutes), LONGEST_WAIT)
    return Allowance(100, max(0, int(100 - max(shares, default=0.0))), None, wait or None)


SHARES: Final = ("call_count", "total_time", "total_cputime")


def _rows(text: str) -> Iterator[dict[str, Any]]:
    """The objects in a header: one, or several under the id of whose they are."""
    try:
        data = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return
    if isinstance(data, dict):
        yield data
        nested = [rows for rows in data.values() if isinstance(rows, list)]
        yield from (row for rows in nested for row in rows if isinstance(row, dict))


def _nothing(headers: Headers) -> Allowance:
    return Allowance()


READERS: Final[dict[Dialect, Reader]] = {
    Dialect.MASTODON: _counted(_by_looks, "x-ratelimit-"),
    Dialect.EPOCH: _counted(_by_epoch, "x-ratelimit-", "x-rate-limit-", "ratelimit-"),
    Dialect.IETF: _counted(_by_looks, "ratelimit-"),
    Dialect.SECONDS: _counted(_by_seconds, "x-ratelimit-"),
    Dialect.META: _used,
    Dialect.NONE: _nothing,
}
_by_name: Final = _counted(_by_looks, "x-ratelimit-", "x-rate-limit-", "ratelimit-")


def _any(headers: Headers) -> Allowance:
    found = _by_name(headers)
    return _used(headers) if found == Allowance() else found


def _whole(text: str) -> int | None:
    """ "100", and also "98.0" (Reddit) and "100, 100;w=60" (several windows; the first)."""
    number = re.match(r"([0-9]{1,9})(\.[0-9]+)?(?=\s*[,;]|$)", text)
    return int(number[1]) if number else None


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 10**9 else None


def _seconds(text: str) -> float | None:
    return min(float(text), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _http_date(text: str) -> datetime | None:
    try:
        return _plausible(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return _plausible(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _epoch(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{1,11}(\.[0-9]{1,9})?", text):
        return None
    return _plausible(datetime.fromtimestamp(float(text), UTC))


def _plausible(moment: datetime) -> datetime | None:
    """Aware and in UTC. A moment outside this century is a mistake, not a wish."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    utc = aware.astimezone(UTC)
    return utc if 2001 <= utc.year < 2100 else None
