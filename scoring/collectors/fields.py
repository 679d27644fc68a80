"""Reads single fields of a stranger's JSON: each gives a clean value, or says that it is none."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

MOST_COUNTED: Final = 2**53 - 1  # what JSON, a bigint column and a float hold alike
FIRST_SECOND: Final = 946_684_800  # of 2000
LAST_SECOND: Final = 4_102_444_800  # of 2100
LONGEST_URL: Final = 500
LONGEST_HTML: Final = 6_000  # more than 500 characters ever need; the parser is slow on rubbish
LONGEST_TAG: Final = 100
MOST_TAGS: Final = 30

ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
TAG: Final = re.compile(r"(?<![\w#&])#(\w+)")
# Characters that turn the direction of the text around them, and of the page's.
DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
BLOCKS: Final = frozenset({"p", "br", "div", "li", "blockquote", "pre", "h1", "h2", "h3"})


def identifier(value: Any) -> str:
    """A network's id, safe in a path of a URL; "" where there is none."""
    return value if isinstance(value, str) and ID.fullmatch(value) else ""


def count(value: Any) -> int | None:
    """None for whatever is no plausible counter: then the network does not tell."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MOST_COUNTED else None


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time in UTC. None where it is no time, or not of this century."""
    try:
        read = datetime.fromisoformat(value)
        utc = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return utc if 2000 <= utc.year < 2100 else None


def epoch(value: Any) -> datetime | None:
    """As `moment`, of whole seconds since 1970."""
    seconds = count(value)
    if seconds is None or not FIRST_SECOND <= seconds < LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def web_url(value: Any) -> str:
    """An http(s) address that may stand in a link; "" otherwise."""
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    fine = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return value if fine and re.fullmatch(r"[\x21-\x7e]+", value) else ""


def line(value: Any, longest: int) -> str:
    """One line of text, without what a database refuses or a page would be spoilt by."""
    return " ".join(_clean(value).split())[:longest].rstrip() if isinstance(value, str) else ""


def plain_text(html: Any, longest: int) -> str:
    """The text of a post's HTML: paragraphs become lines, markup goes."""
    if not isinstance(html, str):
        return ""
    lines = (" ".join(part.split()) for part in _clean(_without_markup(html)).split("\n"))
    return "\n".join(part for part in lines if part)[:longest].rstrip()


def paragraphs(value: Any, longest: int) -> str:
    """Text that is no HTML, without empty lines."""
    if not isinstance(value, str):
        return ""
    lines = (" ".join(part.split()) for part in _clean(value[:LONGEST_HTML]).split("\n"))
    return "\n".join(part for part in lines if part)[:longest].rstrip()


def tags_in(text: Any) -> tuple[str, ...]:
    """The #hashtags that stand in a text: lower case, without the #, each once."""
    found = TAG.findall(_clean(text[:LONGEST_HTML])) if isinstance(text, str) else []
    tags = (tag.lower() for tag in found if not tag.isdigit())
    return tuple(dict.fromkeys(tag for tag in tags if len(tag) <= LONGEST_TAG))[:MOST_TAGS]


def hashtags(value: Any) -> tuple[str, ...]:
    """The names in Mastodon's list of tags: lower case, each once, in their order."""
    rows = value if isinstance(value, list) else []
    names = (line(row.get("name"), LONGEST_TAG + 1) for row in rows if isinstance(row, dict))
    tags = (name.lstrip("#").lower() for name in names)
    kept = dict.fromkeys(tag for tag in tags if 0 < len(tag) <= LONGEST_TAG and " " not in tag)
    return tuple(kept)[:MOST_TAGS]


def _clean(text: str) -> str:
    """Without control characters (but the end of a line), halves of characters and reversals."""
    kept = (
        mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in {"Cc", "Cs"}
    )
    return DIRECTION.sub("", "".join(kept))


def _without_markup(html: str) -> str:
    closed, end, rest = html[:LONGEST_HTML].rpartition(">")
    # At each "<" that nothing closes the parser would start over: seconds for a page of them.
    html = closed + end + rest.replace("<", "&lt;")
    reader = _Text()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # the parser's way to refuse a malformed declaration
        return unescape(re.sub(r"<[^>]*>", " ", html))
    return "".join(reader.parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
