"""Writes down what a collection saw, over what was known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings

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

# Scores keep their own explanation; the raw signals are needed for as long as a chart shows.
READINGS_KEPT = timedelta(days=90)
POSTS_LOOKED_AT: Final = 100
COUNTS: Final = ("favourites", "reposts", "replies", "quotes", "views", "saves")
COLUMNS: Final = ("url", "created_at", "text", "hashtags", "kind", *COUNTS)
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
    account: LinkedAccount, pages: Iterable[Page], *, at: datetime, complete: bool = True
) -> Reading:
    """Brings what is known up to date and adds a reading. The caller holds the account's lock
    and saves the account.

    Posts that were neither seen nor said to be unchanged are gone at the network, and go here,
    unless the collection was not `complete`; what came from an archive stays.
    """
    seen = sorted_out(pages)
    if seen.audience is None:
        raise ValueError("a collection without a profile")
    _rename(account, seen.audience)
    known = {post.uid: post for post in account.posts.all()}
    posts = [_post(account, post, seen, known.get(post.uid)) for post in seen.posts.values()]
    _write(account, [post for post in posts if _differs(post, known.get(post.uid))])
    live = {uid: post for uid, post in known.items() if post.archive_id is None}
    if complete:
        live = _without_gone(account, live, seen)
    else:  # the next collection is told the same mentions again, and counts them then
        seen.mentions.clear()
    live |= {post.uid: post for post in posts}
    account.cursor = _next_cursor(account, seen, known, live, complete=complete)
    account.readings.filter(taken_at__lt=at - READINGS_KEPT, archive=None).delete()
    return _read(account, seen, _newest(live.values())[:POSTS_LOOKED_AT], at=at)


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
        mentioners=_numbers(account, tuple(people)) if mentions else None,
        posts=[[post.favourites, post.reposts, post.replies] for post in posts],
    )


def _rename(account: LinkedAccount, audience: Audience) -> None:
    account.handle = audience.handle[:300] or account.handle
    account.display_name = audience.display_name[:200]
    account.url = audience.url


def _post(account: LinkedAccount, seen: PostSeen, all_seen: Seen, before: Post | None) -> Post:
    if not NETWORKS[account.network].policy.keeps_words:
        seen = replace(seen, url="", text="", hashtags=())
    who = _who(account, seen.uid, all_seen, before)
    values: dict[str, Any] = {name: getattr(seen, name) for name in COLUMNS}
    values["hashtags"] = list(seen.hashtags)
    return Post(account=account, uid=seen.uid, responders=who, archive=None, **values)


def _who(account: LinkedAccount, uid: str, seen: Seen, before: Post | None) -> list[int] | None:
    """Nobody forgets who responded, but by asking again."""
    who = _numbers(account, seen.who.get(uid))
    if who is None and before is not None:
        who = before.responders
    more = _numbers(account, seen.who_else.get(uid))
    return who if more is None else list(dict.fromkeys([*(who or ()), *more]))


def _differs(post: Post, before: Post | None) -> bool:
    """Rows that say the same already need not be written; most do, from day to day."""
    names = (*COLUMNS, "responders", "archive_id")
    return before is None or any(getattr(post, name) != getattr(before, name) for name in names)


def _write(account: LinkedAccount, posts: list[Post]) -> None:
    Post.objects.bulk_create(
        posts,
        update_conflicts=True,
        unique_fields=["account", "uid"],
        update_fields=[*COLUMNS, "responders", "archive"],
    )


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


def _numbers(account: LinkedAccount, responders: tuple[str, ...] | None) -> list[int] | None:
    if responders is None:
        return None
    return [vault.person_number(network=account.network, who=who) for who in responders]


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


def forget_old_readings(*, at: datetime) -> None:
    """Of accounts that are read no more; the others drop theirs with each new one.

    What an archive said stays for as long as its owner keeps the archive here.
    """
    silent = {"account__refreshed_at__lt": at - 2 * settings.REFRESH_EVERY, "archive": None}
    Reading.objects.filter(taken_at__lt=at - READINGS_KEPT, **silent).delete()


def forget_what_may_not_be_kept(*, at: datetime) -> None:
    """Some networks let us keep what they say for some days only, unless we ask again."""
    for network in NETWORKS.values():
        if network.policy.days_kept is not None:
            since = at - timedelta(days=network.policy.days_kept)
            theirs = {"account__network": network.key, "archive": None}
            Reading.objects.filter(taken_at__lt=since, **theirs).delete()
            Post.objects.filter(account__refreshed_at__lt=since, **theirs).delete()
