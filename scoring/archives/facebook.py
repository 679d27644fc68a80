"""Facebook: JSON in folders that moved over the years; its texts are UTF-8 read as Latin-1.

It says nothing of who may see a post, so its words are not kept: dates and counts only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.errors import Unreadable
from scoring.archives.folders import Folder
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

POSTS: Final = re.compile(r"(^|/)posts/your_posts[\w,]*\.json$")
PROFILE: Final = re.compile(r"(^|/)profile_information\.json$")
FRIENDS: Final = re.compile(r"friends/(your_)?friends(_\d+)?\.json$|followers/friends\.json$")
FOLLOWERS: Final = re.compile(r"(^|/)(people_who_followed_you|followers)(_\d+)?\.json$")
FOLLOWING: Final = re.compile(r"(^|/)(who_you.{0,8}follow(ed)?|following)(_\d+)?\.json$")
# Kept only to know what it is: the same archive as pages to look at, which is what Meta gives
# to those who don't ask for JSON.
PAGES: Final = re.compile(r"(^|/)(profile_information|personal_information)\.html$")
ALL: Final = (PAGES, POSTS, PROFILE, FRIENDS, FOLLOWERS, FOLLOWING)
VERSIONS: Final = ("", "_v2", "_v3", "_v4")


class FacebookArchive:
    network = "facebook"

    def wants(self, name: str, first: bytes) -> bool:
        return any(pattern.search(name) for pattern in ALL)

    def names_single(self, first: bytes) -> str:
        return ""

    def recognises(self, folder: Folder) -> bool:
        return _profile(folder) is not None or folder.first(POSTS) is not None

    def look(self, folder: Folder) -> Seen:
        profile = _profile(folder)
        name = values.mended(jsons.at(profile, "name", "full_name"))
        handle = fields.line(jsons.at(profile, "username"), 60)
        url = fields.web_url(jsons.at(profile, "profile_uri"))
        confirmed = jsons.listed(profile, "emails", "emails")
        friends = _counted(folder, FRIENDS, "friends")
        return Seen(
            names=(
                *values.emails_in(confirmed),
                *((f"handle:{handle.lower()}",) if handle else ()),
                *((f"url:{url.lower()}",) if url else ()),
            ),
            handle=fields.line(name, 100) or handle,
            display_name=fields.line(name, 200),
            followers=_counted(folder, FOLLOWERS, "followers"),
            following=_counted(folder, FOLLOWING, "following"),
            brought={} if friends is None else {"friends": friends},
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        for member in folder.find(POSTS):
            for row in jsons.objects(member, "posts", "status_updates"):
                yield _post(row)


def _post(row: dict[str, Any]) -> Entry:
    at = values.seconds(row.get("timestamp"))
    if at is None:
        return None
    first = next((jsons.at(part, "post") for part in jsons.listed(row, "data")), None)
    media = jsons.at(row, "attachments", 0, "data", 0, "media", "uri")
    return (
        PostSeen(
            uid=values.made_uid(at.isoformat(), first, media),
            url="",
            created_at=at,
            text="",
            hashtags=(),
            favourites=None,
            reposts=None,
            replies=None,
        ),
    )


def _profile(folder: Folder) -> Any:
    for member in folder.find(PROFILE):
        value = jsons.document(member)
        for version in VERSIONS:
            if isinstance(jsons.at(value, f"profile{version}"), dict):
                return value[f"profile{version}"]
    return None


def _counted(folder: Folder, pattern: re.Pattern[str], what: str) -> int | None:
    members = list(folder.find(pattern))
    keys = [f"{what}{version}" for version in VERSIONS]
    try:
        count = sum(1 for member in members for _row in jsons.elements(member, *keys))
    except Unreadable:
        return None
    return count if members else None
