"""X (Twitter): a zip with `data/*.js`, each an assignment of JSON to a variable.

Until 2018 it was one file a month, without likes and followers, and another one about the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.folders import Folder
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

PART: Final = r"(-part\d+)?\.js$"
TWEETS: Final = re.compile(rf"(^|/)tweets?{PART}")
FOLLOWERS: Final = re.compile(rf"(^|/)followers?{PART}")
FOLLOWING: Final = re.compile(rf"(^|/)following{PART}")
ACCOUNT: Final = re.compile(r"(^|/)account\.js$")
MANIFEST: Final = re.compile(r"(^|/)manifest\.js$")
PROTECTED: Final = re.compile(r"(^|/)protected-history\.js$")
MONTH: Final = re.compile(r"(^|/)data/js/tweets/\d{4}_\d\d\.js$")
USER: Final = re.compile(r"(^|/)data/js/user_details\.js$")
ALL: Final = (MONTH, USER, TWEETS, FOLLOWERS, FOLLOWING, ACCOUNT, MANIFEST, PROTECTED)
REPOST: Final = re.compile(r"RT @\w{1,20}")


class XArchive:
    network = "x"

    def wants(self, name: str, first: bytes) -> bool:
        return any(pattern.search(name) for pattern in ALL)

    def names_single(self, first: bytes) -> str:
        found = re.match(rb"\s*window\.YTD\.(tweets?|account)\.part\d+\s*=", first)
        return f"{found[1].decode()}.js" if found else ""

    def recognises(self, folder: Folder) -> bool:
        return any(folder.first(pattern) for pattern in (ACCOUNT, TWEETS, MANIFEST, MONTH))

    def look(self, folder: Folder) -> Seen:
        manifest = jsons.document(folder.first(MANIFEST))
        account = jsons.at(jsons.document(folder.first(ACCOUNT)), 0, "account")
        user, old = jsons.at(manifest, "userInfo"), jsons.document(folder.first(USER))
        told = (jsons.at(account, "accountId"), jsons.at(user, "accountId"), jsons.at(old, "id"))
        uid = next(filter(None, map(_id, told)), "")
        names = (jsons.at(account, "username"), jsons.at(user, "userName"))
        handle = fields.line(next(filter(None, names), jsons.at(old, "screen_name")), 50)
        known = (f"id:{uid}" if uid else "", f"handle:{handle.lower()}" if handle else "")
        return Seen(
            names=tuple(filter(None, known)),
            handle=f"@{handle}" if handle else "",
            uid=uid,
            as_of=fields.moment(jsons.at(manifest, "archiveInfo", "generationDate")),
            followers=_counted(folder, FOLLOWERS),
            following=_counted(folder, FOLLOWING),
            total=_told_total(manifest),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        hidden = _is_protected(folder)
        for member in (*folder.find(TWEETS), *folder.find(MONTH)):
            for row in jsons.objects(member):
                tweet = row.get("tweet", row)
                yield None if hidden else _post(tweet, seen.handle.lstrip("@"), seen.uid)


def _post(tweet: Any, handle: str, owner: str) -> Entry:
    uid = _id(jsons.at(tweet, "id_str") or jsons.at(tweet, "id"))
    written = jsons.at(tweet, "full_text") or jsons.at(tweet, "text")
    at = values.moment(jsons.at(tweet, "created_at"))
    if not uid or at is None or not isinstance(written, str) or REPOST.match(written):
        return None
    to = jsons.at(tweet, "in_reply_to_user_id_str") or jsons.at(tweet, "in_reply_to_user_id")
    if _id(to) not in ("", owner):
        return None
    named = jsons.listed(tweet, "entities", "hashtags")
    return (
        PostSeen(
            uid=uid,
            url=f"https://x.com/{handle or 'i'}/status/{uid}",
            created_at=at,
            text=fields.plain_text(written.replace("<", "&lt;"), values.LONGEST_TEXT),
            hashtags=values.tags([jsons.at(tag, "text") for tag in named]),
            favourites=values.number(jsons.at(tweet, "favorite_count")),
            reposts=values.number(jsons.at(tweet, "retweet_count")),
            replies=None,
        ),
    )


def _id(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if re.fullmatch(r"[0-9]{1,20}", text) else ""


def _counted(folder: Folder, pattern: re.Pattern[str]) -> int | None:
    members = list(folder.find(pattern))
    return sum(1 for member in members for _row in jsons.objects(member)) if members else None


def _told_total(manifest: Any) -> int:
    types = jsons.at(manifest, "dataTypes")
    files = jsons.listed(types, "tweets", "files") or jsons.listed(types, "tweet", "files")
    return sum(values.number(jsons.at(file, "count")) or 0 for file in files)


def _is_protected(folder: Folder) -> bool:
    """Whether the account shows its posts to its followers only, by the newest entry."""
    member = folder.first(PROTECTED)
    rows = [row.get("protectedHistory") for row in jsons.objects(member)] if member else []
    dated = [(str(jsons.at(row, "protectedAt")), jsons.at(row, "action")) for row in rows]
    return bool(dated) and max(dated, key=lambda row: row[0])[1] == "Protect"
