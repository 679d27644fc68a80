"""Instagram: JSON in folders that moved over the years; its texts are UTF-8 read as Latin-1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.errors import Unreadable
from scoring.archives.folders import Folder, Member
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

POSTS: Final = re.compile(r"(^|/)(content|media)/(posts|reels|igtv_videos)(_\d+)?\.json$")
OLD_POSTS: Final = re.compile(r"(^|/)media\.json$")
FOLLOWERS: Final = re.compile(r"(^|/)followers(_\d+)?\.json$")
FOLLOWING: Final = re.compile(r"(^|/)following(_\d+)?\.json$")
OLD_CONNECTIONS: Final = re.compile(r"(^|/)connections\.json$")
PERSON: Final = re.compile(r"(^|/)(personal_information|account_information|profile)\.json$")
PRIVACY: Final = re.compile(r"(^|/)instagram_profile_information\.json$")
INSIGHTS: Final = re.compile(r"(^|/)past_instagram_insights/(posts|reels)\.json$")
ALL: Final = (POSTS, OLD_POSTS, FOLLOWERS, FOLLOWING, OLD_CONNECTIONS, PERSON, PRIVACY, INSIGHTS)
POST_LISTS: Final = (
    *("ig_posts_media", "ig_reels_media", "ig_igtv_media", "photos", "videos"),
    "organic_insights_posts",
)
HANDLE: Final = re.compile(r"[A-Za-z0-9._]{2,30}")
USERNAME: Final = re.compile(
    r"user|utili[sz]|nutzer|usu[aá]rio|gebruiker|kullanıcı|имя|ユーザー|użytk"
)
# What insights call a post's figures, in the language of the account.
FIGURES: Final = {
    "favourites": re.compile(
        r"^(likes?|j.?aime|mentions j.aime|me gusta|mi piace|curtidas|gostos|gefällt mir.*"
        r"|vind-ik-leuks|beğeni.*|нравится|polubienia|いいね.*)$"
    ),
    "replies": re.compile(
        r"^(comments?|comment(aires|i)|comentarios?|comentários|kommentare|opmerkingen|yorumlar"
        r"|комментарии|komentarze|コメント)$"
    ),
    "reposts": re.compile(
        r"^(shares?|partages|compartidos|condivisioni|compartilhamentos|partilhas|geteilte.*)$"
    ),
    "saves": re.compile(
        r"^(saves?|enregistrements|guardados|salvataggi|salvamentos|gespeichert.*|opgeslagen)$"
    ),
    "views": re.compile(r"^(views?|plays|vues|reproduc.*|visualiz.*|aufrufe|weergaven)$"),
}


class InstagramArchive:
    network = "instagram"

    def wants(self, name: str, first: bytes) -> bool:
        return any(pattern.search(name) for pattern in ALL)

    def names_single(self, first: bytes) -> str:
        return ""

    def recognises(self, folder: Folder) -> bool:
        return _person(folder) is not None or folder.first(POSTS) is not None

    def look(self, folder: Folder) -> Seen:
        person = _person(folder)
        handle, others = _handles(person)
        old = jsons.document(folder.first(OLD_CONNECTIONS))
        return Seen(
            names=(*(f"handle:{name.lower()}" for name in others), *values.emails_in(person)),
            handle=f"@{handle}" if handle else "",
            followers=_counted(folder, FOLLOWERS, "relationships_followers", old=old),
            following=_counted(folder, FOLLOWING, "relationships_following", old=old),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        keeps_words, told = _is_open(folder), _insights(folder)
        seen_at: set[datetime] = set()
        for member in (*folder.find(POSTS), *folder.find(OLD_POSTS)):
            for row in _rows(member):
                post = _post(row, told, keeps_words=keeps_words)
                seen_at.update(one.created_at for one in (post,) if one)
                yield (post,) if post else None
        for at, figures in told.items():
            if at not in seen_at:  # insights go back further than some exports of posts
                yield (_made(at, at.isoformat(), "", figures),)


def _post(row: Any, told: dict[datetime, dict[str, int]], *, keeps_words: bool) -> PostSeen | None:
    media = jsons.at(row, "media", 0) or row
    at = next((at for at in map(values.moment, _dates(row, media)) if at), None)
    if at is None:
        return None
    words = jsons.at(row, "title") or jsons.at(media, "title") or jsons.at(row, "caption")
    words = values.text(values.mended(words)) if keeps_words else ""
    return _made(at, jsons.at(media, "uri") or jsons.at(row, "path"), words, told.get(at, {}))


def _dates(row: Any, media: Any) -> tuple[Any, ...]:
    keys = ("creation_timestamp", "timestamp", "taken_at")
    return tuple(jsons.at(part, key) for part in (row, media) for key in keys)


def _made(at: datetime, what: Any, words: str, figures: dict[str, int]) -> PostSeen:
    return PostSeen(
        uid=values.made_uid(at.isoformat(), what),
        url="",
        created_at=at,
        text=words,
        hashtags=values.tags_in(words),
        favourites=figures.get("favourites"),
        reposts=figures.get("reposts"),
        replies=figures.get("replies"),
        views=figures.get("views"),
        saves=figures.get("saves"),
    )


def _rows(member: Member) -> Iterator[Any]:
    """Reels lie in lists in a list."""
    for row in jsons.objects(member, *POST_LISTS):
        many = jsons.listed(row, "media")
        parts = [part for part in many if isinstance(part, dict) and part.get("uri")]
        is_bundle = not row.get("creation_timestamp") and not row.get("title") and len(parts) > 1
        yield from parts if is_bundle and "reels" in member.basename.lower() else [row]


def _person(folder: Folder) -> Any:
    """Who it is, in any of the shapes that this file has had; None where it is none of them."""
    for member in folder.find(PERSON):
        value = jsons.document(member)
        if jsons.listed(value, "profile_user"):
            return jsons.at(value, "profile_user", 0, "string_map_data")
        if jsons.at(value, "username") and jsons.at(value, "private_account") is not None:
            return value
    return None


def _handles(person: Any) -> tuple[str, list[str]]:
    """The user name; where its label is in a language of its own, all that may be one."""
    plain = fields.line(jsons.at(person, "username"), 50)
    if plain:
        return plain, [plain]
    labelled = {
        values.mended(key).lower(): jsons.at(row, "value")
        for key, row in (person.items() if isinstance(person, dict) else ())
    }
    fitting = {
        key: value
        for key, value in labelled.items()
        if isinstance(value, str) and HANDLE.fullmatch(value)
    }
    named = [value for key, value in fitting.items() if USERNAME.search(key)]
    found = named or [value for value in fitting.values() if not value.isdigit()]
    return (found[0] if found else ""), found


def _is_open(folder: Folder) -> bool:
    """Whether the archive says that everybody may see the account. It says so in English only;
    in doubt the words of posts are not kept."""
    whole = [jsons.document(member) for member in folder.find(PRIVACY)]
    people = [_person(folder), *(jsons.at(page, "profile_account_insights", 0) for page in whole)]
    told = [
        value
        for person in people
        for value in (
            jsons.at(person, "Private Account", "value"),
            jsons.at(person, "string_map_data", "Private Account", "value"),
            jsons.at(person, "private_account"),
        )
        if value is not None
    ]
    return bool(told) and all(str(value).lower() == "false" for value in told)


def _insights(folder: Folder) -> dict[datetime, dict[str, int]]:
    """What the posts of a professional account received, by when they were made."""
    found = {}
    for member in folder.find(INSIGHTS):
        for row in jsons.objects(member, *POST_LISTS, "organic_insights_reels"):
            thumbnails = jsons.at(row, "media_map_data") or {}
            media = next(iter(thumbnails.values()), {}) if isinstance(thumbnails, dict) else {}
            at = values.moment(jsons.at(media, "creation_timestamp")) or _dated(row)
            if at is not None:
                found[at] = _figures(jsons.at(row, "string_map_data"))
    return found


def _dated(row: Any) -> datetime | None:
    """Where a thumbnail is missing: a figure of its own, under a label in some language."""
    figures = jsons.at(row, "string_map_data")
    told = figures.values() if isinstance(figures, dict) else ()
    dates = (values.seconds(jsons.at(one, "timestamp")) for one in told)
    return next((at for at in dates if at), values.seconds(jsons.at(row, "creation_timestamp")))


def _figures(rows: Any) -> dict[str, int]:
    found = {}
    for label, row in rows.items() if isinstance(rows, dict) else ():
        count = values.number(jsons.at(row, "value"))
        known = values.mended(label).lower().strip()
        for key, pattern in FIGURES.items():
            if count is not None and pattern.match(known):
                found[key] = count
    return found


def _counted(folder: Folder, pattern: re.Pattern[str], key: str, *, old: Any) -> int | None:
    members = list(folder.find(pattern))
    if not members:
        people = jsons.at(old, key.removeprefix("relationships_"))
        return len(people) if isinstance(people, dict) else None
    try:
        return sum(1 for member in members for _row in jsons.elements(member, key))
    except Unreadable:
        return None
