"""Reads single values as exports write them. None where there is none."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from scoring.collectors import fields

LONGEST_TEXT: Final = 500
LONGEST_EMAIL: Final = 254
EMAIL: Final = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,190}\.[^\s@<>\"'.]{2,24}")
DATES: Final = (
    "%a %b %d %H:%M:%S %z %Y",  # X
    "%Y-%m-%d %H:%M:%S %Z",
    "%Y/%m/%d %H:%M:%S %Z",  # LinkedIn's endorsements
    "%d %b %Y",  # LinkedIn's connections
    "%m/%d/%y, %I:%M %p",
)


def number(value: Any) -> int | None:
    """A count, also as digits in a string, with whatever parts its thousands."""
    if isinstance(value, str):
        digits = re.sub(r"[\s.,'’\u00a0\u202f]", "", value)
        value = int(digits) if re.fullmatch(r"[0-9]{1,15}", digits) else None
    return fields.count(value)


def seconds(value: Any) -> datetime | None:
    """Seconds since 1970, or thousandths of them."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        value = value / 1000 if value > 100_000_000_000 else value
        return _of_this_century(datetime.fromtimestamp(value, UTC))
    except (OverflowError, OSError, ValueError):
        return None


def moment(value: Any) -> datetime | None:
    """A date however written, in UTC."""
    if isinstance(value, int):
        return seconds(value)
    if not isinstance(value, str) or len(value) > 60:
        return None
    value = value.strip().removesuffix(" UTC") if value.count("-") == 2 else value.strip()
    return fields.moment(value) or _by_pattern(value)


def _by_pattern(value: str) -> datetime | None:
    for pattern in DATES:
        try:
            read = datetime.strptime(value, pattern)
        except ValueError:
            continue
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        return _of_this_century(aware.astimezone(UTC))
    try:
        return _of_this_century(parsedate_to_datetime(value).astimezone(UTC))
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _of_this_century(read: datetime) -> datetime | None:
    return read if 2000 <= read.year < 2100 else None


def text(value: Any) -> str:
    """Lines of plain text, as much as we keep of a post."""
    if not isinstance(value, str):
        return ""
    lines = (fields.line(part, LONGEST_TEXT) for part in value[: LONGEST_TEXT * 4].splitlines())
    return "\n".join(part for part in lines if part)[:LONGEST_TEXT].rstrip()


def mended(value: Any) -> str:
    """Meta writes UTF-8 and then reads it as Latin-1 before it escapes it."""
    if not isinstance(value, str):
        return ""
    try:
        return value.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value


def tags(names: list[Any]) -> tuple[str, ...]:
    return fields.hashtags([{"name": name} for name in names if isinstance(name, str)])


def tags_in(words: str) -> tuple[str, ...]:
    """The hashtags of a text whose network does not list them."""
    return tags(re.findall(r"(?<![\w&#/])#(\w{1,100})", words))


def emails_in(value: Any) -> tuple[str, ...]:
    """All addresses in parsed JSON, however deep, as identity candidates."""
    found: dict[str, None] = {}
    todo = [value]
    while todo and len(found) < 20:
        part = todo.pop()
        if isinstance(part, dict):
            todo.extend(part.values())
        elif isinstance(part, list):
            todo.extend(part)
        elif EMAIL.fullmatch(address := fields.line(part, LONGEST_EMAIL)):
            found[address.lower()] = None
    return tuple(f"email:{address}" for address in found)


def made_uid(*parts: Any) -> str:
    """For posts whose export gives them no id: the same post has the same one next time."""
    whole = "\0".join(str(part) for part in parts)
    return "archive-" + hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:24]
