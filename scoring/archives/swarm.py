"""Foursquare's Swarm: check-ins as JSON. Numbers and dates only: where somebody was, and what
they said there, is not kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.folders import Folder, Member
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

CHECKINS: Final = re.compile(r"(^|/)checkins?\d*\.json$")
PEOPLE: Final = re.compile(r"(^|/)users?(-me[\w-]*)?\.json$")
GLANCE: Final = 64 * 1024
TIPS: Final = re.compile(r"(^|/)tips\.json$")


class SwarmArchive:
    network = "foursquare"

    def wants(self, name: str, first: bytes) -> bool:
        return any(pattern.search(name) for pattern in (CHECKINS, PEOPLE, TIPS))

    def names_single(self, first: bytes) -> str:
        is_checkin = b'"venue"' in first and b'"createdAt"' in first
        return "checkins1.json" if is_checkin else ""

    def recognises(self, folder: Folder) -> bool:
        return any(_looks_like_checkins(member) for member in folder.find(CHECKINS))

    def look(self, folder: Folder) -> Seen:
        person = _person(folder)
        uid = _id(jsons.at(person, "id")) or _most_named(folder)
        names = [jsons.at(person, "firstName"), jsons.at(person, "lastName")]
        name = " ".join(fields.line(part, 100) for part in names if isinstance(part, str))
        contact = [jsons.at(person, "contact"), jsons.at(person, "email")]
        return Seen(
            names=(*((f"id:{uid}",) if uid else ()), *values.emails_in(contact)),
            handle=name or uid,
            uid=uid,
            display_name=name,
            followers=_counted(person, "friends"),
            total=_told_total(folder),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        for row in _checkins(folder):
            yield _post(row)


def _looks_like_checkins(member: Member) -> bool:
    """At a glance: this is asked while the person waits for the page."""
    with member.open() as file:
        start = file.read(GLANCE)
    return b'"createdAt"' in start and (b'"venue"' in start or b'"checkin"' in start)


def _post(row: dict[str, Any]) -> Entry:
    uid, at = fields.identifier(row.get("id")), values.moment(row.get("createdAt"))
    is_private = row.get("private") is True or row.get("visibility") == "private"
    if not uid or at is None or is_private or not _is_checkin(row):
        return None
    return (
        PostSeen(
            uid=uid,
            url="",
            created_at=at,
            text="",
            hashtags=(),
            favourites=_received(row, "likes"),
            reposts=None,
            replies=_received(row, "comments"),
            kind="checkin",
        ),
    )


def _received(row: dict[str, Any], what: str) -> int | None:
    return fields.count(jsons.at(row, what, "count"))


def _is_checkin(row: dict[str, Any]) -> bool:
    return "createdAt" in row and ("venue" in row or row.get("type") == "checkin")


def _checkins(folder: Folder) -> Iterator[dict[str, Any]]:
    """All of them: a list, a list under `items`, an answer of the API, or just one check-in."""
    for member in folder.find(CHECKINS):
        one = jsons.document(member) if member.size < jsons.LONGEST_WHOLE else None
        answered = jsons.listed(one, "response", "checkins", "items")
        if isinstance(one, dict) and (answered or _is_checkin(one)):
            yield from (row for row in answered or [one] if isinstance(row, dict))
        else:
            yield from jsons.objects(member, "items", "checkins")


def _person(folder: Folder) -> Any:
    for member in folder.find(PEOPLE):
        value = jsons.document(member)
        for person in (jsons.at(value, "response", "user"), jsons.at(value, "user"), value):
            if isinstance(person, dict) and (_id(person.get("id")) or "friends" in person):
                return person
    return None


def _most_named(folder: Folder) -> str:
    """Check-ins and tips hold who made them, in exports without a profile."""
    rows = [row for tips in folder.find(TIPS) for row in jsons.objects(tips, "items", "tips")]
    people: Counter[str] = Counter()
    for row in (*rows, *_checkins(folder)):
        people[_id(jsons.at(row, "user", "id"))] += 1
    people.pop("", None)
    return people.most_common(1)[0][0] if people else ""


def _id(value: Any) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if re.fullmatch(r"\d{1,20}", text) else ""


def _counted(person: Any, what: str) -> int | None:
    told = fields.count(jsons.at(person, what, "count"))
    rows = jsons.at(person, what, "items")
    return told if told is not None else len(rows) if isinstance(rows, list) else None


def _told_total(folder: Folder) -> int:
    total = 0
    for member in folder.find(CHECKINS):
        total += _told(member)
    return total


def _told(member: Member) -> int:
    with member.open() as file:
        found = re.search(rb'^\s*\{\s*"count"\s*:\s*(\d{1,9})', file.read(200))
    return int(found[1]) if found else 0
