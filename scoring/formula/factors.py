"""Timing, the one of the six factors of influence that has a number of its own. In no score.
docs/beside.md.

Of each account's posts half received more than its median, by the nature of a median. Where
posts of an hour or a weekday did so more often than that, something is there: people who are
awake, or a habit. Hours are UTC, as networks tell them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

POSTS_NEEDED: Final = 20
HOURS: Final = 24
WEEKDAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Sent:
    """One post that tells what came back. weekday: 0 is Monday; hour: 0 to 23, UTC."""

    account: int
    weekday: int
    hour: int
    responses: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Posts of one hour or weekday, and how many of them received more than is usual."""

    number: int
    posts: int
    above: int

    @property
    def share(self) -> float:
        return self.above / self.posts if self.posts else 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    hours: tuple[Slot, ...]  # all 24
    weekdays: tuple[Slot, ...]  # all 7
    posts: int


def timing(posts: Sequence[Sent]) -> Timing | None:
    """None on fewer than POSTS_NEEDED posts."""
    if len(posts) < POSTS_NEEDED:
        return None
    usual = _medians(posts)
    above = [post.responses > usual[post.account] for post in posts]
    return Timing(
        hours=_slots(posts, above, HOURS, lambda post: post.hour),
        weekdays=_slots(posts, above, WEEKDAYS, lambda post: post.weekday),
        posts=len(posts),
    )


def _medians(posts: Sequence[Sent]) -> dict[int, float]:
    """Against its own account's: a post at a small network is not a bad hour."""
    by_account: dict[int, list[int]] = {}
    for post in posts:
        by_account.setdefault(post.account, []).append(post.responses)
    return {account: float(np.median(counts)) for account, counts in by_account.items()}


def _slots(
    posts: Sequence[Sent], above: Sequence[bool], many: int, slot: Callable[[Sent], int]
) -> tuple[Slot, ...]:
    sent, better = [0] * many, [0] * many
    for post, is_above in zip(posts, above, strict=True):
        sent[slot(post)] += 1
        better[slot(post)] += is_above
    return tuple(Slot(number, sent[number], better[number]) for number in range(many))
