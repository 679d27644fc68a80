"""Writes down what a collection saw, over what was known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.db import connection

from scoring import vault
from scoring.collectors.base import (
    Audience,
    Cursor,
    Known,
    Mentions,
    Observation,
    Page,
    PostSeen,
    Responses,
    Signal,
    Unchanged,
)
from scoring.models import LinkedAccount, Post, Reading
from scoring.networks import NETWORKS
from scoring.services.numbering import number_of
from scoring.services.packing import pack_account

POSTS_LOOKED_AT: Final = 100
COUNTS: Final = ("favourites", "reposts", "replies", "quotes", "views", "saves")
COLUMNS: Final = ("url", "created_at", "text", "hashtags", "kind", *COUNTS)
CHANGING: Final = (*COLUMNS, "responders", "archive_id")
WRITTEN: Final = ("account_id", "uid", *CHANGING)
# By hand: to write a hundred rows through the ORM takes longer than the rest of a refresh.
WRITE: Final = (
    f"INSERT INTO scoring_post ({', '.join(WRITTEN)}) VALUES %s"
    " ON CONFLICT (account_id, uid) DO UPDATE"
    f" SET {', '.join(f'{name} = excluded.{name}' for name in CHANGING)}"
)
# In LinkedAccount.cursor, beside the collector's own: posts whose responders are not those of
# their counts, because the collection was stopped before it could ask.
UNASKED: Final = "~unasked"


@dataclass(slots=True)
class Seen:
    """The observations of one collection, sorted by what they are about."""

    audience: Audience | None = None
    posts: dict[str, PostSeen] = field(default_factory=dict)
    who: dict[str, tuple[str, ...]] = field(default_factory=dict)
    who_else: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    mentions: list[Mentions] = field(default_factory=list)
    state: Mapping[str, str] | None = None
    # Of everybody who is named in these.
    numbers: Mapping[str, int] = field(default_factory=dict)

    def people(self) -> set[str]:
        told = [
            *self.who.values(),
            *self.who_else.values(),
            *(told.people for told in self.mentions),
        ]
        return {person for people in told for person in people}

    def add(self, item: Observation) -> None:
        match item:
            case Audience():
                self.audience = item
            case PostSeen():
                self.posts[item.uid] = item
            case Responses(adds=False):
                self.who[item.post_uid] = item.responders
            case Responses():
                before = self.who_else.get(item.post_uid, ())
                self.who_else[item.post_uid] = before + item.responders
            case Unchanged():
                self.unchanged.update(item.post_uids)
            case Mentions():
                self.mentions.append(item)


def sorted_out(pages: Iterable[Page]) -> Seen:
    seen = Seen()
    for page in pages:
        seen.state = page.state if page.state is not None else seen.state
        for item in page.items:
            seen.add(item)
    return seen


def cursor_of(account: LinkedAccount) -> Cursor:
    """Where the last collection ended: what is stored, newest first."""
    unasked = set(account.cursor.get(UNASKED, ()))
    names = ("uid", "created_at", *COUNTS, "responders")
    rows = account.posts.filter(archive=None).order_by("-created_at", "-id").values_list(*names)
    known = (_known(row, unasked) for row in rows)
    state = {name: value for name, value in account.cursor.items() if name != UNASKED}
    return Cursor(tuple(known), state)


def _known(row: tuple[Any, ...], unasked: set[str]) -> Known:
    uid, created_at, favourites, reposts, replies, quotes, views, saves, who = row
    asked_who = who is not None and uid not in unasked
    return Known(
        uid, created_at, favourites, reposts, replies, quotes, asked_who, views=views, saves=saves
    )


def store_observations(
    account: LinkedAccount,
    pages: Iterable[Page],
    *,
    at: datetime,
    complete: bool = True,
    own: Collection[int | None] = (),
) -> Reading:
    """Brings what is known up to date, adds a reading and packs the account's signals.

    The caller holds the account's lock, saves the account and does the sum. `own`: numbers of
    the person's further accounts.

    Posts that were neither seen nor said to be unchanged are gone at the network, and go here,
    unless the collection was not `complete`; what came from an archive stays.
    """
    seen = sorted_out(pages)
    if seen.audience is None:
        raise ValueError("a collection without a profile")
    _rename(account, seen.audience)
    seen.numbers = vault.person_numbers(network=account.network, people=seen.people())
    known = {post.uid: post for post in account.posts.all()}
    posts = [_post(account, post, seen, known.get(post.uid)) for post in seen.posts.values()]
    # Rows that say the same already need not be written; most do, from day to day.
    _write([post for post in posts if post is not known.get(post.uid)])
    live = {uid: post for uid, post in known.items() if post.archive_id is None}
    if complete:
        live = _without_gone(account, live, seen)
    else:  # the next collection is told the same mentions again, and counts them then
        seen.mentions.clear()
    live |= {post.uid: post for post in posts}
    account.cursor = _next_cursor(account, seen, known, live, complete=complete)
    looked_at = _newest(live.values())[:POSTS_LOOKED_AT]
    reading = _read(account, seen, looked_at, at=at)
    pack_account(account, reading, looked_at, at=at, own=own)
    return reading


def _read(account: LinkedAccount, seen: Seen, posts: list[Post], *, at: datetime) -> Reading:
    audience, mentions = seen.audience, seen.mentions
    assert audience is not None
    people = dict.fromkeys(person for told in mentions for person in told.people)
    return Reading.objects.create(
        account=account,
        taken_at=at,
        followers=audience.followers,
        following=audience.following,
        listed=audience.listed,
        figures=dict(audience.figures),
        responders=_distinct(account, posts),
        mentions=sum(told.count for told in mentions) if mentions else None,
        mentioners=_numbers(seen, tuple(people)) if mentions else None,
        posts=[[post.favourites, post.reposts, post.replies] for post in posts],
    )


def _rename(account: LinkedAccount, audience: Audience) -> None:
    account.handle = audience.handle[:300] or account.handle
    account.display_name = audience.display_name[:200]
    account.url = audience.url
    account.person_number = number_of(account)


def _post(account: LinkedAccount, post: PostSeen, seen: Seen, before: Post | None) -> Post:
    """As it stands now: `before` itself where nothing has changed."""
    if not NETWORKS[account.network].policy.keeps_words:
        post = replace(post, url="", text="", hashtags=())
    values: dict[str, Any] = {name: getattr(post, name) for name in COLUMNS}
    values["hashtags"] = list(post.hashtags)
    values["responders"] = _who(post.uid, seen, before)
    values["archive_id"] = None
    if before is not None and all(getattr(before, name) == values[name] for name in CHANGING):
        return before
    return Post(account_id=account.pk, uid=post.uid, **values)


def _who(uid: str, seen: Seen, before: Post | None) -> list[int] | None:
    """Nobody forgets who responded, but by asking again."""
    who = _numbers(seen, seen.who.get(uid))
    if who is None and before is not None:
        who = before.responders
    more = _numbers(seen, seen.who_else.get(uid))
    return who if more is None else list(dict.fromkeys([*(who or ()), *more]))


def _write(posts: list[Post]) -> None:
    if posts:
        values = [tuple(getattr(post, name) for name in WRITTEN) for post in posts]
        with connection.cursor() as cursor:
            cursor.execute(WRITE % ", ".join(["%s"] * len(values)), values)


def _newest(posts: Iterable[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: post.created_at, reverse=True)


def _without_gone(account: LinkedAccount, live: dict[str, Post], seen: Seen) -> dict[str, Post]:
    """What nobody looks at any more goes, too: its deletion there would never be noticed here."""
    unchanged = [post for uid, post in live.items() if uid in seen.unchanged - seen.posts.keys()]
    room = max(0, POSTS_LOOKED_AT - len(seen.posts))
    here = seen.posts.keys() | {post.uid for post in _newest(unchanged)[:room]}
    gone = [post.pk for uid, post in live.items() if uid not in here]
    if gone:
        Post.objects.filter(account=account, pk__in=gone).delete()
    return {uid: post for uid, post in live.items() if uid in here}


def _next_cursor(
    account: LinkedAccount,
    seen: Seen,
    known: Mapping[str, Post],
    live: Mapping[str, Post],
    *,
    complete: bool,
) -> dict[str, Any]:
    """The collector's own state moves on only with a collection that came to its end."""
    before = dict(account.cursor)
    unasked = set(before.pop(UNASKED, ()))
    now = dict(seen.state) if complete and seen.state is not None else before
    changed = {uid for uid, post in seen.posts.items() if _has_new_counts(post, known.get(uid))}
    # Known from elsewhere only: nobody has asked the post itself.
    changed |= {uid for uid in seen.who_else if not _was_asked(known.get(uid))}
    left = sorted(((unasked | changed) & live.keys()) - seen.who.keys())
    return now | ({UNASKED: left} if left else {})


def _was_asked(post: Post | None) -> bool:
    return post is not None and post.responders is not None


def _has_new_counts(post: PostSeen, before: Post | None) -> bool:
    names = ("favourites", "reposts", "quotes")
    changed = any(getattr(post, name) != getattr(before, name, None) for name in names)
    return _was_asked(before) and changed


def _numbers(seen: Seen, people: tuple[str, ...] | None) -> list[int] | None:
    return None if people is None else [seen.numbers[who] for who in people]


def _distinct(account: LinkedAccount, posts: list[Post]) -> int | None:
    """How many different people responded; None where the network does not tell who.

    Posts without any response need not be asked about: where there is no other, it is nobody.
    """
    told = [post.responders for post in posts if post.responders is not None]
    can_tell = Signal.RESPONDERS in NETWORKS[account.network].capabilities
    if not can_tell or (not told and any(_was_responded_to(post) for post in posts)):
        return None
    return len({number for people in told for number in people})


def _was_responded_to(post: Post) -> bool:
    return bool(post.favourites or post.reposts)
