"""From a network's pages of posts to ours: newest first, each post once, with true progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scoring.collectors.base import Cursor, Page, PostSeen, Step, Unchanged


def walk(
    batches: Iterable[list[PostSeen]], *, cursor: Cursor, expected: int | None, wanted: int
) -> Iterator[Page]:
    """Asks for no further batch once `wanted` posts are there, and not for ever before that.

    `expected`: how many posts the network says there are. What was known and lies beyond where
    we stopped is told to be unchanged; what was known and should have turned up is gone.
    """
    seen: dict[str, PostSeen] = {}
    most = 2 + wanted // 10
    total = wanted if expected is None else min(wanted, expected)
    asked = 0
    for batch in islice(batches, most if wanted > 0 else 0):
        asked += 1
        items = _fresh(batch, seen)[: wanted - len(seen)]
        seen.update({post.uid: post for post in items})
        total = max(total, len(seen))
        yield Page(Step.POSTS, items, len(seen), total)
        if len(seen) == wanted:
            break
    stopped = len(seen) >= wanted or asked == most
    beyond = _beyond(cursor, seen) if stopped else ()
    if beyond or len(seen) < total or not seen:
        yield Page(Step.POSTS, beyond, len(seen), len(seen))


def _fresh(batch: list[PostSeen], seen: dict[str, PostSeen]) -> tuple[PostSeen, ...]:
    return tuple({post.uid: post for post in batch if post.uid not in seen}.values())


def _beyond(cursor: Cursor, seen: dict[str, PostSeen]) -> tuple[Unchanged, ...]:
    oldest = min((post.created_at for post in seen.values()), default=None)
    uids = tuple(
        post.uid
        for post in cursor.posts
        if post.uid not in seen and (oldest is None or post.created_at < oldest)
    )
    return (Unchanged(uids),) if uids else ()
