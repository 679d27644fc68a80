"""What goes into the formula and what comes out. Plain values: no Django, clock or I/O."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostCounts:
    """What one post received. None: the network does not tell, which is not 0."""

    favourites: int | None
    reposts: int | None
    replies: int | None


@dataclass(frozen=True, slots=True)
class Signals:
    """One account as its network tells it.

    followers: people; responders: distinct people who responded to the posts looked at;
    posts: newest first, at most 100. None: not told. from_archive: the owner brought it in a
    file, which nobody vouches for: its points are capped.
    """

    followers: int | None
    responders: int | None
    posts: tuple[PostCounts, ...]
    from_archive: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the sum. `tenths` of all parts of a score add up to its `tenths`.

    account: index into the accounts given, None for what everybody has;
    value: the amount the term was computed from (people, or a typical count per post),
    None where the network does not tell;
    raw: points before accounts were combined (0 to the cap of the term).
    """

    account: int | None
    key: str
    tenths: int
    value: float | None
    raw: float


@dataclass(frozen=True, slots=True)
class Score:
    """Points are whole tenths: 423 reads 42.3. The interval is None on too few posts."""

    tenths: int
    parts: tuple[Part, ...]
    interval: tuple[int, int] | None
    posts_counted: int
    version: str
