"""LinkedIn: a zip of CSV files, in a basic and a complete variant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from scoring.archives import tables, values
from scoring.archives.base import Entry, Seen
from scoring.archives.folders import Folder
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

END: Final = r"(_\d+)*\.csv$"  # the number of the member, in some years
CONNECTIONS: Final = re.compile(rf"(^|/)connections{END}")
SHARES: Final = re.compile(rf"(^|/)shares{END}")
PROFILE: Final = re.compile(rf"(^|/)profile{END}")
EMAILS: Final = re.compile(rf"(^|/)email[ _]addresses{END}")
ENDORSED: Final = re.compile(rf"(^|/)endorsement[ _]received[ _]info{END}")
RECOMMENDED: Final = re.compile(rf"(^|/)recommendations[ _]received{END}")
ALL: Final = (CONNECTIONS, SHARES, PROFILE, EMAILS, ENDORSED, RECOMMENDED)
COMMENTARY: Final = ("date", "sharelink")
URN: Final = re.compile(r"urn:li:[A-Za-z]{1,30}:\d{1,30}")
# Each line of a post comes in quotes of its own.
QUOTED_LINES: Final = re.compile(r'"[ \t\r]*\n(?:[ \t\r]*"[ \t\r]*"?[ \t\r]*\n)*[ \t\r]*"')
LONGEST_WORDS: Final = 4_000
FOR_EVERYBODY: Final = {"public", "anyone"}
# As far as a member's whole network: counted, but we keep no words of it.
FOR_THE_NETWORK: Final = {"member_network", "logged_in", ""}


class LinkedInArchive:
    network = "linkedin"

    def wants(self, name: str, first: bytes) -> bool:
        return any(pattern.search(name) for pattern in ALL)

    def names_single(self, first: bytes) -> str:
        return "connections.csv" if b"First Name,Last Name," in first else ""

    def recognises(self, folder: Folder) -> bool:
        checks = (
            (CONNECTIONS, "first name"),
            (SHARES, "sharelink"),
            (PROFILE, "first name"),
            (EMAILS, "email address"),
        )
        return any(_has(folder, pattern, column) for pattern, column in checks)

    def look(self, folder: Folder) -> Seen:
        profile = next(_rows(folder, PROFILE, "first name"), {})
        name = f"{profile.get('first name', '')} {profile.get('last name', '')}".strip()
        connections = _count(folder, CONNECTIONS, "first name")
        told = {
            "connections": connections,
            "endorsements": _count(folder, ENDORSED, "skill name"),
            "recommendations": _count(folder, RECOMMENDED, "first name"),
        }
        return Seen(
            names=_emails(folder),
            handle=fields.line(name, 100),
            display_name=fields.line(name, 200),
            as_of=_newest(folder),
            followers=connections,
            total=_count(folder, SHARES, *COMMENTARY) or 0,
            brought={key: count for key, count in told.items() if count is not None},
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        for row in _rows(folder, SHARES, *COMMENTARY):
            yield _post(row)


def _post(row: tables.Row) -> Entry:
    link = fields.web_url(row["sharelink"])
    at = values.moment(row["date"])
    audience = row.get("visibility", "").lower()
    if not link or at is None or audience not in FOR_EVERYBODY | FOR_THE_NETWORK:
        return None
    urn = URN.search(unquote(link))
    words = row.get("sharecommentary", "") if audience in FOR_EVERYBODY else ""
    words = QUOTED_LINES.sub("\n", words[:LONGEST_WORDS])
    return (
        PostSeen(
            uid=urn[0] if urn else values.made_uid(link),
            url=link,
            created_at=at,
            text=values.text(words),
            hashtags=values.tags_in(words),
            favourites=None,
            reposts=None,
            replies=None,
        ),
    )


def _rows(folder: Folder, pattern: re.Pattern[str], *needed: str) -> Iterator[tables.Row]:
    for member in folder.find(pattern):
        yield from tables.rows(member, *needed)


def _has(folder: Folder, pattern: re.Pattern[str], column: str) -> bool:
    return any(tables.has(member, column) for member in folder.find(pattern))


def _count(folder: Folder, pattern: re.Pattern[str], *needed: str) -> int | None:
    if not folder.first(pattern):
        return None
    return sum(1 for _row in _rows(folder, pattern, *needed))


def _emails(folder: Folder) -> tuple[str, ...]:
    """Those that LinkedIn has confirmed."""
    rows = _rows(folder, EMAILS, "email address")
    kept = [row["email address"] for row in rows if row.get("confirmed", "yes").lower() == "yes"]
    return values.emails_in(kept)


def _newest(folder: Folder) -> datetime | None:
    dated = (
        *_rows(folder, CONNECTIONS, "connected on"),
        *_rows(folder, ENDORSED, "endorsement date"),
    )
    read = (values.moment(r.get("connected on") or r.get("endorsement date")) for r in dated)
    return max((at for at in read if at), default=None)
