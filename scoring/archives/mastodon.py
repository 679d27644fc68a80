"""Mastodon: a tar.gz (or zip) with actor.json and outbox.json; the outbox may also come alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.folders import Folder, Member
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

ACTOR: Final = re.compile(r"(^|/)actor\.json$")
OUTBOX: Final = re.compile(r"(^|/)outbox\.json$")
EVERYBODY: Final = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
STATUS: Final = re.compile(r"/statuses/([A-Za-z0-9]{1,60})$")
PERSON: Final = re.compile(r"/(?:users/|@)([^/@\s]{1,100})/?$")


class MastodonArchive:
    network = "mastodon"

    def wants(self, name: str, first: bytes) -> bool:
        return bool(ACTOR.search(name) or OUTBOX.search(name))

    def names_single(self, first: bytes) -> str:
        is_outbox = b"OrderedCollection" in first or b'"orderedItems"' in first
        return "outbox.json" if is_outbox else ""

    def recognises(self, folder: Folder) -> bool:
        return bool(folder.first(OUTBOX))

    def look(self, folder: Folder) -> Seen:
        outbox = folder.first(OUTBOX)
        actor = jsons.document(folder.first(ACTOR))
        urls = [jsons.at(actor, "id"), jsons.at(actor, "url"), _author(outbox)]
        found = list(dict.fromkeys(url for url in map(fields.web_url, urls) if url))
        handles = dict.fromkeys(handle for handle in map(_handle, found) if handle)
        name = fields.line(jsons.at(actor, "preferredUsername"), 100)
        if name and found:
            handles = {f"{name}@{urlsplit(found[0]).netloc}": None} | handles
        return Seen(
            names=(
                *(f"url:{url.lower()}" for url in found),
                *(f"handle:{handle.lower()}" for handle in handles),
            ),
            handle=next(iter(handles), ""),
            display_name=fields.line(jsons.at(actor, "name"), 200),
            total=_told_total(outbox),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        own = {name.removeprefix("url:") for name in seen.names if name.startswith("url:")}
        for member in folder.find(OUTBOX):
            for activity in jsons.objects(member, "orderedItems", "items"):
                yield _post(activity, own)


def _post(activity: dict[str, Any], own: set[str]) -> Entry:
    note = activity.get("object")
    uid = _uid(jsons.at(note, "id"))
    at = fields.moment(jsons.at(note, "published") or activity.get("published"))
    author = jsons.at(note, "attributedTo")
    by_other = isinstance(author, str) and author.lower() not in own
    if activity.get("type") != "Create" or by_other or not uid or at is None:
        return None
    to = jsons.at(note, "inReplyTo")
    is_reply = to is not None and not any(str(to).lower().startswith(f"{one}/") for one in own)
    if is_reply or not _is_public(note):
        return None
    tags = jsons.listed(note, "tag")
    named = [jsons.at(tag, "name") for tag in tags if jsons.at(tag, "type") == "Hashtag"]
    return (
        PostSeen(
            uid=uid,
            url=fields.web_url(jsons.at(note, "url")),
            created_at=at,
            text=fields.plain_text(jsons.at(note, "content"), values.LONGEST_TEXT),
            hashtags=values.tags(named),
            favourites=fields.count(jsons.at(note, "likes", "totalItems")),
            reposts=fields.count(jsons.at(note, "shares", "totalItems")),
            replies=None,  # the collection in here holds the author's own only
        ),
    )


def _is_public(note: Any) -> bool:
    """Also "unlisted": everybody may see those, as the collector has it."""
    seen_by = [jsons.at(note, "to"), jsons.at(note, "cc")]
    flat = [who for part in seen_by for who in (part if isinstance(part, list) else [part])]
    return any(isinstance(who, str) and who in EVERYBODY for who in flat)


def _uid(value: Any) -> str:
    """The id by which the server's API knows the same post, so that they meet."""
    address = fields.web_url(value)
    found = STATUS.search(address)
    return found[1] if found else values.made_uid(address) if address else ""


def _author(outbox: Member | None) -> Any:
    if outbox is None:
        return None
    rows = jsons.objects(outbox, "orderedItems", "items")
    return next((row["actor"] for row in rows if isinstance(row.get("actor"), str)), None)


def _handle(url: str) -> str:
    found = PERSON.search(urlsplit(url).path)
    return f"{found[1]}@{urlsplit(url).netloc}" if found else ""


def _told_total(outbox: Member | None) -> int:
    """The outbox says it in front of its items."""
    if outbox is None:
        return 0
    with outbox.open() as file:
        found = re.search(rb'"totalItems"\s*:\s*(\d{1,9})', file.read(4096))
    return int(found[1]) if found else 0
