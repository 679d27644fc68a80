"""The people of the demo's Mastodon-shaped server: a handful to log in as, a crowd around them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from mastodon_mock.content_format import render_status_html
from mastodon_mock.db.models import Account, Favourite, Relationship, Status, StatusTag
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from klout_site.demo import words
from klout_site.demo.posting import MadePost, Voice, made_account

SEED: Final = 7
CROWD: Final = 2_400
ELSEWHERE: Final = ("orchard.example", "far.example", "island.example")
REPLIES: Final = (
    "I know this so well.",
    "Thank you for this!",
    "Could you say more about it?",
    "Same here, and it took me years.",
    "Bookmarked for the weekend.",
    "That made my day.",
    "I did it the other way round, and regretted it.",
)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to log in as. Numbers of followers are people of the crowd."""

    username: str
    name: str
    note: str
    followers: int
    liked: float
    days_between: float
    theme: int  # index into words.THEMES; the next two go with it


# From the quietest to the best known, as the server lists them.
MEMBERS: Final = (
    Member("sam", "Sam Whitlock", "Just arrived. Hello?", 2, 0, 1000, 4),
    Member("nadia", "Nadia Okoro", "Reads more than she writes.", 14, 0.8, 24, 5),
    Member("theo", "Theo Lindqvist", "Bread, bikes and a little Python.", 78, 1, 7, 1),
    Member("priya", "Priya Raman", "Maps, open data, too much coffee.", 320, 1, 1.8, 11),
    Member("jonas", "Jonas Albrecht", "Night trains and the places they end.", 860, 0.9, 3, 9),
    Member("ines", "Ines Carvalho", "Gardens in cities. Wrote two books on it.", 2_300, 0.8, 2, 0),
)


@dataclass
class Rows:
    """What goes into the server's tables."""

    accounts: list[Row] = field(default_factory=list)
    follows: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    favourites: list[Row] = field(default_factory=list)


def settle(engine: Engine, *, at: datetime) -> None:
    """Fills an empty server, all or nothing; does nothing where there is somebody."""
    with Session(engine) as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            return
        rows = _rows(random.Random(SEED), at)
        session.execute(insert(Account), rows.accounts)
        session.execute(insert(Relationship), rows.follows)
        session.execute(insert(Status), rows.posts)
        session.execute(insert(StatusTag), rows.tags)
        session.execute(insert(Favourite), rows.favourites)
        session.commit()


def _rows(rng: random.Random, at: datetime) -> Rows:
    rows = Rows()
    crowd = [1_000 + number for number in range(CROWD)]
    rows.accounts += _crowd(crowd, at)
    ids = _PostIds()
    for number, member in enumerate(MEMBERS, start=101):
        rows.accounts.append(_account(number, member.username, None, member.name, member.note, at))
        fans = rng.sample(crowd, member.followers)
        rows.follows += (
            {"source_account_id": fan, "target_account_id": number, "following": True}
            for fan in fans
        )
        for post in reversed(_posts(rng, number, member, at)):
            _add_post(rows, ids, rng, number, post, fans, at)
    return rows


def _crowd(ids: Sequence[int], at: datetime) -> Iterator[Row]:
    names = [(first, last) for first in words.FIRST_NAMES for last in words.LAST_NAMES]
    for number, (first, last) in zip(ids, names, strict=False):
        host = ELSEWHERE[number % len(ELSEWHERE)]
        yield _account(number, f"{first}_{last}".lower(), host, f"{first} {last}", "", at)


def _account(
    number: int, username: str, domain: str | None, name: str, note: str, at: datetime
) -> Row:
    return {
        "id": number,
        "username": username,
        "domain": domain,
        "display_name": name,
        "note": note,
        "created_at": at - timedelta(days=500),
        "discoverable": True,
    }


def _posts(rng: random.Random, number: int, member: Member, at: datetime) -> tuple[MadePost, ...]:
    themes = words.THEMES[member.theme : member.theme + 3]
    voice = Voice(member.followers, member.liked, member.days_between, 0.001, themes)
    account = made_account(rng, number=number, handle=member.username, voice=voice, at=at)
    return account.posts if member.liked else ()


def _add_post(
    rows: Rows,
    ids: _PostIds,
    rng: random.Random,
    author: int,
    post: MadePost,
    fans: Sequence[int],
    at: datetime,
) -> None:
    number = ids.at(post.created_at)
    counts = post.counts(at)
    rows.posts.append(_status(number, author, post.created_at, post.text))
    rows.tags += ({"status_id": number, "name": tag} for tag in post.hashtags)
    rows.favourites += (
        {"account_id": fan, "status_id": number} for fan in _some(rng, fans, counts.favourites or 0)
    )
    for fan in _some(rng, fans, counts.reposts or 0):
        then = _after(rng, post, at)
        rows.posts.append(_status(ids.at(then), fan, then, "") | {"reblog_of_id": number})
    for fan in _some(rng, fans, counts.replies or 0):
        then = _after(rng, post, at)
        answer = {"in_reply_to_id": number, "in_reply_to_account_id": author}
        rows.posts.append(_status(ids.at(then), fan, then, rng.choice(REPLIES)) | answer)


def _status(number: int, author: int, then: datetime, text: str) -> Row:
    return {
        "id": number,
        "account_id": author,
        "created_at": then,
        "text": text,
        "content": render_status_html(text) if text else "",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog_of_id": None,
    }


def _some(rng: random.Random, fans: Sequence[int], how_many: int) -> list[int]:
    """Different people, the first sixth of the fans more often than the rest."""
    circle = fans[: len(fans) // 6 + 1]
    faithful = rng.sample(circle, min(how_many // 2, len(circle)))
    others = rng.sample(fans, min(how_many - len(faithful), len(fans)))
    return list(dict.fromkeys([*faithful, *others]))


def _after(rng: random.Random, post: MadePost, at: datetime) -> datetime:
    return post.created_at + (at - post.created_at) * min(1, rng.random() ** 6)


class _PostIds:
    """The server sorts posts by id, so these are the milliseconds of the time, each used once."""

    def __init__(self) -> None:
        self._used: set[int] = set()

    def at(self, then: datetime) -> int:
        first = int(then.timestamp() * 1000)
        number = next(n for n in count(first) if n not in self._used)
        self._used.add(number)
        return number
