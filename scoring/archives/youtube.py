"""YouTube in Google Takeout: CSV in folders, and with headers, in the account's language.

What a table is shows in its first row: a channel begins with its own id, a video with its id and
has its channel's in one of many columns. Until 2021 it was JSON in the words of the API instead: a
file for each video, with what it had received, and one for the playlist of all uploads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from scoring.archives import jsons, tables, values, words
from scoring.archives.base import Entry, Seen
from scoring.archives.folders import Folder, Member
from scoring.archives.takeout import emails_of, wants_profile
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

TABLE: Final = re.compile(r"youtube.*\.csv$")
RESOURCES: Final = re.compile(r"youtube.*\.json$")
# The playlist of what a channel UC… has uploaded is UU….
UPLOADS: Final = re.compile(rb'"youtube#video"|"playlistId"\s*:\s*"UU')
CHANNEL: Final = re.compile(r"UC[A-Za-z0-9_-]{22}")
VIDEO: Final = re.compile(r"[A-Za-z0-9_-]{11}")
FEWEST_COLUMNS: Final = 5  # of a table of videos
LONGEST_WORD: Final = 40  # that says who may see a video


class YouTubeArchive:
    network = "youtube"

    def wants(self, name: str, first: bytes) -> bool:
        is_table = bool(TABLE.search(name)) and bool(_kind(_first_rows(first)))
        is_resource = bool(RESOURCES.search(name)) and bool(UPLOADS.search(first))
        return is_table or is_resource or wants_profile(name)

    def names_single(self, first: bytes) -> str:
        return ""

    def recognises(self, folder: Folder) -> bool:
        return bool(folder.first(RESOURCES)) or any(_tables(folder, "channel", "videos"))

    def look(self, folder: Folder) -> Seen:
        channels: Counter[str] = Counter()
        for table in _tables(folder, "channel", "videos"):
            channels.update(found for row in _body(table) if (found := _channel(row)))
        channels.update(found for row in _resources(folder) if (found := _channel_of(row)))
        ordered = [channel for channel, _times in channels.most_common(20)]
        return Seen(
            names=(*(f"channel:{channel.lower()}" for channel in ordered), *emails_of(folder)),
            handle=next(iter(ordered), ""),
            total=sum(1 for table in _tables(folder, "videos") for _row in _body(table)),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        for table in _tables(folder, "videos"):
            title_at = _title_column(next(tables.raw_rows(table), []))
            for row in _body(table):
                yield _post(row, title_at)
        for resource in _resources(folder):
            yield _video(resource)


def _post(row: list[str], title_at: int | None) -> Entry:
    cells = {words.plain(cell) for cell in row if len(cell) <= LONGEST_WORD}
    dates = [at for cell in row[1:] if 10 <= len(cell) <= 35 and (at := fields.moment(cell))]
    if not row or not VIDEO.fullmatch(row[0].strip()) or not dates or cells & words.HIDDEN:
        return None
    has_words = bool(cells & words.EVERYBODY) and title_at is not None and title_at < len(row)
    title = fields.line(row[title_at], values.LONGEST_TEXT) if has_words and title_at else ""
    uid = row[0].strip()
    return (
        PostSeen(
            uid=uid,
            url=f"https://www.youtube.com/watch?v={uid}" if cells & words.EVERYBODY else "",
            created_at=dates[-1],  # when it was published; before it stands when it was made
            text=title,
            hashtags=values.tags_in(title),
            favourites=None,
            reposts=None,
            replies=None,
            kind="video",
        ),
    )


def _video(resource: dict[str, Any]) -> Entry:
    """Of a video, or of its entry in the playlist of the channel's uploads."""
    snippet, received = resource.get("snippet"), resource.get("statistics")
    uid = jsons.at(resource, "contentDetails", "videoId") or resource.get("id")
    published = jsons.at(resource, "contentDetails", "videoPublishedAt")
    at = fields.moment(published or jsons.at(snippet, "publishedAt"))
    is_public = jsons.at(resource, "status", "privacyStatus") == "public"
    if not isinstance(uid, str) or not VIDEO.fullmatch(uid) or at is None or not is_public:
        return None
    title = fields.line(jsons.at(snippet, "title"), values.LONGEST_TEXT)
    return (
        PostSeen(
            uid=uid,
            url=f"https://www.youtube.com/watch?v={uid}",
            created_at=at,
            text=title,
            hashtags=values.tags_in(title),
            favourites=values.number(jsons.at(received, "likeCount")),
            reposts=None,
            replies=values.number(jsons.at(received, "commentCount")),
            views=values.number(jsons.at(received, "viewCount")),
            kind="video",
        ),
    )


def _resources(folder: Folder) -> Iterator[dict[str, Any]]:
    """The videos; the uploads, which tell less of the same, only where there are no videos."""
    for kind in ("youtube#video", "youtube#playlistItem"):
        rows = (row for one in folder.find(RESOURCES) for row in jsons.objects(one))
        found = (row for row in rows if row.get("kind") == kind)
        first = next(found, None)
        if first is not None:
            yield first
            yield from found
            return


def _channel_of(resource: dict[str, Any]) -> str:
    found = jsons.at(resource, "snippet", "channelId")
    return found if isinstance(found, str) and CHANNEL.fullmatch(found) else ""


def _tables(folder: Folder, *kinds: str) -> Iterator[Member]:
    for member in folder.find(TABLE):
        with member.open() as file:
            if _kind(_first_rows(file.read(65536))) in kinds:
                yield member


def _body(table: Member) -> Iterator[list[str]]:
    rows = tables.raw_rows(table)
    next(rows, None)
    return rows


def _first_rows(start: bytes) -> list[list[str]]:
    lines = start.decode("utf-8-sig", "replace").splitlines(keepends=True)
    return [row for _count, row in zip(range(2), tables.parsed(lines), strict=False)]


def _kind(rows: list[list[str]]) -> str:
    """ "channel" for tables about one's own channels, "videos"; "" for all others."""
    row = rows[1] if len(rows) > 1 else []
    if not row:
        return ""
    if CHANNEL.fullmatch(row[0].strip()):
        return "" if any("youtube.com/" in cell for cell in row) else "channel"
    is_video = VIDEO.fullmatch(row[0].strip()) and len(row) >= FEWEST_COLUMNS
    return "videos" if is_video and _channel(row) else ""


def _channel(row: list[str]) -> str:
    return next((cell.strip() for cell in row if CHANNEL.fullmatch(cell.strip())), "")


def _title_column(header: list[str]) -> int | None:
    """Titles and descriptions are "(original)" in all languages, and titles the shorter word."""
    return next((at for at, cell in enumerate(header) if words.TITLE.search(cell.lower())), None)
