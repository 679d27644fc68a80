"""Google+ (2011-2019): Google Takeout, one file a post, as JSON or as HTML.

Folders have names in the language of the account, so posts are known by what is in them. Of the
archives here only this one says who responded: they become keyed hashes before they are stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.folders import Folder, Member
from scoring.archives.googleplus_html import read_page
from scoring.archives.takeout import emails_of, wants_profile
from scoring.collectors import fields
from scoring.collectors.base import PostSeen, Responses

STREAM: Final = re.compile(r"google\s?(\+|plus).*\.(json|html)$")
PERSON: Final = re.compile(r"(?:users/|https?://plus\.google\.com/)([0-9]{5,25}|\+[\w%.-]{1,100})")
LOOKED_AT: Final = 50  # posts of each folder that are asked for their author
GLANCE: Final = 64 * 1024


class GooglePlusArchive:
    network = "googleplus"

    def wants(self, name: str, first: bytes) -> bool:
        return wants_profile(name) or bool(STREAM.search(name) and _is_post(first))

    def names_single(self, first: bytes) -> str:
        return ""

    def recognises(self, folder: Folder) -> bool:
        return any(_looks_like_post(member) for member in folder.find(STREAM))

    def look(self, folder: Folder) -> Seen:
        uid, name = _author(folder)
        return Seen(
            names=(*((f"id:{uid.lower()}",) if uid else ()), *emails_of(folder)),
            handle=fields.line(name, 100),
            display_name=fields.line(name, 200),
            uid=uid,
            total=sum(1 for _member in folder.find(STREAM)),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        for member in folder.find(STREAM):
            yield _entry(_read(member), seen.uid)


def _is_post(first: bytes) -> bool:
    """Profiles, circles, photos and the log of what one liked lie in the same folders."""
    as_json = first.lstrip(b"\xef\xbb\xbf \r\n\t[").startswith(b"{")
    return as_json or b"main-content" in first or b"plus.google.com" in first


def _looks_like_post(member: Member) -> bool:
    """At a glance: this is asked while the person waits for the page."""
    with member.open() as file:
        start = file.read(GLANCE)
    return b'"creationTime"' in start or re.search(rb"class=[\"']author\b", start) is not None


def _author(folder: Folder) -> tuple[str, str]:
    """Who wrote it. Communities that one looked after lie in folders of their own, and hold posts
    of many; in the folder of one's stream there is one author."""
    folders: dict[str, list[Member]] = {}
    for member in folder.find(STREAM):
        folders.setdefault(member.name.rpartition("/")[0], []).append(member)
    votes: Counter[tuple[str, str]] = Counter()
    for members in folders.values():
        who = Counter(_named(post) for member in members[:LOOKED_AT] if (post := _read(member)))
        for name, times in who.items():
            votes[name] += len(members) if len(who) == 1 else 0
            votes[name] += times
    return max(votes, key=votes.__getitem__) if votes else ("", "")


def _named(post: dict[str, Any]) -> tuple[str, str]:
    return _person(post.get("author")), fields.line(jsons.at(post, "author", "displayName"), 200)


def _read(member: Member) -> dict[str, Any] | None:
    """A post in the shape of Takeout's JSON, whichever way it was written."""
    if member.name.lower().endswith(".html"):
        return read_page(member)
    post = jsons.document(member)
    is_post = isinstance(post, dict) and "creationTime" in post and "author" in post
    return post if is_post else None


def _entry(post: dict[str, Any] | None, owner: str) -> Entry:
    at = _moment(jsons.at(post, "creationTime"))
    uid = _uid(post)
    if post is None or at is None or not uid or _person(post.get("author")) != owner:
        return None
    content = fields.plain_text(post.get("content"), values.LONGEST_TEXT)
    is_bare_reshare = bool(post.get("resharedPost")) and not content
    if not _is_public(post.get("postAcl")) or is_bare_reshare:
        return None
    liked = [_person(jsons.at(row, "plusOner")) for row in jsons.listed(post, "plusOnes")]
    shared = [_person(jsons.at(row, "resharer")) for row in jsons.listed(post, "reshares")]
    said = [_person(jsons.at(row, "author")) for row in jsons.listed(post, "comments")]
    seen = PostSeen(
        uid=uid,
        url="",  # it leads nowhere any more
        created_at=at,
        text=content,
        hashtags=values.tags_in(content),
        favourites=len(liked),
        reposts=len(shared),
        replies=sum(1 for who in said if who != owner),
    )
    who = dict.fromkeys(name for name in (*liked, *shared, *said) if name and name != owner)
    return seen, Responses(uid, tuple(who))


def _uid(post: dict[str, Any] | None) -> str:
    for value in (jsons.at(post, "resourceName"), jsons.at(post, "url")):
        last = fields.identifier(
            value.rstrip("/").rpartition("/")[2] if isinstance(value, str) else ""
        )
        if last:
            return last
    return ""


def _person(who: Any) -> str:
    for value in (jsons.at(who, "resourceName"), jsons.at(who, "profilePageUrl")):
        found = PERSON.match(value) if isinstance(value, str) else None
        if found:
            return found[1]
    return ""


def _is_public(acl: Any) -> bool:
    circles = jsons.listed(acl, "visibleToStandardAcl", "circles")
    told = any(jsons.at(circle, "type") == "CIRCLE_TYPE_PUBLIC" for circle in circles)
    return told or jsons.at(acl, "isPublic") is True


def _moment(value: Any) -> datetime | None:
    return fields.moment(value) if isinstance(value, str) else None
